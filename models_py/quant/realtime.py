"""Vintages in arrays: what was known at an instant, which two dates a return joins, and paths that depend on all that came before.

Dates are whole days, instants whole microseconds (both int64, UTC), as numpy keeps datetime64 inside. "Known at e" means
available_at <= e. A revision upstream is a new row downstream; nothing is ever told before its inputs were known.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from models_py.quant.checks import Floats

Ints = NDArray[np.int64]
State = TypeVar("State")


def frame(table: pa.Table) -> pl.DataFrame:
    """An Arrow table as a polars frame."""
    made = pl.from_arrow(table)
    assert isinstance(made, pl.DataFrame)
    return made


def days(column: pl.Series) -> Ints:
    """A date column as day numbers."""
    return column.cast(pl.Date).cast(pl.Int32).to_numpy().astype(np.int64)


def instants(column: pl.Series) -> Ints:
    """A timestamp column as microseconds UTC."""
    return column.dt.timestamp("us").to_numpy().astype(np.int64)


def as_dates(day: Ints) -> pl.Series:
    return pl.Series(day.astype(np.int32)).cast(pl.Date)


def as_instants(at: Ints) -> pl.Series:
    return pl.Series(at).cast(pl.Datetime("us", "UTC"))


@dataclass(frozen=True)
class Readings:
    """Vintages of one daily series, sorted by (reference, available)."""

    reference: Ints
    available: Ints
    held: Ints
    value: Floats

    @classmethod
    def of(cls, table: pa.Table) -> "Readings":
        """From columns reference_date, available_at, held_at, value, in any order; a null value is a withdrawal."""
        rows = frame(table).sort("reference_date", "available_at", "vintage" if "vintage" in table.column_names else "held_at")
        value = rows["value"].cast(pl.Float64).to_numpy()
        return cls(days(rows["reference_date"]), instants(rows["available_at"]), instants(rows["held_at"]), value)

    def known(self, at: Ints, up_to: Ints) -> Ints:
        """Row of the latest reading on or before a date that was known at an instant; -1 where there is none.

        Withdrawn readings are passed over.
        """
        row = np.searchsorted(self.reference, up_to, side="right") - 1
        while True:
            inside = row >= 0
            hidden = inside.copy()
            hidden[inside] = (self.available[row[inside]] > at[inside]) | np.isnan(self.value[row[inside]])
            if not hidden.any():
                return row
            # a withdrawal hides the vintages of its date as well
            withdrawn = hidden.copy()
            withdrawn[hidden] = np.isnan(self.value[row[hidden]]) & (self.available[row[hidden]] <= at[hidden])
            row[hidden & ~withdrawn] -= 1
            row[withdrawn] = np.searchsorted(self.reference, self.reference[row[withdrawn]], side="left") - 1


class Pairs(NamedTuple):
    """A date and the one before it, as known at an instant: rows of a snapshot table."""

    current: Ints
    previous: Ints
    at: Ints


def pairs(reference: Ints, available: Ints) -> Pairs:
    """Every instant at which what two neighbouring dates hold changed, with the snapshots then in force.

    Neighbours are as known: a date that arrives late first leaves a longer step over it, then a new vintage of the shorter one.

    Args:
        reference, available: of snapshots, sorted by both.
    """
    starts = np.flatnonzero(np.r_[True, reference[1:] != reference[:-1]]) if len(reference) else np.empty(0, np.int64)
    ends = np.r_[starts[1:], len(reference)]
    first = available[starts]
    current, previous, at = [], [], []
    for j in range(1, len(starts)):
        k = j - 1
        if ends[j] - starts[j] == 1 and first[k] <= first[j] and available[ends[k] - 1] <= first[j]:
            current.append(starts[j])
            previous.append(ends[k] - 1)
            at.append(first[j])
            continue
        while k > 0 and first[k] > first[j]:
            k -= 1
        later = available[starts[k] : ends[j]]
        for event in np.unique(later[later >= first[j]]):
            seen = [m for m in range(k, j) if first[m] <= event]
            if not seen:
                continue
            before = seen[-1]
            current.append(starts[j] + int(np.searchsorted(available[starts[j] : ends[j]], event, side="right")) - 1)
            previous.append(starts[before] + int(np.searchsorted(available[starts[before] : ends[before]], event, side="right")) - 1)
            at.append(event)
    changed = np.array([current, previous, at], dtype=np.int64).reshape(3, -1)
    same = np.r_[False, (changed[:2, 1:] == changed[:2, :-1]).all(axis=0)]
    return Pairs(*changed[:, ~same])


class Path(NamedTuple):
    """Readings of a path-dependent factor: for each row, the last input row it rests on."""

    reference: Ints
    available: Ints
    held: Ints
    value: Floats
    row: Ints


def path(readings: Readings, start: State, step: Callable[[State, float], tuple[State, float]]) -> Path:
    """The real-time path of a recursion over dates: at each instant, the readings of the dates that changed and the newest one.

    A late or corrected input re-runs the recursion from its date on the history then known; of what follows from it only the
    newest reading is told, whole re-estimated histories are not. A withdrawn input is skipped, and its reading is withdrawn.

    Args:
        step: (state, value of a date) → (state, reading of that date).
    """
    order = np.lexsort((readings.reference, readings.available))
    dates: list[int] = []
    inputs: list[float] = []
    told: list[float] = []
    states: list[State] = [start]
    out: list[tuple[int, int, int, float, int]] = []
    held = int(np.iinfo(np.int64).min)
    for batch in np.split(order, np.flatnonzero(np.diff(readings.available[order])) + 1) if len(order) else ():
        at, newest, before = int(readings.available[batch[0]]), dates[-1] if dates else None, told[-1] if told else np.nan
        held = max(held, int(readings.held[batch].max()))
        lowest = len(dates)
        changed: dict[int, int] = {}
        for row in map(int, batch):
            date = int(readings.reference[row])
            place = len(dates) if not dates or date > dates[-1] else bisect_left(dates, date)
            if place == len(dates) or dates[place] != date:
                dates.insert(place, date)
                inputs.insert(place, np.nan)
                told.insert(place, np.nan)
            inputs[place] = float(readings.value[row])
            changed[date] = row
            lowest = min(lowest, place)
        del states[lowest + 1 :]
        for place in range(lowest, len(dates)):
            if np.isnan(inputs[place]):
                states.append(states[-1])
                told[place] = np.nan
            else:
                state, told[place] = step(states[-1], inputs[place])
                states.append(state)
        if dates[-1] == newest and newest not in changed and told[-1] != before and not np.isnan(told[-1]):
            changed[newest] = int(batch[-1])
        out += [(date, at, held, told[bisect_left(dates, date)], row) for date, row in sorted(changed.items())]
    columns = np.array(out, dtype=[("r", "i8"), ("a", "i8"), ("h", "i8"), ("v", "f8"), ("i", "i8")])
    return Path(columns["r"], columns["a"], columns["h"], columns["v"], columns["i"])
