import copy
import json
import re
from datetime import UTC, date, datetime

import pytest

from models_py.kernel.errors import ConfigError, PayloadError, RateLimited, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, yahoo
from tests.connectors.build import payload, raw

LIVE = Endpoint("https://query1.finance.yahoo.com")
KEY = "MACR 2031-01-01..2031-12-31"
CHART = json.loads(raw("yahoo", "MACR_2031.json"))


def changed(**parts):
    """The chart with parts of its result replaced; `meta` is updated."""
    answer = copy.deepcopy(CHART)
    result = answer["chart"]["result"][0]
    result["meta"].update(parts.pop("meta", {}))
    result.update(parts)
    return json.dumps(answer)


def cells(body, key=KEY, status=200, splits=None):
    parsed = yahoo.parse(payload("yahoo", key, body, status), splits)
    return {(one.source_key, str(one.source_date)): one.value for one in parsed.observations}


def test_closes_and_dividends_are_in_the_shares_of_their_own_day_and_the_day_in_progress_is_left_out():
    # a share that closed at 100.2 was split four for one on the 10th, so that Yahoo shows 25.05; its 25 cents show as 6.25
    assert cells(json.dumps(CHART)) == {
        ("MACR|close", "2031-03-06"): 100.2, ("MACR|close", "2031-03-07"): None, ("MACR|close", "2031-03-10"): 25.27,
        ("MACR|dividend", "2031-03-06"): 0.25, ("MACR|split", "2031-03-10"): 4.0,
    }


def test_once_the_session_is_over_its_bar_counts():
    over = CHART["chart"]["result"][0]["meta"]["currentTradingPeriod"]["regular"]["end"]
    assert cells(changed(meta={"regularMarketTime": over}))["MACR|close", "2031-03-11"] == 25.5


def test_splits_after_the_window_come_from_the_chart_of_events_unless_the_bars_were_fetched_before():
    body = changed(events={})
    events = {"MACR events": json.dumps(CHART).encode()}
    known = yahoo.context(events.get, tuple(events))
    assert cells(body, splits=known)["MACR|close", "2031-03-06"] == 100.2
    later = {"MACR events": changed(events={"splits": {"1": {"date": 2_000_000_000, "numerator": 2, "denominator": 1}}}).encode()}
    assert cells(body, splits=yahoo.context(later.get))["MACR|close", "2031-03-06"] == 25.05
    assert cells(body, splits=yahoo.context({}.get))["MACR|close", "2031-03-06"] == 25.05


def test_the_adjusted_close_is_never_read():
    other = changed(indicators={**CHART["chart"]["result"][0]["indicators"], "adjclose": [{"adjclose": [1.0, 2.0, 3.0, 4.0]}]})
    assert cells(other) == cells(json.dumps(CHART))


def test_trade_dates_are_the_exchanges_in_summer_as_in_winter():
    # midnight in London is 23:00 UTC of the eve in summer, though the chart, asked in winter, has an offset of zero
    stamps = [1936998000, 1923177600]                                        # 2031-05-19 23:00 and 2030-12-11 00:00 UTC
    quote = {"quote": [{"close": [1.25, 1.5]}]}
    meta = {"exchangeTimezoneName": "Europe/London", "symbol": "EURUSD=X", "gmtoffset": 0, "regularMarketTime": 1940000000,
            "currentTradingPeriod": {"regular": {"start": 1939950000, "end": 1940036340}}}
    found = cells(changed(timestamp=stamps, indicators=quote, meta=meta, events={}))
    assert found == {("EURUSD=X|close", "2031-05-20"): 1.25, ("EURUSD=X|close", "2030-12-11"): 1.5}


@pytest.mark.parametrize(
    ("sent", "price"), [(36.77000045776367, 36.77), (1.1220825910568237, 1.1220826), (19.947999954223633, 19.948), (0.1, 0.1)]
)
def test_a_price_is_the_shortest_decimal_of_its_32_bits(sent, price):
    quote = {"quote": [{"close": [sent]}]}
    stamp = CHART["chart"]["result"][0]["timestamp"][2]
    assert cells(changed(timestamp=[stamp], indicators=quote, events={})) == {("MACR|close", "2031-03-10"): price}


def test_minute_bars_give_the_price_of_the_day_as_it_stood():
    meta = {"dataGranularity": "1m", "regularMarketTime": 1931000130}
    body = changed(timestamp=[1931000000, 1931000060, 1931000130], indicators={"quote": [{"close": [25.5, None, 26.0]}]}, meta=meta)
    (one,) = yahoo.parse(payload("yahoo", KEY, body)).observations
    assert (one.source_key, one.value, one.published_at, one.availability) == (
        "MACR|last", 25.5, datetime(2031, 3, 11, 12, 54, 20, tzinfo=UTC), "published",
    )


def test_bars_of_quarters_give_their_events_alone():
    assert set(cells(changed(meta={"dataGranularity": "3mo"}))) == {("MACR|dividend", "2031-03-06"), ("MACR|split", "2031-03-10")}


def test_a_window_of_a_currency_begins_at_midnight_in_london_in_summer_too():
    (window,) = yahoo.plan(rows("EURUSD=X|close"), date(2024, 6, 3), date(2024, 6, 28), LIVE)
    opens, closes = map(int, re.findall(r"period[12]=(\d+)", window.url))
    assert [str(datetime.fromtimestamp(one, UTC)) for one in (opens, closes)] == ["2024-06-02 23:00:00+00:00", "2024-12-31 23:00:00+00:00"]


@pytest.mark.parametrize(("last", "days"), [(1930084200, 1), (1930107599, 2)])
def test_a_bar_of_a_future_counts_from_the_end_of_its_day_in_new_york_and_not_from_the_settlement(last, days):
    # the session of 28 February 2031 ends at 23:59:59 in New York, 1 March 04:59:59 UTC; at 17:30 its close still moves
    stamps = [1929934800, 1930021200]                                        # 27 and 28 February, midnight in New York
    meta = {"exchangeTimezoneName": "America/New_York", "symbol": "CL=F", "regularMarketTime": last,
            "currentTradingPeriod": {"regular": {"start": 1930021200, "end": 1930107599}}}
    found = cells(changed(timestamp=stamps, indicators={"quote": [{"close": [70.5, 71.5]}]}, meta=meta, events={}))
    assert len(found) == days


def test_no_future_of_the_catalogue_is_known_before_its_bar_is_final():
    from models_py.kernel.seeds import read

    rules = {row["release_lag"] for row in read("series").iter_rows(named=True) if row["source_key"].endswith("=F|close")}
    assert rules == {"D 23:59 ET"}


def test_a_window_without_session_is_empty():
    answer = json.loads(changed(indicators={"quote": [{}]}))
    del answer["chart"]["result"][0]["timestamp"], answer["chart"]["result"][0]["events"]
    found = payload("yahoo", KEY, json.dumps(answer))
    yahoo.validate(found)
    assert yahoo.is_empty(found)
    assert list(yahoo.parse(found).observations) == []


@pytest.mark.parametrize(
    ("body", "status", "error", "reason"),
    [
        ("Too Many Requests\r\n", 429, RateLimited, "status 429, asked to slow down: Too Many Requests"),
        ("Too Many Requests\r\n", 200, RateLimited, "status 200, asked to slow down"),
        ('{"chart":{"result":null,"error":{"code":"Not Found","description":"No data found"}}}', 404, SourceRefused, "Not Found: No data"),
        ('{"quoteResponse":{"result":[],"error":null}}', 200, SourceRefused, "the symbol is unknown"),
        ("<html><title>Yahoo</title></html>", 200, PayloadError, "HTML page instead of a chart"),
        ("<html><title>Bad gateway</title></html>", 502, SourceDown, "status 502"),
        ('{"finance":[]}', 200, PayloadError, "no chart"),
        (changed(timestamp=[1]), 200, PayloadError, "1 stamps and 4 closes"),
        (changed(timestamp=["a", 1, 2, 3]), 200, PayloadError, "not a stamp: 'a'"),
        (changed(meta={"exchangeTimezoneName": "Mars/Olympus"}), 200, PayloadError, "unknown time zone 'Mars/Olympus'"),
        (changed(meta={"dataGranularity": "7d"}), 200, PayloadError, "bars of 7d"),
        (changed(meta={"symbol": None}), 200, PayloadError, "meta without symbol"),
        (changed(events={"splits": {"1": {"date": 1, "numerator": 4, "denominator": 0}}}), 200, PayloadError, "ZeroDivisionError"),
        (changed(events={"dividends": {"1": {"date": 1}}}), 200, PayloadError, "KeyError: 'amount'"),
        (changed(indicators={"quote": [{"close": [1.0, "2", 3.0, 4.0]}]}), 200, PayloadError, "not a number: '2'"),
        (changed(timestamp=[CHART["chart"]["result"][0]["timestamp"][0]] * 4), 200, PayloadError, "closes twice on 2031-03-06"),
    ],
)
def test_errors_and_strange_answers_are_named(body, status, error, reason):
    with pytest.raises(error, match=reason) as caught:
        cells(body, status=status)
    assert (caught.value.source, caught.value.key) == ("yahoo", KEY)


def rows(*keys):
    return [CatalogueRow(key, "yahoo", key, "daily", revisable=False) for key in keys]


def test_a_chart_a_symbol_and_window_and_its_events_where_there_are_shares():
    planned = yahoo.plan(rows("^VIX|close", "EWZ|close", "EWZ|dividend"), date(2025, 1, 1), date(2026, 11, 20), LIVE)
    assert [request.key for request in planned] == [
        "EWZ events", "EWZ 2025-01-01..2025-12-31", "EWZ 2026-01-01..2026-12-31",
        "^VIX 2025-01-01..2025-12-31", "^VIX 2026-01-01..2026-12-31",
    ]
    assert planned[1].url == (
        "https://query1.finance.yahoo.com/v8/finance/chart/EWZ?period1=1735689600&period2=1767225600&interval=1d"
        "&events=div%7Csplit%7CcapitalGains&includeAdjustedClose=true"
    )
    assert "interval=3mo" in planned[0].url
    assert "/chart/%5EVIX?" in planned[3].url
    assert planned[0].headers["User-Agent"].startswith("Mozilla/5.0")
    assert yahoo.settled(planned[1], datetime(2026, 11, 20, tzinfo=UTC))
    assert not yahoo.settled(planned[0], datetime(2026, 11, 20, tzinfo=UTC))
    assert not yahoo.settled(planned[2], datetime(2026, 11, 20, tzinfo=UTC))


def test_currencies_and_futures_have_no_events_and_keep_their_signs():
    planned = yahoo.plan(rows("BRL=X|close", "GC=F|close", "DX-Y.NYB|close"), date(2026, 1, 1), date(2026, 11, 20), LIVE)
    assert [request.url.split("?")[0].rsplit("/", 1)[1] for request in planned] == ["BRL=X", "DX-Y.NYB", "GC=F"]


def test_nothing_is_asked_where_the_catalogue_names_nothing_and_a_strange_key_is_refused():
    assert yahoo.plan([], date(2026, 1, 1), date(2026, 11, 20), LIVE) == []
    with pytest.raises(ConfigError, match=r"yahoo has no series 'EWZ.adjclose'"):
        yahoo.plan(rows("EWZ|adjclose"), date(2026, 1, 1), date(2026, 11, 20), LIVE)
