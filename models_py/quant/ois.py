"""SOFR OIS: discount factors of par rates, and par rates of discount factors.

Rates are decimals, actual over 360. To a year the swap pays once, at its end; beyond it pays every year back from its maturity.
Between maturities the forward is flat. Time is in calendar days from the start.

    to a year    df = 1 / (1 + s · d / 360)            beyond    s · Σ α_i · df_i + df_n = 1

Source: ARRC conventions; INSTRUMENTS §10.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from models_py.quant.checks import Floats, floats, require_rate, require_term
from models_py.quant.errors import BadCurve

YEAR_CD, YEAR = 360.0, 365.25


@dataclass(frozen=True)
class OisCurve:
    """Nodes: days from the start and -ln(DF) there."""

    days: Floats
    growth: Floats

    def discount(self, days: ArrayLike) -> Floats:
        """Discount factors; the first rate is held before the first node, the last forward beyond the last."""
        at = floats(days)
        knots, level = np.r_[0.0, self.days], np.r_[0.0, self.growth]
        slope = (level[-1] - level[-2]) / (knots[-1] - knots[-2])
        factor: Floats = np.exp(-np.interp(at, knots, level) - np.maximum(at - knots[-1], 0.0) * slope)
        return factor

    def par_rate(self, days: float) -> float:
        """Fixed rate of a swap of that many days."""
        due = payments(days)
        factors = self.discount(due)
        return float((1.0 - factors[-1]) / np.sum(np.diff(np.r_[0.0, due]) / YEAR_CD * factors))


def payments(days: float) -> Floats:
    """Days of payment of a swap: yearly back from its end, the first period the odd one."""
    count = max(round(days / YEAR), 1) if days > YEAR + 1 else 1
    due = floats(days - np.arange(count - 1, -1, -1) * YEAR)
    return due[due > 0]


def bootstrap(days: ArrayLike, rates: ArrayLike) -> OisCurve:
    """The curve of par rates at rising maturities.

    Raises:
        BadCurve: fewer than two maturities, maturities that do not rise, or rates that admit no positive discount factor.
        BadRate, Matured: a rate
            or maturity that is none.
    """
    ends, quoted = np.atleast_1d(require_term("ois", days, "days")), np.atleast_1d(require_rate("ois", rates))
    if ends.size < 2 or ends.shape != quoted.shape or not (np.diff(ends) > 0).all():
        raise BadCurve("ois", ends.tolist(), "needs two maturities or more, that rise, and a rate each")
    growth: list[float] = []
    for k, (end, rate) in enumerate(zip(ends, quoted, strict=True)):
        due = payments(float(end))
        accrual = floats(np.diff(np.r_[0.0, due]) / YEAR_CD)

        def gap(own: float, k: int = k, due: Floats = due, accrual: Floats = accrual, rate: float = float(rate)) -> float:
            factors = floats(OisCurve(ends[: k + 1], np.array([*growth, own])).discount(due))
            return float(rate * np.sum(accrual * factors) + factors[-1] - 1.0)

        before = growth[-1] if growth else 0.0
        low, high = before - 1.0, before + 5.0
        if not gap(low) > 0 > gap(high):
            raise BadCurve("ois", float(rate), f"no discount factor at {end:g} days pays the rate")
        growth.append(float(brentq(gap, low, high, xtol=1e-15)))
    return OisCurve(ends, np.array(growth))
