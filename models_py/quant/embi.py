"""Sovereign dollar bonds: the spread over Treasuries that reprices one, EMBI returns, and the basis to CDS.

Spreads and rates are decimals; yields of zeros compound semiannually, as Treasuries do. An EMBI spread is of bonds of seven to eight
years, a CDS of five: their basis compares levels only after the ratio of durations, and a regression before a trade.

Source: INSTRUMENTS §11; J.P. Morgan, "EMBI+ rules and methodology".
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from models_py.quant.checks import Floats, floats, require_price, require_rate, require_term
from models_py.quant.errors import BadPrice

DURATION = 7.0              # years, of EMBI Brazil; history, instrument return series 9
YEAR_CD = 360.0
LOWEST_SPREAD, HIGHEST_SPREAD = -0.10, 5.0


def price_at_spread(spread: float, times: ArrayLike, amounts: ArrayLike, zero_rates: ArrayLike) -> float:
    """Σ CF · (1 + (z_t + s) / 2) ** (-2t): the flows on the zero curve of Treasuries, each rate raised by the spread."""
    half = 1.0 + (require_rate("ust zero", zero_rates) + float(require_rate("embi", spread))) / 2.0
    return float(np.sum(floats(amounts) * half ** (-2.0 * require_term("embi", times, "years"))))


def z_spread(price: float, times: ArrayLike, amounts: ArrayLike, zero_rates: ArrayLike) -> float:
    """Constant spread over the zero curve at which the flows are worth the price.

    Args:
        price: dirty, in the unit of the flows. times: years, > 0; amounts: flows, both shape (n,).
        zero_rates: of Treasuries at those times, semiannual, shape (n,).
    Raises:
        BadPrice: the price is not positive, or no spread between -10 % and 500 % gives it.
    """
    paid = float(require_price("embi", price))

    def gap(spread: float) -> float:
        return price_at_spread(spread, times, amounts, zero_rates) - paid

    if not gap(LOWEST_SPREAD) > 0 > gap(HIGHEST_SPREAD):
        raise BadPrice("embi", paid, "no spread prices the flows")
    return float(brentq(gap, LOWEST_SPREAD, HIGHEST_SPREAD, xtol=1e-14))


def spread_return(spread: ArrayLike, previous: ArrayLike, days: ArrayLike, duration: float = DURATION) -> Floats:
    """Return over Treasuries of the index in a day: s_{t-1} / 360 · days - D · (s_t - s_{t-1})."""
    now, before = require_rate("embi", spread), require_rate("embi", previous)
    earned: Floats = before / YEAR_CD * floats(days) - duration * (now - before)
    return earned


def cds_basis(cds: ArrayLike, embi: ArrayLike, duration_ratio: ArrayLike = 1.0) -> Floats:
    """CDS 5y less EMBI · (ratio of durations): positive where protection is dear against bonds."""
    basis: Floats = require_rate("cds", cds) - require_rate("embi", embi) * require_price("duration ratio", duration_ratio)
    return basis
