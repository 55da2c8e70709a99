"""The table of daily returns: what one unit of a generic instrument earned over its financing between two neighbouring sessions.

Excess returns are decimals. A unit of a rates instrument is one contract of 100,000 at maturity; its P&L and DV01 are in its
currency. Carry is what an unchanged yield would have paid, roll-down what an unchanged curve pays beyond that; the rest of the
return is the move of the curve. A return is of the weakest grade among its inputs, and never better than how it is made.
"""

import numpy as np
import polars as pl

from models_py.quant.checks import Floats
from models_py.quant.realtime import Ints, as_availability, as_dates, as_grade, as_instants, news

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
        "grade": pl.String(),
    }
)


def table(
    instrument_id: str,
    reference: Ints,
    at: Ints,
    held: Ints,
    weakness: Ints,
    grade: Ints,
    *,
    excess_return: Floats,
    pnl_per_unit: Floats,
    carry: Floats | None = None,
    rolldown: Floats | None = None,
    dv01: Floats | None = None,
) -> pl.DataFrame:
    """Rows of RETURN_SCHEMA, given in order of (reference, at).

    A return that is no number is told where one stood before: a null row, null in all measures, withdraws it. Else it is left out.
    """
    kept = news(reference, excess_return)
    gone = ~np.isfinite(excess_return[kept])

    def number(values: Floats | None) -> pl.Series:
        told = np.full(len(gone), np.nan) if values is None else np.where(gone, np.nan, values[kept])
        return pl.Series(told, dtype=pl.Float64).fill_nan(None)

    return pl.DataFrame(
        {
            "instrument_id": pl.repeat(instrument_id, len(gone), eager=True),
            "reference_date": as_dates(reference[kept]),
            "available_at": as_instants(at[kept]),
            "held_at": as_instants(held[kept]),
            "availability": as_availability(weakness[kept]),
            "excess_return": number(excess_return),
            "pnl_per_unit": number(pnl_per_unit),
            "carry": number(carry),
            "rolldown": number(rolldown),
            "dv01": number(dv01),
            "grade": as_grade(grade[kept]),
        },
        schema=RETURN_SCHEMA,
    )
