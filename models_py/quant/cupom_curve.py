"""The clean cupom curve: the dollar rate onshore at every FRC maturity, chained from one clean short rate.

A forward cupom is free of the stale PTAX in both of its DDI legs, which cancels; only the short end needs the live spot. Rates are
decimals, linear on actual days over 360. The dirty DDI curve is never a signal.

    1 + c_T · d_T / 360 = (1 + c_S · d_S / 360) · (1 + frc_T · (d_T - d_S) / 360)

Source: INSTRUMENTS §4; B3, contract specification of FRC.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import Floats, floats, require_rate, require_term
from models_py.quant.errors import BadCurve, PricingError

YEAR = 360.0


@dataclass(frozen=True)
class CupomCurve:
    """Nodes: calendar days and growth 1 + c · d / 360, from the short leg on."""

    days: Floats
    growth: Floats

    def rates(self, days: ArrayLike) -> Floats:
        """Clean cupom at terms > 0: log of growth linear in days; the short rate before the first node, the last forward beyond."""
        at = require_term("cupom", days, "days")
        knots, level = np.r_[0.0, self.days], np.r_[0.0, np.log(self.growth)]
        beyond = np.maximum(at - knots[-1], 0.0) * (level[-1] - level[-2]) / (knots[-1] - knots[-2])
        linear: Floats = np.expm1(np.interp(at, knots, level) + beyond) * YEAR / at
        return linear

    def forward(self, short_days: ArrayLike, long_days: ArrayLike) -> Floats:
        """Forward cupom between two terms, linear: what an FRC of those legs quotes."""
        near, far = require_term("cupom", short_days, "days"), require_term("cupom", long_days, "days")
        ratio = (1.0 + self.rates(far) * far / YEAR) / (1.0 + self.rates(near) * near / YEAR)
        linear: Floats = (ratio - 1.0) * YEAR / require_term("cupom", far - near, "days between the terms")
        return linear


def of_frc(short_cupom: float, short_days: float, frc: ArrayLike, days: ArrayLike) -> CupomCurve:
    """The clean curve of FRC quotes.

    Args:
        short_cupom: clean cupom to the short leg, from the live spot (`cupom.clean`). short_days: to that leg.
        frc: quotes, decimals, shape (n,). days: to the long leg of each, rising, beyond the short leg.
    Raises:
        BadCurve: no quote, or terms that do not rise beyond the short leg. BadRate: a rate that is none. PricingError: a quote at which
            a dollar would grow to nothing.
    """
    ends, quotes = np.atleast_1d(require_term("frc", days, "days")), np.atleast_1d(require_rate("frc", frc))
    start = float(require_term("frc", short_days, "days"))
    if not ends.size or ends.shape != quotes.shape or (np.diff(np.r_[start, ends]) <= 0).any():
        raise BadCurve("cupom", [start, *ends.tolist()], "needs a quote or more, at terms that rise beyond the short leg")
    first = 1.0 + float(require_rate("cupom", short_cupom)) * start / YEAR
    growth = np.r_[first, first * (1.0 + quotes * (ends - start) / YEAR)]
    if not (growth > 0).all():
        raise PricingError("cupom", float(floats(quotes).min()), "the accrual factor is not positive at a cupom")
    return CupomCurve(np.r_[start, ends], growth)
