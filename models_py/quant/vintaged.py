"""All vintages of one series in arrays, and its history as it stood at many instants: prints, revisions, fans.

Instants are microseconds UTC, dates days since 1970, both int64; NaN is a withdrawal. A row stands from `at` until the next vintage
of its date: what stood at t is at <= t < until.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models_py.quant.checks import Floats
from models_py.quant.periods import Days, month_end
from models_py.quant.transforms import Transform, transform

Ints = NDArray[np.int64]


class History(NamedTuple):
    """What stood at one instant: `dates` datetime64[D], increasing, and their `values`."""

    dates: Days
    values: Floats


@dataclass(frozen=True, eq=False)
class Vintaged:
    """Vintages of one series, sorted by (reference, at), shapes (row,)."""

    at: Ints
    until: Ints
    reference: Ints
    value: Floats

    @classmethod
    def of(cls, at: Ints, reference: Ints, value: Floats) -> "Vintaged":
        """From rows sorted by (reference, at): each stands until the next of its date."""
        return cls(at, np.where(_lasts(reference), np.iinfo(np.int64).max, np.roll(at, -1)), reference, value)

    def known(self, cutoff: int) -> History:
        """The history as it stood at an instant."""
        rows = (self.at <= cutoff) & (cutoff < self.until) & ~np.isnan(self.value)
        return History(self.reference[rows].astype("datetime64[D]"), self.value[rows])

    def first_prints(self, cutoff: int) -> tuple[Ints, Days]:
        """Instants at which a period newer than any before it was first printed, and that period; none printed later than the cut-off.

        History that came at once with a newer period is no print of its own.
        """
        told = np.flatnonzero((self.at <= cutoff) & ~np.isnan(self.value))
        order = told[np.argsort(self.at[told], kind="stable")]
        ends = np.flatnonzero(_lasts(self.at[order]))
        instants, newest = self.at[order][ends], np.maximum.accumulate(self.reference[order])[ends]
        fresh = np.r_[np.ones(min(len(newest), 1), bool), newest[1:] > newest[:-1]]
        return instants[fresh], newest[fresh].astype("datetime64[D]")


class Triangle(NamedTuple):
    """Histories as they stood: `values` of shape (instant, date), NaN where a date was not known or has no such transform."""

    at: Ints
    dates: Days
    values: Floats

    @property
    def first(self) -> Floats:
        """Of each date the value when it was first known, shape (date,)."""
        return self._row(np.argmax(~np.isnan(self.values), axis=0))

    @property
    def latest(self) -> Floats:
        """Of each date the value last known, shape (date,)."""
        back = np.argmax(~np.isnan(self.values[::-1]), axis=0)
        return self._row(len(self.at) - 1 - back)

    def revisions(self) -> Floats:
        """Value at each instant less the first print, shape (instant, date)."""
        return self.values - self.first

    def _row(self, row: NDArray[np.int64]) -> Floats:
        taken: Floats = self.values[row, np.arange(len(self.dates))]
        return taken


def triangle(series: Vintaged, cutoffs: Ints, kind: Transform, frequency: str) -> Triangle:
    """The history at each cut-off, transformed inside its own vintage.

    Args:
        cutoffs: in order, at least one.
    """
    cuts = [series.known(int(cutoff)) for cutoff in cutoffs]
    dates = np.unique(np.concatenate([cut.dates for cut in cuts]))
    values = np.full((len(cuts), len(dates)), np.nan)
    for row, cut in enumerate(cuts):
        values[row, np.searchsorted(dates, cut.dates)] = transform(kind, cut.dates, cut.values, frequency)
    return Triangle(cutoffs, dates, values)


def month_ends(history: History) -> History:
    """The last reading of each month, dated by the month's last day: a daily series as a monthly one."""
    months = history.dates.astype("datetime64[M]")
    last = _lasts(months.astype(np.int64))
    return History(month_end(history.dates[last]), history.values[last])


def _lasts(groups: Ints) -> NDArray[np.bool_]:
    """Marks the last row of each run of equal numbers."""
    last: NDArray[np.bool_] = np.r_[groups[1:] != groups[:-1], np.ones(min(len(groups), 1), dtype=bool)]
    return last
