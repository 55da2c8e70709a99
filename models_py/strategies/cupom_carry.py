"""CUP_03: carry and roll-down of the cupom cambial."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import WEDNESDAY, clip1, gated, volatility, weekly, z

BP = 1e-4
MONTH = 21
JUMP = 40 * BP                                   # of CDS in a month: funding is leaving


@strategy(
    code="CUP_03",
    asset_class="cupom",
    needs=("br_frc_360d", "br_frc_roll_360d", "br_cupom_basis_360d", "br_cds_5y"),
    legs={"frc_360d": 1.0},                      # a positive score receives cupom
    horizon="3M",
    rebalance="weekly",
    source="Koijen, Moskowitz, Pedersen & Vrugt (2018), JFE 127(2)",
    cost_bp=2.0,
    max_age={"br_frc_360d": 1, "br_frc_roll_360d": 1, "br_cupom_basis_360d": 1, "br_cds_5y": 2},
)
def cupom_carry(x: pl.DataFrame, *, window: int = 756) -> pl.Series:
    """Receive twelve months of cupom when carry and roll-down pay for its volatility, unless credit has just jumped.

        cr = (FRC 360 - OIS 360 + roll-down of 21 days) / σ;   s = clip1(z(cr; 756) / 2), 0 where CDS rose over 40 bp in 21

    σ is the daily volatility of FRC 360. Read on Wednesdays; the credit filter acts at once.
    Why it pays: the curve of onshore dollars holds a premium that is earned by waiting.
    When it fails: the premium is for convertibility, and is paid in one day.
    """
    paid = (x["br_cupom_basis_360d"] + x["br_frc_roll_360d"]) / volatility(x["br_frc_360d"].diff())
    return gated(weekly(clip1(z(paid, window) / 2.0), x["decision_at"], WEDNESDAY), x["br_cds_5y"].diff(MONTH) <= JUMP)
