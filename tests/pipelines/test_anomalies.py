"""Bands that a series' own past makes: a jump is told, a calm step is not, and the future never moves a band."""

from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from pipelines.anomalies import HISTORY, LEAST, outside

DAY = date(2024, 1, 1)


@pytest.fixture
def gold():
    connection = duckdb.connect()
    connection.execute("""
        set global timezone = 'UTC';
        create schema gold;
        create table gold.series as select 'a' as series_id, 'fred' as source;
        create table gold.frontier (series_id varchar, available_at timestamptz, reference_date date, value double);
    """)
    return connection


def add(gold, values, start=0):
    for place, value in enumerate(values, start=start):
        day = DAY + timedelta(days=place)
        gold.execute("insert into gold.frontier values ('a', ?, ?, ?)", [f"{day} 20:00:00+00", day, value])


def at(place):
    return datetime(2024, 1, 1, 21, tzinfo=UTC) + timedelta(days=place)


def walk(count):
    """Steps of +1, -1, +2, -2 in turn: median 0, median absolute deviation 1.5, so a band of ±22.239 about the reading before."""
    values, level = [], 100.0
    for place in range(count):
        values.append(level)
        level += (1.0, -1.0, 2.0, -2.0)[place % 4]
    return values


def test_a_step_beyond_ten_scaled_deviations_is_told_with_its_band(gold):
    add(gold, [*walk(41), 123.0])                               # 40 steps, then one of 23 from 100
    (row,) = outside(gold, at(41)).iter_rows(named=True)
    assert (row["series_id"], row["source"], row["value"], row["previous"]) == ("a", "fred", 123.0, 100.0)
    assert (row["low"], row["high"]) == (pytest.approx(100 - 22.239), pytest.approx(100 + 22.239))


def test_a_step_within_the_band_is_none(gold):
    add(gold, [*walk(41), 122.0])
    assert outside(gold, at(41)).is_empty()


def test_a_band_is_what_it_was_whatever_comes_later(gold):
    add(gold, [*walk(41), 123.0])
    before = outside(gold, at(41)).rows()
    add(gold, [500.0, -500.0, 900.0], start=42)
    assert outside(gold, at(41)).rows() == before
    assert outside(gold, at(40)).is_empty()                     # and the jump itself was not known on the eve


def test_only_the_last_year_of_steps_makes_a_band(gold):
    wild = [100.0 + 1000 * (place % 2) for place in range(60)]
    add(gold, [*wild, *walk(HISTORY + 1), 100.0, 130.0])
    assert outside(gold, at(60 + HISTORY + 2)).height == 1


def test_a_short_series_and_one_that_mostly_stands_still_have_no_band(gold):
    add(gold, [*walk(LEAST), 1000.0])                           # one step too few
    assert outside(gold, at(LEAST)).is_empty()
    gold.execute("delete from gold.frontier")
    add(gold, [0.1375] * 50 + [0.1325])
    assert outside(gold, at(50)).is_empty()
