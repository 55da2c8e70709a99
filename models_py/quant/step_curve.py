"""A curve of overnight rates that moves only on given days: policy decisions first.

The overnight rate is constant between steps; its growth adds up to that of every node, so that all nodes reprice exactly. Where
there are fewer nodes than steps the path taken is the one of least movement, where a period between two decisions holds more
than one node it is cut at the node. Time is in business days; rates are decimals, compounded on 252.

    min Σ (s_k - s_{k-1})²   subject to   Σ s_k · d_ik = t_i · ln(1 + r_i)  for each node i,   s = ln(1 + rate)

Source: INSTRUMENTS §2; Lagrange conditions of the quadratic programme, solved as one linear system.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import Floats, floats, require_rate, require_term
from models_py.quant.errors import BadCurve

YEAR = 252.0


@dataclass(frozen=True)
class StepCurve:
    """Overnight rates, each from its start (business days from today) to the next one's; the last is held."""

    start: Floats
    overnight: Floats

    def growth(self, tenor_bd: ArrayLike) -> Floats:
        """-ln(DF) · 252 at tenors: ∫ ln(1 + rate)."""
        at = floats(tenor_bd)
        level = np.log1p(self.overnight)
        passed = np.r_[0.0, np.cumsum(level[:-1] * np.diff(self.start))]
        last = np.clip(np.searchsorted(self.start, at, side="right") - 1, 0, len(self.start) - 1)
        total: Floats = passed[last] + level[last] * (at - self.start[last])
        return total

    def rates(self, tenor_bd: ArrayLike) -> Floats:
        """Zero rates at tenors > 0."""
        at = require_term("step curve", tenor_bd, "tenor_bd")
        annual: Floats = np.expm1(self.growth(at) / at)
        return annual

    def at(self, day: ArrayLike) -> Floats:
        """Overnight rate paid from a business day to the next."""
        place = np.clip(np.searchsorted(self.start, floats(day), side="right") - 1, 0, len(self.start) - 1)
        rate: Floats = self.overnight[place]
        return rate


def fit(tenor_bd: ArrayLike, rate: ArrayLike, steps: ArrayLike, overnight: float | None = None) -> StepCurve:
    """The step curve through zero rates.

    Args:
        tenor_bd, rate: nodes, tenors rising. steps: business days from today to the first day of each new rate, rising, > 0; those
            at or beyond the last node are left out.
        overnight: today's rate: the path starts there, unless a node before the first step says what it is.
    Raises:
        BadCurve: fewer than two nodes (the overnight rate is one), or tenors or steps that do not rise.
        BadRate, Matured: a node that is no rate or no term.
    """
    tenor, annual = np.atleast_1d(require_term("step curve", tenor_bd, "tenor_bd")), np.atleast_1d(require_rate("step curve", rate))
    moves = np.atleast_1d(floats(steps))
    if tenor.size + (overnight is not None) < 2 or tenor.shape != annual.shape or (np.diff(tenor) <= 0).any():
        raise BadCurve("step curve", tenor.tolist(), "needs two nodes or more, or one and an overnight rate, with rising tenors")
    if (np.diff(moves) <= 0).any() or (moves <= 0).any():
        raise BadCurve("step curve", moves.tolist(), "needs steps that rise from the first day on")
    starts = _cut(np.r_[0.0, moves[moves < tenor[-1]]], tenor)
    ends = np.r_[starts[1:], tenor[-1]]
    inside = np.clip(tenor[:, None] - starts, 0.0, ends - starts)
    target = tenor * np.log1p(annual)
    if overnight is not None and len(starts) > 1 and tenor[0] > starts[1]:
        first = np.zeros(len(starts))
        first[0] = 1.0
        inside, target = np.vstack([inside, first]), np.r_[target, np.log1p(float(require_rate("overnight", overnight)))]
    move = np.diff(np.eye(len(starts)), axis=0)
    n, m = len(starts), len(target)
    system = np.zeros((n + m, n + m))
    system[:n, :n], system[:n, n:], system[n:, :n] = 2.0 * move.T @ move, inside.T, inside
    solved = np.linalg.solve(system, np.r_[np.zeros(n), target])[:n]
    return StepCurve(starts, np.expm1(solved))


def _cut(starts: Floats, tenor: Floats) -> Floats:
    """Starts of periods, with one more at each node that another follows in its period."""
    place = np.searchsorted(starts, tenor, side="left")                 # a node on a start closes the period before
    cut: Floats = np.unique(np.r_[starts, tenor[:-1][place[:-1] == place[1:]]])
    return cut
