"""Vintaged tables side by side, and which two dates a return joins, as known at each instant.

Dates are whole days and instants whole microseconds UTC, as in `realtime`; rows are numbered in the order of (reference, available).
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from models_py.quant.checks import Mask
from models_py.quant.realtime import Ints


def together(*tables: tuple[Ints, Ints], whole: bool = True) -> tuple[Ints, Ints, list[Ints]]:
    """Vintaged tables side by side by date: every instant at which one changed, with the row of each then in force.

    Args:
        tables: (reference, available) of each, sorted by both.
        whole: only from when all are known; else the row of what is not known yet is -1.
    Returns:
        reference, available, and the rows in force of each table.
    """
    sides = [pl.DataFrame({"reference": r, "at": a}).with_row_index("row").sort("at") for r, a in tables]
    events = pl.concat([side.select("reference", "at") for side in sides]).unique().sort("at")
    for number, side in enumerate(sides):
        events = events.join_asof(side.rename({"row": f"row{number}"}), on="at", by="reference", check_sortedness=False)
    events = (events.drop_nulls() if whole else events.fill_null(-1)).sort("reference", "at")
    rows = [events[f"row{number}"].to_numpy().astype(np.int64) for number in range(len(tables))]
    return events["reference"].to_numpy(), events["at"].to_numpy(), rows


class Pairs(NamedTuple):
    """A date and the one before it, as known at an instant: rows of a snapshot table. `whole`: both stand, neither is withdrawn."""

    current: Ints
    previous: Ints
    at: Ints
    whole: Mask

    def take(self, rows: Ints, at: Ints) -> "Pairs":
        """Some of the pairs, at instants of their own."""
        return Pairs(self.current[rows], self.previous[rows], at, self.whole[rows])


def pairs(reference: Ints, available: Ints, stands: Mask | None = None) -> Pairs:
    """Every instant at which what two neighbouring dates hold changed, with the snapshots then in force.

    Neighbours are as known: a date that arrives late first leaves a longer step over it, then a new vintage of the shorter one;
    a date that is withdrawn leaves the longer step again.

    Args:
        reference, available: of snapshots, sorted by both. stands: False where a snapshot withdraws its date; all stand if not given.
    """
    stands = np.ones(len(reference), dtype=bool) if stands is None else stands
    starts = np.flatnonzero(np.r_[len(reference) > 0, reference[1:] != reference[:-1]])
    ends = np.r_[starts[1:], len(reference)]
    first = available[starts]
    always = np.logical_and.reduceat(stands, starts) if len(starts) else stands
    current, previous, at = [], [], []

    def in_force(j: int, event: int) -> int:
        return int(starts[j] + np.searchsorted(available[starts[j] : ends[j]], event, side="right")) - 1

    for j in range(1, len(starts)):
        k = j - 1
        if ends[j] - starts[j] == 1 and first[k] <= first[j] and available[ends[k] - 1] <= first[j] and stands[ends[k] - 1]:
            current.append(starts[j])
            previous.append(ends[k] - 1)
            at.append(first[j])
            continue
        while k > 0 and not (first[k] <= first[j] and always[k]):
            k -= 1
        later = available[starts[k] : ends[j]]
        for event in np.unique(later[later >= first[j]]):
            seen = [in_force(m, event) for m in range(k, j) if first[m] <= event]
            if not seen:
                continue
            standing = [row for row in seen if stands[row]]
            current.append(in_force(j, event))
            previous.append((standing or seen)[-1])
            at.append(event)
    changed = np.array([current, previous, at], dtype=np.int64).reshape(3, -1)
    fresh = np.ones(changed.shape[1], dtype=bool)
    fresh[1:] = (changed[:2, 1:] != changed[:2, :-1]).any(axis=0)
    now, before, moment = changed[:, fresh]
    return Pairs(now, before, moment, stands[now] & stands[before])
