"""Cutting and rounding decimals the way price rules say, on binary floats.

A rule that says trunc means decimal digits: 0.29 * 100 is 28.999999999999996 in binary and must be cut to 29, not 28. A value
within a few units in the last place of a decimal step is taken to be that step; everything else is cut toward zero. Sums and
products of figures with few decimals are made in whole numbers (`units`), where nothing is lost.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_LAST_PLACES = 8.0          # error of a short chain of float operations, in units of the last place


def trunc(values: ArrayLike, decimals: int) -> NDArray[np.float64]:
    """Cut toward zero at a number of decimals; NaN stays NaN.

        trunc(x, k) = sign(x) · floor(|x| · 10^k) / 10^k
    """
    power = 10.0**decimals
    scaled = np.asarray(values, dtype=np.float64) * power
    nearest = np.rint(scaled)
    on_step = np.abs(scaled - nearest) <= _LAST_PLACES * np.spacing(np.abs(scaled))
    cut: NDArray[np.float64] = np.where(on_step, nearest, np.trunc(scaled)) / power
    return cut


def units(values: ArrayLike, decimals: int) -> NDArray[np.int64]:
    """Values rounded to k decimals as whole numbers of 10^-k, half to even.

    Raises:
        ValueError: a value is not finite, or would not fit a 64-bit integer.
    """
    scaled = np.rint(np.asarray(values, dtype=np.float64) * 10.0**decimals)
    if scaled.size and not (np.abs(scaled) < 2.0**63).all():
        raise ValueError(f"cannot count in units of 1e-{decimals}: {values!r}")
    return scaled.astype(np.int64)


def cut_units(count: NDArray[np.int64], drop: int) -> NDArray[np.int64]:
    """Whole numbers with their last `drop` digits cut toward zero: units of 10^-k become units of 10^-(k-drop)."""
    cut: NDArray[np.int64] = np.sign(count) * (np.abs(count) // 10**drop)
    return cut


def year_fraction(business_days: ArrayLike) -> NDArray[np.float64]:
    """trunc14(business_days / 252), exact: the cut is made on whole numbers. NaN stays NaN."""
    days = np.asarray(business_days, dtype=np.float64)
    whole = np.where(np.isfinite(days), days, 0.0).astype(np.int64)
    cut = (whole * 10**14) // 252 / 1e14
    return np.where(np.isfinite(days), cut, np.nan)
