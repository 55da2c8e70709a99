"""Scores: standard scores, volatility, weekly readings, dead-band."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.signals import scale

START = datetime(2024, 1, 1, 11, 45, tzinfo=UTC)      # a Monday


def at(days: int) -> pl.Series:
    return pl.Series("decision_at", [START + timedelta(days=day) for day in range(days)])


def test_z_of_the_last_of_one_to_five_is_two_over_its_standard_deviation():
    # mean 3, standard deviation √(10/4) = 1.58114
    assert scale.z(pl.Series([1.0, 2.0, 3.0, 4.0, 5.0]), 5)[-1] == pytest.approx(1.2649111)


def test_z_speaks_once_sixty_percent_of_its_window_is_there():
    assert scale.z(pl.Series([float(n % 7) for n in range(8)]), 10).is_null().to_list() == [True] * 5 + [False] * 3


def test_z_of_a_jump_is_clipped_to_three():
    assert scale.z(pl.Series([0.0, 1.0] * 50 + [1e9]), 101)[-1] == 3.0


def test_a_flat_column_scores_zero_even_after_it_once_moved():
    column = pl.Series([float(n) for n in range(50)] + [7.0] * 60)
    assert scale.z(column, 50)[-1] == 0.0


def test_z_forgets_a_wrong_print_once_it_leaves_the_window():
    clean = np.sin(np.arange(400.0))
    spoilt = clean.copy()
    spoilt[100] = 1e9
    after = scale.z(pl.Series(spoilt), 100).to_numpy()[210:]
    np.testing.assert_allclose(after, scale.z(pl.Series(clean), 100).to_numpy()[210:], atol=1e-6)


@given(st.lists(st.floats(-1e3, 1e3), min_size=30, max_size=80), st.integers(1, 29))
def test_z_of_the_past_does_not_move_when_rows_are_added(values, cut):
    column = pl.Series(values, dtype=pl.Float64)
    assert scale.z(column.head(cut), 20).equals(scale.z(column, 20).head(cut), null_equal=True)


def test_volatility_of_alternating_one_percent_returns_is_one_percent():
    found = scale.volatility(pl.Series([0.01, -0.01] * 150))
    assert found[150] is None or found[150] == pytest.approx(0.01)
    assert found[:151].null_count() == 151                 # 60 % of 252 is 151.2: the 152nd return speaks
    assert found[-1] == pytest.approx(0.01)


def test_volatility_in_calm_does_not_fall_below_half_of_the_year():
    column = pl.Series([0.02, -0.02] * 100 + [0.0] * 100)
    year = pl.Series(column.to_list()[-252:]).std()
    assert scale.volatility(column)[-1] == pytest.approx(0.5 * year)


def test_nothing_over_nothing_is_no_move():
    assert scale.ratio(pl.Series([0.0, 1.0, None]), pl.Series([0.0, 2.0, 1.0])).to_list() == [0.0, 0.5, None]


def test_a_wednesday_reading_holds_to_the_next_wednesday():
    found = scale.weekly(pl.Series([float(n) for n in range(14)]), at(14), scale.WEDNESDAY)
    assert found.to_list() == [0, 0] + [2] * 7 + [9] * 5


def test_a_wednesday_holiday_moves_the_reading_to_thursday():
    keep = [day for day in range(14) if day != 9]
    found = scale.weekly(pl.Series([float(n) for n in keep]), at(14)[keep], scale.WEDNESDAY)
    assert found.to_list()[-4:] == [10, 10, 10, 10]


def test_no_view_on_a_day_of_no_input_though_the_week_has_a_reading():
    found = scale.weekly(pl.Series([1.0, 1.0, 5.0, None, 6.0]), at(5), scale.WEDNESDAY)
    assert found.to_list() == [1.0, 1.0, 5.0, None, 5.0]


def test_scores_below_a_tenth_are_none_and_moves_below_a_tenth_are_not_traded():
    score = np.array([0.05, 0.30, 0.38, 0.41, 0.20, -0.09, -0.12, np.nan, 0.12])
    np.testing.assert_array_equal(scale.traded(score), [0.0, 0.30, 0.30, 0.41, 0.20, 0.0, -0.12, np.nan, 0.12])


@given(st.lists(st.floats(-1, 1), max_size=60))
def test_traded_scores_stay_within_a_tenth_of_the_wanted_ones(values):
    held = scale.traded(np.array(values))
    wanted = np.where(np.abs(values) < 0.1, 0.0, values)
    assert np.all(np.abs(held - wanted) <= 0.1)
