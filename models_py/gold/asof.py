"""Histories, curves, returns and marks as they stood at one instant: a cut through the vintages.

The Python twin of the SQL macro `as_of`: of each key the last vintage with available_at <= t; rows whose value is null
(withdrawn) are left out. Several rows of one key and vintage (the nodes of a curve) are one sheet, cut whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.kernel.clock import instant

if TYPE_CHECKING:
    from models_py.gold.release import Release


class Vintages:
    """All vintages of some ids of one table, ordered so that a cut is one pass."""

    def __init__(self, rows: pl.DataFrame, key: Sequence[str], value: str) -> None:
        """`rows` has the key columns, available_at, vintage and the value column; `key` names what a vintage is a vintage of."""
        self.rows = rows.sort([*key, "available_at", "vintage"], nulls_last=False, maintain_order=True)
        self.at = self.rows["available_at"].cast(pl.Datetime("us", "UTC")).to_physical().to_numpy()
        self.stands = self.rows[value].is_not_null().to_numpy()
        groups = self.rows.select(pl.struct(key).rle_id()).to_series().to_numpy()
        sheets = self.rows.select(pl.struct([*key, "available_at", "vintage"]).rle_id()).to_series().to_numpy()
        self.sheet_start = np.flatnonzero(np.diff(sheets, prepend=-1)) if len(sheets) else np.empty(0, np.int64)
        self.sheet_rows = np.diff(np.r_[self.sheet_start, len(sheets)])
        self.sheet_at = self.at[self.sheet_start]
        self.group_start = np.flatnonzero(np.diff(groups[self.sheet_start], prepend=-1)) if len(sheets) else np.empty(0, np.int64)

    def positions(self, cutoff: datetime) -> NDArray[np.int64]:
        """Row numbers known at the cut-off, in the order of the key."""
        if not len(self.at):
            return np.empty(0, np.int64)
        known = self.sheet_at <= round(cutoff.timestamp() * 1_000_000)
        counts = np.add.reduceat(known.astype(np.int64), self.group_start)
        chosen = (self.group_start + counts - 1)[counts > 0]
        lengths = self.sheet_rows[chosen]
        offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        rows: NDArray[np.int64] = np.repeat(self.sheet_start[chosen], lengths) + offsets
        standing: NDArray[np.int64] = rows[self.stands[rows]]
        return standing

    def cut(self, cutoff: datetime) -> pl.DataFrame:
        """Rows known at the cut-off."""
        return self.rows[self.positions(cutoff)]


@dataclass(frozen=True)
class AsOf:
    """A release as it was known at `known`, of what the lake had at `held` (default: of all it has).

    No pause is taken off here: the caller gives the cut-off he means.
    """

    release: "Release"
    known: datetime
    held: datetime | None = None

    def history(self, series_id: str) -> pl.DataFrame:
        """A series or factor: reference_date, target_date, value, available_at, oldest first.

        Raises:
            UnknownSeries: the release has no such id.
        """
        table = self.release.table_of(series_id)
        if self.held is None:
            return self.release.histories.history(series_id, self.known)
        return self._cut(table, (series_id,)).select("reference_date", "target_date", "value", "available_at")

    def snapshot(self) -> pl.DataFrame:
        """Everything known of all series and factors: series_id, reference_date, target_date, value, available_at.

        Raises:
            ValueError: of what the lake had, ask series by series.
        """
        if self.held is not None:
            raise ValueError("a snapshot is of the public clock; ask `history` for what the lake had")
        return self.release.histories.snapshot(self.known)

    def curve(self, curve_id: str, reference_date: date | None = None) -> pl.DataFrame:
        """A curve of one date (the newest known if none is given): reference_date, tenor_bd, zero_rate, discount_factor, method, grade."""
        rows = self._cut("curves", (curve_id,))
        day = reference_date or rows["reference_date"].max()
        columns = ("reference_date", "tenor_bd", "zero_rate", "discount_factor", "method", "grade", "available_at")
        return rows.filter(pl.col("reference_date") == day).select(columns).sort("tenor_bd")

    def returns(self, instrument_ids: Sequence[str], last: int | None = None, value: str = "excess_return") -> pl.DataFrame:
        """One column an instrument, one row a reference date, oldest first; null where an instrument has none that day."""
        rows = self._cut("returns", tuple(sorted(instrument_ids)))
        wide = rows.pivot("instrument_id", index="reference_date", values=value).sort("reference_date")
        missing = [pl.lit(None, pl.Float64).alias(name) for name in instrument_ids if name not in wide.columns]
        wide = wide.with_columns(missing).select("reference_date", *instrument_ids)
        return wide if last is None else wide.tail(last)

    def marks(self, reference_date: date | None = None, instrument_ids: Sequence[str] | None = None) -> pl.DataFrame:
        """Prices at which listed contracts are valued, of one session (the newest known if none is given)."""
        rows = self._cut("marks", None if instrument_ids is None else tuple(sorted(instrument_ids)))
        day = reference_date or rows["reference_date"].max()
        return rows.filter(pl.col("reference_date") == day).drop("vintage")

    def quotes(self, instrument_id: str, field: str) -> pl.DataFrame:
        """A quoted field of an instrument: reference_date, value, available_at, oldest first."""
        rows = self._cut("quotes", (instrument_id,))
        return rows.filter(pl.col("field") == field).select("reference_date", "value", "available_at")

    def _cut(self, table: str, ids: tuple[str, ...] | None) -> pl.DataFrame:
        return self.release.vintages(table, ids, self.held).cut(self.known)


def as_of(release: "Release", known: str | datetime, held: str | datetime | None = None) -> AsOf:
    """A release as known at an instant.

    Raises:
        NaiveCutoff: an instant has no offset.
    """
    return AsOf(release, instant(known), None if held is None else instant(held))


# what a vintage is a vintage of, and the column whose null withdraws it, by table
CUTS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "observations": ("series_id", ("series_id", "reference_date", "target_date"), "value"),
    "factors": ("series_id", ("series_id", "reference_date", "target_date"), "value"),
    "quotes": ("instrument_id", ("instrument_id", "field", "reference_date"), "value"),
    "curves": ("curve_id", ("curve_id", "reference_date"), "zero_rate"),
    "returns": ("instrument_id", ("instrument_id", "reference_date"), "excess_return"),
    "marks": ("instrument_id", ("instrument_id", "reference_date"), "price"),
    "documents": ("document_id", ("document_id",), "text"),
}


def load(release: "Release", table: str, ids: tuple[str, ...] | None, held: datetime | None = None) -> Vintages:
    """All vintages of some ids of a table, of all ids if none are given, that the lake had at `held` if that is given."""
    column, key, value = CUTS[table]
    given = {f"{column} in (select unnest(?))": None if ids is None else list(ids), "held_at <= ?": held}
    conditions = {text: argument for text, argument in given.items() if argument is not None}
    where, parameters = f"where {' and '.join(conditions)}" if conditions else "", tuple(conditions.values())
    order: Any = ", ".join((*key, "available_at", "vintage", *(("tenor_bd",) if table == "curves" else ())))
    rows = release.sql(f"select * from gold.{table} {where} order by {order}", parameters)  # noqa: S608 - names of CUTS
    return Vintages(rows, key, value)
