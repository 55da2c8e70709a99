"""FX_BR_01: carry of the real per unit of its volatility."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import WEDNESDAY, clip1, deviation, weekly, z

YEAR, QUARTER = 252, 63
CALM, TENSE = 1.0, 2.0                           # z of the VIX: full size below the first, none above the second


@strategy(
    code="FX_BR_01",
    asset_class="fx",
    needs=("usdbrl_carry_63bd", "usdbrl_ptax", "us_vix"),
    legs={"usdbrl": 1.0},                        # a positive score is long BRL: short DOL
    horizon="3M",
    rebalance="weekly",
    source="Lustig, Roussanov & Verdelhan (2011), RFS 24(11); Menkhoff, Sarno, Schmeling & Schrimpf (2012), JF 67(2)",
    cost_bp=1.0,
    max_age={"usdbrl_carry_63bd": 1, "usdbrl_ptax": 1, "us_vix": 2},
)
def fx_usdbrl_carry(x: pl.DataFrame, *, window: int = 756) -> pl.Series:
    """Long BRL when a quarter of carry pays well for the volatility of the currency, and the world is calm.

        c = ln(F_63 / S) 252 / 63;   ctv = c / (σ_63(ln S) √252);   s = g clip1(z(ctv; 756) / 2)
        g = 1 where z(VIX; 252) < 1, 0.5 where < 2, 0 above

    Why it pays: high-yield currencies lose when global volatility jumps, and holders are paid for it. The forward is of clean
    cupom, so that no stale fixing counts as carry. Read on Wednesdays.
    When it fails: crashes come faster than carry accrues (Brunnermeier, Nagel & Pedersen 2008), and carry is highest exactly
    when fiscal risk is.
    """
    daily = deviation(x["usdbrl_ptax"].log().diff(), QUARTER) * YEAR**0.5
    fear = z(x["us_vix"], YEAR)
    gate = pl.select(pl.when(fear < CALM).then(1.0).when(fear < TENSE).then(0.5).when(fear.is_not_null()).then(0.0)).to_series()
    return weekly(clip1(z(x["usdbrl_carry_63bd"] / daily, window) / 2.0) * gate, x["decision_at"], WEDNESDAY)
