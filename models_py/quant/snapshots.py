"""Curves with vintages in arrays: all nodes that were known of a date at an instant, one snapshot after another.

A curve is always cut whole: a correction of one node is a new snapshot of all. A snapshot without a node withdraws its date.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant.checks import HIGHEST_RATE, LOWEST_RATE, Floats, Mask
from models_py.quant.curve import Curves, curves
from models_py.quant.realtime import Ints, as_availability, as_dates, as_instants, days, frame, grades, instants, news, weaknesses

_STRIDE = 1_000_000         # more than any day number: keeps the tenors apart on one axis

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
    """Snapshots of one curve, sorted by (reference, available), with the curve of each. One without a node withdraws its date."""

    reference: Ints
    available: Ints
    held: Ints
    weakness: Ints
    grade: Ints
    stands: Mask
    number: Ints                # of the snapshot's curve within `curve`; any where it does not stand
    curve: Curves

    @classmethod
    def of(cls, nodes: pa.Table, curve_id: str) -> "Snapshots | None":
        """From the columns of POINT_SCHEMA (and grade, if there is one), in any order; None where the curve never has a node.

        A node without a rate, or with one beyond belief, is no node.
        """
        every = frame(nodes).filter(pl.col("curve_id") == curve_id).sort("reference_date", "available_at", "tenor_bd")
        reference, available = days(every["reference_date"]), instants(every["available_at"])
        fresh = np.ones(every.height, dtype=bool)
        fresh[1:] = (np.diff(reference) != 0) | (np.diff(available) != 0)
        rate = every["zero_rate"].cast(pl.Float64).to_numpy()
        with np.errstate(invalid="ignore"):
            sound = (rate > LOWEST_RATE) & (rate < HIGHEST_RATE)
        if not sound.any():
            return None
        starts = np.flatnonzero(fresh)
        stands = np.logical_or.reduceat(sound, starts)
        number = np.maximum(stands.cumsum() - 1, 0)
        batch = curves(number[np.cumsum(fresh) - 1][sound], every["tenor_bd"].cast(float).to_numpy()[sound], rate[sound])
        held, weakness, grade = (
            np.maximum.reduceat(column, starts) for column in (instants(every["held_at"]), weaknesses(every["availability"]), grades(every))
        )
        return cls(reference[starts], available[starts], held, weakness, grade, stands, number, batch)

    def __len__(self) -> int:
        return len(self.reference)

    def longest(self, row: Ints) -> Floats:
        """Tenor of the last node of snapshots; 0 where there is none."""
        tenor: Floats = np.where(self.stands[row], self.curve.tenor[self.curve.last[self.number[row]]], 0.0)
        return tenor

    def rates(self, row: Ints, tenor_bd: Floats | Ints | float, *, extrapolate: bool = False) -> Floats:
        """Zero rates of snapshots at tenors; NaN where the snapshot has no node, and beyond its last one unless extrapolated."""
        found = self.curve.rates(self.number[row], np.asarray(tenor_bd, dtype=float), extrapolate=extrapolate)
        rates: Floats = np.where(self.stands[row], found, np.nan)
        return rates

    def table(self, curve_id: str, row: Ints, tenor_bd: Ints, zero_rate: Floats) -> pl.DataFrame:
        """Rates of snapshots as rows of POINT_SCHEMA."""
        columns = {
            "curve_id": pl.repeat(curve_id, len(row), eager=True),
            "reference_date": as_dates(self.reference[row]),
            "available_at": as_instants(self.available[row]),
            "held_at": as_instants(self.held[row]),
            "availability": as_availability(self.weakness[row]),
            "tenor_bd": pl.Series(tenor_bd.astype(np.int32)),
            "zero_rate": pl.Series(zero_rate).fill_nan(None),
        }
        return pl.DataFrame(columns, schema=POINT_SCHEMA)


def points(nodes: pa.Table, tenors: dict[str, tuple[int, ...]]) -> pa.Table:
    """Every snapshot of every curve at constant tenors, without extrapolation to the right; null where a rate was and is no more.

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
        row, tenor = np.tile(np.arange(len(taken)), len(wanted)), np.repeat(np.array(wanted), len(taken))
        rate = taken.rates(row, tenor)
        # one tenor after another: a tenor is a series of its own
        kept = news(taken.reference[row] + tenor * _STRIDE, rate)
        parts.append(taken.table(curve_id, row[kept], tenor[kept], rate[kept]))
    return pl.concat(parts).to_arrow()
