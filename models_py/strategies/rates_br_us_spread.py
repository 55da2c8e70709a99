"""RATES_RV_01: Brazilian against United States five-year rates."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.fit import matrix, residual
from models_py.signals.scale import WEDNESDAY, clip1, weekly, z


@strategy(
    code="RATES_RV_01",
    asset_class="rates_br",
    needs=("br_di1_1260bd", "us_ust_5y", "br_cds_5y", "br_focus_ipca_12m_smoothed", "us_vix"),
    legs={"di1_1260bd": 1.0, "ust_10y": -1.0},   # a positive score receives Brazil and is short the hedge in ZN
    horizon="3M",
    rebalance="weekly",
    source="Du & Schreger (2016), JF 71(3); Miranda-Agrippino & Rey (2020), REStud 87(6)",
    cost_bp=1.5,
    max_age={"br_di1_1260bd": 1, "us_ust_5y": 2, "br_cds_5y": 2, "br_focus_ipca_12m_smoothed": 5, "us_vix": 2},
    ratio="beta",
)
def rates_br_us_spread(x: pl.DataFrame, *, window: int = 504) -> pl.Series:
    """Receive Brazil against the United States when the spread is wide for credit, inflation and fear.

        d = DI 1260bd - UST 5y - CDS 5y;   e: residual of d on Focus 12 months and the VIX over 504;   s = clip1(z(e; 504) / 2)

    The hedge is short ten-year notes by the beta of the two rates' changes over 504 sessions. A constant 2 % stands for what the
    United States expect, so that the difference of expectations is Focus alone. Read on Wednesdays.
    Why it pays: local rates carry a premium over credit-adjusted foreign ones that comes and goes with risk appetite.
    When it fails: in local crises the foreign leg hedges nothing.
    """
    spread = x["br_di1_1260bd"] - x["us_ust_5y"] - x["br_cds_5y"]
    wide = residual(spread, matrix(x["br_focus_ipca_12m_smoothed"], x["us_vix"]), window)
    return weekly(clip1(z(wide, window) / 2.0), x["decision_at"], WEDNESDAY)
