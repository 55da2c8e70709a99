"""Curves with vintages in arrays: all nodes that were known of a date at an instant, one snapshot after another.

A curve is always cut whole: a correction of one node is a new snapshot of all.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant.checks import HIGHEST_RATE, LOWEST_RATE, Floats
from models_py.quant.curve import Curves, curves
from models_py.quant.realtime import Ints, as_availability, as_dates, as_instants, days, frame, instants, sound, weaknesses

POINT_SCHEMA = pl.Schema(
    {
        "curve_id": pl.String(),
        "reference_date": pl.Date(),
        "available_at": pl.Datetime("us", "UTC"),
        "held_at": pl.Datetime("us", "UTC"),
        "availability": pl.String(),
        "tenor_bd": pl.Int32(),
        "zero_rate": pl.Float64(),
    }
)


@dataclass(frozen=True)
class Snapshots:
    """Snapshots of one curve, sorted by (reference, available), with the curve of each."""

    reference: Ints
    available: Ints
    held: Ints
    weakness: Ints
    curve: Curves

    @classmethod
    def of(cls, nodes: pa.Table, curve_id: str) -> "Snapshots | None":
        """From the columns of POINT_SCHEMA, in any order; None where the curve has no node."""
        rows = frame(nodes)
        rows = rows.filter(pl.col("curve_id") == curve_id, sound("zero_rate", LOWEST_RATE, HIGHEST_RATE))
        if rows.is_empty():
            return None
        rows = rows.sort("reference_date", "available_at", "tenor_bd")
        reference, available, held = days(rows["reference_date"]), instants(rows["available_at"]), instants(rows["held_at"])
        fresh = np.r_[True, (np.diff(reference) != 0) | (np.diff(available) != 0)]
        starts = np.flatnonzero(fresh)
        batch = curves(np.cumsum(fresh) - 1, rows["tenor_bd"].cast(float).to_numpy(), rows["zero_rate"].to_numpy())
        weakness = np.maximum.reduceat(weaknesses(rows["availability"]), starts)
        return cls(reference[starts], available[starts], np.maximum.reduceat(held, starts), weakness, batch)

    def __len__(self) -> int:
        return len(self.reference)

    def rates(self, row: Ints, tenor_bd: Floats | Ints | float, *, extrapolate: bool = False) -> Floats:
        """Zero rates of snapshots at tenors, NaN beyond the last node unless extrapolated."""
        return self.curve.rates(row, np.asarray(tenor_bd, dtype=float), extrapolate=extrapolate)

    def table(self, curve_id: str, row: Ints, tenor_bd: Ints, zero_rate: Floats) -> pl.DataFrame:
        """Rates of snapshots as rows of POINT_SCHEMA."""
        columns = {
            "curve_id": pl.repeat(curve_id, len(row), eager=True),
            "reference_date": as_dates(self.reference[row]),
            "available_at": as_instants(self.available[row]),
            "held_at": as_instants(self.held[row]),
            "availability": as_availability(self.weakness[row]),
            "tenor_bd": pl.Series(tenor_bd.astype(np.int32)),
            "zero_rate": pl.Series(zero_rate),
        }
        return pl.DataFrame(columns, schema=POINT_SCHEMA)


def points(nodes: pa.Table, tenors: dict[str, tuple[int, ...]]) -> pa.Table:
    """Every snapshot of every curve at constant tenors, without extrapolation to the right.

    Args:
        nodes: the columns of POINT_SCHEMA. tenors: the tenors of each curve, business days.
    Returns:
        The columns of POINT_SCHEMA.
    """
    parts = [pl.DataFrame(schema=POINT_SCHEMA)]
    for curve_id, wanted in tenors.items():
        taken = Snapshots.of(nodes, curve_id)
        if taken is None:
            continue
        row, tenor = np.repeat(np.arange(len(taken)), len(wanted)), np.tile(np.array(wanted), len(taken))
        rate = taken.rates(row, tenor)
        kept = np.isfinite(rate)
        parts.append(taken.table(curve_id, row[kept], tenor[kept], rate[kept]))
    return pl.concat(parts).to_arrow()
