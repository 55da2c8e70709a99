"""The risk of a book in one value: VaR families, stress, currency and rate exposures.

P&L under every shock is linear in the number of contracts, so an `Engine` revalues one contract of each once, and measures any
quantities of them at the price of a few dot products.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models_py.kernel.errors import RiskError
from models_py.risk import var
from models_py.risk.exposure import CURVE_OF, Holding, dv01, unit_pnl
from models_py.risk.factors import FX, Shocks
from models_py.risk.stress import Scenario, unit_stress
from models_py.risk.var import VarResult

HEADLINE = "filtered"


@dataclass(frozen=True)
class RiskReport:
    """Measures in BRL: `var` by family, P&L by scenario, dollar delta (+ = long USD), `components` that add to the headline VaR."""

    nav: float
    var: Mapping[str, VarResult]
    stress: Mapping[str, float]
    fx_net: float
    fx_gross: float
    dv01: Mapping[str, float]
    components: Mapping[str, float]
    days: int
    imputed: float

    @property
    def worst_var(self) -> float:
        """Largest VaR of the families built (L1)."""
        return max((result.var for result in self.var.values()), default=0.0)

    @property
    def worst_stress(self) -> float:
        """Largest stress loss, positive (L3)."""
        return max((-pnl for pnl in self.stress.values()), default=0.0)

    def payload(self) -> dict[str, Any]:
        """JSON-able."""
        return {
            "nav": self.nav,
            "headline": HEADLINE,
            "var": {name: {"var": result.var, "es": result.es} for name, result in self.var.items()},
            "stress": dict(self.stress),
            "fx_net": self.fx_net,
            "fx_gross": self.fx_gross,
            "dv01": dict(self.dv01),
            "components": dict(self.components),
            "days": self.days,
            "imputed": self.imputed,
        }


@dataclass(frozen=True)
class Engine:
    """Contracts revalued once: P&L of one long contract under each shock (days × contracts) and scenario."""

    holdings: tuple[Holding, ...]
    plain: NDArray[np.float64]
    filtered: NDArray[np.float64]
    stress: Mapping[str, NDArray[np.float64]]
    dv01: NDArray[np.float64]
    imputed: float
    _place: Mapping[str, int] = field(default_factory=dict)

    def measure(self, quantities: Mapping[str, float], nav: float) -> RiskReport:
        """Risk of signed quantities; contracts that are not in the engine are refused.

        Raises:
            KeyError: a contract the engine was not built with.
        """
        held = np.zeros(len(self.holdings))
        for contract, quantity in quantities.items():
            held[self._place[contract]] = quantity
        fx = np.array([h.price * h.point_value if h.family == "dol" else 0.0 for h in self.holdings]) * held
        families = sorted({holding.family for holding in self.holdings if holding.family != "dol"})
        rate = {name: float(sum(self.dv01[k] * held[k] for k, h in enumerate(self.holdings) if h.family == name)) for name in families}
        if not np.any(held):
            flat = dict.fromkeys(("plain", "age_weighted", HEADLINE), VarResult(0.0, 0.0))
            return RiskReport(nav, flat, dict.fromkeys(self.stress, 0.0), 0.0, 0.0, rate, {}, len(self.plain), self.imputed)
        history, scaled = self.plain @ held, self.filtered @ held
        measured = {"plain": var.plain(history), "age_weighted": var.age_weighted(history), HEADLINE: var.plain(scaled)}
        parts = var.components(self.filtered * held, measured[HEADLINE].var)
        return RiskReport(
            nav=nav,
            var=measured,
            stress={name: float(unit @ held) for name, unit in self.stress.items()},
            fx_net=float(fx.sum()),
            fx_gross=float(np.abs(fx).sum()),
            dv01=rate,
            components={h.contract: float(parts[k]) for k, h in enumerate(self.holdings) if held[k] != 0},
            days=len(self.plain),
            imputed=self.imputed,
        )


def engine(holdings: Sequence[Holding], shocks: Shocks, scenarios: Sequence[Scenario]) -> Engine:
    """Revalue one long contract of each holding.

    Raises:
        RiskError: a factor a contract depends on has no history, or a scenario does not move it, or a revaluation is no number.
    """
    ordered = tuple(sorted(holdings, key=lambda holding: holding.contract))
    scaled = var.filtered_shocks(shocks)
    return Engine(
        holdings=ordered,
        plain=_revalue(ordered, shocks),
        filtered=_revalue(ordered, scaled),
        stress={scenario.name: np.array([unit_stress(scenario, holding, shocks) for holding in ordered]) for scenario in scenarios},
        dv01=np.array([dv01(holding) for holding in ordered]),
        imputed=float(shocks.imputed.mean()),
        _place={holding.contract: place for place, holding in enumerate(ordered)},
    )


def measure(holdings: Sequence[Holding], nav: float, shocks: Shocks, scenarios: Sequence[Scenario]) -> RiskReport:
    """Risk of a book as it stands."""
    return engine(holdings, shocks, scenarios).measure({holding.contract: holding.quantity for holding in holdings}, nav)


def _revalue(holdings: Sequence[Holding], shocks: Shocks) -> NDArray[np.float64]:
    days = len(shocks.values)
    columns = []
    curves = {family: shocks.curve(prefix) for family, prefix in CURVE_OF.items() if any(h.family == family for h in holdings)}
    for holding in holdings:
        if holding.family == "dol":
            gain = unit_pnl(holding, np.zeros(days), shocks.column(FX))
        else:
            gain = unit_pnl(holding, _at(holding.tenor_bd, *curves[holding.family]), np.zeros(days))
        if not np.isfinite(gain).all():
            raise RiskError(f"{holding.contract} at {holding.price:g}, {holding.tenor_bd} business days: a revaluation is not a number")
        columns.append(gain)
    return np.column_stack(columns) if columns else np.zeros((days, 0))


def _at(tenor_bd: int, tenors: NDArray[np.float64], changes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Changes at a tenor: linear between nodes, flat beyond."""
    right = int(np.clip(np.searchsorted(tenors, tenor_bd), 1, len(tenors) - 1)) if len(tenors) > 1 else 0
    if right == 0:
        return np.asarray(changes[:, 0])
    share = float(np.clip((tenor_bd - tenors[right - 1]) / (tenors[right] - tenors[right - 1]), 0.0, 1.0))
    return np.asarray(changes[:, right - 1] * (1 - share) + changes[:, right] * share)
