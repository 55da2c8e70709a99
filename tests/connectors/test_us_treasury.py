from datetime import UTC, date, datetime

import pytest

from models_py.kernel.errors import PayloadError, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, us_treasury
from tests.connectors.build import payload, raw

KEY = "par yields 2031-01-01..2031-12-31"
CSV = raw("us_treasury", "par_2031.csv").decode()
XML = raw("us_treasury", "par_2031.xml").decode()


def cells(body: bytes | str, status: int = 200) -> dict[tuple[str, str], float | None]:
    parsed = us_treasury.parse(payload("us_treasury", KEY, body, status))
    return {(one.source_key, str(one.source_date)): one.value for one in parsed.observations}


SECOND = {
    "1 Mo": 4.06, "1.5 Month": 4.1, "2 Mo": 4.13, "3 Mo": 4.14, "6 Mo": 4.21, "1 Yr": 4.31, "2 Yr": 4.41, "3 Yr": 4.51, "5 Yr": 4.71,
    "7 Yr": 4.91, "10 Yr": 5.24, "30 Yr": 5.61,
}


def test_each_tenor_of_a_day_is_an_observation_and_a_blank_is_null():
    found = cells(CSV)
    assert {tenor: value for (tenor, day), value in found.items() if day == "2031-01-02"} == SECOND
    assert (found["1.5 Month", "2031-01-03"], found["10 Yr", "2031-01-03"]) == (None, 5.28)
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


def test_fiscal_data_is_all_text_and_null_is_a_word():
    body = '{"data":[{"record_date":"2031-01-02","debt":"40000000000000.25","held":"null"}],"meta":{},"links":{}}'
    assert cells(body) == {("debt", "2031-01-02"): 40000000000000.25, ("held", "2031-01-02"): None}


@pytest.mark.parametrize(
    ("body", "status", "error", "reason"),
    [
        (CSV.replace("10 Yr", "10 Year"), 200, PayloadError, "unknown columns .'10 Year'."),
        (CSV.replace("10 Yr", "2 Mo"), 200, PayloadError, "unknown columns"),
        (CSV.replace("5.28", "5,28"), 200, PayloadError, "line 2 has 14 cells under 13 columns"),
        ('Date,"2 Yr","5 Yr"\n01/02/2031,4.41,4.71', 200, PayloadError, "columns missing: 1 Yr, 10 Yr, 3 Mo"),
        (CSV.replace("5.28", "N/A"), 200, PayloadError, "not a number: 'N/A'"),
        (CSV.replace("5.28", "nan"), 200, PayloadError, "not a number: 'nan'"),
        (CSV.replace("01/03/2031", "13/01/2031"), 200, PayloadError, "month must be in"),
        (CSV.replace("01/03/2031", "2031-01-03"), 200, PayloadError, "not a date"),
        (f"{CSV}\n{CSV.splitlines()[-1].replace('4.06', '4.07')}", 200, PayloadError, "1 Mo of 2031-01-02 is given twice, as 4"),
        (XML.replace("BC_10YEAR", "BC_10YR"), 200, PayloadError, "unknown property BC_10YR"),
        (XML.replace("NEW_DATE", "DATE"), 200, PayloadError, "without NEW_DATE"),
        (XML[:-200], 200, PayloadError, "not XML"),
        ("<html><title>Home</title></html>", 200, PayloadError, "HTML page instead of a table of yields: Home"),
        ("<html><title>Down for maintenance</title></html>", 200, SourceDown, "maintenance"),
        ("<html><title>Access Denied</title></html>", 403, SourceRefused, "access denied"),
        ('{"error":"Invalid Query Param","message":"foo"}', 400, SourceRefused, "Invalid Query Param: foo"),
        ('{"data":[{"record_date":"2031-01-02","debt":1}],"meta":{},"links":{}}', 200, PayloadError, "not text"),
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
        cells(trap.replace(">5.24<", ">&x;<"))


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
