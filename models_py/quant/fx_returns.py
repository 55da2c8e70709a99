"""Daily excess return of long BRL: of a sold DOL that is rolled before it expires, or of spot plus one period of the rate differential.

A unit is USD 1 sold; its P&L is BRL. Neither has a DV01 or a roll-down here: the carry is what the forward, or the two overnight
rates, pay for the days between the sessions.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant import fx
from models_py.quant.overnight import with_late_rates
from models_py.quant.pairing import pairs
from models_py.quant.path import cumulated
from models_py.quant.rate_returns import lineage
from models_py.quant.realtime import Ints, Readings, counted, days, frame, instants, sound, weaknesses
from models_py.quant.returns import LONGEST_STEP_BD, RETURN_SCHEMA, table

ROLL_BD = 6                 # a contract is held while more than this many business days are left to expiry: five before last trade
ID = "usdbrl"


def long_brl(futures: pa.Table, ptax: pa.Table, overnight: pa.Table, dollars: pa.Table) -> pa.Table:
    """The rolled future where one is quoted, else spot: one world has one of the two."""
    return rolled(futures) if futures.num_rows else spot(ptax, overnight, dollars)


def excess_index(returns: pa.Table) -> pa.Table:
    """100 · exp(Σ excess return) of long BRL, told as a real-time path. Rows of realtime.READING_SCHEMA."""
    rows = frame(returns).filter(pl.col("instrument_id") == ID)
    return cumulated(Readings.of(rows.with_columns(value=pl.col("excess_return")).to_arrow()))


def rolled(futures: pa.Table) -> pa.Table:
    """-ln(F_t / F_{t-1}) of the contract held over each session.

    Args:
        futures: every DOL as known at each instant: instrument_id, reference_date, available_at, held_at, availability, price,
            business_days to expiry.
    Returns:
        Rows of returns.RETURN_SCHEMA.
    """
    quoted = frame(futures).filter(sound("price", 0.0, np.inf))
    rows = quoted.sort("reference_date", "available_at", "business_days")
    if rows.is_empty():
        return pl.DataFrame(schema=RETURN_SCHEMA).to_arrow()
    rows = rows.with_columns(snapshot=pl.struct("reference_date", "available_at").rle_id())
    taken = rows.group_by("snapshot", maintain_order=True).agg(
        pl.col("reference_date", "available_at").first(),
        pl.col("held_at").max(),
        pl.col("availability").first(),
    )
    reference, available = days(taken["reference_date"]), instants(taken["available_at"])
    weakness = rows.select("snapshot", w=pl.Series(weaknesses(rows["availability"]))).group_by("snapshot", maintain_order=True).max()["w"]
    held_at = instants(taken["held_at"])
    left = rows.filter(pl.col("business_days") > ROLL_BD)
    holding = left.group_by("snapshot", maintain_order=True).agg(
        contract=pl.col("instrument_id").first(),
        before=pl.col("price").first(),
        term=pl.col("business_days").first(),
        next_price=pl.col("price").slice(1, 1).first(),
        next_term=pl.col("business_days").slice(1, 1).first(),
    )
    joined = pairs(reference, available)
    step = (
        pl.DataFrame({"current": joined.current, "previous": joined.previous, "at": joined.at})
        .join(holding.with_columns(pl.col("snapshot").cast(pl.Int64)), left_on="previous", right_on="snapshot")
        .join(
            rows.select(pl.col("snapshot").cast(pl.Int64), "instrument_id", now="price", left="business_days"),
            left_on=["current", "contract"], right_on=["snapshot", "instrument_id"],
        )
        .sort("current", "at")
    )
    current, previous = step["current"].to_numpy(), step["previous"].to_numpy()
    before, now = step["before"].to_numpy(), step["now"].to_numpy()
    passed = (step["term"] - step["left"]).to_numpy()
    slope = (step["next_price"] / step["before"]).log() / (step["next_term"] - step["term"])
    return table(
        ID, reference[current], step["at"].to_numpy(),
        np.maximum(held_at[current], held_at[previous]),
        np.maximum(weakness.to_numpy()[current], weakness.to_numpy()[previous]),
        excess_return=np.where(passed <= LONGEST_STEP_BD, fx.long_brl_return(now, before), np.nan),
        pnl_per_unit=before - now,
        carry=slope.fill_null(np.nan).to_numpy() * passed,
    ).to_arrow()


def spot(ptax: pa.Table, overnight: pa.Table, dollars: pa.Table) -> pa.Table:
    """Spot move plus carry, where no future is quoted: -ln(S_t / S_{t-1}) + ln FC - ln(1 + us · cd / 360).

    Args:
        ptax, overnight, dollars: readings of PTAX (BRL per USD), of the CDI and of the dollar overnight rate (decimals a year). The
            dollar rate is the last one of before the period that was known when the period ended.
    """
    rate = Readings.of(frame(ptax).filter(sound("value", 0.0, np.inf), counted("reference_date", "br")).to_arrow())
    if rate.reference.size == 0:
        return pl.DataFrame(schema=RETURN_SCHEMA).to_arrow()
    joined, money = with_late_rates(rate.reference, pairs(rate.reference, rate.available), Readings.of(overnight))
    current, previous, at = joined
    funding = Readings.of(dollars)
    row = funding.known(at, rate.reference[previous])
    cost = np.where(row >= 0, funding.value[row] if funding.reference.size else np.nan, np.nan)
    span = (rate.reference[current] - rate.reference[previous]).astype(float)
    carry = np.log(money.factor) - np.log1p(cost * span / fx.YEAR_CD)
    held, weakness = lineage(money, rate, current, previous)
    held, weakness = _with_funding(funding, row, held, weakness)
    excess = fx.long_brl_return(rate.value[current], rate.value[previous]) + carry
    excess[money.business_days > LONGEST_STEP_BD] = np.nan
    return table(
        ID, rate.reference[current], at, held, weakness,
        excess_return=excess, pnl_per_unit=excess * rate.value[previous], carry=carry,
    ).to_arrow()


def _with_funding(funding: Readings, row: Ints, held: Ints, weakness: Ints) -> tuple[Ints, Ints]:
    known = row >= 0
    held, weakness = held.copy(), weakness.copy()
    held[known] = np.maximum(held[known], funding.held[row[known]])
    weakness[known] = np.maximum(weakness[known], funding.weakness[row[known]])
    return held, weakness


