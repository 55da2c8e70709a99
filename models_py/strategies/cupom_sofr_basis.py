"""CUP_01: the cupom cambial against SOFR."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import clip1, z


@strategy(
    code="CUP_01",
    asset_class="cupom",
    needs=("br_cupom_basis_180d", "br_cupom_basis_360d"),
    legs={"frc_180d": 1.0, "frc_360d": 1.0, "sofr_180d": -1.0, "sofr_360d": -1.0},      # a positive score receives cupom
    horizon="6W",
    rebalance="daily",
    source="Du, Tepper & Verdelhan (2018), JF 73(3); Garcia & Ventura (2012), RBE 66(1); Kohlscheen & Andrade (2014), JIMF 48",
    cost_bp=2.0,
    max_age={"br_cupom_basis_180d": 1, "br_cupom_basis_360d": 1},
    ratio="dv01",
)
def cupom_sofr_basis(x: pl.DataFrame, *, window: int = 504) -> pl.Series:
    """Receive cupom when it stands wide of the dollar's own curve.

        b = mean of FRC clean - OIS at 180 and 360 days;   s = clip1(z(b; 504) / 2), 0 in November and December

    The basis is of FRC, or of cupom cleaned of the stale fixing, never of dirty DDI. Both tenors span 31 December from
    November on, when balance sheets are priced for one night, and are left alone.
    Why it pays: onshore dollars are scarce for banks' limits, not for credit, and the scarcity passes.
    When it fails: a year-end squeeze, and auctions of lines by the central bank against the position, which no source here announces.
    """
    basis = 0.5 * (x["br_cupom_basis_180d"] + x["br_cupom_basis_360d"])
    month = x["decision_at"].dt.convert_time_zone("America/Sao_Paulo").dt.month()
    scored = clip1(z(basis, window) / 2.0)
    return pl.select(pl.when(scored.is_not_null() & (month >= 11)).then(0.0).otherwise(scored)).to_series()
