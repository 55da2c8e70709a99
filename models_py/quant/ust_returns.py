"""Daily excess return of US Treasury par bonds of constant maturity, struck anew at par each day.

    y_{t-1} · bd / 252 - D_mod · Δy + ½ · C · Δy² - short · bd / 252        bd business days of the bond market

A unit is USD 1 at par; its DV01 is modified duration × 1e-4. The dollar rate is the last one of before the day that was known, as
later corrected. A par yield stands for a bond that nobody held: the returns are derived.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant import ust_par
from models_py.quant.daycount import calendar
from models_py.quant.pairing import pairs
from models_py.quant.realtime import DERIVED, Readings, counted, frame
from models_py.quant.retelling import Taken, lineage, retold, superseded
from models_py.quant.returns import LONGEST_STEP_BD, RETURN_SCHEMA, table

YEAR = 252.0
BP = 1e-4


def par_returns(yields: pa.Table, dollars: pa.Table, maturities: dict[str, float]) -> pa.Table:
    """Returns of `ust_{n}y` from par yields.

    Args:
        yields: readings with a series_id, decimals a year. dollars: readings of the overnight rate.
        maturities: years by series_id, such as us_ust_10y: 10.
    Returns:
        Rows of returns.RETURN_SCHEMA.
    """
    known = frame(yields).filter(counted("reference_date", "us_sifma"))
    funding = Readings.of(dollars)
    parts = [pl.DataFrame(schema=RETURN_SCHEMA)]
    for series_id, years in maturities.items():
        rate = Readings.of(known.filter(pl.col("series_id") == series_id).to_arrow(), -0.1, 1.0)
        if rate.reference.size == 0 or funding.reference.size == 0:
            continue
        joined = pairs(rate.reference, rate.available, rate.stands)
        paid = Taken(funding, rate.reference[joined.previous], joined.at)
        told, at = retold(joined.at, superseded(rate.reference[joined.current], joined.at), paid.next_change)
        joined, row = joined.take(told, at), paid.row(told, at)
        start, end = (rate.reference[side].astype("datetime64[D]") for side in (joined.previous, joined.current))
        passed = calendar("us_sifma").business_days(start, end, end)
        cost = paid.value(row) * passed / YEAR
        before, now = rate.value[joined.previous], rate.value[joined.current]
        # a longer gap is a break in issue (30 years, 2002-2006), not a holding period
        good = joined.whole & (row >= 0) & (passed <= LONGEST_STEP_BD)
        excess = np.full(len(row), np.nan)
        excess[good] = ust_par.par_return(now[good], before[good], years, passed[good]) - cost[good]
        duration = np.full(len(row), np.nan)
        duration[good] = ust_par.par_duration(now[good], years)
        made = lineage((rate, joined.current), (rate, joined.previous), (funding, row))
        parts.append(
            table(
                series_id.removeprefix("us_"), rate.reference[joined.current], joined.at,
                made.held, made.weakness, np.maximum(made.grade, DERIVED),
                excess_return=excess,
                pnl_per_unit=excess,
                carry=before * passed / YEAR - cost,
                dv01=duration * BP,
            )
        )
    return pl.concat(parts).to_arrow()
