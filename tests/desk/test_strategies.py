"""Sign tests: all inputs neutral, one shocked."""

import numpy as np
import polars as pl
import pytest

from models_py.kernel.registry import strategies
from tests.desk.synthetic import panel, walk

MOMENTUM = strategies()["fx_usdbrl_momentum"]
CARRY = strategies()["rates_br_carry_rolldown"]
GAP = strategies()["inflation_br_focus_gap"]
TENORS = (252, 504, 756, 1260)
ROWS = 1300


def momentum(drift: float, rows: int = 630, noise: float = 0.008) -> float:
    # noise that sums to nothing over 21, 63 and 252 days, so that the trend is the drift alone
    returns = np.tile(noise * np.array([0.0, *[1.0, -1.0] * 10]), rows // 21) + drift
    return MOMENTUM(panel(MOMENTUM.needs, rows, {"usdbrl_excess_index": 100 * np.exp(returns.cumsum())}))[-1]


def test_a_dollar_that_fell_for_three_months_is_long_brl():
    assert momentum(0.001) > 0.2


def test_a_dollar_that_rose_for_three_months_is_short_brl():
    assert momentum(-0.001) < -0.2


def test_a_flat_dollar_is_no_position():
    assert abs(momentum(0.0)) < 0.1
    assert momentum(0.0, noise=0.0) == 0.0


def test_momentum_mirrors_when_the_returns_change_sign():
    returns = walk(600, 3, 0.01)
    up, down = (MOMENTUM(panel(MOMENTUM.needs, 600, {"usdbrl_excess_index": np.exp(sign * returns)})) for sign in (1, -1))
    np.testing.assert_allclose(up.drop_nulls(), -down.drop_nulls(), atol=1e-12)


def test_momentum_of_a_steady_climb():
    # 1 % either way and 0.05 % drift: σ = √(20/21 · 0.01² + 0.0005²) = 0.98 %, m_h = √h · 0.0005 / σ
    score = momentum(0.0005, noise=0.01)
    assert score == pytest.approx(np.mean(np.tanh([0.2338, 0.4050, 0.8100])), abs=0.01)


def carry(level: float, bump: float = 0.0) -> float:
    values: dict[str, np.ndarray | float] = {f"br_di1_{d}bd": 0.10 + walk(ROWS, d, 0.0008) for d in TENORS}
    for d in TENORS:
        column = level + 0.00005 * np.sin(np.arange(float(ROWS)))
        column[-6:] = level + bump
        values[f"br_di1_carry_{d}bd"] = column
    return CARRY(panel(CARRY.needs, ROWS, values))[-1]


def test_a_steeper_curve_receives_more():
    assert carry(0.0010) > carry(0.0005) > 0


def test_an_inverted_curve_below_cdi_pays():
    assert carry(-0.0010) < 0


def test_more_roll_down_this_week_raises_the_score():
    assert carry(0.0003, bump=0.0004) > carry(0.0003)


def test_carry_of_a_hand_made_curve():
    # σ 10 bp a day in every tenor, carry 20 bp: cr = 20 / (10 √21) = 0.4364; z of a flat cr is 0: s = 0.2182
    values: dict[str, np.ndarray | float] = {f"br_di1_{d}bd": 0.10 + np.tile([0.0, 0.001], ROWS // 2) for d in TENORS}
    values |= {f"br_di1_carry_{d}bd": 0.0020 for d in TENORS}
    assert CARRY(panel(CARRY.needs, ROWS, values))[-1] == pytest.approx(0.2182, abs=1e-3)


def test_the_calmer_tenor_weighs_more_in_carry():
    values: dict[str, np.ndarray | float] = {f"br_di1_{d}bd": 0.10 + np.tile([0.0, 0.001], ROWS // 2) for d in TENORS}
    values["br_di1_1260bd"] = 0.10 + np.tile([0.0, 0.003], ROWS // 2)
    values |= {f"br_di1_carry_{d}bd": 0.0 for d in TENORS}
    values["br_di1_carry_1260bd"] = 0.0060              # the same ratio 0.4364 as 20 bp at 10 bp a day
    # weights 1, 1, 1 and 1/3: (0.2182 / 3) / (10 / 3)
    assert CARRY(panel(CARRY.needs, ROWS, values))[-1] == pytest.approx(0.02182, abs=2e-4)


def gap(bei: float = 0.0, focus: float = 0.0) -> float:
    values = {"br_bei_252bd": 0.05 + 0.002 * np.sin(np.arange(ROWS)), "br_focus_ipca_12m_smoothed": np.full(ROWS, 0.04)}
    values["br_bei_252bd"][-6:] = 0.05 + bei
    values["br_focus_ipca_12m_smoothed"][-6:] += focus
    return GAP(panel(GAP.needs, ROWS, values))[-1]


def test_focus_up_with_a_flat_breakeven_is_long_breakeven():
    assert gap(focus=0.002) > 0.2


def test_a_higher_breakeven_lowers_the_score():
    assert gap(bei=0.002) < gap() < gap(bei=-0.002)
    assert gap() == pytest.approx(0.0, abs=0.02)


def test_the_usual_premium_is_no_signal():
    values = {"br_bei_252bd": 0.06 + 0.001 * np.sin(np.arange(ROWS)), "br_focus_ipca_12m_smoothed": np.full(ROWS, 0.03)}
    values["br_bei_252bd"][-6:] = 0.06
    assert GAP(panel(GAP.needs, ROWS, values))[-1] == pytest.approx(0.0, abs=0.02)


def test_the_focus_gap_says_in_its_declaration_that_it_is_the_twelve_month_form():
    assert GAP.horizon == "12m"
    assert "12-month form" in GAP.case


@pytest.mark.parametrize(("strategy", "weekday"), [(MOMENTUM, 3), (CARRY, 3), (GAP, 1)], ids=str)
def test_scores_move_on_the_strategys_own_weekday(strategy, weekday):
    x = panel(strategy.needs)
    moved = x.with_columns(s=strategy(x)).filter(pl.col("s").is_not_null() & (pl.col("s") != pl.col("s").shift(1)))
    assert set(moved["decision_at"].dt.weekday().to_list()) == {weekday}
