"""INF_BR_01: market breakeven against the Focus survey, 12-month form."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import MONDAY, clip1, weekly, z


@strategy(
    code="INF_BR_01",
    asset_class="inflation",
    needs=("br_bei_252bd", "br_focus_ipca_12m_smoothed"),
    legs={"bei_252bd": 1.0},                     # a positive score is long breakeven: long DAP, short DI1, DV01-neutral
    horizon="12m",
    rebalance="weekly",
    source="Ang, Bekaert & Wei (2007), JME 54(4); Carvalho & Minella (2012), JIMF 31(8); Vicente & Graminho (2015), RBE 69(2)",
    cost_bp=4.0,
    max_age={"br_bei_252bd": 1, "br_focus_ipca_12m_smoothed": 5},
)
def inflation_br_focus_gap(x: pl.DataFrame, *, window: int = 756) -> pl.Series:
    """Long breakeven when the market prices less inflation than the Focus survey, measured against its usual premium.

        x = BEI_252bd - Focus 12m smoothed;   s = clip1(-z(x; 756) / 2)

    This is the 12-month form (horizon='12m'): where Focus by calendar year is not there, both sides cover the next twelve
    months instead of the year after the next. The mean in z takes the inflation risk premium out.
    Why it pays: survey medians forecast Brazilian inflation better than breakevens, whose premium swings with liquidity and
    fear and comes back. Read on Mondays, when Focus is published.
    When it fails: Focus is sticky and anchored, so that a true surprise moves the market first; the premium has regimes.
    """
    gap = x["br_bei_252bd"] - x["br_focus_ipca_12m_smoothed"]
    return weekly(clip1(-z(gap, window) / 2.0), x["decision_at"], MONDAY)
