"""Release times of many events at once: each rule on its own dates, with real dates where a calendar has them."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from models_py.kernel.errors import ConfigError
from models_py.quant.release_times import SCHEMA, release_times

EVENTS = pa.schema([("release_lag", pa.string()), ("frequency", pa.string()), ("event", pa.string()), ("event_date", pa.date32())])
CALENDAR = pa.schema([("calendar", pa.string()), ("reference_date", pa.date32()), ("release_date", pa.date32())])
NO_DATES = CALENDAR.empty_table()


def asked(*events: tuple[str, str, str, date]) -> pa.Table:
    return pa.table([pa.array(column, field.type) for column, field in zip(zip(*events, strict=True), EVENTS, strict=True)], schema=EVENTS)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def answers(table: pa.Table) -> list[tuple[datetime, bool]]:
    return list(zip(table.column("released_at").to_pylist(), table.column("is_assumed").to_pylist(), strict=True))


def test_each_event_is_timed_by_its_own_rule_in_its_own_zone():
    events = asked(
        ("D+1 08:00 BRT", "daily", "release", date(2024, 2, 9)),  # Friday before Carnival
        ("next_monday 08:30 BRT", "daily", "release", date(2018, 1, 3)),  # daylight saving in São Paulo
        ("m+1 first Friday 08:30 ET", "monthly", "release", date(2023, 12, 31)),
        ("D+1 16:15 ET", "daily", "release", date(2024, 7, 3)),  # Independence Day follows
    )
    assert [at for at, _ in answers(release_times(events, NO_DATES))] == [
        utc(2024, 2, 14, 11),
        utc(2018, 1, 8, 10, 30),
        utc(2024, 1, 5, 13, 30),
        utc(2024, 7, 5, 20, 15),
    ]


def test_a_next_release_is_the_release_of_the_period_after_and_always_assumed():
    events = asked(
        ("m+2 day 16 09:00 BRT", "monthly", "next_release", date(2021, 10, 31)),
        ("q end + 62 days 09:00 BRT", "quarterly", "next_release", date(2023, 12, 31)),
    )
    assert answers(release_times(events, NO_DATES)) == [(utc(2022, 1, 17, 12), True), (utc(2024, 6, 3, 12), True)]


def test_a_date_of_publication_takes_the_hour_of_the_rule():
    events = asked(
        ("m+1 day 13 08:30 ET", "monthly", "vintage", date(2026, 10, 14)), ("D 18:00 ET", "daily", "vintage", date(2026, 11, 12))
    )
    assert [at for at, _ in answers(release_times(events, NO_DATES))] == [utc(2026, 10, 14, 12, 30), utc(2026, 11, 12, 23)]


def test_a_release_calendar_gives_real_dates_and_says_where_a_lag_stands_in():
    events = asked(
        ("release:ibge_ipca", "monthly", "release", date(2021, 10, 31)), ("release:ibge_ipca", "monthly", "release", date(2021, 11, 30))
    )
    calendar = pa.table([pa.array(["ibge_ipca"]), pa.array([date(2021, 10, 31)]), pa.array([date(2021, 11, 10)])], schema=CALENDAR)
    assert answers(release_times(events, calendar)) == [(utc(2021, 11, 10, 12), False), (utc(2021, 12, 13, 12), True)]


def test_the_answer_keeps_the_order_of_the_question():
    days = [date(2024, 1, day) for day in (5, 3, 4)]
    found = release_times(asked(*(("D 13:30 BRT", "daily", "release", day) for day in days)), NO_DATES)
    assert found.column("event_date").to_pylist() == days
    assert [at.date() for at in found.column("released_at").to_pylist()] == days


def test_no_event_is_no_answer():
    assert release_times(EVENTS.empty_table(), NO_DATES).equals(SCHEMA.empty_table())


def test_an_event_of_another_kind_is_refused():
    with pytest.raises(ConfigError, match="release event 'rumour'"):
        release_times(asked(("D 13:30 BRT", "daily", "rumour", date(2024, 1, 2))), NO_DATES)
