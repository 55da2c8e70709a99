"""XA_03: currency, rates and equities of Brazil against each other."""

import numpy as np
import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.fit import components, matrix
from models_py.signals.scale import WEDNESDAY, clip1, weekly, z

LEGS = ("usdbrl", "di1_1260bd", "ibovespa")
INDEX = {leg: f"{leg}_excess_index" for leg in LEGS}
MONTH = 21


@strategy(
    code="XA_03",
    asset_class="cross",
    needs=tuple(INDEX.values()),
    legs=dict.fromkeys(LEGS, 1.0),               # short DOL, long DI1 PU, long IND
    horizon="3W",
    rebalance="weekly",
    source="Asness, Moskowitz & Pedersen (2013), JF 68(3); Avellaneda & Lee (2010), QF 10(7)",
    cost_bp=3.0,
    max_age=dict.fromkeys(INDEX.values(), 1),
    enabled=False,
)
def cross_brazil_triplet(x: pl.DataFrame, *, window: int = 252) -> pl.DataFrame:
    """Long what has lagged the common move of Brazilian assets in a month, short what has led, neutral to the move itself.

        u: daily returns in standard deviations of 252, v their first component;   res = u - v v'u, summed over 21
        s_k = clip1(-z(res_k; 252) / 2), then less its part along v

    Each leg has its own score. Read on Wednesdays. Why it pays: the three price one country risk, by different people at
    different hours. When it fails: news of one company moves the index alone, and the prices are not of one minute.
    """
    moves, axes = components(matrix(*(x[index].log().diff() for index in INDEX.values())), window)
    first = axes[:, :, 0]
    left = moves - first * (first * moves).sum(axis=1, keepdims=True)
    month = [pl.Series(left[:, k]).fill_nan(None).rolling_sum(MONTH) for k in range(len(LEGS))]
    wanted = matrix(*(clip1(-z(late, window) / 2.0) for late in month))
    neutral = np.clip(wanted - first * (first * wanted).sum(axis=1, keepdims=True), -1.0, 1.0)
    columns = (pl.Series(leg, neutral[:, k]).fill_nan(None) for k, leg in enumerate(LEGS))
    return pl.DataFrame([weekly(column, x["decision_at"], WEDNESDAY).alias(column.name) for column in columns])
