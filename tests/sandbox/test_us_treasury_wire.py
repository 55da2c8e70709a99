"""US Treasury: par curve by year and month, CSV and XML."""

import json
import re

import numpy as np
import pytest

from pipelines.sandbox.world import treasury_rates
from tests.sandbox.conftest import CSV, XML, treasury

TYPE = "type=daily_treasury_yield_curve"


def test_csv_is_newest_first_with_the_columns_of_the_year(get):
    lines = get(treasury(2023)).body.decode().split("\n")
    assert lines[0] == 'Date,"1 Mo","2 Mo","3 Mo","4 Mo","6 Mo","1 Yr","2 Yr","3 Yr","5 Yr","7 Yr","10 Yr","20 Yr","30 Yr"'
    assert [line[:10] for line in (lines[1], lines[-1])] == ["12/29/2023", "01/03/2023"]
    assert get(treasury(2017)).body.startswith(b'Date,"1 Mo","3 Mo","6 Mo",')
    assert get(treasury(2025), now="2025-06-02T12:00:00Z").body.startswith(b'Date,"1 Mo","1.5 Month","2 Mo",')


def test_csv_does_not_end_its_last_line(get):
    assert not get(treasury(2023)).body.endswith(b"\n")


def test_a_tenor_is_blank_before_its_first_day(get):
    lines = get(treasury(2022)).body.decode().split("\n")
    four_months = {line.split(",")[0]: line.split(",")[4] for line in lines[1:]}
    assert four_months["10/18/2022"] == ""
    assert re.fullmatch(r"\d\.\d\d", four_months["10/19/2022"])


def test_a_month_is_a_part_of_its_year(get):
    month = get(f"{CSV}/2023/all?{TYPE}&field_tdr_date_value_month=202303&page&_format=csv").body.decode().split("\n")
    assert month == [line for line in get(treasury(2023)).body.decode().split("\n") if line[:5] == "Date," or line.startswith("03/")]
    assert get(f"{CSV}/all/202303?{TYPE}&field_tdr_date_value_month=202303&page&_format=csv").body.decode().split("\n") == month


def test_yields_of_a_day_appear_in_the_evening_in_new_york(get):
    assert b"02/29/2024" not in get(treasury(2024), now="2024-02-29T21:59:00Z").body
    assert b"02/29/2024" in get(treasury(2024), now="2024-02-29T22:01:00Z").body


def test_an_evening_correction_overwrites(get):
    before = get(treasury(2010), now="2010-01-11T23:00:00Z").body.decode().split("\n")[1]
    after = get(treasury(2010), now="2010-01-11T23:31:00Z").body.decode().split("\n")[1]
    assert before.split(",")[0] == after.split(",")[0] == "01/11/2010"
    assert before.split(",")[1] == "1.03"
    assert after.split(",")[1] == "1.04"


def test_a_year_without_days_has_a_header_only(get):
    assert get(treasury(2024), now="2024-01-01T12:00:00Z").body.count(b"\n") == 0


def test_xml_is_oldest_first_and_repeats_the_thirty_year_yield(get):
    text = get(f"{XML}&field_tdr_date_value_month=202302").body.decode()
    days = re.findall(r"NEW_DATE m:type=\"Edm.DateTime\">([^<]+)<", text)
    assert days[0] == "2023-02-01T00:00:00"
    assert days == sorted(days)
    entry = text.split("<entry>")[1]
    assert re.findall(r"<d:BC_30YEAR[^>]*>([^<]+)", entry)[0] == re.findall(r"<d:BC_30YEARDISPLAY[^>]*>([^<]+)", entry)[0]
    assert "BC_1_5MONTH" not in entry


def test_a_missing_tenor_is_null_in_xml(get):
    text = get(f"{XML}&field_tdr_date_value_month=202210").body.decode()
    first, last = text.split("<entry>")[1], text.split("<entry>")[-1]
    assert '<d:BC_4MONTH m:type="Edm.Double" m:null="true" />' in first
    assert 'BC_4MONTH m:type="Edm.Double">' in last


def test_xml_pages_hold_three_hundred_entries(get):
    pages = [get(f"{XML}&field_tdr_date_value=all&page={n}").body.decode() for n in range(13)]
    days = [day for page in pages for day in re.findall(r"NEW_DATE m:type=\"Edm.DateTime\">([^<]+)<", page)]
    assert [page.count("<entry>") for page in pages[:11]] == [300] * 11
    assert pages[12].count("<entry>") == 0
    assert days == sorted(set(days))


def test_without_user_agent_the_site_refuses(get):
    answer = get(treasury(2023), headers={})
    assert (answer.status, answer.content_type) == (403, "text/html; charset=utf-8")


def test_an_unknown_data_set_is_404(get):
    assert get(f"{CSV}/2023/all?type=daily_treasury_nothing").status == 404


def table(year: int, kind: str) -> str:
    return f"{CSV}/{year}/all?type=daily_treasury_{kind}&field_tdr_date_value={year}&page&_format=csv"


def column(answer, name: str) -> dict[str, str]:
    header, *lines = answer.body.decode().split("\n")
    place = header.replace('"', "").split(",").index(name)
    return {line.split(",")[0]: line.split(",")[place] for line in lines}


def test_real_yields_and_bill_rates_have_tables_of_their_own(real):
    assert real(table(2023, "real_yield_curve")).body.startswith(b'Date,"5 YR","7 YR","10 YR","20 YR","30 YR"\n12/29/2023,')
    bills = real(table(2023, "bill_rates")).body.decode().split("\n")[0]
    assert bills.split(",")[1:3] == ['"4 WEEKS BANK DISCOUNT"', '"4 WEEKS COUPON EQUIVALENT"']
    assert bills.count("WEEKS") == 12
    assert real(table(2015, "bill_rates")).body.decode().split("\n")[0].count("WEEKS") == 8
    assert real(table(2023, "nominal_dreams")).status == 404


def test_the_discount_of_a_bill_follows_from_its_coupon_equivalent(real):
    # 13 weeks at 5.43 % a year of 365 days: 360 · 5.43 / (365 + .0543 · 91) = 5.28 %
    discount, equivalent = (column(real(table(2023, "bill_rates")), f"13 WEEKS {kind}") for kind in ("BANK DISCOUNT", "COUPON EQUIVALENT"))
    assert all(
        abs(float(discount[day]) - 360 * float(text) / (365 + float(text) / 100 * 91)) <= 0.0051 for day, text in equivalent.items()
    )
    assert column(real(treasury(2023)), "3 Mo") == equivalent


def test_a_year_of_discount_compounds_at_half_year():
    # 52 weeks at a coupon equivalent of 5.32 %: 1/P = 1.0266 · (1 + .994521 · .0266) = 1.053755, d = (1 − P) · 360 / 364 = 5.045 %
    assert treasury_rates.bill_rate(np.array([5.32]), 364, "BANK DISCOUNT").tolist() == [5.05]
    assert treasury_rates.bill_rate(np.array([5.43]), 91, "BANK DISCOUNT").tolist() == [5.28]


def test_real_yields_have_xml_and_bill_rates_have_none_here(real):
    body = real(XML.replace("yield_curve", "real_yield_curve") + "&field_tdr_date_value_month=202302").body.decode()
    assert body.count("<entry>") == 19
    assert re.findall(r"<d:TC_(\d+)YEAR ", body)[:5] == ["5", "7", "10", "20", "30"]
    assert "30YEARDISPLAY" not in body
    assert real(XML.replace("yield_curve", "bill_rates") + "&field_tdr_date_value_month=202302").status == 404


DEBT = "/us_treasury/services/api/fiscal_service/v2/accounting/od/debt_to_penny"
CASH = "/us_treasury/services/api/fiscal_service/v1/accounting/dts/operating_cash_balance"


def test_debt_to_the_penny_adds_up_and_comes_on_the_next_business_day(real):
    query = "?filter=record_date:gte:2024-02-01,record_date:lte:2024-02-29&sort=record_date&page[size]=10000"
    found = json.loads(real(f"{DEBT}{query}", now="2024-03-01T19:59:00Z").body)
    assert [row["record_date"] for row in found["data"]][-1] == "2024-02-28"
    after = json.loads(real(f"{DEBT}{query}", now="2024-03-01T20:01:00Z").body)["data"]
    assert after[-1]["record_date"] == "2024-02-29"
    named = ("debt_held_public_amt", "intragov_hold_amt", "tot_pub_debt_out_amt")
    cents = [[round(float(row[name]) * 100) for name in named] for row in after]
    assert all(held + owed == total for held, owed, total in cents)
    assert len(after) == 20                               # 29 days, less eight of weekends and Presidents' Day
    assert found["meta"]["labels"]["tot_pub_debt_out_amt"] == "Total Public Debt Outstanding"


def test_pages_have_a_hundred_rows_and_say_where_the_next_is_in_a_piece_of_a_query(real):
    found = json.loads(real(f"{DEBT}?sort=record_date").body)
    assert (len(found["data"]), found["meta"]["count"], found["links"]["next"]) == (100, 100, "&page%5Bnumber%5D=2&page%5Bsize%5D=100")
    last = json.loads(real(f"{DEBT}?sort=record_date&page[number]={found['meta']['total-pages']}").body)
    assert last["links"]["next"] is None
    assert len(last["data"]) == found["meta"]["total-count"] - 100 * (found["meta"]["total-pages"] - 1)


@pytest.mark.parametrize(
    "query", ["foo=bar", "fields=nope", "filter=record_date:near:2020-01-01", "page[size]=10001", "page[number]=0", "sort=x"]
)
def test_what_the_api_does_not_take_is_a_400_that_names_it(real, query):
    found = real(f"{DEBT}?{query}")
    assert found.status == 400
    name, value = query.split("=", 1)
    if query == "foo=bar":
        assert json.loads(found.body) == {
            "error": "Invalid Query Param",
            "message": "Invalid query parameter 'foo' with value '[bar]'. For more information please see the documentation.",
        }
    assert f"'{name}' with value '[{value.lstrip('-')}]'" in json.loads(found.body)["message"]


def test_the_account_is_called_by_the_name_of_its_day(real):
    def labels(day: str) -> dict[str, tuple[str, str]]:
        rows = json.loads(real(f"{CASH}?filter=record_date:eq:{day}").body)["data"]
        return {row["account_type"]: (row["open_today_bal"], row["close_today_bal"]) for row in rows}

    assert "Federal Reserve Account" in labels("2021-09-30")
    assert "Treasury General Account (TGA)" in labels("2021-10-01")
    today = labels("2022-04-18")
    amounts = [int(today[name][0]) for name in (
        "Treasury General Account (TGA) Opening Balance", "Total TGA Deposits (Table II)", "Total TGA Withdrawals (Table II) (-)",
        "Treasury General Account (TGA) Closing Balance",
    )]
    assert amounts[0] + amounts[1] - amounts[2] == amounts[3]
    assert {closing for _, closing in today.values()} == {"null"}
    # offices are open on Good Friday, though the market is not
    assert labels("2022-04-15")["Treasury General Account (TGA)"][1] == str(amounts[0])


def test_a_date_in_brackets_chooses_days(real):
    found = json.loads(real(f"{DEBT}?filter=record_date:in:(2024-02-01,2024-02-02)&sort=-record_date&fields=record_date").body)
    assert found["data"] == [{"record_date": "2024-02-02"}, {"record_date": "2024-02-01"}]


def test_bytes_of_a_year_that_is_over_do_not_depend_on_now(real):
    cash = f"{CASH}?filter=record_date:lte:2015-12-31&page[size]=10000"
    for target in (table(2015, "real_yield_curve"), table(2015, "bill_rates"), cash):
        assert real(target, now="2016-03-01T12:00:00Z").body == real(target, now="2021-08-01T12:00:00Z").body
