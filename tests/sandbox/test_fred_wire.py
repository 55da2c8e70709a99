"""FRED and ALFRED: vintages, windows, pages and refusals.

In the double, GDP of a quarter q is first printed on the eve of the first day of month q+4, again 30 and 60 days later; the
second print repeats the first for every other quarter.
"""

import json

import numpy as np
import pytest

from pipelines.sandbox.render._alfred import intervals
from pipelines.sandbox.world.prints import assemble
from tests.sandbox.conftest import fred

ALL = {"realtime_start": "1776-07-04", "realtime_end": "9999-12-31"}


def ask(get, path, now="2024-03-01T15:00:00Z", **params):
    return json.loads(get(fred(path, **params), now=now).body)


def test_the_envelope_has_the_documented_keys_in_order(get):
    said = ask(get, "/series/observations", series_id="GDP")
    assert list(said) == ["realtime_start", "realtime_end", "observation_start", "observation_end", "units", "output_type", "file_type",
                          "order_by", "sort_order", "count", "offset", "limit", "observations"]
    assert (said["observation_start"], said["observation_end"], said["limit"]) == ("1600-01-01", "9999-12-31", 100000)
    assert list(said["observations"][0]) == ["realtime_start", "realtime_end", "date", "value"]


def test_without_a_period_the_answer_is_what_stands_today_in_st_louis(get):
    said = ask(get, "/series/observations", series_id="GDP", now="2024-03-02T04:00:00Z")          # 1 March, 22:00 there
    assert (said["realtime_start"], said["realtime_end"]) == ("2024-03-01", "2024-03-01")
    assert {(row["realtime_start"], row["realtime_end"]) for row in said["observations"]} == {("2024-03-01", "2024-03-01")}
    assert [said["observations"][0][name] for name in ("date", "value")] == ["2010-01-01", "15003.500"]


def test_all_vintages_are_contiguous_intervals_and_the_last_stands(get):
    rows = [row for row in ask(get, "/series/observations", series_id="GDP", **ALL)["observations"] if row["date"] == "2010-04-01"]
    assert [(row["realtime_start"], row["realtime_end"], row["value"]) for row in rows] == [
        ("2010-07-31", "2010-08-29", "15100.000"), ("2010-08-30", "2010-09-28", "15107.125"), ("2010-09-29", "9999-12-31", "15110.625"),
    ]


def test_a_repeated_value_opens_no_vintage(get):
    rows = [row for row in ask(get, "/series/observations", series_id="GDP", **ALL)["observations"] if row["date"] == "2010-01-01"]
    assert [(row["realtime_start"], row["realtime_end"], row["value"]) for row in rows] == [
        ("2010-04-30", "2010-06-28", "15000.000"), ("2010-06-29", "9999-12-31", "15003.500"),
    ]


def test_a_window_of_real_time_cuts_the_intervals_at_its_edges(get):
    said = ask(get, "/series/observations", series_id="GDP", realtime_start="2010-08-10", realtime_end="2010-09-10",
               observation_start="2010-04-01", observation_end="2010-04-01")
    assert [(row["realtime_start"], row["realtime_end"], row["value"]) for row in said["observations"]] == [
        ("2010-08-10", "2010-08-29", "15100.000"), ("2010-08-30", "2010-09-10", "15107.125"),
    ]


def test_vintage_dates_are_the_starts_of_intervals(get):
    dates = ask(get, "/series/vintagedates", series_id="GDP")["vintage_dates"]
    rows = ask(get, "/series/observations", series_id="GDP", **ALL)["observations"]
    assert dates == sorted({row["realtime_start"] for row in rows})
    assert dates[:3] == ["2010-04-30", "2010-06-29", "2010-07-31"]


def test_output_type_2_has_a_column_a_vintage_and_3_only_what_changed(get):
    period = {"realtime_start": "2010-07-31", "realtime_end": "2010-09-29", "observation_end": "2010-04-01"}
    assert ask(get, "/series/observations", series_id="GDP", output_type=2, **period)["observations"] == [
        {"date": "2010-01-01", "GDP_20100731": "15003.500", "GDP_20100830": "15003.500", "GDP_20100929": "15003.500"},
        {"date": "2010-04-01", "GDP_20100731": "15100.000", "GDP_20100830": "15107.125", "GDP_20100929": "15110.625"},
    ]
    assert ask(get, "/series/observations", series_id="GDP", output_type=3, **period)["observations"] == [
        {"date": "2010-04-01", "GDP_20100731": "15100.000", "GDP_20100830": "15107.125", "GDP_20100929": "15110.625"},
    ]


def test_output_type_4_has_first_releases_only(get):
    rows = ask(get, "/series/observations", series_id="GDP", output_type=4, **ALL)["observations"]
    assert rows[0] == {"realtime_start": "2010-07-31", "realtime_end": "2010-08-29", "date": "2010-04-01", "value": "15100.000"}
    assert len({row["date"] for row in rows}) == len(rows) == 55            # 2010-Q2 to 2023-Q4; the first quarter is no release of its own


def test_offset_limit_and_order_page_through_the_rows(get):
    whole = ask(get, "/series/observations", series_id="GDP", **ALL)
    first = ask(get, "/series/observations", series_id="GDP", limit=100, **ALL)
    second = ask(get, "/series/observations", series_id="GDP", limit=100, offset=100, **ALL)
    assert first["observations"] + second["observations"] == whole["observations"]
    assert first["count"] == second["count"] == len(whole["observations"])
    turned = ask(get, "/series/observations", series_id="GDP", sort_order="desc", **ALL)
    assert turned["observations"] == whole["observations"][::-1]


def test_a_missing_value_is_a_point(get):
    rows = ask(get, "/series/observations", series_id="DGS10", observation_end="2010-01-05")["observations"]
    assert [row["value"] for row in rows] == [".", "2.01"]


def test_a_daily_series_has_too_many_vintages_for_one_request(get):
    answer = get(fred("/series/observations", series_id="DGS10", **ALL))
    assert answer.status == 400
    weekdays = np.busday_count("2010-01-04", "2024-02-29")                 # the print of 28 February is out on the 29th
    assert json.loads(answer.body)["error_message"] == (
        f"Bad Request.  There are {weekdays} vintage dates in the specified real-time period: 1776-07-04 to 9999-12-31.  "
        "This exceeds the maximum number of vintage dates allowed (2000)."
    )


def test_an_index_provider_allows_ten_years_only(get):
    rows = ask(get, "/series/observations", series_id="SP500")["observations"]
    assert rows[0]["date"] == "2014-03-03"


def test_series_information_says_simulated_and_when_it_was_updated(get):
    winter = ask(get, "/series", series_id="GDP")["seriess"][0]
    assert list(winter) == ["id", "realtime_start", "realtime_end", "title", "observation_start", "observation_end", "frequency",
                            "frequency_short", "units", "units_short", "seasonal_adjustment", "seasonal_adjustment_short", "last_updated",
                            "popularity", "notes"]
    assert winter["title"] == "SIMULATED: Gross Domestic Product"
    assert "SIMULATED" in winter["notes"]
    assert winter["last_updated"] == "2024-03-01 06:30:00-06"
    assert ask(get, "/series", series_id="GDP", now="2023-07-15T12:00:00Z")["seriess"][0]["last_updated"].endswith("-05")
    assert b"n. 1\\/2" in get(fred("/series", series_id="GDP")).body


def test_release_dates_are_vintage_dates_of_the_release(get):
    said = ask(get, "/release/dates", release_id=53)
    assert list(said) == ["realtime_start", "realtime_end", "order_by", "sort_order", "count", "offset", "limit", "release_dates"]
    assert said["release_dates"][0] == {"release_id": 53, "date": "2010-04-30"}
    assert ask(get, "/series/release", series_id="GDP")["releases"][0]["name"] == "Gross Domestic Product"


def test_dates_of_all_releases_run_backwards_through_this_year(get):
    said = ask(get, "/releases/dates")
    assert (said["realtime_start"], said["sort_order"], said["limit"]) == ("2024-01-01", "desc", 1000)
    dates = [row["date"] for row in said["release_dates"]]
    assert dates == sorted(dates, reverse=True)
    assert dates[-1] >= "2024-01-01"
    assert list(said["release_dates"][0]) == ["release_id", "release_name", "date"]


@pytest.mark.parametrize(("target", "message"), [
    ("/fred/fred/series?series_id=GDP&file_type=json", "Variable api_key is not set."),
    ("/fred/fred/series?series_id=GDP&file_type=json&api_key=abc", "The value for variable api_key is not registered."),
    (fred("/series", series_id="NOPE"), "The series does not exist."),
    (fred("/series/observations", series_id="GDP", realtime_start="2020-1-1"), "The value for variable realtime_start is not a valid date"),
    (fred("/series/observations", series_id="GDP", realtime_start="2020-02-02", realtime_end="2020-01-01"), "after realtime_end"),
    (fred("/series/observations", series_id="GDP", limit=100001), "limit is not between 1 and 100000"),
    (fred("/series/observations", series_id="GDP", output_type=5), "output_type is not between 1 and 4"),
    (fred("/series/observations", series_id="GDP", sort_order="up"), "sort_order"),
    (fred("/series/observations", series_id="GDP", units="pch"), "levels"),
    (fred("/release/dates", release_id=12345), "The release does not exist."),
    (fred("/series/observations", series_id="GDP").replace("json", "xml"), "file_type"),
])
def test_what_fred_refuses_is_a_400_in_json(get, target, message):
    answer = get(target)
    assert (answer.status, answer.content_type) == (400, "application/json; charset=UTF-8")
    said = json.loads(answer.body)
    assert list(said) == ["error_code", "error_message"]
    assert said["error_message"].startswith("Bad Request.  ")
    assert message in said["error_message"]


def test_a_good_key_is_called_unregistered_once_in_two_hundred_calls(get):
    answers = [get(fred("/series/observations", series_id="GDP", limit=1, offset=n)) for n in range(1000)]
    refused = [answer for answer in answers if answer.status == 400]
    assert 1 <= len(refused) <= 15
    assert all(b"api_key is not registered" in answer.body for answer in refused)


def test_one_page_in_two_hundred_has_fewer_rows_than_its_count_and_a_retry_has_all(get):
    cut = []
    for n in range(1000):
        day = f"2012-{1 + n % 12:02d}-{1 + n // 12 % 28:02d}"
        target = fred("/series/observations", series_id="GDP", observation_end=day, limit=9 + n // 336)
        said = json.loads(get(target).body)
        if "observations" in said and len(said["observations"]) < min(said["count"], said["limit"]):
            cut.append(target)
            again = json.loads(get(target).body)
            assert len(again["observations"]) == min(again["count"], again["limit"])
    assert 1 <= len(cut) <= 15


def test_of_two_prints_on_one_day_the_later_stands():
    day = np.array(["2020-01-01"] * 3, "datetime64[D]")
    at = np.array(["2020-02-01T13:00", "2020-02-01T15:00", "2020-02-03T05:30"], "datetime64[us]")
    found = intervals(assemble("fred", "X", day, at, np.array([1.0, 2.0, 3.0]), decimals=0))
    # 05:30 UTC on the 3rd is still the evening of the 2nd in St. Louis
    assert list(zip(found.start.astype(str), found.end.astype(str), found.value, strict=True)) == [
        ("2020-02-01", "2020-02-01", 2.0), ("2020-02-02", "9999-12-31", 3.0),
    ]
