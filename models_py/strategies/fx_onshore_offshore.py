"""FX_BR_06: the offshore forward against the onshore future."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import clip1, gated, z

BP = 1e-4
ENTRY = 12 * BP                                  # twice the cost of both legs


@strategy(
    code="FX_BR_06",
    asset_class="fx",
    needs=("usdbrl_ndf_spread_63bd",),
    legs={"usdbrl_ndf_63bd": 1.0, "usdbrl": -1.0},       # a positive score is long BRL by NDF, short BRL by DOL, the same dollars
    horizon="2W",
    rebalance="daily",
    source="McCauley & Scatigna (2011), BIS QR March; Chamon & Garcia (2016), JIMF 61",
    cost_bp=4.0,
    max_age={"usdbrl_ndf_spread_63bd": 1},
    ratio="dv01",
    enabled=False,
)
def fx_onshore_offshore(x: pl.DataFrame, *, window: int = 252) -> pl.Series:
    """Long BRL offshore against onshore when the NDF yields more than the DI.

        x = y_NDF - DI(du);   s = clip1(z(x; 252) / 2) where |x| > 12 bp, else 0

    y_NDF is the yield in BRL implied by forward, spot and SOFR, at three months. Why it pays: offshore accounts that cannot come
    onshore pay for the position, and banks on both sides close the gap.
    When it fails: the spread holds premiums for convertibility and for a tax on entry, which are risks and no arbitrage.
    """
    spread = x["usdbrl_ndf_spread_63bd"]
    return gated(clip1(z(spread, window) / 2.0), spread.abs() > ENTRY)
