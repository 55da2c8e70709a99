"""RATES_US_03: the tone of the FOMC against what is priced."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.readings import fading
from models_py.signals.scale import clip1, z

SESSIONS = 20                                    # over which the signal fades


@strategy(
    code="RATES_US_03",
    asset_class="rates_us",
    needs=("us_fomc_tone_z", "us_ois_12m_change"),
    legs={"ust_2y": 1.0},                        # a positive score is long ZT
    horizon="1M",
    rebalance="event",
    source="Gürkaynak, Sack & Swanson (2005), IJCB 1(1); Shah, Paturi & Chava (2023), ACL",
    cost_bp=0.25,
    max_age={"us_fomc_tone_z": 60, "us_ois_12m_change": 2},
)
def rates_us_fomc_tone(x: pl.DataFrame, *, window: int = 756, sessions: int = SESSIONS) -> pl.Series:
    """Short two-year notes when the committee sounds more hawkish than the market prices, fading over a month.

        s = -clip1((tone_z - z(p12; 756)) / 2) max(0, 1 - age / 20)

    p12 is the change of the policy rate that overnight swaps price for the next twelve months; age counts sessions since the
    last document. Why it pays: what a committee means to do is in its words before it is in every price.
    When it fails: the dictionary drifts with the committee's language.
    """
    gap = -clip1((x["us_fomc_tone_z"] - z(x["us_ois_12m_change"], window)) / 2.0)
    return gap * fading(x["us_fomc_tone_z__new"], sessions)
