"""SOV_04: Brazilian credit against its peers."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.fit import coefficients, components, matrix
from models_py.signals.scale import WEDNESDAY, clip1, gated, weekly, z

PEERS = ("mx", "co", "za", "cl", "tr")
COMPONENTS = 3
FASTEST, SLOWEST = 0.5 ** (1 / 10), 0.5 ** (1 / 120)     # daily persistence at half-lives of 10 and 120 sessions


@strategy(
    code="SOV_04",
    asset_class="credit",
    needs=("br_cds_5y", *(f"{peer}_cds_5y" for peer in PEERS)),
    legs={"cds_br_5y": 1.0, "cds_mx_5y": -1.0, "cds_co_5y": -1.0, "cds_za_5y": -1.0},    # a positive score sells Brazil, buys peers
    horizon="2M",
    rebalance="weekly",
    source="Longstaff, Pan, Pedersen & Singleton (2011), AEJ Macro 3(2)",
    cost_bp=6.0,
    max_age={"br_cds_5y": 2, **{f"{peer}_cds_5y": 2 for peer in PEERS}},
    ratio="beta",
    enabled=False,
)
def sovereign_em_relative_value(x: pl.DataFrame, *, fit_window: int = 756, window: int = 504) -> pl.Series:
    """Sell Brazilian protection when its spread is wide for what it shares with its peers, if such gaps close in time.

        res: log spreads in standard deviations of 756 less their first three components;   s = clip1(z(res of BR; 504) / 2)
        0 where the half-life of res, from its first-order regression over 504, is outside 10 to 120 sessions

    The hedge buys protection on Mexico, Colombia and South Africa by regression. Read on Wednesdays.
    Why it pays: most of a spread is global, and what is not reverts unless the country has changed.
    When it fails: ratings migrate, and then the gap is the news.
    """
    spreads, axes = components(matrix(*(x[name].log() for name in ("br_cds_5y", *(f"{p}_cds_5y" for p in PEERS)))), fit_window)
    shared = axes[:, :, :COMPONENTS]
    wide = pl.Series((spreads - (shared @ (shared.transpose(0, 2, 1) @ spreads[:, :, None]))[:, :, 0])[:, 0]).fill_nan(None)
    persistence = pl.Series(coefficients(wide, matrix(wide.shift(1)), window)[:, 1]).fill_nan(None)
    in_time = (persistence >= FASTEST) & (persistence <= SLOWEST)
    return weekly(gated(clip1(z(wide, window) / 2.0), in_time), x["decision_at"], WEDNESDAY)
