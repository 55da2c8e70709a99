"""Vintages in arrays: readings of a series, and what was known of it at an instant.

Dates are whole days, instants whole microseconds (both int64, UTC), as numpy keeps datetime64 inside. "Known at e" means
available_at <= e. A revision upstream is a new row downstream; nothing is ever told before its inputs were known.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from models_py.quant.checks import Floats
from models_py.quant.daycount import calendar

Ints = NDArray[np.int64]
AVAILABILITY = ("published", "scheduled", "observed", "assumed")      # from the strongest to the weakest
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
    codes = column.replace_strict({name: code for code, name in enumerate(AVAILABILITY)}, return_dtype=pl.Int64)
    return codes.to_numpy().astype(np.int64)


def as_availability(weakness: Ints) -> pl.Series:
    return pl.Series(weakness).replace_strict(dict(enumerate(AVAILABILITY)), return_dtype=pl.String)


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
    value: Floats

    @classmethod
    def of(cls, table: pa.Table) -> "Readings":
        """From columns reference_date, available_at, held_at, availability, value, in any order; a null value is a withdrawal."""
        rows = frame(table).sort("reference_date", "available_at")
        return cls(
            days(rows["reference_date"]),
            instants(rows["available_at"]),
            instants(rows["held_at"]),
            weaknesses(rows["availability"]),
            rows["value"].cast(pl.Float64).to_numpy(),
        )

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
