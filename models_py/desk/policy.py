"""Desk policy, typed: what trades, how large, when it stops. A change is reviewed, tested and recorded by commit.

Measures of exposure, per BRL of NAV: `notional` (BRL long of the leg) for currencies, `dv01` (BRL a basis point) for rates and
breakevens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Measure = Literal["notional", "dv01"]

# legs in which an agent's view on a class is expressed; a positive view takes these signs (AGENTS §2: DI1 252-504)
VIEW_LEGS: Mapping[str, Mapping[str, float]] = {"rates_br": {"di1_252bd": 1.0, "di1_504bd": 1.0}}

# half-life of a signal in sessions (STRATEGIES §9); agents speak on their own horizon
HALF_LIFE: Mapping[str, float] = {
    "FX_BR_01": 60, "FX_BR_02": 40, "FX_BR_03": 250, "FX_BR_04": 40, "FX_BR_05": 20, "FX_BR_06": 10,
    "RATES_BR_01": 60, "RATES_BR_02": 60, "RATES_BR_03": 60, "RATES_BR_04": 8, "RATES_BR_05": 120,
    "RATES_US_01": 120, "RATES_US_02": 40, "RATES_US_03": 10, "RATES_RV_01": 60, "RATES_RV_02": 15,
    "INF_BR_01": 60, "INF_BR_02": 20, "INF_BR_03": 15, "INF_BR_04": 40, "INF_US_01": 90,
    "CUP_01": 30, "CUP_02": 25, "CUP_03": 60, "CUP_04": 15, "SOV_01": 40, "SOV_02": 90, "SOV_03": 30, "SOV_04": 40,
    "XA_01": 5, "XA_02": 60, "XA_03": 15, "XA_04": 10, "XA_05": 40,
}  # fmt: skip


@dataclass(frozen=True)
class Stops:
    """Stop rules on a signal's own paper result, in shares of its risk capital (STRATEGIES §0)."""

    halve: float = 2.0            # times σ* √(10/252) lost since entry
    flat: float = 3.0
    cool_down: int = 10           # sessions
    drawdown: float = 0.12        # half risk until a new 60-day high has recovered half of it
    suspend: float = 0.20         # nothing until a person approves
    recovered: float = 0.50
    high_days: int = 60


@dataclass(frozen=True)
class Policy:
    """One desk. Everything the two desk functions use beside the release and the book."""

    unit_volatility: float = 0.10
    target_volatility: float = 0.06
    maximum_scale: float = 1.5
    event_scale: float = 0.5
    aversion: float = 10.0        # γ of the no-trade rule: a Sharpe of 0.6 at 6 % volatility is optimal at γ = 0.6 / 0.06
    grades: frozenset[str] = frozenset({"market", "derived"})    # a proxy trades only where it is asked for
    stops: Stops = field(default_factory=Stops)
    strategies: frozenset[str] | None = None                     # None: all that are enabled
    agents: frozenset[str] | None = None                         # None: all
    restricted: frozenset[str] = frozenset()                     # families or contracts nobody here may trade: none
    blackouts: frozenset[date] = frozenset()                     # sessions without any order: none, for events halve risk instead


def measure(leg: str) -> Measure:
    """Measure in which a leg is held."""
    return "notional" if leg.startswith("usd") else "dv01"


POLICY = Policy()
