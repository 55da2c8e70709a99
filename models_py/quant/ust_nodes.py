"""The zero curve of US Treasuries as rows: par yields with vintages in, nodes at the published maturities out.

Tenors are business days at 252 a year, so that a node's zero rate compounds once a year as everywhere in the curves table.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant.bond_curves import NODE_SCHEMA, node_table
from models_py.quant.realtime import DERIVED, days, frame, instants, weaknesses
from models_py.quant.retelling import Lineage
from models_py.quant.ust_curve import discount_factors

YEARS = {
    "us_ust_1m": 1 / 12, "us_ust_6w": 1 / 8, "us_ust_2m": 1 / 6, "us_ust_3m": 1 / 4, "us_ust_4m": 1 / 3, "us_ust_6m": 0.5,
    "us_ust_1y": 1.0, "us_ust_2y": 2.0, "us_ust_3y": 3.0, "us_ust_5y": 5.0, "us_ust_7y": 7.0, "us_ust_10y": 10.0,
    "us_ust_20y": 20.0, "us_ust_30y": 30.0,
}  # fmt: skip


def nodes(yields: pa.Table) -> pa.Table:
    """Nodes of `us_ust` for every date and instant.

    Args:
        yields: par yields as known at each instant: series_id, reference_date, available_at, held_at, availability, value (null
            where it is withdrawn).
    Returns:
        Rows of bond_curves.NODE_SCHEMA; days with fewer than two maturities of half a year or more have none. A node that a later
        instant has no more is null there.
    """
    rows = frame(yields).filter(pl.col("series_id").is_in(list(YEARS)))
    if rows.is_empty():
        return pl.DataFrame(schema=NODE_SCHEMA).to_arrow()
    rows = rows.with_columns(weakness=pl.Series(weaknesses(rows["availability"])))
    wide = rows.pivot("series_id", index=["reference_date", "available_at"], values="value").sort("reference_date", "available_at")
    known = rows.group_by("reference_date", "available_at").agg(pl.col("held_at", "weakness").max()).sort("reference_date", "available_at")
    published = [name for name in YEARS if name in wide.columns]
    years = np.array([YEARS[name] for name in published])
    factors, good = discount_factors(years, wide.select(published).cast(pl.Float64).fill_null(np.nan).to_numpy())
    tenors = np.rint(years * 252).astype(np.int64)
    sheet, column = np.nonzero(np.isfinite(factors) & good[:, None])
    tenor, rate = tenors[column], factors[sheet, column] ** (-252.0 / tenors[column]) - 1.0
    made = Lineage(instants(known["held_at"]), known["weakness"].to_numpy(), np.full(known.height, DERIVED))
    return node_table("us_ust", days(known["reference_date"]), instants(known["available_at"]), made, sheet, tenor, rate).to_arrow()
