"""Stress scenarios: instantaneous shocks of the worst points of an episode, revalued in full.

Scenarios are the seed `scenarios.csv`. Rates between a scenario's nodes move linearly in tenor and are held flat beyond; a curve
the scenario does not name moves by its beta to the nominal curve, measured on the shock history. Nothing is taken as zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from models_py.kernel import seeds
from models_py.kernel.errors import RiskError
from models_py.risk.exposure import BP, CURVE_OF, Holding, unit_pnl
from models_py.risk.factors import FX, Shocks

NOMINAL = "br_di1"


@dataclass(frozen=True)
class Scenario:
    """Shocks by factor: basis points for rates, relative for prices, points for volatility, as the seed says."""

    name: str
    shocks: Mapping[str, float]

    def nodes(self, prefix: str) -> dict[int, float]:
        """Shifts of a curve's nodes named by the scenario, decimal by business days."""
        return {
            int(factor[len(prefix) + 1 : -2]): shock * BP
            for factor, shock in self.shocks.items()
            if factor.startswith(f"{prefix}_") and factor.endswith("bd")
        }


@cache
def scenarios() -> tuple[Scenario, ...]:
    """All scenarios of the seed, in its order."""
    found: dict[str, dict[str, float]] = {}
    for row in seeds.read("scenarios").iter_rows(named=True):
        found.setdefault(row["scenario"], {})[row["factor"]] = float(row["shock"])
    return tuple(Scenario(name, values) for name, values in found.items())


def unit_stress(scenario: Scenario, holding: Holding, shocks: Shocks) -> float:
    """P&L in BRL of one long contract under a scenario.

    Raises:
        RiskError: the scenario moves neither the contract's curve nor one it can be mapped from.
    """
    if holding.family == "dol":
        if FX not in scenario.shocks:
            raise RiskError(f"scenario {scenario.name} has no shock of {FX}, which {holding.contract} needs")
        return float(unit_pnl(holding, np.zeros(1), np.array([np.log1p(scenario.shocks[FX])]))[0])
    shift = _shift(scenario, CURVE_OF[holding.family], holding.tenor_bd, shocks)
    return float(unit_pnl(holding, np.array([shift]), np.zeros(1))[0])


def _shift(scenario: Scenario, prefix: str, tenor_bd: int, shocks: Shocks) -> float:
    nodes = scenario.nodes(prefix)
    if nodes:
        tenors = sorted(nodes)
        return float(np.interp(tenor_bd, tenors, [nodes[tenor] for tenor in tenors]))
    if prefix == NOMINAL or not scenario.nodes(NOMINAL):
        raise RiskError(f"scenario {scenario.name} has no shock of {prefix} and none to map it from")
    return _beta(shocks, prefix) * _shift(scenario, NOMINAL, tenor_bd, shocks)


def _beta(shocks: Shocks, prefix: str) -> float:
    ours, nominal = shocks.curve(prefix)[1].mean(axis=1), shocks.curve(NOMINAL)[1].mean(axis=1)
    return float(ours @ nominal / (nominal @ nominal))
