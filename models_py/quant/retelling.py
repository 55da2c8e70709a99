"""Computations that are told again: what they rest on, and when an input of theirs is corrected or withdrawn.

A computation takes up what is known at its instant. What comes later is for later computations; but a later vintage of what it took
up is a new vintage of its result. Rows are numbered; instants are whole microseconds UTC, dates whole days, as in `realtime`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from models_py.quant.checks import Floats
from models_py.quant.realtime import EARLIEST, NEVER, Ints, Readings

Changes = Callable[[Ints, Ints], Ints]      # (rows, instants) → the first instant after each at which an input of the row changes


class Told(Protocol):
    """Rows of which is known when they were held, how weakly they are known and of what grade they are."""

    @property
    def held(self) -> Ints: ...
    @property
    def weakness(self) -> Ints: ...
    @property
    def grade(self) -> Ints: ...


class Lineage(NamedTuple):
    """When all inputs of a computation were held, how weakly the weakest is known, and the weakest grade among them."""

    held: Ints
    weakness: Ints
    grade: Ints


def lineage(*used: tuple[Told, Ints | None]) -> Lineage:
    """Of computations from the given row of each input: -1 where none was used, None where an input has a row a computation."""

    def weakest(name: str, floor: int) -> Ints:
        found: Ints = np.maximum.reduce([_taken(getattr(rows, name), row, floor) for rows, row in used])
        return found

    return Lineage(weakest("held", EARLIEST), weakest("weakness", 0), weakest("grade", 0))


def _taken(column: Ints, row: Ints | None, floor: int) -> Ints:
    if row is None:
        return column
    return np.where(row >= 0, column[row], floor) if len(column) else np.full(len(row), floor)


def retold(at: Ints, until: Ints, next_change: Changes) -> tuple[Ints, Ints]:
    """Computations told again at each later instant at which an input of theirs changes, until something newer supersedes them.

    Args:
        at: when each was first told. until: when it is superseded (NEVER if it is not).
    Returns:
        row and instant of every telling, sorted by row and instant.
    """
    rows, moments = [np.arange(len(at))], [at]
    while len(rows[-1]):
        later = next_change(rows[-1], moments[-1])
        going = later < until[rows[-1]]
        rows.append(rows[-1][going])
        moments.append(later[going])
    row, moment = np.concatenate(rows), np.concatenate(moments)
    order = np.lexsort((moment, row))
    return row[order], moment[order]


def superseded(reference: Ints, at: Ints) -> Ints:
    """When each row is superseded by the next of its date; NEVER for the last. Rows are sorted by both."""
    following = np.full(len(at), NEVER)
    following[:-1] = np.where(reference[1:] == reference[:-1], at[1:], NEVER)
    return following


@dataclass(frozen=True)
class Taken:
    """The reading that each computation took up: the last one on or before a date that was known at an instant, as later corrected."""

    readings: Readings
    up_to: Ints
    at: Ints

    def row(self, rows: Ints, at: Ints) -> Ints:
        """Row of the reading of each computation as known at an instant; -1 where there was none, or it is withdrawn."""
        return self.readings.known(at, self.up_to[rows], self.at[rows])

    def next_change(self, rows: Ints, at: Ints) -> Ints:
        """As `Changes`."""
        return self.readings.next_change(self.row(rows, at), at, self.up_to[rows], self.at[rows])

    def value(self, row: Ints) -> Floats:
        """Values of rows; NaN for -1."""
        held = self.readings.value
        value: Floats = np.where(row >= 0, held[row], np.nan) if len(held) else np.full(len(row), np.nan)
        return value
