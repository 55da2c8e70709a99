"""INF_BR_03: a bottom-up nowcast against the implied print."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import WEDNESDAY, clip1, weekly

POINTS = 0.0015                                  # 0.15 percentage points of a month's inflation are a full score


@strategy(
    code="INF_BR_03",
    asset_class="inflation",
    needs=("br_ipca_nowcast", "br_ipca_implied"),
    legs={"bei_63bd": 1.0},                      # a positive score is long the front breakeven: long DAP, short DI1
    horizon="3W",
    rebalance="weekly",
    source="Modugno (2013), IJF 29(4); Banco Central do Brasil, Relatório de Inflação, boxes on short-term projections",
    cost_bp=5.0,
    max_age={"br_ipca_nowcast": 5, "br_ipca_implied": 1},
    enabled=False,
)
def inflation_br_nowcast(x: pl.DataFrame) -> pl.Series:
    """Long the front breakeven when the nowcast of the next print stands above what two DAP expiries price for it.

        s = clip1((nowcast - implied) / 0.15 pp)

    Between two expiries of DAP exactly one month of IPCA accrues. Read on Wednesdays. Why it pays: the month's prices are
    collected in public, and the short end trades on surveys. When it fails: the front is illiquid, so that size is capped at a
    tenth of open interest, and one tariff can undo a month of collected prices.
    """
    return weekly(clip1((x["br_ipca_nowcast"] - x["br_ipca_implied"]) / POINTS), x["decision_at"], WEDNESDAY)
