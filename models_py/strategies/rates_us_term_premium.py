"""RATES_US_01: the term premium of the ten-year Treasury."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import WEDNESDAY, clip1, weekly, z

QUARTER = 63


@strategy(
    code="RATES_US_01",
    asset_class="rates_us",
    needs=("us_term_premium_10y", "us_ust_10y"),
    legs={"ust_10y": 1.0},                       # a positive score is long ZN
    horizon="6M",
    rebalance="weekly",
    source="Adrian, Crump & Moench (2013), JFE 110(1); Kim & Wright (2005), FEDS 2005-33",
    cost_bp=0.5,
    max_age={"us_term_premium_10y": 10, "us_ust_10y": 2},
)
def rates_us_term_premium(x: pl.DataFrame, *, window: int = 1260) -> pl.Series:
    """Long ten-year Treasuries when the term premium is high for its five years, half as long while yields still rise.

        s = clip1(z(TP10; 1260) / 2), halved while a quarter's change of the yield runs against it

    TP10 is of the Adrian-Crump-Moench model on the zero curve, each day estimated on what was known. Read on Wednesdays.
    Why it pays: the premium is what is left of the yield after expected short rates, and it reverts with demand for duration.
    When it fails: the premium moves slowly, and models of it differ by half a point.
    """
    wanted, pace = clip1(z(x["us_term_premium_10y"], window) / 2.0), x["us_ust_10y"].diff(QUARTER)
    scored = pl.when(wanted * pace > 0).then(0.5 * wanted).when(pace.is_not_null()).then(wanted)
    return weekly(pl.select(scored).to_series(), x["decision_at"], WEDNESDAY)
