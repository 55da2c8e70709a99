"""Zero curves on business days: flat forward between nodes, one curve or thousands at once.

Rates are decimals a year, compounded on 252 business days; tenors are business days. Flat forward means that ln(DF) is linear
between nodes. Left of the first node its rate is held; right of the last node the last forward is held, or there is no value.

A batch of curves is "ragged": the nodes of all curves one after another, `curve` (0, 1, …, ascending) saying whose each is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models_py.quant.checks import Floats, floats, require_rate, require_term
from models_py.quant.errors import BadCurve

YEAR = 252.0
_STRIDE = 65536.0           # more business days than any curve has: keeps the curves of a batch apart on one axis

Index = NDArray[np.int64]


def discount_factor(zero_rate: ArrayLike, tenor_bd: ArrayLike) -> Floats:
    """(1 + zero_rate) ** (-tenor_bd / 252)."""
    factor: Floats = (1.0 + require_rate("zero", zero_rate)) ** (-floats(tenor_bd) / YEAR)
    return factor


def zero_rate(discount_factor: ArrayLike, tenor_bd: ArrayLike) -> Floats:
    """discount_factor ** (-252 / tenor_bd) - 1."""
    annual: Floats = floats(discount_factor) ** (-YEAR / require_term("zero", tenor_bd)) - 1.0
    return annual


def forward_rate(near_rate: ArrayLike, near_bd: ArrayLike, far_rate: ArrayLike, far_bd: ArrayLike) -> Floats:
    """Annual rate from one tenor to a longer one: ((1 + r2)^d2 / (1 + r1)^d1) ** (1 / (d2 - d1)) - 1.

    Raises:
        Matured: the second tenor is not the longer.
    """
    near, far = floats(near_bd), floats(far_bd)
    span = require_term("forward", far - near, "far_bd - near_bd")
    growth = far * np.log1p(require_rate("forward", far_rate)) - near * np.log1p(require_rate("forward", near_rate))
    annual: Floats = np.expm1(growth / span)
    return annual


@dataclass(frozen=True)
class Curves:
    """A ragged batch of curves, ready to be read. `growth` is -ln(DF) · 252 at each node: tenor · ln(1 + rate)."""

    count: int
    first: Index                # position of each curve's first node, shape (count,)
    last: Index                 # position of its last node
    tenor: Floats
    growth: Floats

    def rates(self, curve: Index, tenor_bd: ArrayLike, *, extrapolate: bool = True) -> Floats:
        """Zero rates at tenors > 0, one a pair (curve, tenor); NaN beyond the last node unless extrapolated.

            t · ln(1 + r) is linear in t between nodes
        """
        at = floats(tenor_bd)
        growth = self.growths(curve, at, extrapolate=extrapolate)
        with np.errstate(invalid="ignore", divide="ignore"):
            annual: Floats = np.expm1(growth / at)
        return annual

    def growths(self, curve: Index, tenor_bd: ArrayLike, *, extrapolate: bool = True) -> Floats:
        """-ln(DF) · 252 at tenors, one a pair (curve, tenor)."""
        # the curve's own numbers keep the shape of `curve` and broadcast against the tenors: a stack pays for them once a curve
        which, at = np.asarray(curve, dtype=np.int64), floats(tenor_bd)
        first, last = self.first[which], self.last[which]
        start, end = self.tenor[first], self.tenor[last]
        found: Floats = np.interp(np.clip(at, start, end) + which * _STRIDE, self._keys(), self.growth)
        left, right = at < start, at > end
        if left.any():
            found = np.where(left, self.growth[first] / start * at, found)
        if right.any():
            beyond = self.growth[last] + self._last_forward()[which] * (at - end) if extrapolate else np.nan
            found = np.where(right, beyond, found)
        return found

    def _keys(self) -> Floats:
        nodes = self.last - self.first + 1
        keys: Floats = np.repeat(np.arange(self.count), nodes) * _STRIDE + self.tenor
        return keys

    def _last_forward(self) -> Floats:
        """Growth a business day over the last pair of nodes; of a single node, its own rate."""
        before = np.maximum(self.last - 1, self.first)
        single = before == self.last
        span = np.where(single, self.tenor[self.last], self.tenor[self.last] - self.tenor[before])
        rise = np.where(single, self.growth[self.last], self.growth[self.last] - self.growth[before])
        slope: Floats = rise / span
        return slope


def curves(curve: ArrayLike, tenor_bd: ArrayLike, rate: ArrayLike) -> Curves:
    """A batch from ragged nodes: shape (nodes,) each, sorted by curve and tenor.

    Raises:
        BadCurve: no nodes, curve numbers that are not 0, 1, 2, … in order, or tenors that do not rise within a curve.
        BadRate, Matured: a node that is no rate or no term.
    """
    which = np.asarray(curve, dtype=np.int64)
    tenor, annual = require_term("curve node", tenor_bd, "tenor_bd"), require_rate("curve node", rate)
    if which.size == 0:
        raise BadCurve("curve", 0, "needs at least one node")
    step = np.diff(which)
    if which[0] != 0 or ((step != 0) & (step != 1)).any():
        raise BadCurve("curve", "unordered", "curves of a batch are numbered 0, 1, 2, … in order")
    if bad := (np.diff(tenor)[step == 0] <= 0).sum():
        raise BadCurve("curve", int(bad), "tenors must rise within a curve; pairs that do not")
    starts = np.flatnonzero(np.r_[True, step == 1])
    ends = np.r_[starts[1:] - 1, which.size - 1]
    return Curves(len(starts), starts, ends, tenor, tenor * np.log1p(annual))


def flat_forward(tenor_bd: ArrayLike, rate: ArrayLike, at: ArrayLike, *, extrapolate: bool = True) -> Floats:
    """Zero rates of one curve, or of a stack of curves, at the same tenors.

        f = ((1 + r2)^d2 / (1 + r1)^d1),   (1 + r)^d = (1 + r1)^d1 · f^((d - d1) / (d2 - d1))

    Args:
        tenor_bd, rate: nodes, shape (k,), or (n, k) with NaN where a curve has fewer nodes.
        at: tenors, shape (m,).
    Returns:
        shape (m,) or (n, m); of a stack, NaN where a curve has fewer than two nodes.
    Raises:
        BadCurve: one curve of fewer than two nodes, or tenors that do not rise. BadRate, Matured: a node that is no rate or no term.

    Source: INSTRUMENTS §2.
    """
    wanted = np.atleast_1d(floats(at))
    if np.ndim(rate) < 2 and np.ndim(tenor_bd) < 2:
        nodes, annual = np.broadcast_arrays(np.atleast_1d(floats(tenor_bd)), np.atleast_1d(floats(rate)))
        if nodes.size < 2:
            raise BadCurve("curve", nodes.tolist(), "needs two nodes or more")
        one = curves(np.zeros(nodes.size, dtype=np.int64), nodes, annual)
        return one.rates(np.zeros(1, dtype=np.int64), wanted, extrapolate=extrapolate)
    tenors, rates = np.broadcast_arrays(np.atleast_2d(floats(tenor_bd)), np.atleast_2d(floats(rate)))
    present = np.isfinite(tenors) & np.isfinite(rates)
    whole = present.sum(axis=1) >= 2
    found = np.full((len(tenors), wanted.size), np.nan)
    if whole.any():
        present &= whole[:, None]
        number = np.cumsum(whole) - 1
        batch = curves(number[np.nonzero(present)[0]], tenors[present], rates[present])
        found[whole] = batch.rates(np.arange(batch.count)[:, None], wanted[None, :], extrapolate=extrapolate)
    return found
