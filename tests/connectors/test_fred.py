import json
from datetime import UTC, date, datetime

import pytest

from models_py.kernel.errors import ConfigError, PayloadError, RateLimited, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, Request, fred
from tests.connectors.build import fred_page, fred_row, payload, raw

SANDBOX = Endpoint("http://127.0.0.1:9/fred", "0123456789abcdef0123456789abcdef")
KEY = "CPIAUCSL 1776-07-04..9999-12-31"


def parse(body: bytes | str, key: str = KEY, status: int = 200):
    return list(fred.parse(payload("fred", key, body, status)).observations)


def triples(body: bytes | str, key: str = KEY) -> list[tuple[str, str | None, float | None]]:
    return [(str(one.source_date), one.vintage_date and str(one.vintage_date), one.value) for one in parse(body, key)]


def test_each_interval_is_a_vintage_and_one_that_ends_without_successor_a_withdrawal():
    assert triples(raw("fred", "observations_vintages.json")) == [
        ("2031-01-01", "2031-02-12", 300.1),
        ("2031-01-01", "2031-03-12", 300.4),
        ("2031-02-01", "2031-03-12", 301.0),
        ("2031-02-01", "2031-04-10", None),      # nothing stood from 10 to 11 April
        ("2031-02-01", "2031-04-12", 301.3),
        ("2031-03-01", "2031-04-12", None),      # published as missing
    ]


def test_a_row_cut_by_the_start_of_its_window_is_known_from_the_window_before():
    rows = [
        fred_row("2031-01-01", "300.1", "2031-03-01", "2031-03-11"), fred_row("2031-01-01", "300.4", "2031-03-12", "2031-03-31"),
        fred_row("2031-02-01", "301.0", "2031-03-12", "2031-03-31"),
    ]
    assert triples(fred_page(rows, "2031-03-01", "2031-03-31")) == [
        ("2031-01-01", "2031-03-12", 300.4), ("2031-02-01", "2031-03-12", 301.0),
    ]


def test_what_stood_when_the_first_window_opens_was_known_by_then():
    rows = [fred_row("2031-06-30", "4.5", "2031-03-01", "2031-03-31"), fred_row("2031-06-30", "4.7", "2031-04-01")]
    body = fred_page(rows, "2031-03-01")
    assert triples(body, "FEDTARMD since 2031-03-01..9999-12-31") == [
        ("2031-06-30", "2031-03-01", 4.5), ("2031-06-30", "2031-04-01", 4.7),
    ]
    assert triples(body, "FEDTARMD 2031-03-01..9999-12-31") == [("2031-06-30", "2031-04-01", 4.7)]


def test_a_snapshot_says_what_stood_on_a_day_not_since_when():
    rows = [fred_row("2031-01-01", "300.4", "2031-04-20", "2031-04-20"), fred_row("2031-02-01", ".", "2031-04-20", "2031-04-20")]
    assert triples(fred_page(rows, "2031-04-20", "2031-04-20")) == [("2031-01-01", None, 300.4), ("2031-02-01", None, None)]


def test_first_releases_withdraw_nothing():
    rows = [fred_row("2031-01-01", "300.1", "2031-02-12", "2031-03-11"), fred_row("2031-02-01", "301.0", "2031-03-12", "2031-04-11")]
    assert triples(fred_page(rows, kind=4)) == [("2031-01-01", "2031-02-12", 300.1), ("2031-02-01", "2031-03-12", 301.0)]


def test_vintage_dates_are_asked_for_before_observations():
    rows = [CatalogueRow("x", "fred", code, "monthly", revisable=True) for code in ("GDP", "CPIAUCSL", "GDP")]
    planned = fred.plan(rows, date(2018, 5, 9), date(2026, 11, 20), SANDBOX)
    assert [request.key for request in planned] == ["CPIAUCSL vintage dates since 2018-01-01", "GDP vintage dates since 2018-01-01"]
    assert planned[1].url == (
        "http://127.0.0.1:9/fred/fred/series/vintagedates?series_id=GDP&api_key=0123456789abcdef0123456789abcdef&file_type=json"
        "&realtime_start=2016-11-27&realtime_end=9999-12-31&limit=10000"
    )
    assert planned[1].secrets == ("api_key",)


def test_the_real_source_needs_a_key():
    row = CatalogueRow("x", "fred", "GDP", "quarterly", revisable=True)
    with pytest.raises(ConfigError, match="MACRO_FRED_API_KEY"):
        fred.plan([row], date(2018, 1, 1), date(2026, 11, 20), Endpoint(fred.LIVE_URL))


def test_few_vintages_make_one_window_with_the_key_and_the_first_date():
    (asked,) = fred.plan([CatalogueRow("x", "fred", "CPIAUCSL", "monthly", revisable=True)], date(2031, 1, 1), date(2031, 5, 1), SANDBOX)
    (window,) = fred.follow(asked, payload("fred", asked.key, raw("fred", "vintagedates.json")))
    assert window.key == "CPIAUCSL since 2029-11-27..9999-12-31"
    assert window.secrets == ("api_key",)
    assert window.url == (
        "http://127.0.0.1:9/fred/fred/series/observations?series_id=CPIAUCSL&api_key=0123456789abcdef0123456789abcdef&file_type=json"
        "&realtime_start=2029-11-27&realtime_end=9999-12-31&observation_start=2031-01-01&limit=100000"
    )


def test_a_list_of_vintage_dates_has_no_rows_and_an_empty_one_calls_for_nothing():
    none = json.dumps({**json.loads(raw("fred", "vintagedates.json")), "count": 0, "vintage_dates": []})
    asked = Request("fred", "GDP vintage dates since 2031-01-01", "http://x/fred/series/vintagedates?series_id=GDP&api_key=k&realtime_start=2031-01-01")
    assert parse(raw("fred", "vintagedates.json")) == []
    assert fred.follow(asked, payload("fred", asked.key, none)) == []
    assert fred.is_empty(payload("fred", asked.key, none))


def test_a_long_answer_comes_in_pages_that_start_with_a_whole_date():
    rows = [
        fred_row("2031-01-01", "1", "2031-02-01", "2031-03-01"), fred_row("2031-01-01", "2", "2031-03-02"),
        fred_row("2031-02-01", "3", "2031-03-02", "2031-04-01"), fred_row("2031-02-01", "4", "2031-04-02"),
    ]
    request = Request("fred", KEY, "http://x/fred/series/observations?series_id=C&limit=3")
    first = payload("fred", KEY, fred_page(rows[:3], count=4, limit=3))
    (second,) = fred.follow(request, first)
    assert second.url.endswith("&limit=3&offset=2")
    assert second.key == "CPIAUCSL row 2 on 1776-07-04..9999-12-31"
    last = fred_page(rows[2:], count=4, offset=2, limit=3)
    assert fred.follow(second, payload("fred", second.key, last)) == []
    assert [*triples(first.body), *triples(last, second.key)] == triples(fred_page(rows))


def test_a_page_with_fewer_rows_than_it_counts_is_asked_for_again():
    with pytest.raises(SourceDown, match="partial page: 1 rows of 2"):
        parse(fred_page([fred_row("2031-01-01", "1", "2031-02-01")], count=2))


@pytest.mark.parametrize(
    ("body", "status", "error", "reason"),
    [
        ('{"error_code":400,"error_message":"The value for variable api_key is not registered."}', 400, SourceRefused, "not registered"),
        ('{"error_code":400,"error_message":"Bad Request.  The series does not exist."}', 400, SourceRefused, "does not exist"),
        ('{"error_code":400,"error_message":"There are 2004 vintage dates"}', 400, SourceRefused, "2004 vintage dates"),
        ('{"error_code":429,"error_message":"Too Many Requests."}', 429, RateLimited, "slow down"),
        ('{"error_code":429,"error_message":"Too Many Requests."}', 200, RateLimited, "Too Many"),
        ("<html><title>503 Service Unavailable</title></html>", 503, SourceDown, "503 Service Unavailable"),
        ("[]", 200, PayloadError, "list instead of an object"),
        ('{"count":1}', 200, PayloadError, "without observations"),
        (fred_page([fred_row("2031-01-01", "n/a", "2031-02-01")]), 200, PayloadError, "not a number: 'n/a'"),
        (fred_page([fred_row("2031-01-01", "inf", "2031-02-01")]), 200, PayloadError, "not a number: 'inf'"),
        (fred_page([fred_row("01/01/2031", "1", "2031-02-01")]), 200, PayloadError, "not a date"),
        (fred_page([{**fred_row("2031-01-01", "1", "2031-02-01"), "note": "x"}]), 200, PayloadError, "unknown field note"),
        (fred_page([{**fred_row("2031-01-01", "1", "2031-02-01"), "value": 1}]), 200, PayloadError, "not text"),
        (fred_page([fred_row("2031-01-01", "1", "2031-02-01")], kind=2), 200, PayloadError, "output type 2"),
        (fred_page([fred_row("2031-01-01", "1", "2031-02-01")]).replace('"lin"', '"pch"'), 200, PayloadError, "units pch"),
        (
            fred_page([fred_row("2031-01-01", "1", "2031-02-01"), fred_row("2031-01-01", "2", "2031-03-01")]), 200, PayloadError,
            "two values on 2031-03-01: 1.0 and 2.0",
        ),
    ],
)
def test_errors_and_strange_answers_are_named(body, status, error, reason):
    with pytest.raises(error, match=reason):
        parse(body, status=status)


def test_what_a_series_is_and_when_it_was_updated_is_a_document_in_us_central_time():
    entry = {"id": "GDP", "realtime_start": "2031-01-30", "last_updated": "2031-01-30 07:55:01-06", "title": "Gross Domestic Product"}
    (document,) = fred.parse(payload("fred", "GDP", json.dumps({"realtime_start": "2031-01-30", "seriess": [entry]}))).documents
    assert document.document_id == "fred_series_GDP"
    assert document.published_at == datetime(2031, 1, 30, 13, 55, 1, tzinfo=UTC)


def test_the_past_of_real_time_is_final_and_an_open_window_never():
    closed = Request("fred", "DGS10 1776-07-04..2030-12-31", "")
    opened = Request("fred", "DGS10 2030-12-31..9999-12-31", "")
    dates = Request("fred", "DGS10 vintage dates since 2018-01-01", "")
    assert fred.settled(closed, datetime(2031, 1, 3, tzinfo=UTC))
    assert not fred.settled(closed, datetime(2031, 1, 2, tzinfo=UTC))
    assert not fred.settled(opened, datetime(2031, 6, 1, tzinfo=UTC))
    assert not fred.settled(dates, datetime(2031, 6, 1, tzinfo=UTC))
