"""The table of daily returns: what one unit of a generic instrument earned over its financing between two neighbouring sessions.

Excess returns are decimals. A unit of a rates instrument is one contract of 100,000 at maturity; its P&L and DV01 are in its
currency. Carry is what an unchanged yield would have paid, roll-down what an unchanged curve pays beyond that; the rest of the
return is the move of the curve.
"""

import numpy as np
import polars as pl

from models_py.quant.checks import Floats
from models_py.quant.realtime import Ints, as_availability, as_dates, as_instants

LONGEST_STEP_BD = 10        # a return over a longer hole in the data is no daily return, and is not told
RETURN_SCHEMA = pl.Schema(
    {
        "instrument_id": pl.String(),
        "reference_date": pl.Date(),
        "available_at": pl.Datetime("us", "UTC"),
        "held_at": pl.Datetime("us", "UTC"),
        "availability": pl.String(),
        "excess_return": pl.Float64(),
        "pnl_per_unit": pl.Float64(),
        "carry": pl.Float64(),
        "rolldown": pl.Float64(),
        "dv01": pl.Float64(),
    }
)


def table(
    instrument_id: str,
    reference: Ints,
    at: Ints,
    held: Ints,
    weakness: Ints,
    *,
    excess_return: Floats,
    pnl_per_unit: Floats,
    carry: Floats | None = None,
    rolldown: Floats | None = None,
    dv01: Floats | None = None,
) -> pl.DataFrame:
    """Rows of RETURN_SCHEMA; rows without a finite excess return are left out."""
    kept = np.isfinite(excess_return)
    nothing = pl.Series([None] * int(kept.sum()), dtype=pl.Float64)

    def number(values: Floats | None) -> pl.Series:
        return nothing if values is None else pl.Series(values[kept]).fill_nan(None)

    return pl.DataFrame(
        {
            "instrument_id": pl.repeat(instrument_id, int(kept.sum()), eager=True),
            "reference_date": as_dates(reference[kept]),
            "available_at": as_instants(at[kept]),
            "held_at": as_instants(held[kept]),
            "availability": as_availability(weakness[kept]),
            "excess_return": number(excess_return),
            "pnl_per_unit": number(pnl_per_unit),
            "carry": number(carry),
            "rolldown": number(rolldown),
            "dv01": number(dv01),
        },
        schema=RETURN_SCHEMA,
    )
