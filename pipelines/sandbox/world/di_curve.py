"""The DI curve over the true calendar of COPOM meetings: flat between them, so that it steps where policy can.

    s_k = s_(k-1) + .30 (L + (q − L) e^(−.35 t_k) − s_(k-1)),  floor 1.5 %,  t_k in years to the effective day of meeting k
    DF(du) = Π (1 + s_k − .10 %)^(−d_k/252) · (1 + TP)^(−du/252),   TP(T) = tp (1 − e^(−T/2.5)),   T = du/252

CDI is the Selic target less ten basis points. Business days are counted on the national holiday list known at each day.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import grid, meetings
from pipelines.sandbox.world.brazil import BELIEF_DECAY, SMOOTHING, TERM_DECAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Dates = NDArray[np.datetime64]

FLOOR = 0.015
CDI_SPREAD = 0.0010
MEETINGS = 128                # sixteen years of path


@dataclass(frozen=True)
class DiCurve:
    """The path from each day, first axis days: `opens[i, k]` business days to the start of step k, `rates` its log rate a business
    day, `logs` cumulative −ln DF at its start; `tp` the term-premium state; `index`, `epoch` and `ahead` place the day in the calendar."""

    days: Dates
    index: Ints
    epoch: Ints
    ahead: Ints
    opens: Ints
    rates: Floats
    logs: Floats
    tp: Floats

    def discount(self, row: Ints, du: Ints) -> Floats:
        """DF for du business days from the days at positions `row`; broadcasts."""
        row, du = np.broadcast_arrays(np.asarray(row, np.int64), np.asarray(du, np.int64))
        reached = self.index[row] + du
        old, new = (np.searchsorted(starts, reached, side="right") for starts in _starts())
        k = np.where(self.epoch[row] == 1, new, old) - self.ahead[row]
        k = np.clip(k, 0, MEETINGS - 1)
        accrued = self.logs[row, k] + self.rates[row, k] * (du - self.opens[row, k])
        years = du / 252
        return np.exp(-accrued) * (1 + self.tp[row] * (1 - np.exp(-years / TERM_DECAY))) ** (-years)

    def zero(self, row: Ints, du: Ints) -> Floats:
        """Zero rate, annual on 252 business days, for du > 0."""
        return self.discount(row, du) ** (-252 / np.asarray(du, np.float64)) - 1


def build(days: Dates, selic: Floats, q: Floats, long_run: Floats, tp: Floats) -> DiCurve:
    """The curve of each day from the day's states. A meeting of the day itself is still ahead: its decision comes after the close."""
    ahead = np.searchsorted(meetings.copom(), days)
    epoch = grid.epoch_of(days)
    index = np.where(epoch == 1, grid.business_index(days, 1), grid.business_index(days, 0))
    starts = np.stack(_starts())
    take = ahead[:, None] + np.arange(MEETINGS - 1)
    opens = np.zeros((days.size, MEETINGS), np.int64)
    opens[:, 1:] = starts[epoch[:, None], take] - index[:, None]
    years = opens / 252
    level = np.empty((days.size, MEETINGS))
    level[:, 0] = selic
    for k in range(1, MEETINGS):
        wanted = long_run + (q - long_run) * np.exp(-BELIEF_DECAY * years[:, k])
        level[:, k] = np.maximum(level[:, k - 1] + SMOOTHING * (wanted - level[:, k - 1]), FLOOR)
    rates = np.log1p(level - CDI_SPREAD) / 252
    logs = np.zeros_like(rates)
    logs[:, 1:] = np.cumsum(rates[:, :-1] * np.diff(opens, axis=1), axis=1)
    return DiCurve(days, index, epoch, ahead, opens, rates, logs, tp)


@cache
def _starts() -> tuple[Ints, Ints]:
    """Business-day index of every effective day, on the list before and since 26-Dec-2023."""
    effective = meetings.copom_effective()
    return grid.business_index(effective, 0), grid.business_index(effective, 1)
