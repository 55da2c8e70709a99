"""Prints, revisions and fans of one series; rows and expectations by hand. Instants here are days, told in microseconds."""

import numpy as np
import pytest

from models_py.quant.vintaged import History, Vintaged, month_ends, triangle

DAY = 86_400_000_000


def of(*rows: tuple[str, str, float]) -> Vintaged:
    """Rows (period, known on, value), by period and day."""
    periods, known, values = zip(*rows, strict=True)
    return Vintaged.of(instants(*known), np.array(periods, "datetime64[D]").astype(np.int64), np.array(values))


def instants(*days: str) -> np.ndarray:
    return np.array(days, "datetime64[D]").astype(np.int64) * DAY


# January: 100, then 101, then withdrawn; February: 103, then 105; March: 110
SERIES = of(
    ("2024-01-31", "2024-02-10", 100.0), ("2024-01-31", "2024-03-10", 101.0), ("2024-01-31", "2024-04-10", np.nan),
    ("2024-02-29", "2024-03-10", 103.0), ("2024-02-29", "2024-04-10", 105.0),
    ("2024-03-31", "2024-04-10", 110.0),
)  # fmt: skip


def test_a_vintage_stands_until_the_next_of_its_month():
    assert SERIES.known(instants("2024-02-09")[0]).values.tolist() == []
    assert SERIES.known(instants("2024-03-09")[0]).values.tolist() == [100.0]
    assert SERIES.known(instants("2024-03-10")[0]).values.tolist() == [101.0, 103.0]
    assert SERIES.known(instants("2024-04-10")[0]).values.tolist() == [105.0, 110.0]


def test_a_print_is_the_first_value_of_a_newer_month():
    at, months = SERIES.first_prints(instants("2024-12-31")[0])
    assert at.tolist() == instants("2024-02-10", "2024-03-10", "2024-04-10").tolist()
    assert [str(month) for month in months] == ["2024-01-31", "2024-02-29", "2024-03-31"]
    assert len(SERIES.first_prints(instants("2024-03-31")[0])[0]) == 2


def test_history_that_came_at_once_is_one_print_and_a_late_old_month_none():
    series = of(("2023-12-31", "2024-05-01", 9.0), ("2024-01-31", "2024-02-10", 1.0), ("2024-02-29", "2024-02-10", 2.0))
    at, months = series.first_prints(instants("2024-12-31")[0])
    assert (at.tolist(), str(months[0])) == (instants("2024-02-10").tolist(), "2024-02-29")


def test_growth_is_taken_inside_each_vintage():
    made = triangle(SERIES, instants("2024-02-10", "2024-03-10", "2024-04-10"), "growth", "monthly")
    assert made.values[1, 1] == pytest.approx(103 / 101 - 1)
    assert np.isnan(made.values[2, 1])                                   # January was withdrawn
    assert made.values[2, 2] == pytest.approx(110 / 105 - 1)


def test_a_revision_is_what_stands_less_the_first_print():
    made = triangle(SERIES, instants("2024-02-10", "2024-03-10", "2024-04-10"), "level", "monthly")
    assert made.first.tolist() == [100.0, 103.0, 110.0]
    assert made.latest.tolist() == [101.0, 105.0, 110.0]
    np.testing.assert_array_equal(made.revisions(), [[0, np.nan, np.nan], [1, 0, np.nan], [np.nan, 2, 0]])


def test_a_daily_series_read_at_month_ends_has_the_last_reading_of_each_month():
    days = np.array(["2024-01-02", "2024-01-30", "2024-02-01", "2024-02-28"], "datetime64[D]")
    made = month_ends(History(days, np.array([1.0, 2.0, 3.0, 4.0])))
    assert ([str(day) for day in made.dates], made.values.tolist()) == (["2024-01-31", "2024-02-29"], [2.0, 4.0])


def test_nothing_known_is_an_empty_triangle():
    empty = Vintaged.of(*(np.empty(0, np.int64),) * 2, np.empty(0))
    made = triangle(empty, instants("2024-01-01"), "growth_12m", "monthly")
    assert made.values.shape == (1, 0)
    assert made.first.tolist() == made.latest.tolist() == []
    assert len(empty.first_prints(0)[0]) == 0
