"""XA_05: what the five agents say together."""

import numpy as np
import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.blend import blend
from models_py.signals.fit import matrix

# the agents that speak on a class, and the legs in which the desk holds what they say
VOICES = {
    "fx": ("fx_equilibrium", "fiscal", "cross_asset"),
    "rates_br": ("monetary", "inflation", "fiscal"),
    "rates_us": ("monetary",),
    "inflation": ("inflation",),
    "credit": ("fiscal", "cross_asset"),
}
LEGS = {
    "usdbrl": "fx", "di1_252bd": "rates_br", "di1_504bd": "rates_br", "ust_10y": "rates_us", "bei_504bd": "inflation",
    "cds_br_5y": "credit",
}  # fmt: skip
NEEDS = tuple(f"agent_{agent}_{asset_class}" for asset_class, agents in VOICES.items() for agent in agents)


@strategy(
    code="XA_05",
    asset_class="cross",
    needs=NEEDS,
    legs=dict.fromkeys(LEGS, 1.0),
    horizon="2M",
    rebalance="daily",
    source="Bates & Granger (1969), ORQ 20(4); Black & Litterman (1992), FAJ 48(5)",
    cost_bp=2.0,
    max_age=dict.fromkeys(NEEDS, 1),
)
def cross_agent_ensemble(x: pl.DataFrame) -> pl.DataFrame:
    """With the agents, class by class, weighted by their confidence.

        s_c = Σ κ_a s_a / Σ κ_a, κ the agent's confidence; |s_c| ≤ 0.2 where they contradict each other; no view where Σ κ = 0

    Each class is held in legs of its own. Why it pays: forecasts that err for different reasons are better together.
    When it fails: agents share inputs, so that five voices may be one.
    """
    said = {asset_class: _together(x, asset_class) for asset_class in VOICES}
    known = pl.select(pl.all_horizontal([x[name].is_not_null() for name in NEEDS])).to_series()
    return pl.select([pl.when(known).then(said[asset_class]).alias(leg) for leg, asset_class in LEGS.items()])


def _together(x: pl.DataFrame, asset_class: str) -> pl.Series:
    names = [f"agent_{agent}_{asset_class}" for agent in VOICES[asset_class]]
    scores, weights = matrix(*(x[name] for name in names)), matrix(*(x[f"{name}__confidence"] for name in names))
    return pl.Series(blend(scores, np.nan_to_num(weights))).fill_nan(None)
