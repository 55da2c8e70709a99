"""Vintages in arrays: readings of a series, and what was known of it at an instant.

Dates are whole days, instants whole microseconds (both int64, UTC), as numpy keeps datetime64 inside. "Known at e" means
available_at <= e. A revision upstream is a new row downstream; nothing is ever told before its inputs were known.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from models_py.quant.checks import Floats, Mask
from models_py.quant.daycount import calendar

Ints = NDArray[np.int64]
AVAILABILITY = ("published", "scheduled", "observed", "assumed")      # from the strongest to the weakest
GRADES = ("market", "derived", "proxy")                               # likewise
DERIVED = GRADES.index("derived")
READING_SCHEMA = pl.Schema(
    {
        "reference_date": pl.Date(),
        "available_at": pl.Datetime("us", "UTC"),
        "held_at": pl.Datetime("us", "UTC"),
        "availability": pl.String(),
        "value": pl.Float64(),
    }
)
EARLIEST, NEVER = np.iinfo(np.int64).min, np.iinfo(np.int64).max


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


def sound(column: str, low: float, high: float) -> pl.Expr:
    """Whether a value is a number strictly between two bounds: NaN, which polars sorts above all, is none."""
    return pl.col(column).is_finite() & (pl.col(column) > low) & (pl.col(column) < high)


def counted(column: str, market: str) -> pl.Expr:
    """Whether a date lies on the holiday list of its market: before and after it nobody could count the days."""
    listed = calendar(market)
    return pl.col(column).is_between(listed.first.item(), listed.last.item())


def weaknesses(column: pl.Series) -> Ints:
    """How we know the knowledge times: 0 published, 1 scheduled, 2 observed, 3 assumed."""
    return _codes(column, AVAILABILITY)


def as_availability(weakness: Ints) -> pl.Series:
    return pl.Series(weakness).replace_strict(dict(enumerate(AVAILABILITY)), return_dtype=pl.String)


def grades(rows: pl.DataFrame) -> Ints:
    """What the values are: 0 market, 1 derived, 2 proxy. What has no column `grade` is as a source gave it: market."""
    return _codes(rows["grade"], GRADES) if "grade" in rows.columns else np.zeros(rows.height, dtype=np.int64)


def as_grade(grade: Ints) -> pl.Series:
    return pl.Series(grade).replace_strict(dict(enumerate(GRADES)), return_dtype=pl.String)


def _codes(column: pl.Series, names: tuple[str, ...]) -> Ints:
    codes = column.replace_strict({name: code for code, name in enumerate(names)}, return_dtype=pl.Int64)
    return codes.to_numpy().astype(np.int64)


def news(reference: Ints, value: Floats) -> Mask:
    """Rows that say something: a value, or the withdrawal of one. Rows are sorted by (reference, available); NaN is no value.

    A blank that was never a value withdraws nothing, and what is withdrawn cannot be withdrawn again.
    """
    stands = np.isfinite(value)
    before = np.zeros(len(value), dtype=bool)
    before[1:] = stands[:-1] & (reference[1:] == reference[:-1])
    said: Mask = stands | before
    return said


def reading_table(reference: Ints, available: Ints, held: Ints, weakness: Ints, value: Floats) -> pl.DataFrame:
    """Rows of READING_SCHEMA; NaN becomes null: a withdrawal."""
    columns = {
        "reference_date": as_dates(reference),
        "available_at": as_instants(available),
        "held_at": as_instants(held),
        "availability": as_availability(weakness),
        "value": pl.Series(value, dtype=pl.Float64).fill_nan(None),
    }
    return pl.DataFrame(columns, schema=READING_SCHEMA)


def as_dates(day: Ints) -> pl.Series:
    return pl.Series(day.astype(np.int32)).cast(pl.Date)


def as_instants(at: Ints) -> pl.Series:
    return pl.Series(at).cast(pl.Datetime("us", "UTC"))


@dataclass(frozen=True)
class Readings:
    """Vintages of one series, sorted by (reference, available)."""

    reference: Ints
    available: Ints
    held: Ints
    weakness: Ints
    grade: Ints
    value: Floats

    @classmethod
    def of(cls, table: pa.Table, low: float = -np.inf, high: float = np.inf) -> "Readings":
        """From the columns of READING_SCHEMA (and grade, if it has one), in any order; a null value is a withdrawal.

        Args:
            low, high: a value that does not lie strictly between them is none, and withdraws as a null does.
        """
        rows = frame(table).sort("reference_date", "available_at")
        value = rows["value"].cast(pl.Float64).to_numpy()
        with np.errstate(invalid="ignore"):
            sound = np.isfinite(value) & (value > low) & (value < high)
        return cls(
            days(rows["reference_date"]), instants(rows["available_at"]), instants(rows["held_at"]), weaknesses(rows["availability"]),
            grades(rows), np.where(sound, value, np.nan),
        )  # fmt: skip

    def take(self, rows: Ints | Mask) -> "Readings":
        """Some of the rows, in their order."""
        return Readings(
            self.reference[rows], self.available[rows], self.held[rows], self.weakness[rows], self.grade[rows], self.value[rows]
        )

    @property
    def stands(self) -> Mask:
        """Rows that hold a value; the others withdraw one."""
        held: Mask = np.isfinite(self.value)
        return held

    def known(self, at: Ints, up_to: Ints, told_by: Ints | None = None) -> Ints:
        """Row of the latest reading on or before a date that was known at an instant; -1 where there is none.

        Withdrawn readings are passed over.

        Args:
            told_by: leave out dates of which nothing was told by then: what a computation took up at that instant, as known later.
        """
        first = self._first()
        row = np.searchsorted(self.reference, up_to, side="right") - 1
        while True:
            inside = row >= 0
            unseen, withdrawn = np.zeros(len(row), dtype=bool), np.zeros(len(row), dtype=bool)
            there = row[inside]
            unseen[inside] = self.available[there] > at[inside]
            withdrawn[inside] = ~np.isfinite(self.value[there])
            if told_by is not None:
                withdrawn[inside] |= self.available[first[there]] > told_by[inside]
            if not (unseen | withdrawn).any():
                return row
            row[unseen] -= 1
            # a withdrawal hides the vintages of its date as well
            hidden = withdrawn & ~unseen
            row[hidden] = first[row[hidden]] - 1

    def next_change(self, row: Ints, at: Ints, up_to: Ints, told_by: Ints | None = None) -> Ints:
        """The first instant after `at` at which `known` may answer otherwise than by this row; NEVER if there is none."""
        first = self._first()
        # of dates told by then only corrections can come
        pool = np.arange(len(self.reference)) if told_by is None else np.flatnonzero(first != np.arange(len(first)))
        reference, available = self.reference[pool], self.available[pool]
        place = np.where(row >= 0, np.searchsorted(reference, self.reference[row] if len(first) else row, side="left"), 0)
        after = np.searchsorted(reference, up_to, side="right")
        found = np.full(len(row), NEVER)
        while (open_ := place < after).any():
            here = place[open_]
            counts = available[here] > at[open_]
            if told_by is not None:
                counts &= self.available[first[pool[here]]] <= told_by[open_]
            found[open_] = np.where(counts, np.minimum(found[open_], available[here]), found[open_])
            place = place + 1
        return found

    def _first(self) -> Ints:
        """Row of the first vintage of each row's date."""
        rows: Ints = np.searchsorted(self.reference, self.reference, side="left")
        return rows
