"""Every vintage of every series as memory-mapped arrays: what histories and snapshots as of an instant are cut from.

A vintage stands from its own instant until the next of its key. With both instants beside each row, what stood at t is one
comparison: at <= t < until, and no withdrawal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from models_py.gold.manifest import Manifest
from models_py.gold.mapped import Arrays, open_mapped, spans
from models_py.kernel.lake import Lake
from models_py.quant.vintaged import Vintaged

NO_DAY = int(np.iinfo(np.int32).min)
FOR_EVER = int(np.iinfo(np.int64).max)
VINTAGES = """
select series_id, reference_date, target_date, available_at, value
from (from gold.observations union all by name from gold.factors)
order by series_id, reference_date, target_date nulls first, available_at, vintage
"""


@dataclass(frozen=True)
class Histories:
    """Shapes (row,), by series, reference and target date: `at` and `until` microseconds UTC, `reference` and `target` days since
    1970, `value` (NaN: withdrawn).
    """

    span: Mapping[str, tuple[int, int]]
    at: NDArray[np.int64]
    until: NDArray[np.int64]
    reference: NDArray[np.int32]
    target: NDArray[np.int32]
    value: NDArray[np.float64]

    def standing(self, known: datetime, start: int = 0, end: int | None = None) -> NDArray[np.int64]:
        """Rows from start to end that stood at an instant, in their order."""
        t, rows = round(known.timestamp() * 1_000_000), slice(start, end)
        found: NDArray[np.int64] = np.flatnonzero((self.at[rows] <= t) & (t < self.until[rows]) & ~np.isnan(self.value[rows]))
        return found + start

    def history(self, series_id: str, known: datetime) -> pl.DataFrame:
        """reference_date, target_date, value, available_at of a series as it stood, oldest first."""
        return self._frame(self.standing(known, *self.span.get(series_id, (0, 0))))

    def vintaged(self, series_id: str) -> Vintaged:
        """All vintages of a series that has one target a date; of one without rows, none."""
        rows = slice(*self.span.get(series_id, (0, 0)))
        return Vintaged(self.at[rows], self.until[rows], self.reference[rows].astype(np.int64), self.value[rows])

    def snapshot(self, known: datetime) -> pl.DataFrame:
        """The same of every series, with series_id."""
        rows, names = self.standing(known), list(self.span)
        counts = np.diff(np.searchsorted(rows, [0, *(end for _, end in self.span.values())]))
        codes = np.repeat(np.arange(len(names), dtype=np.uint32), counts)
        return self._frame(rows).insert_column(0, pl.Series("series_id", names, pl.Enum(names))[codes])

    def _frame(self, rows: NDArray[np.int64]) -> pl.DataFrame:
        target = self.target[rows]
        dated = target != NO_DAY
        days = pl.Series("target_date", target) if dated.all() else pl.Series("target_date", pa.array(target, mask=~dated))
        return pl.DataFrame(
            [
                pl.Series("reference_date", self.reference[rows]).cast(pl.Date),
                days.cast(pl.Date),
                pl.Series("value", self.value[rows]),
                pl.Series("available_at", self.at[rows]).cast(pl.Datetime("us", "UTC")),
            ]
        )


def histories(rows: pl.DataFrame) -> Histories:
    """Arrays of vintaged rows in the order of `VINTAGES`."""
    key = pl.struct("series_id", "reference_date", "target_date")
    at = pl.col("available_at").dt.cast_time_unit("us").to_physical()
    last = key.rle_id() != key.rle_id().shift(-1, fill_value=-1)
    plain = rows.select(
        at=at,
        until=pl.when(last).then(FOR_EVER).otherwise(at.shift(-1)),
        reference=pl.col("reference_date").to_physical(),
        target=pl.col("target_date").to_physical().fill_null(NO_DAY),
        value=pl.col("value").fill_null(np.nan),
    )
    return Histories(spans(rows["series_id"]), **{name: plain[name].to_numpy() for name in plain.columns})


def open_histories(lake: Lake, manifest: Manifest, read: Callable[[str], pl.DataFrame]) -> Histories:
    """Map the vintages of a release into memory; they are made by `read` (a query of the release) where they are not yet there."""

    def make() -> tuple[Mapping[str, tuple[int, int]], Arrays]:
        made = histories(read(VINTAGES))
        return made.span, {name: getattr(made, name) for name in ("at", "until", "reference", "target", "value")}

    span, arrays = open_mapped(lake, manifest, "histories", ("observations", "factors"), make)
    return Histories(span, **arrays)
