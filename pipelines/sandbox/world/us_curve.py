"""The US curve, vectorised over days: policy path, OIS, zero, par and real yields, breakevens.

    s_k = s_(k-1) + .22 (L + (q − L) e^(−.15 t_k) − s_(k-1)),  t_k = k/8 year, floor .08 %
    OIS(T) = average of the path to T        zero(T) = OIS(T) + tp (1 − e^(−T/4))

Zero yields are bond equivalent (semiannual); par yields price a semiannual bond at 100. Rates are decimals. Where the term premium
would take a forward rate below the floor of the path, notes pay the floor: beyond bills, no Treasury curve has discounted less at a
longer term (1962-2023).
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world.us_economy import BELIEF_DECAY, MEETINGS_A_YEAR, SMOOTHING, TERM_DECAY

Floats = NDArray[np.float64]

FLOOR = 0.0008
HORIZON = 30
STEPS = HORIZON * MEETINGS_A_YEAR
PAR_YEARS = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 20.0, 30.0)
BILL_YEARS = {"1 Mo": 1 / 12, "1.5 Month": 1.5 / 12, "2 Mo": 2 / 12, "3 Mo": 0.25, "4 Mo": 4 / 12, "6 Mo": 0.5}


def policy_path(ffr: Floats, q: Floats, long_run: Floats) -> Floats:
    """Expected policy rate from each day, shape (n, 1 + 240): today, then after each of 240 meetings an eighth of a year apart."""
    out = np.empty((ffr.size, STEPS + 1))
    out[:, 0] = ffr
    for k in range(1, STEPS + 1):
        target = long_run + (q - long_run) * np.exp(-BELIEF_DECAY * k / MEETINGS_A_YEAR)
        out[:, k] = np.maximum(out[:, k - 1] + SMOOTHING * (target - out[:, k - 1]), FLOOR)
    return out


def average_path(path: Floats, years: Floats | float) -> Floats:
    """Average of the stepped path over horizons in years, shape (n,) or (n, m). The first eighth of a year pays today's rate."""
    horizon = np.atleast_1d(np.asarray(years, np.float64)) * MEETINGS_A_YEAR
    total = np.concatenate([np.zeros((path.shape[0], 1)), np.cumsum(path[:, :-1], axis=1)], axis=1)
    whole = np.minimum(np.floor(horizon).astype(np.int64), STEPS - 1)
    # row-major on purpose: powers of a column-major array may round differently for another number of rows
    out = np.ascontiguousarray((total[:, whole] + (horizon - whole) * path[:, whole]) / horizon)
    return out[:, 0].copy() if np.ndim(years) == 0 else out


def term_premium(tp: Floats, years: Floats) -> Floats:
    """Term premium by horizon, shape (n, m)."""
    return np.outer(tp, 1 - np.exp(-np.asarray(years) / TERM_DECAY))


def zero_yields(path: Floats, tp: Floats, years: Floats) -> Floats:
    """Bond-equivalent zero yields, shape (n, m)."""
    return average_path(path, years) + term_premium(tp, years)


def par_yields(path: Floats, tp: Floats) -> Floats:
    """Par yields of `PAR_YEARS`, shape (n, 8): coupon c with Σ c/2·DF + DF(T) = 1 on half-year dates."""
    halves = np.arange(1, 2 * HORIZON + 1) / 2.0
    growth = (1 + zero_yields(path, tp, halves) / 2) ** (2 * halves)
    steps = growth / np.concatenate([np.ones((len(growth), 1)), growth[:, :-1]], axis=1)
    discount = 1 / np.cumprod(np.maximum(steps, 1 + FLOOR / 2), axis=1)
    annuity = np.cumsum(discount, axis=1) / 2
    at = (np.array(PAR_YEARS) * 2).astype(np.int64) - 1
    return (1 - discount[:, at]) / annuity[:, at]


def breakevens(bei10: Floats, core_12m: Floats, years: Floats) -> Floats:
    """Breakeven inflation by tenor, shape (n, m): β (.9 + .01 T) + .35 (π_core − 2 %) e^(−T/2), equal to β at ten years."""
    years = np.asarray(years, np.float64)
    slow = np.outer(bei10, 0.9 + 0.01 * years)
    fast = 0.35 * np.outer(core_12m - 0.02, np.exp(-years / 2) - np.exp(-5.0))
    return slow + fast
