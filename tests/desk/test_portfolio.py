"""Portfolio construction: covariance, risk parity, sizes, buffer, lots."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_py.kernel.errors import ConfigError
from models_py.portfolio import buffer, covariance, risk_parity, sizing

ORACLE = [[0.04, 0.006, 0.002], [0.006, 0.0225, 0.003], [0.002, 0.003, 0.01]]


def sample(days: int = 600, seed: int = 7, sigma=ORACLE) -> np.ndarray:
    return np.random.default_rng(seed).multivariate_normal(np.zeros(len(sigma)), np.array(sigma) / 252, size=days)


def test_equal_risk_weights_of_the_published_example():
    assert risk_parity.risk_parity(ORACLE) == pytest.approx([0.234114, 0.297658, 0.468228], abs=1e-5)      # PRT01


@given(
    st.lists(st.floats(0.01, 0.5), min_size=2, max_size=6), st.floats(-0.15, 0.9),
    st.lists(st.floats(0.05, 1), min_size=6, max_size=6),
)
def test_every_asset_carries_its_budget_of_risk(vols, rho, budgets):
    sd = np.array(vols)
    sigma = (np.full((len(sd), len(sd)), rho) + (1 - rho) * np.eye(len(sd))) * np.outer(sd, sd)
    b = np.array(budgets[: len(sd)])
    w = risk_parity.risk_parity(sigma, b)
    assert w * (sigma @ w) / (w @ sigma @ w) == pytest.approx(b / b.sum(), abs=1e-8)
    assert w.sum() == pytest.approx(1)


def test_risk_parity_of_one_asset_is_all_of_it():
    assert risk_parity.risk_parity([[0.3]]) == pytest.approx([1.0])


def test_risk_parity_refuses_an_asset_without_variance():
    with pytest.raises(ValueError, match="above 0"):
        risk_parity.risk_parity([[0.0]])


def test_own_solver_agrees_with_riskfolio():
    pytest.importorskip("riskfolio")
    returns = sample()
    ours = risk_parity.risk_parity(np.cov(returns.T), [0.5, 0.3, 0.2])
    assert risk_parity.general(returns, [0.5, 0.3, 0.2], method="hist") == pytest.approx(ours, abs=2e-4)


def test_riskfolio_missing_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "riskfolio", None)
    with pytest.raises(ConfigError, match=r"macro-desk\[optimise\]"):
        risk_parity.general(sample())


def test_ewma_of_two_days_weighs_the_last_one_more():
    # weights 0.94 / 1.94 and 1 / 1.94 on 1² and 3²
    assert covariance.ewma([[1.0], [3.0]])[0, 0] == pytest.approx((0.94 * 1 + 9) / 1.94)


def test_shrinkage_agrees_with_the_published_sums_written_out():
    x = sample(400, 3, [[0.04, 0.025, 0.0], [0.025, 0.0225, 0.003], [0.0, 0.003, 0.01]])
    x = x - x.mean(axis=0)
    t, n = x.shape
    s = np.array([[sum(x[k, i] * x[k, j] for k in range(t)) / t for j in range(n)] for i in range(n)])
    r = sum(s[i, j] / (s[i, i] * s[j, j]) ** 0.5 for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    f = np.array([[s[i, i] if i == j else r * (s[i, i] * s[j, j]) ** 0.5 for j in range(n)] for i in range(n)])
    pi = [[sum((x[k, i] * x[k, j] - s[i, j]) ** 2 for k in range(t)) / t for j in range(n)] for i in range(n)]
    tied = sum(pi[i][i] for i in range(n))
    for i in range(n):
        for j in range(n):
            if i != j:
                ii = sum((x[k, i] ** 2 - s[i, i]) * (x[k, i] * x[k, j] - s[i, j]) for k in range(t)) / t
                jj = sum((x[k, j] ** 2 - s[j, j]) * (x[k, i] * x[k, j] - s[i, j]) for k in range(t)) / t
                tied += r / 2 * ((s[j, j] / s[i, i]) ** 0.5 * ii + (s[i, i] / s[j, j]) ** 0.5 * jj)
    delta = max(0.0, min(1.0, (sum(map(sum, pi)) - tied) / ((f - s) ** 2).sum() / t))
    found, weight = covariance.constant_correlation(x)
    assert weight == pytest.approx(delta, rel=1e-10)
    assert 0 < weight < 1
    np.testing.assert_allclose(found, delta * f + (1 - delta) * s, rtol=1e-10)


def test_shrinkage_fades_as_the_sample_grows():
    short, long = (covariance.constant_correlation(sample(days))[1] for days in (80, 20_000))
    assert long < 0.1 < short


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_covariances_have_no_negative_eigenvalue(seed):
    returns = sample(60, seed)
    for found in (covariance.shrunk(returns), covariance.blended(returns)):
        assert np.linalg.eigvalsh(found).min() > 0


def test_a_constant_asset_cannot_be_shrunk():
    with pytest.raises(ValueError, match="move"):
        covariance.constant_correlation(np.c_[sample(100), np.zeros(100)])


def test_rows_with_a_hole_are_left_out():
    assert covariance.complete([[1.0, np.nan], [2.0, 3.0]]).tolist() == [[2.0, 3.0]]


def test_a_book_of_three_percent_is_scaled_by_the_cap_and_one_of_twelve_is_halved():
    assert sizing.target_scale(0.03, 0.06, 1.5) == 1.5
    assert sizing.target_scale(0.12, 0.06, 1.5) == 0.5
    assert sizing.target_scale(0.0, 0.06, 1.5) == 1.5


def test_book_volatility_of_two_unrelated_legs_adds_in_squares():
    assert sizing.volatility([3.0, 4.0], np.eye(2)) == pytest.approx(5.0)


def test_a_fifth_off_target_waits_and_a_third_off_trades():
    assert not buffer.worth_trading(80, 100)
    assert buffer.worth_trading(67, 100)
    assert buffer.worth_trading(1, 0)


def test_within_the_band_a_gain_of_more_than_twice_the_cost_trades():
    assert buffer.worth_trading(80, 100, gain=2.1, cost=1.0)
    assert not buffer.worth_trading(80, 100, gain=1.9, cost=1.0)


def test_a_third_of_the_distance_is_traded_a_session_but_at_least_a_lot():
    assert buffer.step(0, 90, 5) == 30
    assert buffer.step(10, -20, 5) == 0
    assert buffer.step(10, 3, 5) == 5
    assert buffer.step(4, 0, 5) == 0


def test_lots_round_toward_zero_for_more_risk_and_to_the_nearest_for_less():
    assert buffer.to_lots(0, 9.9, 5) == 5
    assert buffer.to_lots(0, -9.9, 5) == -5
    assert buffer.to_lots(20, 12.6, 5) == 15
    assert buffer.to_lots(20, 12.4, 5) == 10
    assert buffer.to_lots(10, -7.0, 5) == -5


@given(st.integers(-200, 200), st.integers(-200, 200), st.sampled_from([1, 5]))
def test_steps_end_at_the_target_in_whole_lots(current, target, lot):
    position = current * lot
    for _ in range(200):
        position = buffer.to_lots(position, buffer.step(position, target, lot), lot)
    assert abs(position - target) < lot
