"""Excess return indices of generic instruments, for those who measure trends.

    I_t = 100 · exp(Σ r)        r: -ln of the dollar's move for the currency, ln(1 + excess return) elsewhere
"""

import polars as pl
import pyarrow as pa

from models_py.quant.path import cumulated
from models_py.quant.realtime import READING_SCHEMA, Readings, frame

INSTRUMENTS = ("usdbrl", "di1_504bd", "di1_1260bd", "bei_756bd", "bei_1260bd", "ust_2y", "ust_10y")
LOGARITHMIC = ("usdbrl",)                    # whose excess return is a difference of logarithms already


def excess_indices(returns: pa.Table) -> pa.Table:
    """Indices of `INSTRUMENTS`, each told as a real-time path.

    Args:
        returns: instrument_id, reference_date, available_at, held_at, availability, grade, excess_return (null = withdrawn).
    Returns:
        instrument_id and the columns of realtime.READING_SCHEMA.
    """
    rows = frame(returns)
    made = [_index(rows.filter(pl.col("instrument_id") == name), name) for name in INSTRUMENTS]
    return pl.concat([pl.DataFrame(schema={"instrument_id": pl.String(), **READING_SCHEMA}), *made]).to_arrow()


def _index(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    earned = pl.col("excess_return") if name in LOGARITHMIC else pl.col("excess_return").log1p()
    index = frame(cumulated(Readings.of(rows.with_columns(value=earned).to_arrow())))
    return index.select(pl.lit(name).alias("instrument_id"), *READING_SCHEMA)
