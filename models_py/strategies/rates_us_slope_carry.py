"""RATES_US_02: carry and momentum of the two-to-ten-year slope."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import WEDNESDAY, clip1, volatility, weekly, z
from models_py.signals.trend import momentum

QUARTER = 63


@strategy(
    code="RATES_US_02",
    asset_class="rates_us",
    needs=("us_steepener_2s10s_excess_index", "us_steepener_2s10s_carry"),
    legs={"ust_2y": 1.0, "ust_10y": -1.0},       # a positive score is a steepener: long ZT, short ZN
    horizon="3M",
    rebalance="weekly",
    source="Brooks & Moskowitz (2017), Yield curve premia; Moskowitz, Ooi & Pedersen (2012), JFE 104(2)",
    cost_bp=0.75,
    max_age={"us_steepener_2s10s_excess_index": 2, "us_steepener_2s10s_carry": 2},
    ratio="dv01",
)
def rates_us_slope_carry(x: pl.DataFrame, *, window: int = 756) -> pl.Series:
    """Steepener when it earns carry and has been working.

        c = carry and roll-down of a quarter / (σ √63);   s = 0.5 clip1(z(c; 756) / 2) + 0.5 tanh(R_63 / (σ √63))

    R is the return of a steepener at equal DV01, long the two-year and short the ten-year, σ its daily volatility. Read on
    Wednesdays. Why it pays: the slope's risk premium is visible in its carry, and the Fed's cycle makes it trend.
    When it fails: pivots of the Fed turn carry and trend at once.
    """
    index = x["us_steepener_2s10s_excess_index"]
    carry = x["us_steepener_2s10s_carry"] / (volatility(index.log().diff()) * QUARTER**0.5)
    return weekly(0.5 * clip1(z(carry, window) / 2.0) + 0.5 * momentum(index, (QUARTER,)), x["decision_at"], WEDNESDAY)
