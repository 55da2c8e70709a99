"""Daily excess return of US Treasury par bonds of constant maturity, struck anew at par each day.

    y_{t-1} · bd / 252 - D_mod · Δy + ½ · C · Δy² - short · bd / 252        bd business days of the bond market

A unit is USD 1 at par; its DV01 is modified duration × 1e-4. The dollar rate is the last one of before the day that was known.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant import ust
from models_py.quant.daycount import calendar
from models_py.quant.pairing import pairs
from models_py.quant.realtime import Readings, counted, frame, sound
from models_py.quant.returns import LONGEST_STEP_BD, RETURN_SCHEMA, table

YEAR = 252.0


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
        rate = Readings.of(known.filter((pl.col("series_id") == series_id) & sound("value", -0.1, 1.0)).to_arrow())
        if rate.reference.size == 0 or funding.reference.size == 0:
            continue
        current, previous, at = pairs(rate.reference, rate.available)
        row = funding.known(at, rate.reference[previous])
        good = row >= 0
        current, previous, at, row = current[good], previous[good], at[good], row[good]
        start, end = (rate.reference[side].astype("datetime64[D]") for side in (previous, current))
        passed = calendar("us_sifma").business_days(start, end, end)
        held = passed <= LONGEST_STEP_BD       # a longer gap is a break in issue (30 years, 2002-2006), not a holding period
        current, previous, at, row, passed = current[held], previous[held], at[held], row[held], passed[held]
        cost = funding.value[row] * passed / YEAR
        before, now = rate.value[previous], rate.value[current]
        excess = ust.par_return(now, before, years, passed) - cost
        parts.append(
            table(
                series_id.removeprefix("us_"), rate.reference[current], at,
                np.maximum.reduce([rate.held[current], rate.held[previous], funding.held[row]]),
                np.maximum.reduce([rate.weakness[current], rate.weakness[previous], funding.weakness[row]]),
                excess_return=excess,
                pnl_per_unit=excess,
                carry=before * passed / YEAR - cost,
                dv01=ust.par_duration(now, years) * ust.BP,
            )
        )
    return pl.concat(parts).to_arrow()
