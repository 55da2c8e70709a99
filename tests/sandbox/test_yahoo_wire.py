"""Yahoo's chart: bars, events and refusals of the simulated `query1.finance.yahoo.com`."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models_py.kernel.clock import instant
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan, parse
from pipelines.sandbox.service import Service
from tests.sandbox.conftest import AGENT, chart
from tests.sandbox.world.worlds import world

quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def stamp(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp())


def result(answer) -> dict:
    assert answer.status == 200
    (found,) = json.loads(answer.body)["chart"]["result"]
    return found


def test_prices_are_32_bit_floats_and_the_name_says_simulated(real):
    found = result(real(chart("EWZ", "2024-01-02", "2024-02-01"), now="2024-03-01T15:00:00Z"))
    closes = [value for value in found["indicators"]["quote"][0]["close"] if value is not None]
    assert len(closes) > 15
    assert all(float(np.float32(value)) == value for value in closes)
    assert found["meta"]["longName"] == "SIMULATED iShares MSCI Brazil ETF"
    columns = [len(column) for column in found["indicators"]["quote"][0].values()]
    assert {*columns, len(found["indicators"]["adjclose"][0]["adjclose"])} == {len(found["timestamp"])}


def test_stamps_are_openings_in_summer_and_in_winter_while_the_offset_is_that_of_now(real):
    found = result(real(chart("BRL=X", "2023-07-03", "2023-07-03"), now="2024-01-05T15:00:00Z"))
    assert found["meta"]["gmtoffset"] == 0
    assert found["timestamp"] == [stamp("2023-07-04T00:00:00+01:00")]
    winter, summer = (result(real(chart("TLT", day, day), now="2024-08-01T15:00:00Z")) for day in ("2024-01-16", "2024-07-16"))
    assert winter["timestamp"] == [stamp("2024-01-16T09:30:00-05:00")]
    assert summer["timestamp"] == [stamp("2024-07-16T09:30:00-04:00")]


def test_a_window_without_session_has_no_stamps_and_an_empty_quote(real):
    found = result(real(chart("EWZ", "2024-01-13", "2024-01-14"), now="2024-03-01T15:00:00Z"))
    assert "timestamp" not in found
    assert found["indicators"]["quote"] == [{}]


def test_the_bar_of_a_session_in_progress_is_last_and_stamped_with_the_last_trade(real):
    target = chart("EWZ", "2024-01-16", "2024-01-31")
    eve, open_, over, final = (
        result(real(target, now=f"2024-01-17T{at}:00Z")) for at in ("14:29", "14:31", "21:29", "21:30")
    )
    assert eve["timestamp"] == [stamp("2024-01-16T09:30:00-05:00")]
    assert open_["timestamp"][1:] == [stamp("2024-01-17T14:31:00+00:00")] == [open_["meta"]["regularMarketTime"]]
    assert open_["indicators"]["quote"][0]["volume"][1] == 0
    assert over["meta"]["regularMarketTime"] < over["meta"]["currentTradingPeriod"]["regular"]["end"]
    assert final["timestamp"][1:] == [stamp("2024-01-17T09:30:00-05:00")]
    assert final["meta"]["regularMarketTime"] == final["meta"]["currentTradingPeriod"]["regular"]["end"]


def test_a_split_divides_every_close_before_it_from_the_hour_it_opens(real):
    # in this world one Petrobras share became two on 1 February 2018
    target = chart("PETR4.SA", "2018-01-29", "2018-02-28")
    before, after = (result(real(target, now=f"2018-02-01T{at}:00Z")) for at in ("11:59", "12:01"))
    whole, half = (np.array(found["indicators"]["quote"][0]["close"][:3]) for found in (before, after))
    assert np.abs(half - whole / 2).max() < 1e-6 * whole.max()
    assert "events" not in before
    (event,) = after["events"]["splits"].values()
    assert event == {"date": stamp("2018-02-01T12:00:00+00:00"), "numerator": 2.0, "denominator": 1.0, "splitRatio": "2:1"}
    assert "events" not in result(real(chart("PETR4.SA", "2018-01-29", "2018-02-28", events="div"), now="2018-02-01T12:01:00Z"))


def test_the_adjusted_close_is_rewritten_at_each_dividend_and_the_close_is_not(real):
    target = chart("HYG", "2020-02-03", "2020-02-28")
    early, late = (result(real(target, now=now)) for now in ("2020-03-01T12:00:00Z", "2021-03-01T12:00:00Z"))
    assert early["indicators"]["quote"] == late["indicators"]["quote"]
    first, again = (np.array(found["indicators"]["adjclose"][0]["adjclose"], float) for found in (early, late))
    assert np.nanmax(again / first) < 0.96                  # a year of income at 5.5 %
    assert len(late["events"]["dividends"]) == 1


def test_an_event_is_dated_with_the_opening_of_its_ex_date(real):
    (event,) = result(real(chart("HYG", "2020-02-01", "2020-02-28"), now="2020-03-01T12:00:00Z"))["events"]["dividends"].values()
    assert event["date"] == stamp("2020-02-04T09:30:00-05:00")
    assert 0.3 < event["amount"] < 0.7


def test_quarters_hold_the_events_of_all_their_days(real):
    found = result(real(chart("PETR4.SA", "2015-01-01", "2018-12-31", interval="3mo"), now="2018-02-10T12:00:00Z"))
    assert len(found["events"]["splits"]) == 2
    assert len(found["events"]["dividends"]) == 9
    assert found["timestamp"][:2] == [stamp("2015-01-01T00:00:00-02:00"), stamp("2015-04-01T00:00:00-03:00")]
    assert found["meta"]["dataGranularity"] == "3mo"


@pytest.mark.parametrize("agent", [{}, {"user-agent": "python-requests/2.31"}])
def test_a_plain_client_is_told_to_slow_down_in_two_words(recorded, real, agent):
    found = real(chart("EWZ", "2024-01-02", "2024-02-01"), headers=agent)
    assert found.status == 429
    assert found.body == (recorded / "yahoo" / "error_429_too_many_requests.txt").read_bytes()


def test_an_unknown_symbol_is_a_404_in_json(recorded, real):
    found = real(chart("NOPE", "2024-01-02", "2024-02-01"))
    assert found.status == 404
    assert found.body == (recorded / "yahoo" / "error_404_chart.json").read_bytes()


@pytest.mark.parametrize(("change", "status"), [("interval=1m", 422), ("interval=7d", 400), ("period1=x", 400), ("period2=5", 400)])
def test_what_it_cannot_chart_is_refused(real, change, status):
    found = real(f"{chart('EWZ', '2024-01-02', '2024-02-01')}&{change}")
    assert found.status == status
    assert json.loads(found.body)["chart"]["result"] is None


def test_a_scale_error_multiplies_prices_and_spares_volumes():
    plan = parse({"faults": [{"kind": "scale_error", "source": "yahoo", "key": "EWZ", "factor": 100}]}, "test")
    answers = []
    for faults in (plan, Plan("calm")):
        service = Service(ServedClock(instant("2024-03-01T15:00:00Z")), faults, lambda until: world(1))
        with service.respond("GET", chart("EWZ", "2024-01-02", "2024-02-01"), AGENT) as answer:
            answers.append(result(answer)["indicators"]["quote"][0])
    wrong, right = answers
    assert wrong["volume"] == right["volume"]
    assert wrong["close"] == pytest.approx([100 * value for value in right["close"]])


@given(seconds=st.integers(1262304000, 1751241600), symbol=st.sampled_from(["BRL=X", "^BVSP", "VALE3.SA", "GC=F"]))
@quick
def test_the_chart_shows_what_is_out_and_only_that(real, seconds, symbol):
    now = f"{np.datetime64(seconds, 's')}Z"
    found = result(real(chart(symbol, "2010-01-01", "2026-12-31"), now=now))
    known = world(1).prints("yahoo", f"{symbol}|close").known(np.datetime64(seconds, "s"))
    opened = world(1).prints("yahoo", f"{symbol}|open").known(np.datetime64(seconds, "s"))
    assert len(found.get("timestamp", [])) == len(opened)
    assert 0 <= len(opened) - len(known.latest()) <= 1
    assert all(at <= seconds for at in found.get("timestamp", []))


def test_bytes_of_a_closed_window_do_not_depend_on_now_but_for_meta_and_adjusted_closes(real):
    for symbol in ("BRL=X", "EWZ", "^GSPC"):
        target = chart(symbol, "2015-01-01", "2015-12-31")
        early, late = (result(real(target, now=now)) for now in ("2016-03-01T12:00:00Z", "2021-08-01T12:00:00Z"))
        for found in (early, late):
            del found["meta"], found["indicators"]["adjclose"]
        assert early == late


def test_one_close_in_fifteen_hundred_is_a_hundred_times_too_high_until_the_next_session():
    wrong = total = 0
    for key in world(1).keys("yahoo"):
        if key.endswith("|close"):
            prints = world(1).prints("yahoo", key)
            first, latest = prints.first(), prints.latest()
            ratio = first.value / latest.value
            wrong, total = wrong + int((ratio > 50).sum()), total + len(latest)
            assert set(np.round(ratio[~np.isnan(ratio)], 9)) <= {1.0, 100.0}
    assert 1 / 2500 < wrong / total < 1 / 900


def test_a_currency_closes_where_it_opened_on_three_days_in_ten():
    opened, closed = (world(1).prints("yahoo", f"MXN=X|{field}").latest() for field in ("open", "close"))
    share = np.mean(opened.value[: len(closed)] == closed.value)         # the last session of the world is not over
    assert 0.27 < share < 0.33
