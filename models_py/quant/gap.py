"""Output gap from an activity index, one-sided and inside one vintage: log of the index less its trend with data up to that month.

    gap_m = ln(y_m) - τ_m,   τ the one-sided Hodrick-Prescott trend of ln(y), λ = 129,600 for months

Each vintage of the index is filtered whole, with nothing of another vintage. Told are the newest month and the months whose
index changed in that vintage: the real-time path and the corrections of rows revised upstream.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant.checks import Floats
from models_py.quant.realtime import EARLIEST, READING_SCHEMA, Ints, Readings, reading_table
from models_py.quant.state_space import trend

SMOOTHING = 129_600.0       # Ravn and Uhlig (2002), monthly
FEWEST = 24                 # months before the trend has a slope worth a gap


def output_gap(index: pa.Table) -> pa.Table:
    """Gaps of every vintage, decimal.

    Args:
        index: readings of a seasonally adjusted index with vintages (realtime.READING_SCHEMA).
    Returns:
        Rows of READING_SCHEMA.
    """
    readings = Readings.of(index)
    if readings.reference.size == 0:
        return pl.DataFrame(schema=READING_SCHEMA).to_arrow()
    months, column = np.unique(readings.reference, return_inverse=True)
    instants, row = np.unique(readings.available, return_inverse=True)
    told = np.zeros((len(instants), len(months)), dtype=bool)
    told[row, column] = True
    logs, held, weakness = _vintages(readings, row, column, told.shape)
    gap = logs - trend(logs, SMOOTHING)
    enough = np.isfinite(logs).cumsum(axis=1) >= FEWEST
    newest = np.where(np.isfinite(logs), np.arange(len(months)), -1).max(axis=1)
    there = newest >= 0
    told[np.flatnonzero(there), newest[there]] = True
    vintage, month = np.nonzero(told & (enough | ~np.isfinite(logs)))
    rows = reading_table(months[month], instants[vintage], held[vintage], weakness[vintage], gap[vintage, month])
    return rows.filter(~((pl.col("value").is_null()) & (pl.int_range(pl.len()).over("reference_date") == 0))).to_arrow()


def _vintages(readings: Readings, row: Ints, column: Ints, shape: tuple[int, int]) -> tuple[Floats, Ints, Ints]:
    """Log of the index by vintage and month as known, when each vintage was held, and how weakly it is known."""
    stated, logs = np.zeros(shape, dtype=bool), np.full(shape, np.nan)
    stated[row, column] = True
    good = readings.value > 0
    logs[row[good], column[good]] = np.log(readings.value[good])
    source = np.maximum.accumulate(np.where(stated, np.arange(shape[0])[:, None], -1), axis=0)
    known = np.where(source >= 0, np.take_along_axis(logs, np.maximum(source, 0), axis=0), np.nan)
    held, weakness = np.full(shape[0], EARLIEST), np.zeros(shape[0], dtype=np.int64)
    np.maximum.at(held, row, readings.held)
    np.maximum.at(weakness, row, readings.weakness)
    return known, np.maximum.accumulate(held), weakness
