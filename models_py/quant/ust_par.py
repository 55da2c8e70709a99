"""Treasury bonds of constant maturity, struck at par: duration, convexity and the return of a day.

Par yields are decimals a year, semiannual; amounts are per 1 of price.
"""

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import Floats, floats, require_rate, require_term

YEAR_BD = 252.0


def par_duration(par_yield: ArrayLike, years: float) -> Floats:
    """Modified duration of a bond at par: Σ t · CF_t · v^(2t) / (1 + y / 2), per 1 of price."""
    return _par_moments(par_yield, years)[0]


def par_convexity(par_yield: ArrayLike, years: float) -> Floats:
    """Convexity of a bond at par: d²P/dy² / P."""
    return _par_moments(par_yield, years)[1]


def _par_moments(par_yield: ArrayLike, years: float) -> tuple[Floats, Floats]:
    rate = floats(require_rate("ust par yield", par_yield))[..., None]
    periods = np.arange(1.0, round(2 * float(require_term("ust", years, "years"))) + 1.0)
    base = 1.0 + rate / 2.0
    flows = np.where(periods == periods[-1], 1.0 + rate / 2.0, rate / 2.0)
    duration: Floats = np.sum(flows * periods / 2.0 * base ** (-periods - 1.0), axis=-1)
    convexity: Floats = np.sum(flows * periods * (periods + 1.0) / 4.0 * base ** (-periods - 2.0), axis=-1)
    return duration, convexity


def par_return(par_yield: ArrayLike, previous: ArrayLike, years: float, business_days: ArrayLike = 1) -> Floats:
    """Return of a bond struck at par on the day before.

        y_{t-1} · bd / 252 - D_mod · Δy + ½ · C · Δy²

    Source: INSTRUMENTS §10, duration proxy.
    """
    now, before = require_rate("ust par yield", par_yield), require_rate("ust par yield", previous)
    duration, convexity = _par_moments(before, years)
    move = now - before
    total: Floats = before * floats(business_days) / YEAR_BD - duration * move + 0.5 * convexity * move**2
    return total
