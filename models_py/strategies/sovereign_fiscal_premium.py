"""SOV_02: Brazilian credit against the world and the fiscal score."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.fit import matrix, residual
from models_py.signals.scale import WEDNESDAY, clip1, weekly, z


@strategy(
    code="SOV_02",
    asset_class="credit",
    needs=("br_cds_5y", "em_cds_5y", "us_vix", "us_dxy", "br_fiscal_score"),
    legs={"cds_br_5y": 1.0},                     # a positive score sells protection: long Brazil credit
    horizon="4M",
    rebalance="weekly",
    source="Favero & Giavazzi (2004), NBER 10390; Blanchard (2004), NBER 10389; Longstaff et al. (2011), AEJ Macro 3(2)",
    cost_bp=3.0,
    max_age={"br_cds_5y": 2, "em_cds_5y": 2, "us_vix": 2, "us_dxy": 2, "br_fiscal_score": 65},
)
def sovereign_fiscal_premium(x: pl.DataFrame, *, window: int = 756) -> pl.Series:
    """Sell protection when Brazil is wide for the world's price of risk and its own debt is not to blame.

        CDS = a + b CDS of emerging markets + c VIX + d DXY + e over 756;   s = clip1((z(e; 756) - F) / 2)

    F is the fiscal agent's score, up = worse, already a standard score. Read on Wednesdays.
    Why it pays: local fear overshoots what the debt path justifies.
    When it fails: politics leads the data, and the score learns it last.
    """
    local = residual(x["br_cds_5y"], matrix(x["em_cds_5y"], x["us_vix"], x["us_dxy"]), window)
    return weekly(clip1((z(local, window) - x["br_fiscal_score"]) / 2.0), x["decision_at"], WEDNESDAY)
