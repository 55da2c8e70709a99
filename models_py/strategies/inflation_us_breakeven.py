"""INF_US_01: value of the United States breakeven."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.fit import matrix, residual
from models_py.signals.scale import WEDNESDAY, clip1, weekly, z

QUARTER = 63


@strategy(
    code="INF_US_01",
    asset_class="inflation",
    needs=("us_breakeven_5y", "us_inflation_expected", "us_pce_core_trend", "wti_spot", "us_vix"),
    legs={"us_bei_5y": 1.0},                     # a positive score is long TIPS against Treasuries
    horizon="4M",
    rebalance="weekly",
    source="D'Amico, Kim & Wei (2018), JFQA 53(1); Fleckenstein, Longstaff & Lustig (2014), JF 69(5)",
    cost_bp=2.0,
    max_age={"us_breakeven_5y": 2, "us_inflation_expected": 40, "us_pce_core_trend": 40, "wti_spot": 8, "us_vix": 2},
    enabled=False,
)
def inflation_us_breakeven(x: pl.DataFrame, *, window: int = 756) -> pl.Series:
    """Long breakeven when it stands below surveys and trend inflation, oil and fear allowed for.

        x = BEI 5y - (0.5 survey + 0.5 trend of core PCE);   e: residual of x on Δ₆₃ ln oil and VIX over 756
        s = clip1(-z(e; 756) / 2)

    Read on Wednesdays. Why it pays: breakevens hold premiums for liquidity and for inflation risk that come and go.
    When it fails: in stress the liquidity premium of TIPS widens first and longest.
    """
    gap = x["us_breakeven_5y"] - 0.5 * (x["us_inflation_expected"] + x["us_pce_core_trend"])
    dear = residual(gap, matrix(x["wti_spot"].log().diff(QUARTER), x["us_vix"]), window)
    return weekly(clip1(-z(dear, window) / 2.0), x["decision_at"], WEDNESDAY)
