"""SOV_01: momentum of Brazilian credit."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.scale import WEDNESDAY, clip1, weekly
from models_py.signals.trend import momentum

BP = 1e-4
WIDE, MOST = 300 * BP, 0.5                       # above this spread no more than half a unit of protection is sold


@strategy(
    code="SOV_01",
    asset_class="credit",
    needs=("cds_br_5y_excess_index", "br_cds_5y"),
    legs={"cds_br_5y": 1.0},                     # a positive score sells protection: long Brazil credit
    horizon="1-6M",
    rebalance="weekly",
    source="Moskowitz, Ooi & Pedersen (2012), JFE 104(2); Lee, Naranjo & Sirmans (2014), CDS momentum",
    cost_bp=3.0,
    max_age={"cds_br_5y_excess_index": 2, "br_cds_5y": 2},
)
def sovereign_cds_momentum(x: pl.DataFrame, *, horizons: tuple[int, ...] = (21, 63, 126)) -> pl.Series:
    """Sell protection while it has been earning, over one, three and six months.

        s = mean_h tanh(R_h / (σ √h)), at most 0.5 where the spread is above 300 bp

    R is the excess return of sold protection at five years. Read on Wednesdays.
    Why it pays: credit news is slow, and mandates buy and sell by rating and by last year's result.
    When it fails: spreads gap wider in one day, which is why the long side is capped where they are already wide.
    """
    score = clip1(momentum(x["cds_br_5y_excess_index"], horizons))
    wide = x["br_cds_5y"] > WIDE
    capped = pl.when(wide).then(pl.min_horizontal(score, pl.lit(MOST))).when(wide.is_not_null()).then(score)
    return weekly(pl.select(pl.when(score.is_not_null()).then(capped)).to_series(), x["decision_at"], WEDNESDAY)
