"""XA_01: the tail position of a risk regime."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import clip1

TAIL = 0.25
HALF = 0.5


@strategy(
    code="XA_01",
    asset_class="cross",
    needs=("br_risk_stress",),
    legs={"usdbrl": 1.0},                        # a negative score is long USD: the tail hedge
    horizon="1W",
    rebalance="daily",
    source="Ang & Bekaert (2004), FAJ 60(2); Kritzman, Page & Turkington (2012), FAJ 68(3); Hamilton (1989), Econometrica 57(2)",
    cost_bp=1.0,
    max_age={"br_risk_stress": 2},
)
def cross_risk_regime(x: pl.DataFrame) -> pl.Series:
    """Long dollars when a stress regime is more likely than not; nothing in calm markets.

        s = -0.25 max(0, 2 (p_stress - 0.5))

    p_stress is the filtered probability of the stress state, never the smoothed one. The regime's other half, the multiplier on
    gross risk, is the cross-asset agent's. Why it pays: losses of a macro book come together, and the dollar is what all of
    them are short of. When it fails: it is late by construction, and a false alarm costs the carry.
    """
    likely = (x["br_risk_stress"] - HALF) / HALF
    return clip1(-TAIL * likely.clip(0.0, 1.0))
