"""XA_02: trend across assets."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import WEDNESDAY, clip1, weekly
from models_py.signals.trend import momentum

LEGS = ("usdbrl", "di1_504bd", "di1_1260bd", "bei_1260bd", "ibovespa", "ust_10y", "sp500", "cds_br_5y")
INDEX = {leg: f"{leg}_excess_index" for leg in LEGS}


@strategy(
    code="XA_02",
    asset_class="cross",
    needs=tuple(INDEX.values()),
    legs=dict.fromkeys(LEGS, 1.0),
    horizon="1-12M",
    rebalance="weekly",
    source="Moskowitz, Ooi & Pedersen (2012), JFE 104(2); Hurst, Ooi & Pedersen (2017), JPM 44(1)",
    cost_bp=2.0,
    max_age=dict.fromkeys(INDEX.values(), 2),
)
def cross_trend(x: pl.DataFrame, *, horizons: tuple[int, ...] = (21, 63, 252)) -> pl.DataFrame:
    """With the trend of each asset by itself: currency, two nominal rates, breakeven, equities, Treasuries and credit.

        s_k = mean_h tanh(R_h / (σ √h)) of asset k's own excess return index, h = 1, 3 and 12 months

    Each leg has its own score and runs at the same risk. Read on Wednesdays. A market that has no history yet silences all, so
    that the basket is one strategy and not eight.
    Why it pays: trends are where slow capital, hedgers and central banks meet, and they diversify across assets.
    When it fails: reversals that hit all assets in one week, as in March 2023.
    """
    known = pl.select(pl.all_horizontal([x[index].is_not_null() for index in INDEX.values()])).to_series()
    scores = {leg: weekly(clip1(momentum(x[index], horizons)), x["decision_at"], WEDNESDAY) for leg, index in INDEX.items()}
    return pl.select([pl.when(known).then(score).alias(leg) for leg, score in scores.items()])
