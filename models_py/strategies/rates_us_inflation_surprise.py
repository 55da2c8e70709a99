"""RATES_RV_02: surprises of United States inflation."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.readings import by_reading, fading
from models_py.signals.scale import clip1, z

SESSIONS = 21                                    # over which the signal fades


@strategy(
    code="RATES_RV_02",
    asset_class="rates_us",
    needs=("us_cpi_core_surprise",),
    legs={"ust_10y": 1.0},                       # a positive score is long ZN
    horizon="1M",
    rebalance="event",
    source="Gürkaynak, Sack & Swanson (2005), AER 95(1); Coibion & Gorodnichenko (2015), AER 105(8)",
    cost_bp=0.5,
    max_age={"us_cpi_core_surprise": 40},
    enabled=False,
)
def rates_us_inflation_surprise(x: pl.DataFrame, *, months: int = 36, sessions: int = SESSIONS) -> pl.Series:
    """Short ten-year notes after core consumer prices came above what was expected for three months.

        s = -clip1(z(sum of 3 surprises; 36 months) / 2) max(0, 1 - age / 21)

    A surprise is the print less the consensus known before it. Why it pays: expectations of inflation under-react, and so
    does the curve. When it fails: consensus is licensed, and a market that already leans one way has priced the run.
    """
    late = by_reading(x["us_cpi_core_surprise"], x["us_cpi_core_surprise__new"], lambda e: z(e.rolling_sum(3), months))
    return -clip1(late / 2.0) * fading(x["us_cpi_core_surprise__new"], sessions)
