"""RATES_BR_05: reversion of the real yield."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.fit import matrix, residual
from models_py.signals.scale import MONDAY, clip1, monthly, ratio, volatility, weekly, z

QUARTER = 63


@strategy(
    code="RATES_BR_05",
    asset_class="rates_br",
    needs=("br_real_1260bd", "us_tips_5y", "br_cds_5y", "br_rstar"),
    legs={"real_1260bd": 1.0},                   # a positive score receives the real rate: long DAP or NTN-B
    horizon="6M",
    rebalance="monthly",
    source="Campbell & Shiller (1996), NBER MA 11; D'Amico, Kim & Wei (2018), JFQA 53(1)",
    cost_bp=3.0,
    max_age={"br_real_1260bd": 1, "us_tips_5y": 2, "br_cds_5y": 2, "br_rstar": 5},
)
def rates_br_real_yield(x: pl.DataFrame, *, window: int = 1260) -> pl.Series:
    """Receive the five-year real rate when it stands above r* and a fair premium.

        premium = (real 5y - r*) - (a + b₁ CDS + b₂ TIPS 5y), fitted over 1260 decisions;   s = clip1(z(premium; 1260) / 2)
        halved while the real rate has moved more than one σ of a quarter against the position

    Read once a month; the filter is looked at every Monday. Why it pays: real yields far above what growth and credit justify
    are paid by a government that adjusts in the end.
    When it fails: 2002, 2015 and 2024 ran 200 bp further before they turned; the trade stop is part of the strategy.
    """
    real = x["br_real_1260bd"]
    premium = residual(real - x["br_rstar"], matrix(x["br_cds_5y"], x["us_tips_5y"]), window)
    wanted = monthly(clip1(z(premium, window) / 2.0), x["decision_at"])
    pace = weekly(ratio(real.diff(QUARTER), volatility(real.diff()) * QUARTER**0.5), x["decision_at"], MONDAY)
    against = ((wanted > 0) & (pace > 1.0)) | ((wanted < 0) & (pace < -1.0))
    return pl.select(pl.when(against).then(0.5 * wanted).when(pace.is_not_null()).then(wanted)).to_series()
