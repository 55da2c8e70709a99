"""Curves from the federal bonds that ANBIMA marks: nominal from LTN and NTN-F, real from NTN-B, and a DI curve derived from the first.

    br_pre    overnight rate, LTN as given, NTN-F stripped beyond the last LTN
    br_real   NTN-B stripped, bonds of more than 126 business days
    br_di1    br_pre less the premium at which LTN yield over DI1, on a grid of tenors inside the longest bond

What is stripped is derived. Source: history, building blocks; the premium is a seed, measured where both were quoted.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant import bonds, ntnb
from models_py.quant.checks import Floats
from models_py.quant.curve import curves
from models_py.quant.daycount import calendar
from models_py.quant.realtime import (
    DERIVED,
    Ints,
    Readings,
    as_availability,
    as_dates,
    as_grade,
    as_instants,
    counted,
    days,
    frame,
    instants,
    weaknesses,
)  # fmt: skip
from models_py.quant.retelling import Lineage, Taken, lineage, retold, superseded
from models_py.quant.sheets import withdrawn
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


def bond_curves(quotes: pa.Table, overnight: pa.Table, premium: pa.Table) -> pa.Table:
    """All three curves of every snapshot of the bond market.

    Args:
        quotes: every bond as known at each instant: family (ltn, ntnf, ntnb), maturity_date, reference_date, available_at,
            held_at, availability, rate (decimal, null where it is withdrawn).
        overnight: readings of the overnight rate, decimals. The short end is the last one known with the bonds, as later corrected.
        premium: tenor_bd, premium: yield of LTN over DI1, decimal; linear between tenors, constant beyond.
    Returns:
        Rows of NODE_SCHEMA. A node that a later snapshot has no more is null there.
    """
    rows = frame(quotes).filter(counted("reference_date", "br"), counted("maturity_date", "br"))
    if rows.is_empty():
        return pl.DataFrame(schema=NODE_SCHEMA).to_arrow()
    rows = rows.sort("reference_date", "available_at", "family", "maturity_date")
    rows = rows.with_columns(
        snapshot=pl.struct("reference_date", "available_at").rle_id().cast(pl.Int64),
        business_days=pl.Series(calendar("br").business_days(rows["reference_date"].to_numpy(), rows["maturity_date"].to_numpy())),
        weakness=pl.Series(weaknesses(rows["availability"])),
    )
    quoted = pl.col("rate").is_finite() & (pl.col("business_days") > 0)
    taken = rows.group_by("snapshot", maintain_order=True).agg(
        pl.col("reference_date", "available_at").first(), pl.col("held_at", "weakness").max(), quoted=quoted.any()
    )
    reference, available = days(taken["reference_date"]), instants(taken["available_at"])
    anchor = Taken(Readings.of(overnight), reference, available)
    snapshot, at = retold(available, superseded(reference, available), anchor.next_change)
    short = anchor.row(snapshot, at)
    sheets = pl.DataFrame({"snapshot": snapshot, "sheet": np.arange(len(snapshot))})
    market = rows.filter(quoted).join(sheets, on="snapshot").sort("sheet", "family", "maturity_date")
    nominal, real = Strip(len(snapshot)), Strip(len(snapshot))
    traded = np.flatnonzero(taken["quoted"].to_numpy()[snapshot])
    nominal.add_zero(traded, np.ones(len(traded)), anchor.value(short)[traded])
    _strip(nominal, market.filter(pl.col("family") == "ltn"))
    _strip(nominal, market.filter(pl.col("family") == "ntnf"))
    _strip(real, market.filter((pl.col("family") == "ntnb") & (pl.col("business_days") > SHORTEST_REAL_BD)))
    bonds_alone = Lineage(instants(taken["held_at"])[snapshot], taken["weakness"].to_numpy()[snapshot], np.full(len(snapshot), DERIVED))
    anchored = lineage((bonds_alone, None), (anchor.readings, short))
    pre, knots = nominal.nodes(), frame(premium).sort("tenor_bd")
    less = _less_premium(pre, knots["tenor_bd"].to_numpy(), knots["premium"].to_numpy())
    return pl.concat(
        [
            node_table("br_pre", reference[snapshot], at, anchored, *pre),
            node_table("br_real", reference[snapshot], at, bonds_alone, *real.nodes()),
            node_table("br_di1", reference[snapshot], at, anchored, *less),
        ]
    ).to_arrow()


def _strip(strip: Strip, market: pl.DataFrame) -> None:
    """Add the bonds of one family, shortest first, all days at once."""
    ranked = market.with_columns(rank=pl.int_range(pl.len()).over("sheet"))
    for (_,), group in ranked.group_by("rank", maintain_order=True):
        day, rate = group["sheet"].to_numpy().astype(np.int64), group["rate"].to_numpy()
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


def node_table(curve_id: str, reference: Ints, at: Ints, made: Lineage, sheet: Ints, tenor: Floats | Ints, rate: Floats) -> pl.DataFrame:
    """Nodes as rows of NODE_SCHEMA, with a null one for each that the sheet before still had.

    Args:
        reference, at, made: date, instant and lineage of each sheet. sheet, tenor, rate: of each node.
    """
    whole = tenor.astype(np.int64)
    lost, its_tenor = withdrawn(sheet, whole, reference)
    sheet, whole, rate = np.r_[sheet, lost], np.r_[whole, its_tenor], np.r_[rate, np.full(len(lost), np.nan)]
    return pl.DataFrame(
        {
            "curve_id": pl.repeat(curve_id, len(sheet), eager=True),
            "reference_date": as_dates(reference[sheet]),
            "available_at": as_instants(at[sheet]),
            "held_at": as_instants(made.held[sheet]),
            "availability": as_availability(made.weakness[sheet]),
            "tenor_bd": pl.Series(whole.astype(np.int32)),
            "zero_rate": pl.Series(rate, dtype=pl.Float64).fill_nan(None),
            "grade": as_grade(made.grade[sheet]),
        },
        schema=NODE_SCHEMA,
    )
