import json
import re
from datetime import UTC, date, datetime

import pytest

from models_py.kernel.errors import ConfigError, PayloadError, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, us_treasury
from pipelines.connectors import _fiscal_data as fiscal
from tests.connectors.build import payload, raw

LIVE = Endpoint("https://home.treasury.gov")
KEY = "par yields 2031-01-01..2031-12-31"
CSV = raw("us_treasury", "par_2031.csv").decode()
XML = raw("us_treasury", "par_2031.xml").decode()


def cells(body: bytes | str, status: int = 200) -> dict[tuple[str, str], float | None]:
    parsed = us_treasury.parse(payload("us_treasury", KEY, body, status))
    return {(one.source_key, str(one.source_date)): one.value for one in parsed.observations}


SECOND = {
    "1 Mo": 4.05, "1.5 Month": 4.08, "2 Mo": 4.13, "3 Mo": 4.14, "6 Mo": 4.21, "1 Yr": 4.31, "2 Yr": 4.41, "3 Yr": 4.51, "5 Yr": 4.71,
    "7 Yr": 4.91, "10 Yr": 5.17, "30 Yr": 5.47,
}


def test_each_tenor_of_a_day_is_an_observation_and_a_blank_is_null():
    found = cells(CSV)
    assert {tenor: value for (tenor, day), value in found.items() if day == "2031-01-02"} == SECOND
    assert (found["1.5 Month", "2031-01-03"], found["10 Yr", "2031-01-03"]) == (None, 5.19)
    assert len(found) == 24


def test_the_xml_feed_names_the_same_tenors_and_its_repeated_thirty_years_are_left_out():
    assert {tenor: value for (tenor, _), value in cells(XML).items()} == {**SECOND, "2 Mo": None}


def test_a_tenor_that_begins_one_day_is_read_under_its_own_name():
    assert cells('Date,"9 Mo"\n01/02/2031,4.20') == {("9 Mo", "2031-01-02"): 4.2}


def test_a_file_that_has_a_byte_order_mark_is_the_same_file():
    assert cells(CSV.encode("utf-8-sig")) == cells(CSV)


def test_a_year_that_has_not_begun_is_empty():
    for body in ('Date,"1 Mo"', XML[: XML.index("<entry>")] + "</feed>"):
        found = payload("us_treasury", KEY, body)
        us_treasury.validate(found)
        assert us_treasury.is_empty(found)


def fiscal_page(*rows: dict, pages: int = 1, count: int | None = None) -> str:
    meta = {"count": len(rows) if count is None else count, "total-count": len(rows), "total-pages": pages}
    return json.dumps({"data": list(rows), "meta": meta, "links": {"next": None}})


def test_fiscal_data_is_all_text_and_null_is_a_word():
    body = fiscal_page({"record_date": "2031-01-02", "debt": "40000000000000.25", "held": "null"})
    assert cells(body) == {("debt", "2031-01-02"): 40000000000000.25, ("held", "2031-01-02"): None}


def account(day: str, name: str, opening: str, closing: str) -> dict:
    return {"record_date": day, "account_type": name, "open_today_bal": opening, "close_today_bal": closing}


def test_the_treasurys_cash_is_one_series_whatever_its_account_is_called():
    found = cells(fiscal_page(
        account("2018-01-02", "Federal Reserve Account", "228485", "190038"),
        account("2018-01-02", "Tax and Loan Note Accounts (Table V)", "0", "0"),
        account("2021-10-01", "Treasury General Account (TGA)", "215160", "132452"),
        account("2022-04-18", "Treasury General Account (TGA) Opening Balance", "578473", "null"),
        account("2022-04-18", "Total TGA Deposits (Table II)", "300000", "null"),
        account("2022-04-18", "Total TGA Withdrawals (Table II) (-)", "37220", "null"),
        account("2022-04-18", "Treasury General Account (TGA) Closing Balance", "841253", "null"),
        account("2031-01-02", "Treasury General Account (TGA) Closing Balance", "null", "900000"),
    ))
    assert {day: value for (key, day), value in found.items() if key == "TGA|closing"} == {
        "2018-01-02": 190038, "2021-10-01": 132452, "2022-04-18": 841253, "2031-01-02": 900000,
    }
    assert {key: value for (key, day), value in found.items() if day == "2022-04-18"} == {
        "TGA|opening": 578473, "TGA|deposits": 300000, "TGA|withdrawals": 37220, "TGA|closing": 841253,
    }


def test_real_yields_have_names_of_their_own_in_csv_and_xml():
    assert cells('Date,"5 YR","10 YR"\n01/02/2031,1.46,-0.12') == {("real 5 Yr", "2031-01-02"): 1.46, ("real 10 Yr", "2031-01-02"): -0.12}
    xml = re.sub(r"<d:BC_(?!10YEAR).*\n", "", XML).replace("BC_10YEAR", "TC_10YEAR")
    assert cells(xml) == {("real 10 Yr", "2031-01-02"): 5.17}


def test_bill_rates_keep_the_names_of_their_columns():
    assert cells('Date,"4 WEEKS BANK DISCOUNT","4 WEEKS COUPON EQUIVALENT"\n01/02/2031,4.05,4.13') == {
        ("4 WEEKS BANK DISCOUNT", "2031-01-02"): 4.05, ("4 WEEKS COUPON EQUIVALENT", "2031-01-02"): 4.13,
    }


@pytest.mark.parametrize(
    ("body", "status", "error", "reason"),
    [
        (CSV.replace("10 Yr", "10 Year"), 200, PayloadError, "unknown columns .'10 Year'."),
        (CSV.replace("10 Yr", "2 Mo"), 200, PayloadError, "unknown columns"),
        (CSV.replace("5.19", "5,28"), 200, PayloadError, "line 2 has 14 cells under 13 columns"),
        ('Date,"2 Yr","5 Yr"\n01/02/2031,4.41,4.71', 200, PayloadError, "columns missing: 1 Yr, 10 Yr, 3 Mo"),
        (CSV.replace("5.19", "N/A"), 200, PayloadError, "not a number: 'N/A'"),
        (CSV.replace("5.19", "nan"), 200, PayloadError, "not a number: 'nan'"),
        (CSV.replace("01/03/2031", "13/01/2031"), 200, PayloadError, "month must be in"),
        (CSV.replace("01/03/2031", "2031-01-03"), 200, PayloadError, "not a date"),
        (f"{CSV}\n{CSV.splitlines()[-1].replace('4.05', '4.07')}", 200, PayloadError, "1 Mo of 2031-01-02 is given twice, as 4"),
        (XML.replace("BC_10YEAR", "BC_10YR"), 200, PayloadError, "unknown property BC_10YR"),
        (XML.replace("NEW_DATE", "DATE"), 200, PayloadError, "without NEW_DATE"),
        (XML[:-200], 200, PayloadError, "not XML"),
        ("<html><title>Home</title></html>", 200, PayloadError, "HTML page instead of a table of yields: Home"),
        ("<html><title>Down for maintenance</title></html>", 200, SourceDown, "maintenance"),
        ("<html><title>Access Denied</title></html>", 403, SourceRefused, "access denied"),
        ('{"error":"Invalid Query Param","message":"foo"}', 400, SourceRefused, "Invalid Query Param: foo"),
        (fiscal_page({"record_date": "2031-01-02", "debt": 1}), 200, PayloadError, "not text"),
        (fiscal_page({"record_date": "2031-01-02", "debt": "1"}, count=2), 200, SourceDown, "partial page: 1 rows of 2"),
        ('{"data":[],"meta":{},"links":{}}', 200, PayloadError, "no page of rows"),
        (fiscal_page(account("2031-01-02", "Treasury Cash Account", "1", "2")), 200, PayloadError, "no closing balance .* on 2031-01-02"),
        ('Date,"10 YR","10 Yr"\n01/02/2031,4.41,4.71', 200, PayloadError, "unknown columns"),
        ("", 200, PayloadError, "empty body"),
        ("yield;10\n", 200, PayloadError, "neither CSV, XML nor JSON"),
        (b"\xff\xfeDate", 200, PayloadError, "not UTF-8"),
    ],
)
def test_errors_and_strange_answers_are_named(body, status, error, reason):
    with pytest.raises(error, match=reason):
        cells(body, status)


def test_an_external_entity_is_not_read():
    trap = XML.replace('standalone="yes" ?>', 'standalone="yes" ?><!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/hostname">]>')
    with pytest.raises(PayloadError, match="document type declaration"):
        cells(trap.replace(">5.17<", ">&x;<"))


def test_one_file_a_year_whatever_the_tenors_with_a_browsers_name():
    rows = [CatalogueRow(tenor, "us_treasury", tenor, "daily", revisable=False) for tenor in ("1 Mo", "10 Yr")]
    planned = us_treasury.plan(rows, date(2024, 7, 1), date(2026, 11, 20), Endpoint("https://home.treasury.gov"))
    assert [request.url for request in planned] == [
        "https://home.treasury.gov/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv/"
        f"{year}/all?type=daily_treasury_yield_curve&field_tdr_date_value={year}&page&_format=csv"
        for year in (2024, 2025, 2026)
    ]
    assert planned[0].headers["User-Agent"].startswith("Mozilla/5.0")
    assert us_treasury.plan([], date(2024, 7, 1), date(2026, 11, 20), Endpoint("https://home.treasury.gov")) == []
    assert us_treasury.settled(planned[0], datetime(2025, 2, 1, tzinfo=UTC))
    assert not us_treasury.settled(planned[0], datetime(2025, 1, 15, tzinfo=UTC))


def test_each_data_set_is_asked_where_the_catalogue_names_it():
    keys = ("real 10 Yr", "13 WEEKS COUPON EQUIVALENT", "tot_pub_debt_out_amt", "TGA|closing")
    rows = [CatalogueRow(key, "us_treasury", key, "daily", revisable=False) for key in keys]
    planned = us_treasury.plan(rows, date(2026, 1, 1), date(2026, 11, 20), Endpoint("https://home.treasury.gov"))
    names = [request.key.rsplit(" ", 1)[0] for request in planned]
    assert names == ["real yields", "bill rates", "operating cash balance", "debt to the penny"]
    assert "type=daily_treasury_real_yield_curve&" in planned[0].url
    assert "type=daily_treasury_bill_rates&" in planned[1].url
    assert planned[2].url == (
        "https://api.fiscaldata.treasury.gov/services/api/fiscal_service/v1/accounting/dts/operating_cash_balance?fields=record_date,"
        "account_type,open_today_bal,close_today_bal&filter=record_date:gte:2026-01-01,record_date:lte:2026-12-31&sort=record_date"
        "&page[number]=1&page[size]=10000"
    )
    assert "/v2/accounting/od/debt_to_penny?" in planned[3].url
    with pytest.raises(ConfigError, match="us_treasury has no series '50 Year'"):
        us_treasury.plan([CatalogueRow("x", "us_treasury", "50 Year", "daily", revisable=False)], date(2026, 1, 1), date(2026, 1, 2), LIVE)


def test_a_page_of_several_calls_for_the_next_by_its_number():
    first = fiscal.request("us_treasury", fiscal.DEBT, date(2031, 1, 1), date(2031, 12, 31), "https://x", "2031-01-01..2031-12-31")
    row = {"record_date": "2031-01-02", "tot_pub_debt_out_amt": "1.00"}
    (second,) = us_treasury.follow(first, payload("us_treasury", first.key, fiscal_page(row, pages=2)))
    assert second.key == "debt to the penny page 2 2031-01-01..2031-12-31"
    assert second.url == first.url.replace("page[number]=1", "page[number]=2")
    assert us_treasury.follow(second, payload("us_treasury", second.key, fiscal_page(row, pages=2))) == []
    assert us_treasury.follow(first, payload("us_treasury", KEY, CSV)) == []
