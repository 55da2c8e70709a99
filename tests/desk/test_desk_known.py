"""Tables as they become known: any instant, reached in one step or in many, shows what was known then."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from models_py.desk.known import KnownMatrix, KnownRows, microseconds

START = datetime(2024, 1, 1, tzinfo=UTC)
SCHEMA = {"name": pl.String, "reference_date": pl.Date, "available_at": pl.Datetime("us", "UTC"), "vintage": pl.Int32, "value": pl.Float64}

cells = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 6), st.integers(0, 12), st.one_of(st.none(), st.floats(-9, 9))), max_size=30
)


def table(rows: list[tuple[str, int, int, float | None]]) -> pl.DataFrame:
    """Rows of (name, reference day, day of knowledge, value); vintages numbered in order of knowledge."""
    count: dict[tuple[str, int], int] = {}
    made = []
    for name, day, known, value in sorted(rows, key=lambda r: r[:3]):
        count[name, day] = count.get((name, day), 0) + 1
        made.append((name, date(2024, 1, 1) + timedelta(days=day), START + timedelta(days=known), count[name, day], value))
    return pl.DataFrame(made, SCHEMA, orient="row")


def at(day: int) -> int:
    return microseconds(START + timedelta(days=day))


@settings(max_examples=60)
@given(cells, st.integers(0, 12))
def test_a_cut_shows_the_last_vintage_of_each_cell(rows, day):
    matrix = KnownMatrix(table(rows), ("a", "b"))
    matrix.advance(at(day))
    dates, values = matrix.last(99)
    expected: dict[tuple[str, int], float | None] = {}
    for name, reference, known, value in sorted(rows, key=lambda r: r[:3]):
        if known <= day:
            expected[name, reference] = value
    found = {}
    for when, row in zip(dates, values, strict=True):
        reference = (when.item() - date(2024, 1, 1)).days
        for name, value in zip("ab", row, strict=True):
            if (name, reference) in expected:
                found[name, reference] = None if np.isnan(value) else value
            else:
                assert np.isnan(value)
    assert found == expected


@settings(max_examples=60)
@given(cells, st.integers(0, 12))
def test_many_steps_and_one_step_agree_and_the_future_adds_nothing(rows, day):
    once, often = KnownMatrix(table([r for r in rows if r[2] <= day]), ("a", "b")), KnownMatrix(table(rows), ("a", "b"))
    first = once.advance(at(day))
    steps = [cell for d in range(day + 1) for cell in often.advance(at(d))]
    for mine, theirs in zip(once.last(3), often.last(3), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert [once.dates[r] for r, _ in first] == [often.dates[r] for r, _ in steps]


def test_a_value_is_first_known_once_however_often_it_is_revised_or_withdrawn():
    matrix = KnownMatrix(table([("a", 0, 0, 1.0), ("a", 0, 1, None), ("a", 0, 2, 2.0)]), ("a",))
    assert [len(matrix.advance(at(d))) for d in range(3)] == [1, 0, 0]
    assert matrix.values[0, 0] == 2.0


def test_the_newest_row_of_a_name_is_of_its_newest_day_not_of_its_newest_print():
    rows = table([("a", 1, 1, 10.0), ("a", 0, 2, 9.0), ("b", 0, 0, 5.0)]).rename({"name": "instrument_id"})
    known = KnownRows(rows, "instrument_id", "value")
    known.advance(at(5))
    assert [known.rows["value"][k] for k in known.recent(7)] == [10.0, 5.0]
    assert [known.rows["value"][k] for k in known.recent(0)] == [10.0]


def test_a_withdrawn_day_falls_back_to_the_one_before_and_a_name_with_none_left_is_gone():
    rows = table([("a", 0, 0, 9.0), ("a", 1, 1, 10.0), ("a", 1, 3, None), ("a", 1, 5, 11.0), ("b", 1, 1, 5.0), ("b", 1, 3, None)])
    known = KnownRows(rows.rename({"name": "instrument_id"}), "instrument_id", "value")
    told = []
    for day in range(6):
        known.advance(at(day))
        told.append([known.rows["value"][k] for k in known.recent(7)])
    assert told == [[9.0], [10.0, 5.0], [10.0, 5.0], [9.0], [9.0], [11.0]]
