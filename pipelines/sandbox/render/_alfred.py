"""Vintages as ALFRED tells them: each value of a date stands from one vintage date to the day before the next.

A vintage date is the local date in St. Louis of a publication that changed something: a repeated value opens no vintage, and
of two prints on one date the later stands. An interval that still stands ends on 9999-12-31.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.sandbox.world.prints import Prints

FIRST, LAST = np.datetime64("1776-07-04"), np.datetime64("9999-12-31")
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class Intervals:
    """One row a date and interval, by date and start."""

    date: Days
    start: Days
    end: Days
    value: NDArray[np.float64]

    def __len__(self) -> int:
        return int(self.value.size)

    @property
    def vintage_dates(self) -> Days:
        """Dates on which something was new or revised, in order."""
        found: Days = np.unique(self.start)
        return found

    def take(self, rows: NDArray[Any]) -> "Intervals":
        return Intervals(self.date[rows], self.start[rows], self.end[rows], self.value[rows])

    def touching(self, start: np.datetime64, end: np.datetime64) -> "Intervals":
        """Intervals that stand on some day of [start, end]."""
        return self.take((self.start <= end) & (self.end >= start))

    def cut(self, start: np.datetime64, end: np.datetime64) -> "Intervals":
        """Edges cut to [start, end]."""
        return replace(self, start=np.maximum(self.start, start), end=np.minimum(self.end, end))

    def initial(self) -> "Intervals":
        """First releases: dates newer than all before, first seen after the series' own first vintage."""
        if not len(self):
            return self
        first = self.take(np.append(True, self.date[1:] != self.date[:-1]))
        earliest = np.minimum.accumulate(first.start[::-1])[::-1]
        return first.take((first.start > self.start.min()) & (first.start <= earliest))


def central_dates(instants: NDArray[np.datetime64]) -> Days:
    """Local dates in St. Louis of UTC instants."""
    local = pl.Series(instants.astype("datetime64[us]")).dt.replace_time_zone("UTC").dt.convert_time_zone("America/Chicago")
    return local.dt.date().to_numpy().astype("datetime64[D]")


def intervals(known: Prints) -> Intervals:
    """Intervals of the prints that are out."""
    order = np.lexsort((known.vintage, known.source_date))
    date, start, value = known.source_date[order], central_dates(known.published_at[order]), known.value[order]
    if not date.size:
        return Intervals(date, start, start.copy(), value)
    # of several prints of one date on one vintage date, the last
    last = np.append((date[1:] != date[:-1]) | (start[1:] != start[:-1]), True)
    date, start, value = date[last], start[last], value[last]
    same = (value[1:] == value[:-1]) | (np.isnan(value[1:]) & np.isnan(value[:-1]))
    changed = np.append(True, (date[1:] != date[:-1]) | ~same)
    date, start, value = date[changed], start[changed], value[changed]
    end = np.full(date.shape, LAST)
    follows = date[1:] == date[:-1]
    end[:-1][follows] = start[1:][follows] - np.timedelta64(1, "D")
    return Intervals(date, start, end, value)
