"""US Treasury: par curve by year and month, CSV and XML."""

import re

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
