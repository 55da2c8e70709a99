"""Daily excess return of long BRL: of a sold DOL that is rolled before it expires, or of spot plus one period of the rate differential.

A unit is USD 1 sold; its P&L is BRL. Neither has a DV01 or a roll-down here: the carry is what the forward, or the two overnight
rates, pay for the days between the sessions.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant import fx
from models_py.quant.overnight import growth, late_rates
from models_py.quant.pairing import pairs
from models_py.quant.realtime import DERIVED, Readings, counted, days, frame, grades, instants, sound, weaknesses
from models_py.quant.retelling import Lineage, Taken, lineage, retold, superseded
from models_py.quant.returns import LONGEST_STEP_BD, RETURN_SCHEMA, table

ROLL_BD = 6                 # a contract is held while more than this many business days are left to expiry: five before last trade
ID = "usdbrl"


def long_brl(futures: pa.Table, ptax: pa.Table, overnight: pa.Table, dollars: pa.Table) -> pa.Table:
    """The rolled future where one is quoted, else spot: one world has one of the two."""
    return rolled(futures) if futures.num_rows else spot(ptax, overnight, dollars)


def rolled(futures: pa.Table) -> pa.Table:
    """-ln(F_t / F_{t-1}) of the contract held over each session.

    Args:
        futures: every DOL as known at each instant: instrument_id, reference_date, available_at, held_at, availability, price (null
            where it is withdrawn), business_days to expiry.
    Returns:
        Rows of returns.RETURN_SCHEMA.
    """
    rows = frame(futures).sort("reference_date", "available_at", "business_days")
    if rows.is_empty():
        return pl.DataFrame(schema=RETURN_SCHEMA).to_arrow()
    rows = rows.with_columns(
        snapshot=pl.struct("reference_date", "available_at").rle_id().cast(pl.Int64),
        price=pl.when(sound("price", 0.0, np.inf)).then("price"),
        weakness=pl.Series(weaknesses(rows["availability"])),
        grade=pl.Series(grades(rows)),
    )
    taken = rows.group_by("snapshot", maintain_order=True).agg(
        pl.col("reference_date", "available_at").first(),
        pl.col("held_at", "weakness", "grade").max(),
        stands=pl.col("price").is_not_null().any(),
    )
    seen = Lineage(instants(taken["held_at"]), taken["weakness"].to_numpy(), taken["grade"].to_numpy())
    reference = days(taken["reference_date"])
    holding = rows.filter(pl.col("business_days") > ROLL_BD, pl.col("price").is_not_null()).group_by("snapshot", maintain_order=True).agg(
        contract=pl.col("instrument_id").first(),
        before=pl.col("price").first(),
        term=pl.col("business_days").first(),
        next_price=pl.col("price").slice(1, 1).first(),
        next_term=pl.col("business_days").slice(1, 1).first(),
    )
    joined = pairs(reference, instants(taken["available_at"]), taken["stands"].to_numpy())
    step = (
        pl.DataFrame({"current": joined.current, "previous": joined.previous, "at": joined.at})
        .join(holding, left_on="previous", right_on="snapshot", how="left", maintain_order="left")
        .join(
            rows.select("snapshot", "instrument_id", now="price", left="business_days"),
            left_on=["current", "contract"], right_on=["snapshot", "instrument_id"], how="left", maintain_order="left",
        )
    )  # fmt: skip
    before, now, term, left = (step[name].cast(pl.Float64).to_numpy() for name in ("before", "now", "term", "left"))
    passed = term - left
    slope = (step["next_price"] / step["before"]).log() / (step["next_term"] - step["term"])
    good = joined.whole & (passed <= LONGEST_STEP_BD) & np.isfinite(now) & np.isfinite(before)
    excess = np.full(len(good), np.nan)
    excess[good] = fx.long_brl_return(now[good], before[good])
    return table(
        ID, reference[joined.current], joined.at, *lineage((seen, joined.current), (seen, joined.previous)),
        excess_return=excess,
        pnl_per_unit=before - now,
        carry=slope.fill_null(np.nan).to_numpy() * passed,
    ).to_arrow()


def spot(ptax: pa.Table, overnight: pa.Table, dollars: pa.Table) -> pa.Table:
    """Spot move plus carry, where no future is quoted: -ln(S_t / S_{t-1}) + ln FC - ln(1 + us · cd / 360). Derived, at best.

    Args:
        ptax, overnight, dollars: readings of PTAX (BRL per USD), of the CDI and of the dollar overnight rate (decimals a year). The
            dollar rate is the last one of before the period that was known when the period ended, as later corrected.
    """
    rate = Readings.of(frame(ptax).filter(counted("reference_date", "br")).to_arrow(), 0.0)
    if rate.reference.size == 0:
        return pl.DataFrame(schema=RETURN_SCHEMA).to_arrow()
    found = pairs(rate.reference, rate.available, rate.stands)
    cdi, funding = Readings.of(overnight), Taken(Readings.of(dollars), rate.reference[found.previous], found.at)
    late = late_rates(rate.reference, found, cdi)
    until = superseded(rate.reference[found.current], found.at)
    told, at = retold(found.at, until, lambda rows, at: np.minimum(late(rows, at), funding.next_change(rows, at)))
    joined = found.take(told, at)
    current, previous = joined.current, joined.previous
    money = growth(cdi, rate.reference[previous], rate.reference[current], at)
    row = funding.row(told, at)
    span = (rate.reference[current] - rate.reference[previous]).astype(float)
    carry = np.log(money.factor) - np.log1p(funding.value(row) * span / fx.YEAR_CD)
    made = lineage((money, None), (rate, current), (rate, previous), (funding.readings, row))
    good = joined.whole & (money.business_days <= LONGEST_STEP_BD)
    excess = np.full(len(row), np.nan)
    excess[good] = fx.long_brl_return(rate.value[current[good]], rate.value[previous[good]]) + carry[good]
    return table(
        ID, rate.reference[current], joined.at, made.held, made.weakness, np.maximum(made.grade, DERIVED),
        excess_return=excess, pnl_per_unit=excess * rate.value[previous], carry=carry,
    ).to_arrow()
