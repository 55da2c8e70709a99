"""Carry and roll-down of a received DI1 at constant tenors, per unit of DV01: the fall in its rate that would earn as much.

    carry_n = [PU(n - 21, r(n - 21)) - PU(n, r(n)) · (1 + CDI) ** (21 / 252)] / (PU · T / (1 + r))      T = n / 252

Financed at the last CDI known on the curve's date. Decimals; positive pays to receive.

Source: INSTRUMENTS §2; Koijen, Moskowitz, Pedersen and Vrugt (2018), Journal of Financial Economics 127.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant import di1
from models_py.quant.checks import valid_rate
from models_py.quant.realtime import READING_SCHEMA, Readings, reading_table
from models_py.quant.snapshots import Snapshots

HORIZON = 21


def carries(nodes: pa.Table, overnight: pa.Table, curve_id: str, tenors: tuple[int, ...]) -> pa.Table:
    """Rows of READING_SCHEMA with tenor_bd."""
    curve, cdi = Snapshots.of(nodes, curve_id), Readings.of(overnight)
    parts = [pl.DataFrame(schema=pl.Schema({**READING_SCHEMA, "tenor_bd": pl.Int32()}))]
    if curve is not None and cdi.reference.size:
        row = cdi.known(curve.available, curve.reference)
        every = np.arange(len(curve))
        for tenor in tenors:
            rate, rolled = curve.rates(every, tenor), curve.rates(every, tenor - HORIZON)
            good = np.flatnonzero((row >= 0) & np.isfinite(rate) & valid_rate(np.where(row >= 0, cdi.value[row], np.nan)))
            value = di1.carry_per_dv01(rate[good], np.full(len(good), tenor), rolled[good], cdi.value[row[good]], HORIZON)
            held = np.maximum(curve.held[good], cdi.held[row[good]])
            weakness = np.maximum(curve.weakness[good], cdi.weakness[row[good]])
            rows = reading_table(curve.reference[good], curve.available[good], held, weakness, value)
            parts.append(rows.with_columns(tenor_bd=pl.lit(tenor, dtype=pl.Int32)))
    return pl.concat(parts).to_arrow()
