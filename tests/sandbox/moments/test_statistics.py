import numpy as np
import pytest

from pipelines.sandbox.moments import statistics as s


def test_autocorrelation_of_an_alternating_series_is_minus_one():
    assert s.autocorrelation(np.tile([1.0, -1.0], 500), 1) == pytest.approx(-0.999)


def test_moments_of_a_known_sample():
    assert s.skewness(np.array([0.0, 0.0, 3.0])) == pytest.approx(2**-0.5)
    assert s.excess_kurtosis(np.array([-1.0, 1.0])) == pytest.approx(-2)


def test_drawdown_is_the_worst_fall_from_a_peak():
    assert s.maximum_drawdown(np.array([100.0, 120.0, 90.0, 130.0, 117.0])) == pytest.approx(-25)


def test_a_random_walk_has_a_variance_ratio_of_one_and_a_trend_more():
    walk = np.random.default_rng(1).standard_normal(40_000)
    assert s.variance_ratio(walk) == pytest.approx(1, abs=0.1)
    assert s.variance_ratio(walk[1:] + 0.5 * walk[:-1]) > 1.5


def test_one_factor_explains_parallel_moves():
    common = np.random.default_rng(2).standard_normal(5000)
    assert s.component_shares(np.stack([common, common, common], axis=1))[0] == pytest.approx(100)


def test_the_season_share_is_the_variance_of_month_means():
    month = np.arange(240) % 12
    share, rest = s.season_share(np.where(month == 1, 12.0, 0.0), month)
    assert share == pytest.approx(1)
    assert np.abs(rest).max() == pytest.approx(0)


def test_wednesdays_take_the_last_known_value():
    dates = np.array(["2021-05-03", "2021-05-04", "2021-05-10"], "datetime64[D]")
    wednesdays = s.wednesdays(dates)
    assert [str(day) for day in wednesdays] == ["2021-05-05"]
    assert s.last_on(dates, np.array([1.0, 2.0, 3.0]), wednesdays).tolist() == [2.0]
