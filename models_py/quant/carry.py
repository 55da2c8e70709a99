"""Carry and roll-down of a received DI1 at constant tenors, per unit of DV01: the fall in its rate that would earn as much.

    carry_n = [PU(n - 21, r(n - 21)) - PU(n, r(n)) · (1 + CDI) ** (21 / 252)] / (PU · T / (1 + r))      T = n / 252

Financed at the last CDI known with the curve, as later corrected. Decimals; positive pays to receive.

Source: INSTRUMENTS §2; Koijen, Moskowitz, Pedersen and Vrugt (2018), Journal of Financial Economics 127.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant import di1
from models_py.quant.checks import valid_rate
from models_py.quant.realtime import READING_SCHEMA, Readings, news, reading_table
from models_py.quant.retelling import Taken, lineage, retold, superseded
from models_py.quant.snapshots import Snapshots

HORIZON = 21


def carries(nodes: pa.Table, overnight: pa.Table, curve_id: str, tenors: tuple[int, ...]) -> pa.Table:
    """Rows of READING_SCHEMA with tenor_bd."""
    curve, cdi = Snapshots.of(nodes, curve_id), Readings.of(overnight)
    parts = [pl.DataFrame(schema=pl.Schema({**READING_SCHEMA, "tenor_bd": pl.Int32()}))]
    if curve is None or not cdi.reference.size:
        return pl.concat(parts).to_arrow()

    paid = Taken(cdi, curve.reference, curve.available)
    row, at = retold(curve.available, superseded(curve.reference, curve.available), paid.next_change)
    used = paid.row(row, at)
    cost = paid.value(used)
    made = lineage((curve, row), (cdi, used))
    for tenor in tenors:
        rate, rolled = curve.rates(row, tenor), curve.rates(row, tenor - HORIZON)
        good = np.isfinite(rate) & valid_rate(cost)
        value = np.full(len(row), np.nan)
        value[good] = di1.carry_per_dv01(rate[good], np.full(good.sum(), tenor), rolled[good], cost[good], HORIZON)
        kept = news(curve.reference[row], value)
        rows = reading_table(curve.reference[row[kept]], at[kept], made.held[kept], made.weakness[kept], value[kept])
        parts.append(rows.with_columns(tenor_bd=pl.lit(tenor, dtype=pl.Int32)))
    return pl.concat(parts).to_arrow()
