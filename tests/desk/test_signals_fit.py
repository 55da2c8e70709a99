"""Rolling fits against numpy's least squares, windows in readings, and legs held against each other."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from models_py.desk.construct import hedged, unit_exposures
from models_py.signals.fit import coefficients, components, matrix, residual
from models_py.signals.readings import by_reading, sessions_since
from models_py.signals.scale import monthly
from tests.desk.synthetic import decisions, walk

ROWS = 400


@pytest.fixture(scope="module")
def drivers() -> np.ndarray:
    # levels far from zero, so that sums of squares must keep their digits
    return np.column_stack([1000 + walk(ROWS, 1, 1.0), 5 + walk(ROWS, 2, 0.01), 0.1 + walk(ROWS, 3, 1e-4)])


@pytest.fixture(scope="module")
def target(drivers) -> pl.Series:
    return pl.Series("y", 2.0 + drivers @ [0.3, -4.0, 50.0] + walk(ROWS, 4, 0.01))


@pytest.mark.parametrize("row", [59, 99, 250, 399])
def test_a_rolling_fit_is_the_least_squares_of_its_window(drivers, target, row):
    found = coefficients(target, drivers, 100)[row]
    window = slice(max(0, row - 99), row + 1)
    wanted, *_ = np.linalg.lstsq(np.column_stack([np.ones(row + 1 - window.start), drivers[window]]), target.to_numpy()[window])
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


def test_a_fit_waits_for_three_fifths_of_its_window(drivers, target):
    found = coefficients(target, drivers, 100)
    assert np.isnan(found[58]).all()
    assert not np.isnan(found[59]).any()


def test_a_hole_is_left_out_and_has_no_fit_of_its_own(drivers, target):
    holed = pl.select(pl.when(pl.int_range(ROWS) != 200).then(pl.lit(target))).to_series()
    found = residual(holed, drivers, 100)
    assert found[200] is None
    np.testing.assert_array_equal(found[:200].to_numpy(), residual(target, drivers, 100)[:200].to_numpy())


def test_a_driver_that_stands_still_gives_no_fit(drivers, target):
    still = drivers.copy()
    still[:, 1] = 5.0
    assert np.isnan(coefficients(target, still, 100)).all()


def test_a_ridge_pulls_slopes_to_zero_and_never_the_level(drivers, target):
    plain, pulled = coefficients(target, drivers, 100)[-1], coefficients(target, drivers, 100, ridge=10.0)[-1]
    assert np.linalg.norm(pulled[1:] * drivers.std(axis=0)) < np.linalg.norm(plain[1:] * drivers.std(axis=0))
    window = drivers[-100:]
    assert pulled[0] + window.mean(axis=0) @ pulled[1:] == pytest.approx(target[-100:].mean())


def test_the_first_component_of_a_common_move_is_the_move():
    common = np.random.default_rng(5).normal(0, 1, ROWS)
    noise = np.random.default_rng(6).normal(0, 0.05, (ROWS, 3))
    scaled, axes = components(common[:, None] * [1.0, 20.0, 0.01] + noise * [1.0, 20.0, 0.01], 252)
    np.testing.assert_allclose(axes[-1, :, 0], 1 / np.sqrt(3), atol=0.01)
    np.testing.assert_allclose(scaled[-1] @ axes[-1, :, 0], scaled[-1].sum() / np.sqrt(3), rtol=0.02)
    assert np.isnan(scaled[:151]).all()


def test_windows_of_readings_count_readings_and_hold_between_them():
    x = pl.Series("x", [None, 1.0, 1.0, 2.0, 2.0, 5.0, None, 5.0])
    new = pl.Series([False, True, False, True, False, True, False, False])
    found = by_reading(x, new, lambda seen: seen.rolling_sum(2))
    assert found.to_list() == [None, None, None, 3.0, 3.0, 7.0, None, 7.0]


def test_age_counts_decisions_since_the_last_new_reading():
    assert sessions_since(pl.Series([False, True, False, False, True, False])).to_list() == [None, 0, 1, 2, 0, 1]


def test_a_monthly_score_is_the_first_of_its_month():
    at = pl.Series(decisions(45, date(2021, 3, 25)))
    found = monthly(pl.Series("s", np.arange(45.0)), at)
    assert found.unique(maintain_order=True).to_list() == [0.0, 5.0, 27.0]           # 25 March, 1 April, 3 May


def test_legs_at_equal_dv01_keep_their_signs_whatever_their_risk():
    returns = np.random.default_rng(7).normal(0, [5.0, 10.0], (504, 2))
    held = unit_exposures(returns, np.array([[1.0, -1.0], [1.0, -1.0]]), ["dv01", "risk"], 0.10)
    assert held[0, 0] == pytest.approx(-held[0, 1])
    assert held[1, 0] / -held[1, 1] == pytest.approx(2.0, rel=0.15)


def test_a_hedge_is_the_beta_of_what_it_hedges():
    random = np.random.default_rng(8)
    short = random.normal(0, 5.0, (504, 2))
    long = 0.6 * short.mean(axis=1) + random.normal(0, 0.1, 504)
    weights = hedged(np.column_stack([long, short]), np.array([1.0, -1.0, -1.0]))
    np.testing.assert_allclose(weights, [1.0, -0.3, -0.3], atol=0.01)
    assert np.isnan(hedged(np.column_stack([long, short])[:300], np.array([1.0, -1.0, -1.0]))).all()


def test_columns_side_by_side_keep_their_holes():
    np.testing.assert_array_equal(matrix(pl.Series([1, None]), pl.Series([0.5, 0.25])), [[1, 0.5], [np.nan, 0.25]])
