"""The zero curve of US Treasuries as rows: par yields with vintages in, nodes at the published maturities out.

Tenors are business days at 252 a year, so that a node's zero rate compounds once a year as everywhere in the curves table.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant.bond_curves import NODE_SCHEMA
from models_py.quant.realtime import frame
from models_py.quant.ust_curve import discount_factors

YEARS = {
    "us_ust_1m": 1 / 12, "us_ust_6w": 1 / 8, "us_ust_2m": 1 / 6, "us_ust_3m": 1 / 4, "us_ust_4m": 1 / 3, "us_ust_6m": 0.5,
    "us_ust_1y": 1.0, "us_ust_2y": 2.0, "us_ust_3y": 3.0, "us_ust_5y": 5.0, "us_ust_7y": 7.0, "us_ust_10y": 10.0,
    "us_ust_20y": 20.0, "us_ust_30y": 30.0,
}  # fmt: skip


def nodes(yields: pa.Table) -> pa.Table:
    """Nodes of `us_ust` for every date and instant.

    Args:
        yields: par yields as known at each instant: series_id, reference_date, available_at, held_at, availability, value.
    Returns:
        Rows of bond_curves.NODE_SCHEMA; days with fewer than two maturities of half a year or more have none.
    """
    rows = frame(yields).filter(pl.col("value").is_finite() & pl.col("series_id").is_in(list(YEARS)))
    if rows.is_empty():
        return pl.DataFrame(schema=NODE_SCHEMA).to_arrow()
    wide = rows.pivot("series_id", index=["reference_date", "available_at"], values="value").sort("reference_date", "available_at")
    lineage = rows.group_by("reference_date", "available_at").agg(pl.col("held_at").max(), pl.col("availability").first())
    published = [name for name in YEARS if name in wide.columns]
    years = np.array([YEARS[name] for name in published])
    factors, good = discount_factors(years, wide.select(published).to_numpy())
    tenor = np.rint(years * 252).astype(np.int32)
    day, column = np.nonzero(np.isfinite(factors) & good[:, None])
    found = wide.select("reference_date", "available_at")[day].with_columns(
        curve_id=pl.lit("us_ust"),
        tenor_bd=pl.Series(tenor[column]),
        zero_rate=pl.Series(factors[day, column] ** (-252.0 / tenor[column]) - 1.0),
        grade=pl.lit("market"),
    )
    return found.join(lineage, on=["reference_date", "available_at"]).select(NODE_SCHEMA.names()).cast(NODE_SCHEMA).to_arrow()
