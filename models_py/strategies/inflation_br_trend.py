"""INF_BR_04: trend of the breakeven, and what the currency passes on."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import WEDNESDAY, clip1, weekly, z
from models_py.signals.trend import momentum

QUARTER = 63
FROM_DOLLAR, FROM_COMMODITIES = 0.06, 0.04       # pass-through of a quarter


@strategy(
    code="INF_BR_04",
    asset_class="inflation",
    needs=("bei_756bd_excess_index", "usdbrl_ptax", "commodity_basket_usd"),
    legs={"bei_756bd": 1.0},                     # a positive score is long breakeven
    horizon="3M",
    rebalance="weekly",
    source="Goldfajn & Werlang (2000), BCB Working Paper 5; Moskowitz, Ooi & Pedersen (2012), JFE 104(2)",
    cost_bp=4.0,
    max_age={"bei_756bd_excess_index": 1, "usdbrl_ptax": 1, "commodity_basket_usd": 2},
)
def inflation_br_trend(x: pl.DataFrame, *, window: int = 756) -> pl.Series:
    """Long breakeven while it has been rising and a weaker currency and dearer commodities are still to pass through.

        m = tanh(R_63 / (σ √63));   pt = clip1(z(0.06 Δ₆₃ ln USDBRL + 0.04 Δ₆₃ ln commodities in BRL; 756) / 2)
        s = 0.6 m + 0.4 pt

    Read on Wednesdays. Why it pays: import prices reach consumers over several months, and breakevens follow the prints.
    When it fails: it is the same bet as currency momentum when both run, and the crowding discount sees it.
    """
    dollar = x["usdbrl_ptax"].log()
    cost = FROM_DOLLAR * dollar.diff(QUARTER) + FROM_COMMODITIES * (x["commodity_basket_usd"].log() + dollar).diff(QUARTER)
    passed = clip1(z(cost, window) / 2.0)
    return weekly(0.6 * momentum(x["bei_756bd_excess_index"], (QUARTER,)) + 0.4 * passed, x["decision_at"], WEDNESDAY)
