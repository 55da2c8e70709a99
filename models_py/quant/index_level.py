"""Levels of a monthly index from published ones and the changes printed between them, as known at any instant.

The level of a month is the published one where there is one and the month's change is out: the two come with one release. Else it
is the month before's, grown by the change. So a level does not depend on how far back the changes go, as long as they reach a
published level. Months are counted from January 1970; changes are decimals.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from models_py.quant.checks import Floats
from models_py.quant.realtime import NEVER, Ints, Readings


def month_of(day: Ints) -> Ints:
    """Month of day numbers."""
    month: Ints = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return month


@dataclass(frozen=True)
class MonthlyIndex:
    """Changes of the months from `first` on: a row a moment at which one became known, and one before them all."""

    first: int
    moments: Ints
    changes: Floats             # (moments + 1, months), NaN where nothing is known
    told: Ints                  # when something was first told of each month
    anchors: Floats             # published level of each month, NaN where there is none
    starts_after: bool          # the prints start with the month after `first`, whose level was out before them

    @classmethod
    def of(cls, prints: Readings, anchors: pl.DataFrame, last: int) -> "MonthlyIndex | None":
        """None where no published level is reached by the prints.

        Args:
            prints: change in the month, decimal, reference at month end. anchors: month_end, level. last: the last month wanted.
        """
        month = month_of(prints.reference)
        if not len(month):
            return None
        known = anchors.with_columns(month=pl.col("month_end").dt.year() * 12 + pl.col("month_end").dt.month() - 1 - 1970 * 12)
        levels = dict(known.filter(pl.col("month") >= int(month.min()) - 1).select("month", "level").rows())
        if not levels or min(levels) > last:
            return None
        first = min(levels)
        width = last - first + 1
        inside = (month >= first) & (month <= last)
        place, order = month - first, np.argsort(prints.available, kind="stable")
        moments, row = np.unique(prints.available[inside], return_inverse=True)
        step = np.full(len(prints.reference), -1)
        step[inside] = row + 1
        changes, told = np.full((len(moments) + 1, width), np.nan), np.full(width, NEVER)
        for k in order[inside[order]]:
            changes[step[k] :, place[k]] = prints.value[k]
            told[place[k]] = min(told[place[k]], prints.available[k])
        published = np.array([levels.get(first + k, np.nan) for k in range(width)])
        return cls(first, moments, changes, told, published, bool(month.min() > first))

    def known(self, at: Ints, told_by: Ints) -> tuple[Floats, Floats]:
        """Changes and levels of every month as known at instants, of the months of which something was told by then: (n, months)."""
        changes = self.changes[np.searchsorted(self.moments, at, side="right")]
        changes = np.where(self.told[None, :] <= told_by[:, None], changes, np.nan)
        levels = np.full(changes.shape, np.nan)
        levels[:, 0] = np.where(self.starts_after | np.isfinite(changes[:, 0]), self.anchors[0], np.nan)
        for m in range(1, changes.shape[1]):
            printed = np.isfinite(changes[:, m]) & np.isfinite(self.anchors[m])
            levels[:, m] = np.where(printed, self.anchors[m], levels[:, m - 1] * (1.0 + changes[:, m]))
        return changes, levels
