"""Curves from the federal bonds that ANBIMA marks: nominal from LTN and NTN-F, real from NTN-B, and a DI curve derived from the first.

    br_pre    overnight rate, LTN as given, NTN-F stripped beyond the last LTN
    br_real   NTN-B stripped, bonds of more than 126 business days
    br_di1    br_pre less the premium at which LTN yield over DI1, on a grid of tenors inside the longest bond

Source: history, building blocks; the premium is a seed, measured where both were quoted.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant import bonds, ntnb
from models_py.quant.checks import Floats
from models_py.quant.curve import curves
from models_py.quant.daycount import calendar
from models_py.quant.realtime import Ints, as_availability, as_dates, as_instants, counted, days, frame, instants, weaknesses
from models_py.quant.strip import Strip

SHORTEST_REAL_BD = 126      # shorter NTN-B price the next print, not a real rate
GRID = (1, 21, 42, 63, *range(126, 1009, 63), *range(1134, 2521, 126), *range(2772, 3781, 252))
NODE_SCHEMA = pl.Schema(
    {
        "curve_id": pl.String(),
        "reference_date": pl.Date(),
        "available_at": pl.Datetime("us", "UTC"),
        "held_at": pl.Datetime("us", "UTC"),
        "availability": pl.String(),
        "tenor_bd": pl.Int32(),
        "zero_rate": pl.Float64(),
        "grade": pl.String(),
    }
)


def bond_curves(quotes: pa.Table, premium: pa.Table) -> pa.Table:
    """All three curves of every snapshot of the bond market.

    Args:
        quotes: every bond as known at each instant: family (ltn, ntnf, ntnb), maturity_date, reference_date, available_at,
            held_at, availability, rate, and overnight, the last overnight rate then known (decimals).
        premium: tenor_bd, premium: yield of LTN over DI1, decimal; linear between tenors, constant beyond.
    Returns:
        Rows of NODE_SCHEMA.
    """
    dated = frame(quotes).filter(counted("reference_date", "br"), counted("maturity_date", "br"))
    rows = dated.filter(pl.col("rate").is_finite(), pl.col("maturity_date") > pl.col("reference_date"))
    if rows.is_empty():
        return pl.DataFrame(schema=NODE_SCHEMA).to_arrow()
    rows = rows.sort("reference_date", "available_at", "family", "maturity_date")
    rows = rows.with_columns(snapshot=pl.struct("reference_date", "available_at").rle_id().cast(pl.Int64))
    rows = rows.with_columns(
        business_days=pl.Series(calendar("br").business_days(rows["reference_date"].to_numpy(), rows["maturity_date"].to_numpy())),
        weakness=pl.Series(weaknesses(rows["availability"])),
    ).filter(pl.col("business_days") > 0)
    taken = rows.group_by("snapshot", maintain_order=True).agg(
        pl.col("reference_date", "available_at", "overnight").first(), pl.col("held_at", "weakness").max()
    )
    market = rows.join(taken.select("snapshot", index=pl.int_range(pl.len())), on="snapshot", maintain_order="left")
    nominal, real = Strip(len(taken)), Strip(len(taken))
    everywhere = np.arange(len(taken))
    nominal.add_zero(everywhere, np.ones(len(taken)), taken["overnight"].cast(pl.Float64).to_numpy())
    _strip(nominal, market.filter(pl.col("family") == "ltn"))
    _strip(nominal, market.filter(pl.col("family") == "ntnf"))
    _strip(real, market.filter((pl.col("family") == "ntnb") & (pl.col("business_days") > SHORTEST_REAL_BD)))
    pre = nominal.nodes()
    knots = frame(premium).sort("tenor_bd")
    return pl.concat(
        [
            _table("br_pre", "market", taken, *pre),
            _table("br_real", "market", taken, *real.nodes()),
            _table("br_di1", "derived", taken, *_less_premium(pre, knots["tenor_bd"].to_numpy(), knots["premium"].to_numpy())),
        ]
    ).to_arrow()


def _strip(strip: Strip, market: pl.DataFrame) -> None:
    """Add the bonds of one family, shortest first, all days at once."""
    ranked = market.with_columns(rank=pl.int_range(pl.len()).over("index"))
    for (_,), group in ranked.group_by("rank", maintain_order=True):
        day, rate = group["index"].to_numpy().astype(np.int64), group["rate"].to_numpy()
        if group["family"][0] == "ltn":
            strip.add_zero(day, group["business_days"].to_numpy().astype(float), rate)
            continue
        schedule = bonds.ntnf_flows if group["family"][0] == "ntnf" else ntnb.flows
        flows = schedule(group["reference_date"].to_numpy(), group["maturity_date"].to_numpy())
        strip.add_bond(day, flows, bonds.present_value(rate, flows))


def _less_premium(nodes: tuple[Ints, Floats, Floats], tenors: Ints, premium: Floats) -> tuple[Ints, Floats, Floats]:
    """The nominal curve on the grid, less the premium of each tenor; days whose longest bond is short have fewer tenors."""
    day, tenor, rate = nodes
    if day.size == 0:
        return nodes
    present, number = np.unique(day, return_inverse=True)
    batch = curves(number, tenor, rate)
    grid = np.array(GRID, dtype=float)
    row, column = np.nonzero(grid[None, :] <= batch.tenor[batch.last][:, None])
    found = batch.rates(row, grid[column]) - np.interp(grid[column], tenors, premium)
    return present[row], grid[column], found


def _table(curve_id: str, grade: str, taken: pl.DataFrame, day: Ints, tenor: Floats, rate: Floats) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "curve_id": pl.repeat(curve_id, len(day), eager=True),
            "reference_date": as_dates(days(taken["reference_date"])[day]),
            "available_at": as_instants(instants(taken["available_at"])[day]),
            "held_at": as_instants(instants(taken["held_at"])[day]),
            "availability": as_availability(taken["weakness"].to_numpy()[day]),
            "tenor_bd": pl.Series(tenor.astype(np.int32)),
            "zero_rate": pl.Series(rate),
            "grade": pl.repeat(grade, len(day), eager=True),
        },
        schema=NODE_SCHEMA,
    )
