"""Value at risk against hand-counted order statistics, and its properties."""

import numpy as np
import pytest

from models_py.kernel.errors import RiskError
from models_py.risk import factors, var
from models_py.risk.exposure import Holding
from models_py.risk.factors import Shocks, from_levels
from models_py.risk.report import engine, measure
from models_py.risk.stress import Scenario

DAYS = np.arange("2020-01-01", "2023-01-01", dtype="datetime64[D]")
NAMES = ("br_di1_252bd", "br_di1_1260bd", "br_real_252bd", "br_real_1260bd", "usdbrl_ptax")
MILD = Scenario("MILD", {"usdbrl": 0.1, "br_di1_252bd": 100.0, "br_di1_1260bd": 200.0})


def levels(seed: int = 3) -> np.ndarray:
    draws = np.random.default_rng(seed).standard_normal((len(DAYS), 5))
    common = draws[:, :1]
    rates = 0.11 + np.cumsum((0.7 * common + 0.7 * draws[:, :4]) * 8e-4, axis=0)
    spot = 5 * np.exp(np.cumsum((0.5 * common[:, 0] - 0.7 * draws[:, 4]) * 0.009))
    return np.column_stack([rates, spot])


def shocks() -> Shocks:
    return from_levels(DAYS, NAMES, levels())


def test_of_a_hundred_losses_the_var_is_the_second_largest_and_the_shortfall_the_mean_of_three():
    result = var.plain(-np.arange(1.0, 101.0))
    assert result.var == 99.0
    assert result.es == 99.0                                       # mean of 98, 99, 100


def test_age_weighting_forgets_an_old_loss_and_remembers_a_fresh_one():
    pnl = np.r_[-100.0, np.full(755, -1.0)]
    assert var.age_weighted(pnl).var == pytest.approx(1.0, abs=1e-6)
    assert var.age_weighted(pnl[::-1]).var == 100.0                # the newest day weighs 2 %, more than the tail


def test_filtering_doubles_the_past_when_volatility_has_doubled():
    quiet, loud = np.full(700, 0.001), np.full(56, 0.002)
    signs = np.where(np.arange(756) % 2, 1.0, -1.0)
    moves = (np.r_[quiet, loud] * signs)[:, None]
    flat = Shocks(np.arange(756).astype("datetime64[D]"), ("br_di1_252bd",), moves, np.zeros_like(moves, bool))
    filtered = np.abs(var.filtered_shocks(flat).values[:, 0])
    assert filtered[300] == pytest.approx(0.002, rel=0.05)
    assert filtered[-1] == pytest.approx(0.002, rel=0.05)


def test_the_ratio_of_volatilities_is_clipped_at_three():
    signs = np.where(np.arange(756) % 2, 1.0, -1.0)
    moves = (np.r_[np.full(600, 0.0001), np.full(156, 0.01)] * signs)[:, None]
    calm = Shocks(np.arange(756).astype("datetime64[D]"), ("br_di1_252bd",), moves, np.zeros_like(moves, bool))
    assert np.abs(var.filtered_shocks(calm).values[300, 0]) == pytest.approx(0.0003, rel=1e-6)


BOOK = [
    Holding("di1f25", "di1", 4_000.0, 89_164.37, 1.0, 226),
    Holding("dapq26", "dap", 500.0, 80_000.0, 1.85, 700),
    Holding("dolh23", "dol", -60.0, 5.20, 50_000.0, 20),
]


def test_components_add_to_the_var():
    report = measure(BOOK, 1e8, shocks(), [MILD])
    assert sum(report.components.values()) == pytest.approx(report.var["filtered"].var, rel=1e-9)


def test_risk_is_proportional_to_the_book():
    ready = engine(BOOK, shocks(), [MILD])
    once = ready.measure({h.contract: h.quantity for h in BOOK}, 1e8)
    twice = ready.measure({h.contract: 2 * h.quantity for h in BOOK}, 1e8)
    assert twice.worst_var == pytest.approx(2 * once.worst_var)
    assert twice.stress["MILD"] == pytest.approx(2 * once.stress["MILD"])


def test_an_empty_book_has_no_risk():
    report = measure([], 1e8, shocks(), [MILD])
    assert report.worst_var == 0.0
    assert report.worst_stress == 0.0


def test_a_short_dollar_has_a_negative_dollar_delta():
    assert measure(BOOK, 1e8, shocks(), [MILD]).fx_net == pytest.approx(-60 * 5.20 * 50_000)


def test_a_dollar_long_earns_when_the_dollar_rises():
    spot = levels()[-757:, 4]
    gains = engine([Holding("dolh23", "dol", 1.0, 5.20, 50_000.0, 20)], shocks(), []).plain[:, 0]
    assert gains == pytest.approx(5.20 * 50_000 * (spot[1:] / spot[:-1] - 1))
    assert (gains[spot[1:] > spot[:-1]] > 0).all()


def test_a_hole_in_one_node_is_filled_from_its_class_and_flagged():
    table = levels()
    whole = from_levels(DAYS, NAMES, table)
    table[900, 1] = np.nan
    holed = from_levels(DAYS, NAMES, table)
    assert holed.imputed.sum() == 2                                # the change into the hole and the one out of it
    rows = np.flatnonzero(holed.imputed[:, 1])
    assert np.isfinite(holed.values).all()
    assert np.sign(holed.values[rows, 1]).tolist() == np.sign(whole.values[rows, 0]).tolist()


def test_a_day_on_which_only_the_dollar_is_known_moves_rates_by_their_beta_to_it_and_no_more():
    table = levels()
    table[900, :4] = np.nan
    holed = from_levels(DAYS, NAMES, table)
    rows = np.flatnonzero(holed.imputed[:, 0])
    clean = ~holed.imputed.any(axis=1)
    dollar = holed.values[clean, 4]
    for row in rows[:1]:                                            # the dollar is known on the first of the two
        for k in range(4):
            beta = dollar @ holed.values[clean, k] / (dollar @ dollar)
            assert holed.values[row, k] == pytest.approx(beta * holed.values[row, 4], rel=1e-6)
            assert abs(holed.values[row, k]) < 10 * holed.values[clean, k].std()


def test_a_holiday_without_any_level_is_not_a_day():
    table = levels()
    table[900] = np.nan
    assert len(from_levels(DAYS, NAMES, table).dates) == 756
    assert not from_levels(DAYS, NAMES, table).imputed.any()


def test_too_short_a_history_is_refused():
    with pytest.raises(RiskError, match="504 days"):
        from_levels(DAYS[:300], NAMES, levels()[:300])


def test_a_contract_without_a_factor_history_is_refused():
    some = from_levels(DAYS, NAMES[:2], levels()[:, :2])
    with pytest.raises(RiskError, match="br_real"):
        measure(BOOK, 1e8, some, [MILD])


def test_the_factors_asked_for_are_the_nodes_the_curves_have():
    assert "br_di1_252bd" in factors.NEEDS
    assert factors.NEEDS[-1] == "usdbrl_ptax"


def test_the_dollar_moves_as_its_spot_does_and_earns_no_carry():
    table = levels()
    table[:, 4] = 5.0
    table[-1, 4] = 5.5
    dollar = from_levels(DAYS, NAMES, table).column("usdbrl")
    assert (dollar[:-1] == 0.0).all()
    assert dollar[-1] == pytest.approx(0.0953102)                  # ln 1.1: up is a dearer dollar
