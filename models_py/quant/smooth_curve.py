"""A zero curve with a smooth forward: monotone cubic (PCHIP) on the growth -ln(DF) · 252, from the origin through every node.

Growth that rises from node to node rises in between: discount factors fall wherever the forwards between nodes are positive. Beyond
the last node the forward over the last span is held. Rates are decimals on 252 business days.

Source: Fritsch and Carlson (1980), SIAM Journal on Numerical Analysis 17; Hagan and West (2006), Applied Mathematical Finance 13.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import PchipInterpolator

from models_py.quant.checks import Floats, floats, require_rate, require_term
from models_py.quant.errors import BadCurve

YEAR = 252.0


@dataclass(frozen=True)
class SmoothCurve:
    """The interpolant of growth, ready to be read."""

    last: float
    beyond: float               # growth a business day after the last node
    spline: PchipInterpolator

    def growth(self, tenor_bd: ArrayLike) -> Floats:
        """-ln(DF) · 252."""
        at = floats(tenor_bd)
        inside = np.minimum(at, self.last)
        total: Floats = self.spline(inside) + self.beyond * (at - inside)
        return total

    def rates(self, tenor_bd: ArrayLike) -> Floats:
        """Zero rates at tenors > 0."""
        at = require_term("smooth curve", tenor_bd, "tenor_bd")
        annual: Floats = np.expm1(self.growth(at) / at)
        return annual

    def forwards(self, tenor_bd: ArrayLike) -> Floats:
        """Instantaneous forward rate at tenors, annual."""
        at = floats(tenor_bd)
        annual: Floats = np.expm1(np.where(at > self.last, self.beyond, self.spline(np.minimum(at, self.last), 1)))
        return annual


def fit(tenor_bd: ArrayLike, rate: ArrayLike) -> SmoothCurve:
    """The smooth curve through zero rates; every node reprices exactly.

    Raises:
        BadCurve: fewer than two nodes, or tenors that do not rise. BadRate, Matured: a node that is no rate or no term.
    """
    tenor, annual = np.atleast_1d(require_term("smooth curve", tenor_bd, "tenor_bd")), np.atleast_1d(require_rate("smooth curve", rate))
    if tenor.size < 2 or tenor.shape != annual.shape or (np.diff(tenor) <= 0).any():
        raise BadCurve("smooth curve", tenor.tolist(), "needs two nodes or more, with rising tenors")
    knots, growth = np.r_[0.0, tenor], np.r_[0.0, tenor * np.log1p(annual)]
    return SmoothCurve(float(tenor[-1]), float((growth[-1] - growth[-2]) / (knots[-1] - knots[-2])), PchipInterpolator(knots, growth))
