"""The monetary agent: the rule, its path, its confidence and how it fails."""

import numpy as np
import polars as pl
import pytest

from models_py.agents.monetary import monetary, out_of_sample_r2
from models_py.quant.taylor import path, rule
from tests.desk.synthetic import panel, walk

ROWS = 1400
NEUTRAL = {
    "br_focus_ipca_12m_smoothed": 0.04, "br_inflation_target": 0.03, "br_rstar": 0.05, "br_output_gap": 0.005, "br_selic_target": 0.0975,
}  # fmt: skip


def one(**values: float) -> pl.Series:
    base = {"rstar": 0.05, "expected": 0.04, "target": 0.03, "gap": 0.005} | values
    return rule(**{name: pl.Series([value]) for name, value in base.items()})


def world(**values) -> pl.DataFrame:
    return panel(monetary.needs, ROWS, NEUTRAL | {"br_di1_252bd": 0.0975 + 0.003 * np.sin(np.arange(ROWS))} | values)


def test_the_rule_of_the_worked_example_asks_for_nine_and_three_quarters():
    assert one()[0] == pytest.approx(0.0975)


def test_a_point_more_expected_inflation_asks_for_a_point_and_a_half():
    assert one(expected=0.05)[0] - one()[0] == pytest.approx(0.015)


def test_a_point_more_neutral_rate_asks_for_a_point():
    assert one(rstar=0.06)[0] - one()[0] == pytest.approx(0.01)


def test_smoothing_goes_fifteen_percent_of_the_way_in_two_meetings():
    assert path(pl.Series([0.10]), pl.Series([0.14]), 2)[0] == pytest.approx(0.106)


def test_the_mean_path_of_eight_meetings():
    # ρ = √0.85: mean of ρ^1 … ρ^8 = 0.703 of the distance from 13 % to 9.75 % is still to go
    row = monetary(world(br_selic_target=0.13)).row(-1, named=True)
    rho = 0.9219544
    share = (rho * (1 - rho**8) / (1 - rho)) / 8
    assert row["path_mean"] == pytest.approx(0.0975 + share * (0.13 - 0.0975), abs=1e-7)


def test_a_market_above_the_rule_receives_and_one_below_pays():
    market = 0.0975 + 0.003 * np.sin(np.arange(ROWS))
    above, below = market.copy(), market.copy()
    above[-1], below[-1] = 0.1075, 0.0875
    assert monetary(world(br_di1_252bd=above))["score_rates_br"][-1] > 0.5
    assert monetary(world(br_di1_252bd=below))["score_rates_br"][-1] < -0.5


def test_higher_expected_inflation_with_the_market_unchanged_pays():
    expected = np.full(ROWS, 0.04)
    expected[-1] = 0.05
    assert monetary(world(br_focus_ipca_12m_smoothed=expected))["score_rates_br"][-1] < -0.5


def aged(name: str, age: int) -> dict:
    x = world()
    return monetary(x.with_columns(pl.Series(f"{name}__age", [0] * (ROWS - 1) + [age], pl.Int32))).row(-1, named=True)


def test_an_input_past_its_age_halves_the_confidence():
    fresh, late = aged("br_focus_ipca_12m_smoothed", 5), aged("br_focus_ipca_12m_smoothed", 6)
    assert late["q_data"] == pytest.approx(5 / 6)
    assert late["confidence_rates_br"] == pytest.approx(fresh["confidence_rates_br"] * 5 / 6 * 0.5)
    assert late["score_rates_br"] == fresh["score_rates_br"]


def test_an_input_past_twice_its_age_silences_the_agent():
    row = aged("br_focus_ipca_12m_smoothed", 11)
    assert (row["score_rates_br"], row["confidence_rates_br"]) == (0.0, 0.0)


def test_an_input_that_was_never_there_gives_no_view():
    row = monetary(world(br_rstar=np.full(ROWS, np.nan)).with_columns(pl.col("br_rstar").fill_nan(None))).row(-1, named=True)
    assert row["score_rates_br"] is None
    assert row["confidence_rates_br"] == 0.0


def test_a_rate_that_follows_the_rule_earns_full_confidence():
    steps = np.arange(1400)
    forecast = np.full(1400, 0.10)
    policy = 0.10 + 0.05 * 0.99**steps                      # decays to what the rule asks for
    assert out_of_sample_r2(policy, forecast)[-1] > 0.5
    assert out_of_sample_r2(policy, 2 * policy - forecast)[-1] < 0


def test_skill_is_nought_until_a_year_of_forecasts_has_come_due():
    found = out_of_sample_r2(walk(600, 1), walk(600, 2))
    due_twelve = 126 + 11 * 21
    assert (found[:due_twelve] == 0).all()
    assert found[due_twelve] != 0


@pytest.mark.parametrize("rows", [0, 5, 200])
def test_a_short_history_gives_no_view_and_no_exception(rows):
    assert monetary(world().head(rows))["score_rates_br"].null_count() == rows
