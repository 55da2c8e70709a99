"""XA_04: the term structure of the VIX."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import clip1, gated, z

PANIC = 35.0                                     # points of the VIX


@strategy(
    code="XA_04",
    asset_class="cross",
    needs=("us_vix", "us_vix3m"),
    legs={"usdbrl": 1.0, "di1_1260bd": 1.0},     # a positive score is long BRL and receives DI1, half the risk each
    horizon="2W",
    rebalance="daily",
    source="Johnson (2017), JFQA 52(6); Simon & Campasano (2014), JD 21(3)",
    cost_bp=2.0,
    max_age={"us_vix": 2, "us_vix3m": 2},
    enabled=False,
)
def cross_vix_term_structure(x: pl.DataFrame, *, window: int = 504) -> pl.Series:
    """Long Brazilian risk while three months of volatility cost more than one.

        ts = VIX3M / VIX - 1;   s = clip1(z(ts; 504) / 2) while the VIX is below 35, else 0

    Why it pays: an upward term structure is a market that sells insurance, and pays carry elsewhere too.
    When it fails: false calm, in which the structure is steepest the day before it inverts.
    """
    return gated(clip1(z(x["us_vix3m"] / x["us_vix"] - 1.0, window) / 2.0), x["us_vix"] < PANIC)
