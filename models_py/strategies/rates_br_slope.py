"""RATES_BR_03: the slope of the DI curve against what drives it."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.fit import matrix, residual
from models_py.signals.scale import WEDNESDAY, clip1, weekly, z


@strategy(
    code="RATES_BR_03",
    asset_class="rates_br",
    needs=(
        "br_di1_252bd", "br_di1_504bd", "br_di1_1764bd", "br_selic_target", "br_fiscal_score", "us_ust_5y", "us_ust_30y",
        "br_cds_5y",
    ),
    legs={"di1_504bd": 1.0, "di1_1764bd": -1.0},   # a positive score is a steepener: receives the front, pays the back
    horizon="3M",
    rebalance="weekly",
    source="Litterman & Scheinkman (1991), JFI 1(1); Cochrane & Piazzesi (2005), AER 95(1)",
    cost_bp=2.5,
    max_age={
        "br_di1_252bd": 1, "br_di1_504bd": 1, "br_di1_1764bd": 1, "br_selic_target": 3, "br_fiscal_score": 65, "us_ust_5y": 2,
        "us_ust_30y": 2, "br_cds_5y": 2,
    },
    ratio="dv01",
)  # fmt: skip
def rates_br_slope(x: pl.DataFrame, *, fair_window: int = 756, window: int = 504, ridge: float = 0.1) -> pl.Series:
    """Steepener when the slope is below what policy, fiscal risk and the world explain, and when the fiscal score is bad.

        slope = DI 1764bd - DI 504bd;   fair: ridge over 756 decisions on (DI 252bd - Selic), F, UST 30y - 5y, CDS 5y
        s = 0.7 clip1(-z(slope - fair; 504) / 2) + 0.3 clip1(F / 2)

    F is the fiscal agent's score, up = worse. Legs at equal DV01. Read on Wednesdays.
    Why it pays: the slope is a policy cycle and a risk premium, and comes back to both.
    When it fails: regimes of term premium, in which the fair value itself moves.
    """
    slope, fiscal = x["br_di1_1764bd"] - x["br_di1_504bd"], x["br_fiscal_score"]
    drivers = matrix(x["br_di1_252bd"] - x["br_selic_target"], fiscal, x["us_ust_30y"] - x["us_ust_5y"], x["br_cds_5y"])
    rich = residual(slope, drivers, fair_window, ridge=ridge)
    return weekly(0.7 * clip1(-z(rich, window) / 2.0) + 0.3 * clip1(fiscal / 2.0), x["decision_at"], WEDNESDAY)
