"""The frontier against the last row of the as-of history at every knowledge time."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant.frontier import frontier

EPOCH, DAY = datetime(2020, 1, 1, tzinfo=UTC), date(2020, 1, 1)


def table(rows: list[tuple[str, int, int, float | None]]) -> pa.Table:
    """Rows (series, hour of knowledge, day described, value) in knowledge order."""
    ordered = sorted(enumerate(rows), key=lambda item: (item[1][0], item[1][1], item[1][2], item[0]))
    return pa.table(
        {
            "series_id": pa.array([row[0] for _, row in ordered], pa.string()),
            "reference_date": pa.array([DAY + timedelta(days=row[2]) for _, row in ordered], pa.date32()),
            "available_at": pa.array([EPOCH + timedelta(hours=row[1]) for _, row in ordered], pa.timestamp("us", tz="UTC")),
            "vintage": pa.array([position for position, _ in ordered], pa.int32()),
            "value": pa.array([row[3] for _, row in ordered], pa.float64()),
        }
    )


def steps(rows: list[tuple[str, int, int, float | None]]) -> list[tuple[int, int | None, float | None]]:
    """Hours, days and values of the frontier."""
    return [
        (
            int((row["available_at"] - EPOCH).total_seconds() // 3600),
            None if row["reference_date"] is None else (row["reference_date"] - DAY).days,
            row["value"],
        )
        for row in frontier(table(rows)).to_pylist()
    ]


def test_a_late_revision_of_an_old_month_does_not_replace_the_newest():
    assert steps([("x", 1, 10, 1.0), ("x", 2, 20, 2.0), ("x", 3, 10, 9.0)]) == [(1, 10, 1.0), (2, 20, 2.0)]


def test_a_withdrawn_month_falls_back_to_the_revised_one_before():
    rows = [("x", 1, 10, 1.0), ("x", 2, 20, 2.0), ("x", 3, 10, 9.0), ("x", 4, 20, None)]
    assert steps(rows) == [(1, 10, 1.0), (2, 20, 2.0), (4, 10, 9.0)]


def test_nothing_left_is_null():
    assert steps([("x", 1, 10, 1.0), ("x", 2, 10, None), ("x", 3, 10, 1.0)]) == [(1, 10, 1.0), (2, None, None), (3, 10, 1.0)]


def test_a_to_b_to_a_is_three_readings():
    assert steps([("x", 1, 10, 1.0), ("x", 2, 10, 2.0), ("x", 3, 10, 1.0)]) == [(1, 10, 1.0), (2, 10, 2.0), (3, 10, 1.0)]


def test_of_two_dates_known_at_one_instant_the_newer_counts():
    assert steps([("x", 1, 20, 2.0), ("x", 1, 10, 1.0)]) == [(1, 20, 2.0)]


def test_known_at_is_the_first_print_of_the_reference_date():
    result = frontier(table([("x", 1, 10, 1.0), ("x", 5, 10, 2.0)])).to_pylist()
    assert [row["known_at"] for row in result] == [EPOCH + timedelta(hours=1)] * 2


def test_rows_out_of_order_are_refused():
    rows = table([("x", 1, 10, 1.0), ("x", 2, 20, 2.0)])
    with pytest.raises(ValueError, match="sorted"):
        frontier(rows.take([1, 0]))


def test_no_rows_give_no_rows():
    assert frontier(table([])).num_rows == 0


def brute_force(rows: list[tuple[str, int, int, float | None]]) -> list[tuple[str, int, int | None, float | None]]:
    """The definition: at every knowledge time cut the vintages, drop nulls, take the newest reference date."""
    result: list[tuple[str, int, int | None, float | None]] = []
    for series in sorted({row[0] for row in rows}):
        mine = [(position, row) for position, row in enumerate(rows) if row[0] == series]
        before: tuple[int | None, float | None] | None = None
        for hour in sorted({row[1] for _, row in mine}):
            last: dict[int, tuple[tuple[int, int], float | None]] = {}
            for position, (_, known, day, value) in mine:
                if known <= hour and (day not in last or (known, position) > last[day][0]):
                    last[day] = ((known, position), value)
            standing = {day: value for day, (_, value) in last.items() if value is not None}
            now = (max(standing), standing[max(standing)]) if standing else (None, None)
            if now != before:
                result.append((series, hour, *now))
            before = now
    return result


@given(
    st.lists(
        st.tuples(
            st.sampled_from("xy"), st.integers(0, 8), st.integers(0, 6), st.one_of(st.none(), st.sampled_from([1.0, 2.0, 3.0]))
        ),
        max_size=40,
    )
)
def test_the_frontier_is_the_last_row_of_the_history_at_every_knowledge_time(rows):
    given_steps = [
        (
            row["series_id"],
            int((row["available_at"] - EPOCH).total_seconds() // 3600),
            None if row["reference_date"] is None else (row["reference_date"] - DAY).days,
            row["value"],
        )
        for row in frontier(table(rows)).to_pylist()
    ]
    assert given_steps == brute_force(rows)
