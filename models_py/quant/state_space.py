"""One-sided filters: what a trend was thought to be with data up to its own date, never smoothed with what came after.

Columns are dates, rows are vintages (or series): a stack is filtered at once. NaN is a missing reading: the filter only predicts.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import Floats, floats
from models_py.quant.errors import BadTerm

_DIFFUSE = 1e8              # prior variance against an observation variance of 1: knows nothing


class Level(NamedTuple):
    """State of a local-level filter: mean, and variance in units of the observation's."""

    mean: float
    variance: float


UNKNOWN = Level(0.0, _DIFFUSE)


def gain_ratio(half_life: float) -> float:
    """Ratio of state to observation variance whose steady filter forgets half in `half_life` readings: K² / (1 - K), K = 1 - 2^(-1/h).

    Raises:
        BadTerm: the half-life is not positive.
    """
    if not half_life > 0:
        raise BadTerm("local level", half_life, "needs a half-life above 0")
    gain = -np.expm1(-np.log(2.0) / half_life)
    return float(gain**2 / (1.0 - gain))


def local_level(state: Level, value: float, ratio: float) -> tuple[Level, float]:
    """One step of the local-level filter: x = μ + ε, μ follows a random walk with variance `ratio` of that of ε.

    Returns:
        The new state and the filtered level.

    Source: Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter.
    """
    prior = state.variance + ratio
    gain = prior / (prior + 1.0)
    mean = state.mean + gain * (value - state.mean)
    return Level(mean, gain), mean


def trend(values: ArrayLike, smoothing: float) -> Floats:
    """One-sided Hodrick-Prescott trend: the end point of the filter on data up to each date.

        y = τ + ε,   Δ²τ ~ variance 1 / smoothing of that of ε      (local linear trend, filtered)

    Args:
        values: shape (..., dates). smoothing: λ of the filter, 129,600 for months (Ravn and Uhlig 2002), 1,600 for quarters.
    Returns:
        Trend, same shape; NaN before the second reading and where the reading is missing.

    Source: Stock and Watson (1999), one-sided HP by the Kalman filter.
    """
    data = np.atleast_2d(floats(values))
    rows, dates = data.shape
    level, slope = np.zeros(rows), np.zeros(rows)
    p_ll, p_ls, p_ss = np.full(rows, _DIFFUSE), np.zeros(rows), np.full(rows, _DIFFUSE)
    seen = np.zeros(rows, dtype=int)
    out = np.full(data.shape, np.nan)
    noise = 1.0 / smoothing
    for t in range(dates):
        started = seen > 0
        level = np.where(started, level + slope, level)
        p_ll, p_ls, p_ss = (
            np.where(started, p_ll + 2 * p_ls + p_ss, p_ll),
            np.where(started, p_ls + p_ss, p_ls),
            np.where(started, p_ss + noise, p_ss),
        )
        here = np.isfinite(data[:, t])
        value = np.where(here, data[:, t], level)
        total = p_ll + 1.0
        k_l, k_s = np.where(here, p_ll / total, 0.0), np.where(here, p_ls / total, 0.0)
        surprise = value - level
        level, slope = level + k_l * surprise, slope + k_s * surprise
        p_ss = p_ss - k_s * p_ls
        p_ll, p_ls = (1 - k_l) * p_ll, (1 - k_l) * p_ls
        seen += here
        out[:, t] = np.where(here & (seen >= 2), level, np.nan)
    return out if np.ndim(values) > 1 else out[0]
