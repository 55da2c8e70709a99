"""CUP_02: the slope of the cupom cambial."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.quant.daycount import calendar
from models_py.signals.scale import clip1, z

LAST = 2                                         # sessions of a month in which the fixing of its futures moves the front


@strategy(
    code="CUP_02",
    asset_class="cupom",
    needs=("br_cupom_basis_90d", "br_cupom_basis_360d"),
    legs={"frc_90d": 1.0, "frc_360d": -1.0},     # a positive score is a steepener: receives three months, pays twelve
    horizon="5W",
    rebalance="daily",
    source="Campbell & Shiller (1991), REStud 58(3); Garcia & Ventura (2012), RBE 66(1)",
    cost_bp=4.0,
    max_age={"br_cupom_basis_90d": 1, "br_cupom_basis_360d": 1},
    ratio="dv01",
)
def cupom_slope(x: pl.DataFrame, *, window: int = 504) -> pl.Series:
    """Flattener when twelve months of cupom stand far above three, both less the dollar's own curve.

        sl = (FRC 360 - OIS 360) - (FRC 90 - OIS 90);   s = clip1(-z(sl; 504) / 2)

    The last two sessions of a month keep the score they found. Why it pays: forwards of the cupom overstate how long a scarcity
    of dollars lasts. When it fails: flows of one large name move the front, and month ends form the fixing.
    """
    scored = clip1(-z(x["br_cupom_basis_360d"] - x["br_cupom_basis_90d"], window) / 2.0)
    day = x["decision_at"].dt.convert_time_zone("America/Sao_Paulo").dt.date().to_numpy().astype("datetime64[D]")
    left = calendar("br").business_days(day, (day.astype("datetime64[M]") + 1).astype("datetime64[D]"))
    kept = pl.when(pl.Series(left > LAST)).then(scored).forward_fill()
    return pl.select(pl.when(scored.is_not_null()).then(kept)).to_series()
