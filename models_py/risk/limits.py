"""Risk limits: a tuple of frozen values. Warning at 80 %, hard at 100 %; shares of NAV.

To add a limit, add a line to LIMITS. VaR and stress are homogeneous in the quantities, so scaling to a limit is exact.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from models_py.risk.exposure import family_of
from models_py.risk.report import RiskReport

WARN = 0.8
Status = Literal["ok", "warn", "breach", "unmeasured"]
Measure = Callable[[Mapping[str, float]], RiskReport]


@dataclass(frozen=True)
class Limit:
    """A limit on one reading of a risk report, as a share of NAV. `families` are scaled when it binds; empty means all."""

    id: str
    title: str
    hard: float
    read: Callable[[RiskReport], float]
    warn: float = WARN
    families: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reading:
    """A limit as it stands: value and limit are shares of NAV, `used` their ratio; None where nobody could measure it."""

    id: str
    title: str
    value: float | None
    hard: float
    used: float | None
    status: Status

    @property
    def blocks(self) -> bool:
        """Whether new risk must wait: the limit is breached, or not measured."""
        return self.status in ("breach", "unmeasured")


LIMITS: tuple[Limit, ...] = (
    Limit("L5_NET", "net FX delta", 0.35, lambda r: abs(r.fx_net) / r.nav, families=frozenset({"dol"})),
    Limit("L5_GROSS", "gross FX delta", 0.60, lambda r: r.fx_gross / r.nav, families=frozenset({"dol"})),
    Limit("L3", "worst stress loss", 0.10, lambda r: r.worst_stress / r.nav),
    Limit("L1", "1-day 99 % VaR, largest family", 0.0125, lambda r: r.worst_var / r.nav),
)


def evaluate(report: RiskReport) -> tuple[Reading, ...]:
    """Every limit's reading, in order of id. Without positive NAV, or where a measure is not a number, it is unmeasured."""
    return tuple(sorted((_reading(limit, report) for limit in LIMITS), key=lambda reading: reading.id))


def unmeasured() -> tuple[Reading, ...]:
    """Every limit's reading of a book whose risk cannot be measured, in order of id."""
    return tuple(sorted((_unmeasured(limit) for limit in LIMITS), key=lambda reading: reading.id))


def _reading(limit: Limit, report: RiskReport) -> Reading:
    value = limit.read(report) if report.nav > 0 else float("nan")
    if not isfinite(value):
        return _unmeasured(limit)
    used = value / limit.hard
    return Reading(limit.id, limit.title, value, limit.hard, used, "breach" if used > 1 + 1e-9 else "warn" if used >= limit.warn else "ok")


def _unmeasured(limit: Limit) -> Reading:
    return Reading(limit.id, limit.title, None, limit.hard, None, "unmeasured")


def scale(quantities: Mapping[str, float], measure: Measure) -> tuple[dict[str, float], dict[str, float], tuple[Reading, ...]]:
    """Quantities reduced until no limit is breached; to nothing by one that is not measured.

    Returns:
        the quantities, the factor applied to each family, and the readings of the quantities as they came.
    """
    asked = evaluate(measure(quantities))
    scaled = dict(quantities)
    factors = {family_of(contract): 1.0 for contract in quantities}
    for limit in LIMITS:
        reading = _reading(limit, measure(scaled))
        if not reading.blocks:
            continue
        ratio = 1 / reading.used if reading.used else 0.0
        touched = limit.families or frozenset(factors)
        for contract in scaled:
            if family_of(contract) in touched:
                scaled[contract] *= ratio
        for family in touched & factors.keys():
            factors[family] *= ratio
    return scaled, factors, asked
