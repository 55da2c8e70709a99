"""Ends of periods and dates some months on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_py.quant.periods import month_end, months_later, nth_weekday, quarter_end, weekday, year_end


def day(text: str) -> np.ndarray:
    return np.array([text], dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("function", "start", "expected"),
    [(month_end, "2024-02-01", "2024-02-29"), (month_end, "1960-01-01", "1960-01-31"), (quarter_end, "2025-04-01", "2025-06-30"),
     (quarter_end, "1959-12-31", "1959-12-31"), (year_end, "1996-01-01", "1996-12-31")],
)
def test_a_period_ends_on_its_last_day(function, start, expected):
    assert function(day(start)).astype(str).tolist() == [expected]


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [("2023-11-30", 3, "2024-02-29"), ("2024-01-31", 1, "2024-02-29"), ("2024-01-30", 1, "2024-02-29"), ("2023-12-15", 1, "2024-01-15"),
     ("2024-03-31", -1, "2024-02-29")],
)
def test_months_later_keeps_the_day_or_the_end_of_the_month(start, months, expected):
    assert months_later(day(start), months).astype(str).tolist() == [expected]


@pytest.mark.parametrize(
    ("wanted", "nth", "expected"),
    [(4, 1, "2016-01-01"), (4, -1, "2016-01-29"), (0, 3, "2016-01-18"), (6, 2, "2016-01-10")],
)
def test_the_nth_weekday_of_january_2016(wanted, nth, expected):
    assert nth_weekday(day("2016-01-15"), wanted, nth).astype(str).tolist() == [expected]


@settings(deadline=None)
@given(st.dates())
def test_weekdays_agree_with_the_calendar(value):
    assert weekday(np.array([value], dtype="datetime64[D]")).tolist() == [value.weekday()]
