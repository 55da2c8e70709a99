"""Release-time rules: what the words mean, against dates that are known or worked out by hand."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_py.kernel.errors import ConfigError
from models_py.quant.release_calendars import ReleaseDates
from models_py.quant.release_rule import at, available_at, next_release, resolve

RULES = (
    "D 16:00 CET (fixing 14:15 CET)",
    "D+1 16:15 ET",
    "D+3 12:00 BRT",
    "D+5 calendar days (Thursday) 08:30 ET",
    "next_monday 08:30 BRT",
    "next_week_wednesday 14:30 BRT",
    "m+1 day 12 09:00 BRT",
    "m+2 day 31 09:00 BRT",
    "m last business day 08:00 BRT",
    "m+1 first Friday 08:30 ET",
    "m last Friday 10:00 ET",
    "q end + 62 days 09:00 BRT",
    "30 June of year-2 18:00 BRT",
    "year start",
    "file_month_vintage_end 23:59 ET",
    "never (labels only)",
    "release:ibge_ipca",
    "release:copom_decision",
    "release:copom_minutes",
    "release:fomc_statement",
    "release:fomc_minutes",
    "release:cftc_cot",
    "D 13:30 BRT (from 2011-07-01); D 19:00 BRT before",
    "release:copom_decision of the change; else D 00:00 BRT",
)
FORWARD = tuple(rule for rule in RULES if not rule.startswith(("30 June", "year start", "release:copom_decision of", "m last")))
ZONES = {"BRT": ZoneInfo("America/Sao_Paulo"), "ET": ZoneInfo("America/New_York"), "CET": ZoneInfo("Europe/Berlin")}
DATES = st.dates(date(2000, 1, 1), date(2035, 12, 31))


def known(rule: str, day: str, **options) -> str:
    return str(available_at(rule, np.array([day], dtype="datetime64[D]"), **options)[0].astype("datetime64[m]")) + "Z"


@pytest.mark.parametrize(
    ("rule", "reference_date", "expected"),
    [
        ("D 13:30 BRT", "2020-05-14", "2020-05-14T16:30Z"),
        ("D 13:30 BRT", "2018-12-14", "2018-12-14T15:30Z"),                       # daylight saving in São Paulo
        ("D 16:00 CET (fixing 14:15 CET)", "2020-07-01", "2020-07-01T14:00Z"),
        ("D 16:00 CET (fixing 14:15 CET)", "2020-12-01", "2020-12-01T15:00Z"),
        ("D+1 16:15 ET", "2020-03-06", "2020-03-09T20:15Z"),                      # Friday to Monday, across the spring change
        ("D+1 16:15 ET", "2021-07-02", "2021-07-06T20:15Z"),                      # Independence Day observed on Monday 5
        ("D+1 16:15 ET", "1962-01-05", "1962-01-08T21:15Z"),                      # before any listed holiday only weekends close
        ("D+3 12:00 BRT", "2020-02-20", "2020-02-27T15:00Z"),                     # Carnival Monday and Tuesday closed
        ("D+5 13:00 ET", "2020-04-20", "2020-04-27T17:00Z"),
        ("D+5 calendar days (Thursday) 08:30 ET", "2020-04-04", "2020-04-09T12:30Z"),
        ("D+5 calendar days (Thursday) 08:30 ET", "2019-12-21", "2019-12-26T13:30Z"),
        ("D+6 calendar days (Thursday) 10:00 ET", "2021-11-19", "2021-11-26T15:00Z"),    # Thanksgiving moves it to Friday
        ("next_monday 08:30 BRT", "2022-10-07", "2022-10-10T11:30Z"),
        ("next_monday 08:30 BRT", "2022-10-10", "2022-10-17T11:30Z"),             # a Monday survey waits a week
        ("next_monday 08:30 BRT", "2018-01-03", "2018-01-08T10:30Z"),
        ("next_week_wednesday 14:30 BRT", "2024-03-04", "2024-03-13T17:30Z"),     # the flow of a Monday and of that week's Friday
        ("next_week_wednesday 14:30 BRT", "2024-03-08", "2024-03-13T17:30Z"),
        ("next_week_wednesday 14:30 BRT", "2024-04-26", "2024-05-02T17:30Z"),     # Labour Day on Wednesday: Thursday
        ("next_monday 08:30 BRT", "2021-11-12", "2021-11-16T11:30Z"),             # Republic day on Monday: Tuesday
        ("m+1 day 12 09:00 BRT", "2019-09-30", "2019-10-14T12:00Z"),              # Saturday and holiday
        ("m+1 day 13 08:30 ET", "2024-01-31", "2024-02-13T13:30Z"),
        ("m+1 day 30 08:30 ET", "2023-01-31", "2023-02-28T13:30Z"),               # February has no 30th
        ("m+2 day 16 09:00 BRT", "2023-09-30", "2023-11-16T12:00Z"),
        ("m last business day 08:00 BRT", "2020-05-31", "2020-05-29T11:00Z"),
        ("m+1 last business day 08:30 ET", "2021-04-30", "2021-05-28T12:30Z"),    # Memorial Day is the 31st
        ("m+1 first Friday 08:30 ET", "2020-03-31", "2020-04-03T12:30Z"),
        ("m+1 first Friday 08:30 ET", "2015-12-31", "2016-01-08T13:30Z"),         # 1 January 2016 is a Friday
        ("m+1 first Friday 08:30 ET", "2023-03-31", "2023-04-07T12:30Z"),         # Good Friday: the bond market opens for payrolls
        ("m last Friday 10:00 ET", "2020-06-30", "2020-06-26T14:00Z"),
        ("m last Friday 10:00 ET", "2015-12-31", "2015-12-28T15:00Z"),            # Christmas Friday: Monday
        ("q end + 62 days 09:00 BRT", "2025-06-30", "2025-09-01T12:00Z"),         # 31 August is a Sunday
        ("q end + 62 days 09:00 BRT", "2019-12-31", "2020-03-02T12:00Z"),         # leap year
        ("30 June of year-2 18:00 BRT", "2021-12-31", "2019-06-30T21:00Z"),
        ("year start", "2024-11-20", "2024-01-01T00:00Z"),
        ("calendar of the year, announced in the previous year", "2017-09-06", "2017-01-01T00:00Z"),
        ("file_month_vintage_end 23:59 ET", "2020-05-01", "2020-06-01T03:59Z"),
        ("file_month_vintage_end 23:59 ET", "2012-02-29", "2012-03-01T04:59Z"),
        ("never (labels only)", "2020-03-31", "9999-12-31T00:00Z"),
        ("D 13:30 BRT (from 2011-07-01); D 19:00 BRT before", "2011-06-30", "2011-06-30T22:00Z"),
        ("D 13:30 BRT (from 2011-07-01); D 19:00 BRT before", "2011-07-01", "2011-07-01T16:30Z"),
        ("30 June of year-2 18:00 BRT; 2003 and 2004: 2002-06-27 and 2003-06-25", "2003-12-31", "2002-06-27T21:00Z"),
        ("30 June of year-2 18:00 BRT; 2003 and 2004: 2002-06-27 and 2003-06-25", "2004-01-31", "2003-06-25T21:00Z"),
        ("30 June of year-2 18:00 BRT; 2003 and 2004: 2002-06-27 and 2003-06-25", "2005-12-31", "2003-06-30T21:00Z"),
        ("release:copom_decision", "2020-08-05", "2020-08-05T21:30Z"),
        ("release:fomc_statement", "2019-07-31", "2019-07-31T18:00Z"),
        ("release:fomc_statement", "2013-01-30", "2013-01-30T19:15Z"),
        ("release:fomc_statement", "2005-02-02", "2005-02-02T19:15Z"),
        ("release:cftc_cot (friday 15:30 ET after tuesday)", "2017-01-03", "2017-01-06T20:30Z"),
        ("release:cftc_cot", "2017-07-03", "2017-07-07T19:30Z"),                  # as of Monday in the week of 4 July
        ("release:cftc_cot", "2021-12-28", "2022-01-03T20:30Z"),                  # New Year's Day observed on Friday
        ("release:cftc_cot", "2024-06-18", "2024-06-24T19:30Z"),                  # Juneteenth on Wednesday
        ("release:cftc_cot", "2024-07-02", "2024-07-08T19:30Z"),
        ("release:cftc_cot", "2024-11-26", "2024-12-02T20:30Z"),                  # Thanksgiving
        ("release:cftc_cot", "2024-12-24", "2024-12-30T20:30Z"),
        ("release:cftc_cot", "2024-11-12", "2024-11-15T20:30Z"),                  # a Monday holiday delays nothing
        ("release:cftc_cot", "2018-12-24", "2019-02-01T20:30Z"),
        ("release:cftc_cot", "2019-01-08", "2019-02-08T20:30Z"),
        ("release:cftc_cot", "2019-02-26", "2019-03-05T20:30Z"),
        ("release:cftc_cot", "2019-03-05", "2019-03-08T20:30Z"),
        ("release:cftc_cot", "2019-03-12", "2019-03-15T19:30Z"),
        ("release:cftc_cot", "2013-10-08", "2013-11-01T19:30Z"),
        ("release:cftc_cot", "2023-02-14", "2023-03-17T19:30Z"),
        ("release:cftc_cot", "2025-10-14", "2025-11-25T20:30Z"),
    ],
)
def test_a_reading_is_known_at_the_local_time_its_rule_says(rule, reference_date, expected):
    assert known(rule, reference_date) == expected


def test_ipca_takes_the_observed_day_and_falls_back_on_the_twelfth_as_assumed():
    releases = {"ibge_ipca": ReleaseDates.of(["2021-10-31"], ["2021-11-10"])}
    instants, assumed = resolve("release:ibge_ipca", np.array(["2021-10-31", "2021-11-30"], dtype="datetime64[D]"), releases=releases)
    assert instants.astype("datetime64[m]").astype(str).tolist() == ["2021-11-10T12:00", "2021-12-13T12:00"]
    assert assumed.tolist() == [False, True]


def test_the_vna_of_the_15th_is_known_with_the_ipca_of_the_month_before():
    releases = {"ibge_ipca": ReleaseDates.of(["2023-11-30"], ["2023-12-12"])}
    assert known("release:ibge_ipca of month m-1", "2023-12-15", releases=releases) == "2023-12-12T12:00Z"


def test_a_policy_rate_is_known_from_the_decision_where_it_changes_and_from_midnight_elsewhere():
    releases = {"copom_decision": ReleaseDates.of(["2017-09-06", "2017-10-25"], ["2017-09-06", "2017-10-25"])}
    rule = "release:copom_decision of the change; else D 00:00 BRT"
    days = np.array(["2017-09-06", "2017-09-08", "2017-09-11", "2017-10-26"], dtype="datetime64[D]")     # 7 September is a holiday
    found = available_at(rule, days, releases=releases, changed=[False, True, False, False])
    assert found.astype("datetime64[m]").astype(str).tolist() == [
        "2017-09-06T03:00", "2017-09-06T21:30", "2017-09-11T03:00", "2017-10-26T02:00",
    ]


def test_a_rate_that_a_file_changes_on_the_holiday_after_the_decision_is_known_from_the_decision():
    releases = {"copom_decision": ReleaseDates.of(["2025-06-18"], ["2025-06-18"])}                        # Corpus Christi is the 19th
    days = np.array(["2025-06-18", "2025-06-19", "2025-06-20"], dtype="datetime64[D]")
    rule = "release:copom_decision of the change; else D 00:00 BRT"
    found = available_at(rule, days, releases=releases, changed=[False, True, False])
    assert found.astype("datetime64[m]").astype(str).tolist() == ["2025-06-18T03:00", "2025-06-18T21:30", "2025-06-20T03:00"]


def test_minutes_of_the_fomc_wait_for_their_event_and_else_three_weeks():
    releases = {"fomc_minutes": ReleaseDates.of(["2010-01-06", "2010-02-17"], ["2010-01-06", "2010-02-17"])}
    assert known("release:fomc_minutes", "2010-01-27", releases=releases) == "2010-02-17T19:00Z"
    assert known("release:fomc_minutes", "2019-12-11", releases=releases) == "2020-01-01T19:00Z"


def test_minutes_released_after_the_next_meeting_are_not_taken_for_the_ones_before():
    # in 1993 the minutes of March came out in May, two days after the minutes of February's successor meeting
    releases = {"fomc_minutes": ReleaseDates.of(["1993-03-26", "1993-05-21"], ["1993-03-26", "1993-05-21"])}
    assert known("release:fomc_minutes", "1993-03-23", releases=releases) == "1993-05-21T18:00Z"


def test_a_press_conference_of_2011_brings_the_statement_forward_to_half_past_twelve():
    releases = {"fomc_press_conference": ReleaseDates.of(["2011-11-02"], ["2011-11-02"])}
    assert known("release:fomc_statement", "2011-11-02", releases=releases) == "2011-11-02T16:30Z"
    assert known("release:fomc_statement", "2011-12-13", releases=releases) == "2011-12-13T19:15Z"


def test_copom_minutes_take_the_published_date_and_else_the_weekday_of_their_era():
    releases = {"copom_minutes": ReleaseDates.of(["2020-03-18"], ["2020-03-23"])}
    assert known("release:copom_minutes", "2020-03-18", releases=releases) == "2020-03-23T11:00Z"
    assert known("release:copom_minutes", "2010-04-28") == "2010-05-06T11:30Z"           # Thursday
    assert known("release:copom_minutes", "2016-06-08") == "2016-06-16T11:30Z"           # the last Thursday, at 08:30
    assert known("release:copom_minutes", "2016-07-20") == "2016-07-26T11:00Z"           # the first Tuesday, at 08:00
    assert known("release:copom_minutes", "2019-12-11") == "2019-12-17T11:00Z"


def test_a_calendar_of_ones_own_needs_its_dates_and_a_time():
    own = {"acme_prints": ReleaseDates.of(["2021-03-31"], ["2021-04-20"])}
    assert known("release:acme_prints 10:00 CET", "2021-03-31", releases=own) == "2021-04-20T08:00Z"
    with pytest.raises(ConfigError, match="2021-06-30"):
        known("release:acme_prints 10:00 CET", "2021-06-30", releases=own)
    with pytest.raises(ConfigError, match="unknown release calendar 'acme_prints'"):
        known("release:acme_prints", "2021-03-31")


@pytest.mark.parametrize(
    ("rule", "reference_date", "frequency", "expected"),
    [
        ("m+2 day 16 09:00 BRT", "2023-08-31", "monthly", "2023-11-16T12:00Z"),
        ("m+1 first Friday 08:30 ET", "2020-01-31", "monthly average", "2020-03-06T13:30Z"),
        ("D+5 calendar days (Thursday) 08:30 ET", "2020-04-04", "weekly, ends Saturday", "2020-04-16T12:30Z"),
        ("q end + 62 days 09:00 BRT", "2025-03-31", "quarterly", "2025-09-01T12:00Z"),
        ("D+1 16:15 ET", "2021-07-02", "daily", "2021-07-07T20:15Z"),
        ("release:ibge_ipca of month m-1", "2024-01-15", "monthly, on the 15th", "2024-02-14T12:00Z"),      # Carnival: Wednesday
    ],
)
def test_a_revised_series_without_vintages_waits_for_the_next_release(rule, reference_date, frequency, expected):
    found = next_release(rule, np.array([reference_date], dtype="datetime64[D]"), frequency)
    assert str(found[0].astype("datetime64[m]")) + "Z" == expected


def test_there_is_no_next_release_of_a_meeting():
    with pytest.raises(ConfigError, match="'per meeting'"):
        next_release("D 14:00 ET", np.array(["2020-01-29"], dtype="datetime64[D]"), "per meeting")


def test_a_vintage_date_takes_the_time_of_day_of_its_rule():
    days = np.array(["2020-05-08", "2020-12-04"], dtype="datetime64[D]")
    assert at(days, "m+1 first Friday 08:30 ET").astype("datetime64[m]").astype(str).tolist() == ["2020-05-08T12:30", "2020-12-04T13:30"]
    assert at(["2020-03-23"], "release:copom_minutes").astype("datetime64[m]").astype(str).tolist() == ["2020-03-23T11:00"]
    with pytest.raises(ConfigError, match="no time of day"):
        at(days, "never")


@pytest.mark.parametrize(
    "rule",
    [
        "", "soon", "D", "D 25:00 BRT", "D 09:00 CST", "m+1 day 09:00 BRT", "D-1 09:00 BRT", "next_mon 09:00 BRT",
        "D 13:30 BRT; D 19:00 BRT", "release:copom_decision of the change", "2003: 2002-06-27", "file CreDt (2023-02-02)",
        "D 13:30 BRT (from 2011-13-01); D 19:00 BRT before",
    ],
)
def test_a_rule_outside_the_grammar_is_refused_with_its_text(rule):
    with pytest.raises(ConfigError) as refused:
        known(rule, "2020-01-31")
    assert repr(rule) in str(refused.value)


@pytest.mark.parametrize("rule", ["column:published_at", "file CreDt (2023-02-02T22:36:58Z)"])
def test_a_rule_that_reads_the_file_cannot_be_applied_to_dates(rule):
    with pytest.raises(ConfigError, match="own fields"):
        known(rule, "2020-01-31")


@settings(deadline=None)
@given(day=DATES, rule=st.sampled_from(FORWARD))
def test_nothing_dated_forward_is_known_before_the_period_begins(day, rule):
    found = available_at(rule, np.array([day], dtype="datetime64[D]"))[0]
    start = np.datetime64(day, "M") if rule.startswith(("file_month", "m")) else np.datetime64(day, "D")
    assert found >= start.astype("datetime64[us]")


@settings(deadline=None)
@given(days=st.lists(DATES, min_size=1, max_size=30), rule=st.sampled_from(RULES))
def test_many_dates_at_once_give_what_each_gives_alone(days, rule):
    array = np.array(days, dtype="datetime64[D]")
    together = available_at(rule, array)
    assert together.tolist() == [available_at(rule, array[i : i + 1])[0].item() for i in range(len(days))]


@settings(deadline=None)
@given(day=DATES, minutes=st.integers(0, 23 * 60 + 59), zone=st.sampled_from(sorted(ZONES)))
def test_wall_times_agree_with_the_time_zone_database(day, minutes, zone):
    found = available_at(f"D {minutes // 60:02d}:{minutes % 60:02d} {zone}", np.array([day], dtype="datetime64[D]"))[0].item()
    wall = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=ZONES[zone])
    before, after = (wall.replace(fold=fold).astimezone(UTC).replace(tzinfo=None) for fold in (0, 1))
    gap = before.replace(tzinfo=UTC).astimezone(ZONES[zone]).replace(tzinfo=None) != wall.replace(tzinfo=None)
    assert found == (before if gap else max(before, after))       # a skipped hour keeps the offset before it, a repeated one is the later


ORDERED = ("D+1 16:15 ET", "D+3 12:00 BRT", "m+1 day 12 09:00 BRT", "m+1 first Friday 08:30 ET", "q end + 62 days 09:00 BRT")


@settings(deadline=None)
@given(day=DATES, rule=st.sampled_from(ORDERED))
def test_a_later_period_is_never_known_earlier(day, rule):
    later = np.array([day, np.datetime64(day, "D") + 1], dtype="datetime64[D]")
    first, second = available_at(rule, later)
    assert first <= second
