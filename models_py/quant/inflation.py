"""Breakevens and accumulation of inflation. Rates are decimals.

Breakeven inflation divides growth factors: the difference of nominal and real rates is wrong by the product of the two.
"""

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import Floats, floats, require_rate, require_term
from models_py.quant.curve import forward_rate


def breakeven(nominal: ArrayLike, real: ArrayLike) -> Floats:
    """Fisher, on zero rates of one tenor: (1 + n) / (1 + r) - 1."""
    inflation: Floats = (1.0 + require_rate("nominal", nominal)) / (1.0 + require_rate("real", real)) - 1.0
    return inflation


def forward_breakeven(
    nominal_near: ArrayLike, real_near: ArrayLike, near_bd: ArrayLike, nominal_far: ArrayLike, real_far: ArrayLike, far_bd: ArrayLike
) -> Floats:
    """Breakeven of the forwards between two tenors: 1y1y is near 252, far 504."""
    return breakeven(
        forward_rate(nominal_near, near_bd, nominal_far, far_bd), forward_rate(real_near, near_bd, real_far, far_bd)
    )


def accumulated(monthly: ArrayLike) -> float:
    """Π(1 + m_i) - 1 over the prints given; twelve give the annual rate."""
    return float(np.prod(1.0 + require_rate("inflation", monthly)) - 1.0)


def monthly_equivalent(annual: ArrayLike) -> Floats:
    """(1 + a) ** (1 / 12) - 1: what a 12-month survey says of one month, when nothing says more."""
    rate: Floats = np.expm1(np.log1p(require_rate("inflation", annual)) / 12.0)
    return rate


def breakeven_bond_equivalent(nominal: ArrayLike, real: ArrayLike) -> Floats:
    """TIPS breakeven on semiannual yields: 2 · ((1 + n / 2) / (1 + r / 2) - 1). FRED's T10YIE is the simple difference instead."""
    half = (1.0 + require_rate("nominal", nominal) / 2.0) / (1.0 + require_rate("real", real) / 2.0)
    inflation: Floats = 2.0 * (half - 1.0)
    return inflation


def tips_reference_index(index_3m: ArrayLike, index_2m: ArrayLike, day: ArrayLike, days_in_month: ArrayLike) -> Floats:
    """Reference CPI of a day: CPI-U NSA of three months before, carried linearly to that of two months before.

    ref = I_{m-3} + (day - 1) / days_in_month · (I_{m-2} - I_{m-3}),   cut at 6 decimals and rounded at 5 by the Treasury
    """
    early, late = floats(index_3m), floats(index_2m)
    share = (floats(day) - 1.0) / require_term("tips", days_in_month, "days_in_month")
    reference: Floats = np.round(np.trunc((early + share * (late - early)) * 1e6 + 1e-6) / 1e6, 5)
    return reference
