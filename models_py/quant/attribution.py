"""What a zero-coupon holding earned between two sessions, in pieces that add up: carry, roll-down, curve move, convexity, residual.

    return     P_1(n - m) / P_0(n) / FC - 1              P = (1 + z) ** (-t / 252), m business days between the sessions
    carry      at its own unchanged yield                roll-down   at the unchanged curve, beyond the carry
    curve      -D · Δz at the rolled tenor               convexity   ½ · C · Δz²              residual   what is left

Δz is the move of the zero rate at n - m. FC is the growth of money over the step; pieces are decimals of the value at the start.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import Floats, floats, require_price, require_rate, require_term

YEAR = 252.0


class Pieces(NamedTuple):
    """Parts of an excess return; `total` is their sum."""

    total: Floats
    carry: Floats
    rolldown: Floats
    curve: Floats
    convexity: Floats
    residual: Floats


def zero_coupon(
    tenor_bd: ArrayLike, passed_bd: ArrayLike, start: ArrayLike, rolled: ArrayLike, end: ArrayLike, money: ArrayLike = 1.0
) -> Pieces:
    """Pieces of the return of one zero-coupon holding, or of many.

    Args:
        tenor_bd: n, at the start. passed_bd: m, less than n. start: zero rate at n at the start. rolled: at n - m on the curve of the
            start. end: at n - m at the end. money: FC.
    Raises:
        Matured: nothing is left after the step. BadRate, BadPrice: a rate or growth that is none.
    """
    term, passed = require_term("zero", tenor_bd, "tenor_bd"), floats(passed_bd)
    years = require_term("zero", term - passed, "tenor_bd left") / YEAR
    before, still, now = require_rate("zero", start), require_rate("zero", rolled), require_rate("zero", end)
    growth = require_price("money", money)
    bought = (1.0 + before) ** (-term / YEAR)

    def worth(rate: Floats) -> Floats:
        value: Floats = (1.0 + rate) ** -years / bought / growth
        return value

    carry = worth(before) - 1.0
    standing = worth(still)
    move = now - still
    curve = -standing * years / (1.0 + still) * move
    convexity = 0.5 * standing * years * (years + 1.0) / (1.0 + still) ** 2 * move**2
    total = worth(now) - 1.0
    rolldown = standing - 1.0 - carry
    return Pieces(*(floats(part) for part in (total, carry, rolldown, curve, convexity, total - carry - rolldown - curve - convexity)))


def forward_rates(tenor_bd: ArrayLike, zero_rate: ArrayLike) -> Floats:
    """Annual forward rate of each span between neighbouring tenors, the first from today."""
    tenor = np.r_[0.0, require_term("forward", tenor_bd, "tenor_bd")]
    growth = np.r_[0.0, floats(tenor_bd) * np.log1p(require_rate("forward", zero_rate))]
    annual: Floats = np.expm1(np.diff(growth) / require_term("forward", np.diff(tenor), "days between tenors"))
    return annual
