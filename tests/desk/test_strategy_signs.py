"""Signs of the other strategies: all inputs neutral, one shocked. Neutral is a level with a small regular wave, whose z is about 0."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from models_py.kernel.registry import strategies
from tests.desk.synthetic import panel, walk

ROWS = 1890                    # a multiple of the wave's periods below
LAST = 6                       # rows that a shock lasts: the strategies read once a week
BP = 1e-4
AGENTS = strategies()["cross_agent_ensemble"].needs


def wave(level: float, size: float, period: int = 21) -> np.ndarray:
    return level + size * np.sin(2 * np.pi * np.arange(1.0, ROWS + 1) / period)


def score(name: str, values: dict[str, np.ndarray], leg: str | None = None, rows: int = LAST, **shock: float) -> float:
    """Last score with each shocked input moved by so much over the last rows."""
    strategy = strategies()[name]
    moved = {need: value.copy() for need, value in values.items()}
    for need, size in shock.items():
        moved[need][-rows:] += size
    x = panel(strategy.needs, ROWS, moved)
    said = strategy.scores(x)
    return said[leg or name][-1]


def trend(drift: float, size: float = 0.004) -> np.ndarray:
    """An index that drifts, with noise that sums to nothing over 21 rows."""
    noise = np.tile(size * np.array([0.0, *[1.0, -1.0] * 10]), ROWS // 21)
    return 100.0 * np.exp((noise + drift).cumsum())


CARRY = {"usdbrl_carry_63bd": wave(0.06, 0.01), "usdbrl_ptax": 5 * np.exp(walk(ROWS, 1, 0.008)), "us_vix": wave(18, 2)}


def test_more_carry_is_longer_brl_more_volatility_less_and_fear_nothing():
    assert score("fx_usdbrl_carry", CARRY, usdbrl_carry_63bd=0.02) > score("fx_usdbrl_carry", CARRY) + 0.1
    rough = CARRY | {"usdbrl_ptax": np.r_[CARRY["usdbrl_ptax"][:-40], CARRY["usdbrl_ptax"][-41] * np.exp(walk(40, 2, 0.03))]}
    assert score("fx_usdbrl_carry", rough) < score("fx_usdbrl_carry", CARRY)
    assert score("fx_usdbrl_carry", CARRY, usdbrl_carry_63bd=0.02, us_vix=40) == 0.0


VALUE = {"br_reer_misalignment": wave(0.0, 0.05), "br_reer_cointegration_p": np.full(ROWS, 0.05)}


def test_a_dear_real_is_sold_and_half_as_much_where_the_equilibrium_is_doubtful():
    dear = score("fx_usdbrl_value", VALUE, rows=45, br_reer_misalignment=0.08)
    assert dear < -0.5
    assert score("fx_usdbrl_value", VALUE, rows=45, br_reer_misalignment=-0.08) > 0.5
    doubtful = VALUE | {"br_reer_cointegration_p": np.full(ROWS, 0.40)}
    assert score("fx_usdbrl_value", doubtful, rows=45, br_reer_misalignment=0.08) == pytest.approx(dear / 2)


def test_commodities_that_rise_while_the_real_stands_still_are_bought():
    values = {
        "usdbrl_ptax": 5 * np.exp(walk(ROWS, 3, 0.008)), "commodity_basket_usd": 100 * np.exp(walk(ROWS, 4, 0.006)),
        "us_dxy": 95 * np.exp(walk(ROWS, 5, 0.003)), "us_vix": wave(18, 2),
    }  # fmt: skip
    jump = 0.2 * values["commodity_basket_usd"][-1]
    assert score("fx_usdbrl_terms_of_trade", values, commodity_basket_usd=jump) > score("fx_usdbrl_terms_of_trade", values) + 0.2


FLOW = {"cot_brl_leveraged_net": wave(0, 1000), "cot_brl_open_interest": np.full(ROWS, 50_000.0), "br_fx_flow_4w": wave(0, 1e9)}


def test_a_crowd_that_is_long_is_sold_and_an_inflow_bought():
    assert score("fx_usdbrl_flow", FLOW, cot_brl_leveraged_net=6000) < -0.3
    assert score("fx_usdbrl_flow", FLOW, br_fx_flow_4w=3e9) > 0.3
    still = FLOW | {"br_fx_flow_4w": np.full(ROWS, 1e9)}
    assert score("fx_usdbrl_flow", still, cot_brl_leveraged_net=-300) == 0.0         # no crowd, no view


def test_an_ndf_that_yields_more_than_the_di_is_bought_beyond_twice_its_cost():
    assert score("fx_onshore_offshore", {"usdbrl_ndf_spread_63bd": wave(0.0, 5 * BP)}, usdbrl_ndf_spread_63bd=40 * BP) > 0.5
    assert score("fx_onshore_offshore", {"usdbrl_ndf_spread_63bd": wave(0.0, 1 * BP)}, usdbrl_ndf_spread_63bd=8 * BP) == 0.0


TAYLOR = {
    "br_focus_ipca_18m": wave(0.04, 0.001), "br_inflation_target": np.full(ROWS, 0.03), "br_output_gap": wave(0.0, 0.002),
    "br_rstar": wave(0.045, 0.0005), "br_selic_target": np.full(ROWS, 0.10), "br_di1_252bd": wave(0.10, 0.002),
}  # fmt: skip


def test_more_expected_inflation_pays_and_a_higher_di_receives():
    assert score("rates_br_taylor_gap", TAYLOR, br_focus_ipca_18m=0.01) < score("rates_br_taylor_gap", TAYLOR) - 0.2
    assert score("rates_br_taylor_gap", TAYLOR, br_di1_252bd=0.01) > score("rates_br_taylor_gap", TAYLOR) + 0.2


SLOPE = {
    "br_di1_252bd": wave(0.10, 0.002, 35), "br_di1_504bd": wave(0.105, 0.001, 27), "br_di1_1764bd": wave(0.115, 0.001, 21),
    "br_selic_target": np.full(ROWS, 0.10), "br_fiscal_score": wave(0.0, 0.1, 45), "us_ust_5y": wave(0.03, 0.001, 63),
    "us_ust_30y": wave(0.04, 0.001, 54), "br_cds_5y": wave(0.018, 0.001, 70),
}  # fmt: skip


def test_a_worse_fiscal_score_steepens_and_a_slope_far_above_fair_flattens():
    assert score("rates_br_slope", SLOPE, br_fiscal_score=1.5) > score("rates_br_slope", SLOPE) + 0.1
    assert score("rates_br_slope", SLOPE, br_di1_1764bd=0.01) < -0.3


def meeting(age: int, surprise: float = 0.0, tone: float = 0.0) -> float:
    strategy = strategies()["rates_br_copom_drift"]
    x = panel(strategy.needs, 200, {"br_copom_surprise": np.full(200, surprise), "br_copom_tone_change": np.full(200, tone)})
    new = pl.int_range(pl.len()).is_in([100, 199 - age])
    said = strategy(x.with_columns(new.alias("br_copom_surprise__new"), new.alias("br_copom_tone_change__new")))
    return said[-1]


def test_a_hawkish_surprise_pays_and_fades_over_fifteen_sessions():
    # half of 20 bp is half a score; a tone 1.5 higher the other half
    assert meeting(0, surprise=20 * BP) == pytest.approx(-0.5)
    assert meeting(0, surprise=20 * BP, tone=1.5) == pytest.approx(-1.0)
    assert meeting(6, surprise=20 * BP) == pytest.approx(-0.5 * 9 / 15)
    assert meeting(15, surprise=20 * BP) == 0.0
    assert meeting(3, tone=-1.5) > 0


REAL = {
    "br_real_1260bd": 0.06 + walk(ROWS, 6, 0.0004) * 0.2 + wave(0.0, 0.001), "us_tips_5y": wave(0.01, 0.001, 35),
    "br_cds_5y": wave(0.018, 0.001, 45), "br_rstar": wave(0.045, 0.0002, 27),
}  # fmt: skip


def test_a_higher_real_yield_alone_receives_half_while_it_still_climbs():
    assert score("rates_br_real_yield", REAL, rows=100, br_real_1260bd=0.012) == pytest.approx(1.0)
    assert score("rates_br_real_yield", REAL, rows=45, br_real_1260bd=0.012) == pytest.approx(0.5)
    assert score("rates_br_real_yield", REAL, rows=100, br_real_1260bd=-0.012) == pytest.approx(-1.0)


TERM = {"us_term_premium_10y": wave(0.0, 0.002), "us_ust_10y": np.full(ROWS, 0.03)}


def test_a_higher_term_premium_is_long_ten_years_and_half_as_long_while_yields_rise():
    wanted = score("rates_us_term_premium", TERM, us_term_premium_10y=0.006)
    assert wanted == pytest.approx(1.0)
    assert score("rates_us_term_premium", TERM, us_term_premium_10y=0.006, us_ust_10y=0.01) == pytest.approx(0.5)


def test_a_steepener_that_works_and_pays_is_held():
    values = {"us_steepener_2s10s_excess_index": trend(0.0005), "us_steepener_2s10s_carry": wave(0.002, 0.0005)}
    flat = {**values, "us_steepener_2s10s_excess_index": trend(0.0)}
    assert score("rates_us_slope_carry", values) > 0.1
    assert score("rates_us_slope_carry", flat, us_steepener_2s10s_carry=-0.004) < score("rates_us_slope_carry", flat) - 0.2


def test_a_hawkish_committee_with_unchanged_pricing_pays():
    values = {"us_fomc_tone_z": np.full(ROWS, 1.5), "us_ois_12m_change": wave(0.0, 0.002)}
    dovish = {**values, "us_fomc_tone_z": np.full(ROWS, -1.5)}
    assert score("rates_us_fomc_tone", values) < -0.5 < 0.5 < score("rates_us_fomc_tone", dovish)


SPREAD = {
    "br_di1_1260bd": wave(0.11, 0.001, 27), "us_ust_5y": wave(0.03, 0.0005, 35), "br_cds_5y": wave(0.018, 0.0005, 45),
    "br_focus_ipca_12m_smoothed": wave(0.04, 0.001, 63), "us_vix": wave(18, 2, 54),
}  # fmt: skip


def test_a_di_that_rises_with_treasuries_and_credit_fixed_is_received():
    assert score("rates_br_us_spread", SPREAD, br_di1_1260bd=0.01) > score("rates_br_us_spread", SPREAD) + 0.3


def test_consumer_prices_above_consensus_are_short_ten_years():
    values = {"us_cpi_core_surprise": wave(0.0, 0.0005)}
    assert score("rates_us_inflation_surprise", values, us_cpi_core_surprise=0.003) < -0.3
    assert score("rates_us_inflation_surprise", values, us_cpi_core_surprise=-0.003) > 0.3


IPCA = {"br_ipca_surprise": wave(0.0, 0.0005), "br_ipca_diffusion_sa_change": wave(0.0, 0.02)}


def test_a_print_above_the_survey_and_more_prices_rising_are_long_breakeven():
    assert score("inflation_br_ipca_surprise", IPCA, br_ipca_surprise=0.003) > score("inflation_br_ipca_surprise", IPCA) + 0.2
    wider = score("inflation_br_ipca_surprise", IPCA, br_ipca_diffusion_sa_change=0.05)
    assert wider > score("inflation_br_ipca_surprise", IPCA) + 0.1


def test_a_nowcast_of_fifteen_hundredths_above_the_implied_print_is_a_full_score():
    values = {"br_ipca_nowcast": np.full(ROWS, 0.0050), "br_ipca_implied": np.full(ROWS, 0.0040)}
    assert score("inflation_br_nowcast", values) == pytest.approx(10 / 15)
    assert score("inflation_br_nowcast", values, br_ipca_nowcast=0.0030) == 1.0


PASS = {"bei_756bd_excess_index": trend(0.0), "usdbrl_ptax": wave(5.0, 0.05), "commodity_basket_usd": wave(100, 1, 27)}


def test_a_weaker_real_and_a_rising_breakeven_are_long_breakeven():
    assert score("inflation_br_trend", PASS, usdbrl_ptax=0.8) > score("inflation_br_trend", PASS) + 0.2
    assert score("inflation_br_trend", PASS | {"bei_756bd_excess_index": trend(0.0006)}) > 0.1


DEAR = {
    "us_breakeven_5y": wave(0.022, 0.0005), "us_inflation_expected": wave(0.025, 0.0002, 27), "us_pce_core_trend": wave(0.02, 0.0002, 35),
    "wti_spot": wave(70, 2, 45), "us_vix": wave(18, 2, 63),
}  # fmt: skip


def test_a_lower_breakeven_alone_is_bought():
    assert score("inflation_us_breakeven", DEAR, us_breakeven_5y=-0.005) > score("inflation_us_breakeven", DEAR) + 0.3


BASIS = {f"br_cupom_basis_{days}d": wave(0.004, 0.0005) for days in (90, 180, 360)}


def test_a_wide_cupom_is_received_but_not_over_the_turn_of_the_year():
    basis = {name: value for name, value in BASIS.items() if "90d" not in name}
    assert score("cupom_sofr_basis", basis, br_cupom_basis_180d=0.003, br_cupom_basis_360d=0.003) > 0.5
    strategy = strategies()["cupom_sofr_basis"]
    x = panel(strategy.needs, ROWS, basis)
    late = x.with_columns(s=strategy(x)).filter(pl.col("decision_at").dt.month() >= 11).drop_nulls("s")
    assert late["s"].unique().to_list() == [0.0]


def test_a_cupom_slope_far_above_its_mean_flattens_and_waits_at_month_ends():
    slope = {name: value for name, value in BASIS.items() if "180d" not in name}
    assert score("cupom_slope", slope, br_cupom_basis_360d=0.004) < -0.5
    strategy = strategies()["cupom_slope"]
    x = panel(strategy.needs, ROWS, slope)
    said = x.with_columns(s=strategy(x), moved=strategy(x) != strategy(x).shift(1)).drop_nulls("s")
    ends = said.filter(pl.col("decision_at").dt.date().is_in([date(2021, 4, 29), date(2021, 4, 30), date(2021, 5, 31)]))
    assert len(ends) == 3
    assert not ends["moved"].any()


CUPOM = {
    "br_frc_360d": 0.05 + walk(ROWS, 9, 0.0004), "br_frc_roll_360d": wave(0.0005, 0.0002), "br_cupom_basis_360d": wave(0.004, 0.0005, 27),
    "br_cds_5y": wave(0.018, 0.0002, 35),
}  # fmt: skip


def test_more_roll_down_receives_cupom_and_a_jump_of_credit_stops_it():
    rolled = score("cupom_carry", CUPOM, br_frc_roll_360d=0.002)
    assert rolled > score("cupom_carry", CUPOM) + 0.2
    assert score("cupom_carry", CUPOM, br_frc_roll_360d=0.002, br_cds_5y=60 * BP) == 0.0


def test_an_outflow_pays_cupom():
    values = {"br_fx_flow_financial_4w": wave(0, 1e9), "br_fx_lines_change": wave(0, 1e9, 27)}
    assert score("cupom_flow", values, br_fx_flow_financial_4w=-3e9) < -0.3
    assert score("cupom_flow", values, br_fx_lines_change=3e9) > score("cupom_flow", values) + 0.2


def test_tightening_spreads_sell_protection_and_no_more_than_half_where_they_are_wide():
    tight = {"cds_br_5y_excess_index": trend(0.003), "br_cds_5y": np.full(ROWS, 180 * BP)}
    assert score("sovereign_cds_momentum", tight) > 0.6
    assert score("sovereign_cds_momentum", tight | {"br_cds_5y": np.full(ROWS, 350 * BP)}) == 0.5
    assert score("sovereign_cds_momentum", tight | {"cds_br_5y_excess_index": trend(-0.003)}) < -0.6


PREMIUM = {
    "br_cds_5y": wave(0.018, 0.0005, 27), "em_cds_5y": wave(0.02, 0.0005, 35), "us_vix": wave(18, 2, 45), "us_dxy": wave(95, 1, 54),
    "br_fiscal_score": np.zeros(ROWS),
}  # fmt: skip


def test_credit_wide_of_its_peers_is_sold_protection_on_and_a_worse_debt_path_less():
    wide = score("sovereign_fiscal_premium", PREMIUM, br_cds_5y=0.005)
    assert wide > 0.5
    assert score("sovereign_fiscal_premium", PREMIUM, br_cds_5y=0.005, br_fiscal_score=2.0) < wide


def test_default_swaps_wide_of_bonds_are_sold_from_one_and_a_half_deviations_on():
    values = {"br_cds_5y": wave(0.018, 0.0005, 27), "br_embi": wave(0.022, 0.0005, 35)}
    assert score("sovereign_bond_basis", values, br_cds_5y=0.005) > 0.7
    assert score("sovereign_bond_basis", values) == 0.0


def test_brazil_wide_of_its_peers_is_sold_protection_on():
    # all follow the same three factors; Brazil has a gap of its own that closes in about twenty sessions
    common, second, third, gap = walk(ROWS, 11, 0.03), walk(ROWS, 12, 0.03), walk(ROWS, 14, 0.03), np.zeros(ROWS)
    noise = np.random.default_rng(13).normal(0, 0.01, ROWS)
    for t in range(1, ROWS):
        gap[t] = 0.966 * gap[t - 1] + noise[t]
    names = strategies()["sovereign_em_relative_value"].needs
    tilt = dict(zip(names, ((0.3, 0.2), (1, 0), (-1, 0.5), (0.5, 1), (-0.5, -1), (0.2, -0.5)), strict=True))
    own = {name: np.random.default_rng(20 + k).normal(0, 0.002, ROWS) for k, name in enumerate(names)}
    spreads = {name: 0.02 * np.exp(common + tilt[name][0] * second + tilt[name][1] * third + own[name]) for name in names}
    spreads["br_cds_5y"] = spreads["br_cds_5y"] * np.exp(gap)
    jump = 0.08 * spreads["br_cds_5y"][-1]
    assert score("sovereign_em_relative_value", spreads, br_cds_5y=jump) > score("sovereign_em_relative_value", spreads, br_cds_5y=-jump)


def test_stress_is_long_dollars_and_calm_nothing():
    assert score("cross_risk_regime", {"br_risk_stress": np.zeros(ROWS)}) == 0.0
    assert score("cross_risk_regime", {"br_risk_stress": np.full(ROWS, 0.8)}) == pytest.approx(-0.15)
    assert score("cross_risk_regime", {"br_risk_stress": np.full(ROWS, 0.5)}) == 0.0


@pytest.mark.parametrize("leg", strategies()["cross_trend"].legs)
def test_each_asset_of_the_trend_basket_follows_its_own_index(leg):
    flat = {need: trend(0.0) for need in strategies()["cross_trend"].needs}
    up, down = (score("cross_trend", flat | {f"{leg}_excess_index": trend(drift)}, leg) for drift in (0.001, -0.001))
    assert up > 0.2
    assert down < -0.2
    others = [other for other in strategies()["cross_trend"].legs if other != leg]
    assert all(abs(score("cross_trend", flat | {f"{leg}_excess_index": trend(0.001)}, other)) < 0.1 for other in others[:2])


def test_a_real_that_lagged_rates_and_equities_is_bought():
    common = walk(ROWS, 31, 0.008)
    values = {
        need: 100 * np.exp(common + walk(ROWS, 32 + k, 0.003)) for k, need in enumerate(strategies()["cross_brazil_triplet"].needs)
    }
    lagged = values | {"usdbrl_excess_index": values["usdbrl_excess_index"] * np.r_[np.ones(ROWS - 10), np.full(10, 0.94)]}
    assert score("cross_brazil_triplet", lagged, "usdbrl") > max(0.1, score("cross_brazil_triplet", values, "usdbrl"))


def test_an_inverted_vix_is_sold_and_panic_left_alone():
    values = {"us_vix": wave(18, 1), "us_vix3m": wave(20, 1, 27)}
    assert score("cross_vix_term_structure", values, us_vix=8.0) < -0.5
    assert score("cross_vix_term_structure", values, us_vix=20.0) == 0.0


def together(scores: dict[str, float]) -> float:
    values = {need: np.full(ROWS, scores.get(need, 0.0)) for need in AGENTS}
    return score("cross_agent_ensemble", values, "usdbrl")


def test_agents_that_agree_are_followed_and_a_conflict_is_kept_small():
    mine = [need for need in AGENTS if need.endswith("_fx")]
    assert together(dict.fromkeys(mine, 0.8)) == pytest.approx(0.8)
    assert abs(together(dict(zip(mine, (1.0, -1.0, 0.6), strict=True)))) <= 0.2 + 1e-12
