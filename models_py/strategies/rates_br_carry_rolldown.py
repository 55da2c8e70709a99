"""RATES_BR_01: carry and roll-down of the DI1 curve."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import WEDNESDAY, clip1, volatility, weekly, z

TENORS = (252, 504, 756, 1260)
MONTH = 21                                       # business days over which carry and roll-down are measured


@strategy(
    code="RATES_BR_01",
    asset_class="rates_br",
    needs=(*(f"br_di1_{d}bd" for d in TENORS), *(f"br_di1_carry_{d}bd" for d in TENORS)),
    legs={f"di1_{d}bd": 1.0 for d in TENORS},    # a positive score receives: long PU
    horizon="1M",
    rebalance="weekly",
    source="Koijen, Moskowitz, Pedersen & Vrugt (2018), JFE 127(2)",
    cost_bp=1.0,
    max_age={**{f"br_di1_{d}bd": 1 for d in TENORS}, **{f"br_di1_carry_{d}bd": 1 for d in TENORS}},
)
def rates_br_carry_rolldown(x: pl.DataFrame, *, window: int = 756) -> pl.Series:
    """Receive DI1 when a month of an unchanged curve pays well for the risk of its rates.

        cr_d = c_d / (σ_d √21)          c_d: 21-day carry and roll-down a unit of DV01, σ_d: daily volatility of the rate
        s_d  = clip1(0.5 cr_d + 0.25 z(cr_d; 756))
        s    = Σ_d (s_d / σ_d) / Σ_d (1 / σ_d)          d = 252, 504, 756, 1260 business days

    One score for four legs: the desk holds each leg at the same risk (DV01 ∝ 1/σ_d), so that the mean of the per-tenor
    scores with weights 1/σ_d is the score of the book it holds; tenors share the score and never trade against each other.
    Why it pays: a steep curve compensates for the risk of hikes that on average come late or small. Read on Wednesdays.
    When it fails: hiking cycles that outrun the forwards; and it is the same bet as currency carry when funding dries up.
    """
    scores, weights = [], []
    for tenor in TENORS:
        daily = volatility(x[f"br_di1_{tenor}bd"].diff())
        carry = x[f"br_di1_carry_{tenor}bd"] / (daily * MONTH**0.5)
        scores.append(clip1(0.5 * carry + 0.25 * z(carry, window)))
        weights.append(1.0 / daily)
    mean = sum((s * w for s, w in zip(scores[1:], weights[1:], strict=True)), scores[0] * weights[0]) / sum(weights[1:], weights[0])
    return weekly(mean.fill_nan(None), x["decision_at"], WEDNESDAY)
