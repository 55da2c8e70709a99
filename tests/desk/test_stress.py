"""Stress scenarios of the seed, and what they do to simple books."""

import numpy as np
import pytest

from models_py.kernel.errors import RiskError
from models_py.risk.exposure import Holding
from models_py.risk.stress import Scenario, scenarios, unit_stress

from .test_var import shocks

DI1 = Holding("di1f30", "di1", 1.0, 60_000.0, 1.0, 1260)
DAP = Holding("dapk30", "dap", 1.0, 75_000.0, 1.85, 1260)
DOL = Holding("dolh25", "dol", 1.0, 5.0, 50_000.0, 20)
ALL = {scenario.name: scenario for scenario in scenarios()}


@pytest.mark.parametrize("name", ["TAPER13", "COVID20", "FISCAL24"])
def test_in_every_episode_a_receiver_loses_and_a_dollar_long_gains(name):
    assert unit_stress(ALL[name], DI1, shocks()) < 0
    assert unit_stress(ALL[name], DAP, shocks()) < 0
    assert unit_stress(ALL[name], DOL, shocks()) > 0


def test_the_taper_costs_a_short_dollar_contract_21_5_per_cent():
    assert unit_stress(ALL["TAPER13"], DOL, shocks()) == pytest.approx(0.215 * 5.0 * 50_000)


def test_five_year_di_rose_300_points_in_the_taper():
    rate = (100_000 / 60_000) ** (252 / 1260) - 1
    assert unit_stress(ALL["TAPER13"], DI1, shocks()) == pytest.approx(100_000 / (1 + rate + 0.03) ** 5 - 60_000)


def test_between_nodes_the_shock_is_linear_in_tenor():
    between = Holding("di1f27", "di1", 1.0, 100_000 / 1.12 ** (378 / 252), 1.0, 378)          # half way from 252 to 504
    assert unit_stress(ALL["TAPER13"], between, shocks()) == pytest.approx(100_000 / 1.144**1.5 - 100_000 / 1.12**1.5)


def test_a_curve_the_scenario_leaves_out_moves_by_its_beta_never_by_nothing():
    only_nominal = Scenario("X", {"br_di1_1260bd": 100.0})
    shock = unit_stress(only_nominal, DAP, shocks())
    assert shock != 0
    assert np.isfinite(shock)


def test_a_scenario_that_says_nothing_of_a_curve_or_the_dollar_is_refused():
    with pytest.raises(RiskError, match="no shock of usdbrl"):
        unit_stress(Scenario("X", {"br_di1_1260bd": 100.0}), DOL, shocks())
    with pytest.raises(RiskError, match="no shock of br_di1"):
        unit_stress(Scenario("X", {"usdbrl": 0.1}), DI1, shocks())
