"""Growth of a futures position's value from one session to the next: what yesterday's price is worth today before it is compared.

Source: B3, variation margin of DI1 and DAP, factor FC.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant.overnight import with_late_rates
from models_py.quant.pairing import pairs
from models_py.quant.realtime import READING_SCHEMA, Readings, news, reading_table
from models_py.quant.retelling import lineage
from models_py.quant.snapshots import Snapshots


def accretions(nodes: pa.Table, overnight: pa.Table, curve_id: str) -> pa.Table:
    """FC of each session since the one before it, as known. Sessions are the dates of a curve.

    Args:
        nodes: curve nodes (snapshots.POINT_SCHEMA). overnight: readings of the CDI, decimal a year.
    Returns:
        Readings: the factor of each session, with a further vintage where the session before or a rate came late or was withdrawn.
    """
    curve = Snapshots.of(nodes, curve_id)
    if curve is None:
        return pl.DataFrame(schema=READING_SCHEMA).to_arrow()
    found = pairs(curve.reference, curve.available, curve.stands)
    joined, money = with_late_rates(curve.reference, found, Readings.of(overnight))
    made = lineage((money, None), (curve, joined.current), (curve, joined.previous))
    session, factor = curve.reference[joined.current], np.where(joined.whole, money.factor, np.nan)
    # a corrected price tells the pair again; the same growth again is no news
    same = np.zeros(len(factor), dtype=bool)
    same[1:] = (factor[1:] == factor[:-1]) & (session[1:] == session[:-1])
    kept = news(session, factor) & ~same
    return reading_table(session[kept], joined.at[kept], made.held[kept], made.weakness[kept], factor[kept]).to_arrow()
