"""FX_BR_03: misalignment of the real exchange rate."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.readings import by_reading
from models_py.signals.scale import clip1, monthly, z

COINTEGRATED = 0.10                              # Engle-Granger p-value above which the equilibrium is half believed


@strategy(
    code="FX_BR_03",
    asset_class="fx",
    needs=("br_reer_misalignment", "br_reer_cointegration_p"),
    legs={"usdbrl": 1.0},                        # a positive score is long BRL: short DOL
    horizon="12-36M",
    rebalance="monthly",
    source="Clark & MacDonald (1998), IMF WP 98/67; Cashin, Céspedes & Sahay (2004), JDE 75(1)",
    cost_bp=3.0,
    max_age={"br_reer_misalignment": 45, "br_reer_cointegration_p": 45},
)
def fx_usdbrl_value(x: pl.DataFrame, *, readings: int = 120) -> pl.Series:
    """Short BRL when it is dear against terms of trade, real rates, foreign assets, productivity and credit risk.

        s = clip1(-z(ε; 120 months) / 2), half where the Engle-Granger p-value is 0.10 or more

    ε is the residual of the cointegrating regression of ln REER (up = strong BRL) on its fundamentals, estimated on what was
    known at each date (`br_reer_misalignment`). Read once a month.
    Why it pays: real exchange rates come back to what trade and wealth support.
    When it fails: half-lives are one to three years, and fundamentals are revised; first releases are used.
    """
    dear = by_reading(x["br_reer_misalignment"], x["br_reer_misalignment__new"], lambda e: z(e, readings))
    p = x["br_reer_cointegration_p"]
    belief = pl.select(pl.when(p < COINTEGRATED).then(1.0).when(p.is_not_null()).then(0.5)).to_series()
    return monthly(clip1(-dear / 2.0) * belief, x["decision_at"])
