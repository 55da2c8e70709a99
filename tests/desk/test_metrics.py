"""Statistics of a daily result against published and hand-derived numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.backtest import metrics, sharpe

# in whole hundredths of a basis point: a daily result of 1e-300 is no market
results = st.lists(st.integers(-50_000, 50_000).map(lambda parts: parts * 1e-6), min_size=30, max_size=120)


def test_deflated_sharpe_of_the_published_example():
    # PSR01: SR 2.5 a year of 250 days, T 1250, skew -3, kurtosis 10, best of 100 trials with variance ½
    assert sharpe.expected_best(0.5 / 250, 100) == pytest.approx(0.1132, abs=1e-4)
    found = sharpe.deflated(2.5 / math.sqrt(250), 1250, -3, 10, trials=100, variance=0.5 / 250)
    assert found == pytest.approx(0.9004, abs=1e-4)


def test_one_trial_is_not_deflated():
    assert sharpe.expected_best(1.0, 1) == 0.0


def test_sharpe_of_one_up_two_down_in_a_thousand():
    # mean 1/3 · 1e-3, sd 1.15470e-3 of (1, -1, 1) · 1e-3: 0.288675 · √252
    assert sharpe.ratio([0.001, -0.001, 0.001]) == pytest.approx(0.2886751 * math.sqrt(252))


def test_a_result_that_never_moved_has_no_sharpe():
    assert math.isnan(sharpe.ratio([0.0] * 10))
    assert math.isnan(sharpe.error([]))


def test_error_of_a_sharpe_near_nought_over_four_years_is_half():
    x = np.tile([0.01, -0.01], 504)
    assert sharpe.error(x) == pytest.approx(math.sqrt(252 / 1007))


def test_positive_autocorrelation_lowers_the_ratio_of_lo():
    noise = np.random.default_rng(2).normal(0.002, 0.01, 2000)
    trending = np.convolve(noise, [0.5, 0.3, 0.2], "valid")
    assert sharpe.lo(trending) < sharpe.ratio(trending)
    assert sharpe.lo(noise) == pytest.approx(sharpe.ratio(noise), rel=0.25)


def test_drawdown_from_110_to_99_is_a_tenth_and_lasts_until_the_high_is_back():
    x = [0.10, -0.10, 0.05, 0.10]            # 1.10, 0.99, 1.0395, 1.14345
    assert metrics.drawdowns(x) == pytest.approx([0, 0.10, 0.055, 0])
    assert metrics.under_water(x) == 2


def test_wilson_interval_of_eight_in_ten():
    assert metrics.wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert metrics.wilson(0, 0) == (0.0, 1.0)


def test_months_compound():
    days = np.array(["2023-01-30", "2023-01-31", "2023-02-01"], "datetime64[D]")
    assert metrics.monthly([0.10, 0.10, -0.05], days) == pytest.approx({"2023-01": 0.21, "2023-02": -0.05})


def test_regimes_without_days_are_left_out():
    days = np.array(["2015-03-02", "2016-03-02", "2018-03-02"], "datetime64[D]")
    assert set(metrics.by_period([0.01, 0.0, 0.01], days)) == {"2015-16", "2017-19"}


def test_the_bootstrap_interval_holds_the_ratio_and_repeats_with_its_seed():
    x = np.random.default_rng(5).normal(0.0004, 0.01, 1500)
    low, high = sharpe.bootstrap(x, seed=1)
    assert low < sharpe.ratio(x) < high
    assert sharpe.bootstrap(x, seed=1) == (low, high)
    assert 0.5 < (high - low) / (2 * 1.645 * sharpe.error(x)) < 1.5


@given(results)
def test_drawdown_lies_between_nothing_and_all(x):
    depth = metrics.drawdowns(x)
    assert np.all((depth >= 0) & (depth < 1))


@given(results, st.floats(0.5, 10))
def test_sharpe_does_not_depend_on_leverage(x, scale):
    one, other = sharpe.ratio(x), sharpe.ratio(np.array(x) * scale)
    assert (math.isnan(one) and math.isnan(other)) or one == pytest.approx(other, rel=1e-6, abs=1e-9)


def test_a_summary_of_a_short_or_dead_result_has_no_exception():
    days = np.arange("2023-01-02", "2023-01-12", dtype="datetime64[D]")
    for count in (0, 1, 10):
        found = metrics.summarise(np.zeros(count), days[:count])
        assert found.days == count
        assert found.max_drawdown == 0
