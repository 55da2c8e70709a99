"""RATES_BR_02: what the DI curve prices beyond a Taylor rule."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.quant.taylor import mean_path, rule
from models_py.signals.scale import MONDAY, clip1, weekly, z


@strategy(
    code="RATES_BR_02",
    asset_class="rates_br",
    needs=("br_focus_ipca_18m", "br_inflation_target", "br_output_gap", "br_rstar", "br_selic_target", "br_di1_252bd"),
    legs={"di1_252bd": 1.0, "di1_504bd": 1.0},   # a positive score receives: long PU
    horizon="3M",
    rebalance="weekly",
    source="Taylor (1993), CRCSPP 39; Clarida, Galí & Gertler (2000), QJE 115(1); Minella et al. (2003), JIMF 22(7)",
    cost_bp=0.5,
    max_age={
        "br_focus_ipca_18m": 5, "br_inflation_target": 260, "br_output_gap": 52, "br_rstar": 5, "br_selic_target": 3,
        "br_di1_252bd": 1,
    },
)  # fmt: skip
def rates_br_taylor_gap(x: pl.DataFrame, *, window: int = 1260) -> pl.Series:
    """Receive DI1 when the market prices a higher year of Selic than the rule, smoothed from meeting to meeting, asks for.

        i* = r* + π^e + 0.5 (π^e - π^T) + 0.5 gap;   i_k = i* + ρ^k (i_0 - i*), ρ = √0.85 a meeting
        s  = clip1(z(DI 252bd - mean(i_1 … i_8); 1260) / 2)

    π^e is the Focus survey at the horizon relevant to policy, 18 months. The mean in z takes the term premium out. Read on
    Mondays, when Focus is published. Why it pays: the central bank follows its rule closely enough for the curve to come to it.
    When it fails: r* is known to about ±1 pp in real time, and fiscal regimes price a premium that the rule does not know.
    """
    asked = rule(x["br_rstar"], x["br_focus_ipca_18m"], x["br_inflation_target"], x["br_output_gap"])
    priced = x["br_di1_252bd"] - mean_path(x["br_selic_target"], asked)
    return weekly(clip1(z(priced, window) / 2.0), x["decision_at"], MONDAY)
