"""CUP_04: pressure of flows on the cupom cambial."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.readings import by_reading
from models_py.signals.scale import clip1, weekly, z

THURSDAY = 3


@strategy(
    code="CUP_04",
    asset_class="cupom",
    needs=("br_fx_flow_financial_4w", "br_fx_lines_change"),
    legs={"frc_90d": 1.0},                       # a positive score receives cupom
    horizon="3W",
    rebalance="weekly",
    source="Garcia & Ventura (2012), O mercado futuro e a formação da taxa de câmbio, RBE 66(1)",
    cost_bp=2.0,
    max_age={"br_fx_flow_financial_4w": 9, "br_fx_lines_change": 9},
    enabled=False,
)
def cupom_flow(x: pl.DataFrame, *, weeks: int = 156) -> pl.Series:
    """Receive three months of cupom when dollars flow in and the central bank lends more of them.

        s = 0.6 clip1(z(financial flow of 4 weeks; 156 weeks) / 2) + 0.4 clip1(z(Δ lines; 156 weeks) / 2)

    Read on Thursdays, the day after the flows are published. Why it pays: banks that are long spot dollars lend them onshore.
    When it fails: the data are four days old and more, and one large operation is most of a week.
    """
    flow = by_reading(x["br_fx_flow_financial_4w"], x["br_fx_flow_financial_4w__new"], lambda usd: z(usd, weeks))
    lines = by_reading(x["br_fx_lines_change"], x["br_fx_lines_change__new"], lambda usd: z(usd, weeks))
    return weekly(0.6 * clip1(flow / 2.0) + 0.4 * clip1(lines / 2.0), x["decision_at"], THURSDAY)
