"""Zero curve of US Treasuries from the par yields that the Treasury publishes at constant maturities.

Par yields are bond-equivalent decimals. Up to half a year a yield is simple interest; beyond, the par yields at half-years between
the published maturities come from a monotone cubic, and discount factors follow one by one:

    df_k = (1 - c_k / 2 · Σ_{j<k} df_j) / (1 + c_k / 2)

Source: INSTRUMENTS §10.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import PchipInterpolator

from models_py.quant.checks import Floats, floats, require_rate
from models_py.quant.errors import BadCurve

HALF = 0.5


def bootstrap(par_yields: ArrayLike) -> Floats:
    """Discount factors at 0.5, 1, 1.5, … years from par yields at the same maturities.

    Args:
        par_yields: shape (..., k).
    Raises:
        BadRate: a yield is no rate. BadCurve: fewer than two yields, or a discount factor is not positive.
    """
    if np.shape(par_yields)[-1:] < (2,):
        raise BadCurve("ust", np.shape(par_yields)[-1:], "needs two par yields or more, not")
    factors = _bootstrap(floats(require_rate("ust par yield", par_yields)))
    if not (factors > 0).all():
        raise BadCurve("ust", float(factors.min()), "the par yields admit no positive discount factor")
    return factors


def _bootstrap(par_yields: Floats) -> Floats:
    coupons = par_yields / 2.0
    factors = np.empty_like(coupons)
    annuity = np.zeros(coupons.shape[:-1])
    for k in range(coupons.shape[-1]):
        factors[..., k] = (1.0 - coupons[..., k] * annuity) / (1.0 + coupons[..., k])
        annuity = annuity + factors[..., k]
    return factors


def discount_factors(years: ArrayLike, par_yields: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    """Discount factors of many days at the published maturities.

    Args:
        years: published maturities, ascending, shape (k,): multiples of a half, or below it.
        par_yields: shape (days, k), NaN where a maturity was not published that day.
    Returns:
        Discount factors, shape (days, k), NaN where there is no yield; and the mask of days with a curve: at least two maturities
        of half a year or more, and yields that admit positive discount factors.
    """
    maturities, yields = floats(years), np.atleast_2d(floats(par_yields))
    present = np.isfinite(yields)
    coupon_bearing = maturities >= HALF
    good: NDArray[np.bool_] = (present & coupon_bearing).sum(axis=1) >= 2
    factors = np.full(yields.shape, np.nan)
    bills = present & ~coupon_bearing & good[:, None]
    factors[bills] = (1.0 / (1.0 + yields * maturities))[bills]
    patterns, which = np.unique(present & coupon_bearing, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        days = np.flatnonzero((which.reshape(-1) == number) & good)
        if days.size == 0:
            continue
        nodes = maturities[pattern]
        halves = np.arange(1, round(nodes[-1] / HALF) + 1) * HALF
        filled = PchipInterpolator(nodes, yields[np.ix_(days, np.flatnonzero(pattern))], axis=1)(np.maximum(halves, nodes[0]))
        at = np.rint(nodes / HALF).astype(int) - 1
        solved = _bootstrap(filled)
        factors[np.ix_(days, np.flatnonzero(pattern))] = solved[:, at]
        good[days] = (solved > 0).all(axis=1)
    factors[~good] = np.nan
    return factors, good


def continuous_zero(discount_factor: ArrayLike, years: ArrayLike) -> Floats:
    """-ln(df) / T."""
    rate: Floats = -np.log(floats(discount_factor)) / floats(years)
    return rate
