"""Growth of a futures position's value from one session to the next: what yesterday's price is worth today before it is compared.

Source: B3, variation margin of DI1 and DAP, factor FC.
"""

import polars as pl
import pyarrow as pa

from models_py.quant.overnight import with_late_rates
from models_py.quant.pairing import pairs
from models_py.quant.rate_returns import lineage
from models_py.quant.realtime import READING_SCHEMA, Readings, reading_table
from models_py.quant.snapshots import Snapshots


def accretions(nodes: pa.Table, overnight: pa.Table, curve_id: str) -> pa.Table:
    """FC of each session since the one before it, as known. Sessions are the dates of a curve.

    Args:
        nodes: curve nodes (snapshots.POINT_SCHEMA). overnight: readings of the CDI, decimal a year.
    Returns:
        Readings: the factor of each session, with a further vintage where the session before or a rate came late.
    """
    curve = Snapshots.of(nodes, curve_id)
    if curve is None:
        return pl.DataFrame(schema=READING_SCHEMA).to_arrow()
    joined, money = with_late_rates(curve.reference, pairs(curve.reference, curve.available), Readings.of(overnight))
    held, weakness = lineage(money, curve, joined.current, joined.previous)
    rows = reading_table(curve.reference[joined.current], joined.at, held, weakness, money.factor)
    known = rows.filter(pl.col("value").is_not_null())
    # a corrected price tells the pair again; the same growth again is no news
    return known.filter((pl.col("value") != pl.col("value").shift().over("reference_date")).fill_null(True)).to_arrow()
