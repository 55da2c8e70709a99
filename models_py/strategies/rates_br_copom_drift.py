"""RATES_BR_04: drift after a COPOM surprise."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.readings import fading
from models_py.signals.scale import clip1

BP = 1e-4
SESSIONS = 15                                    # over which the signal fades


@strategy(
    code="RATES_BR_04",
    asset_class="rates_br",
    needs=("br_copom_surprise", "br_copom_tone_change"),
    legs={"di1_252bd": 1.0, "di1_504bd": 1.0},   # a positive score receives: long PU
    horizon="3W",
    rebalance="event",
    source="Kuttner (2001), JME 47(3); Chague, De-Losso, Giovannetti & Manoel (2015), RBE 69(4); Brooks, Katz & Lustig (2018), NBER 25127",
    cost_bp=0.5,
    max_age={"br_copom_surprise": 60, "br_copom_tone_change": 60},
)
def rates_br_copom_drift(x: pl.DataFrame, *, sessions: int = SESSIONS) -> pl.Series:
    """Pay DI1 after a hawkish surprise, receive after a dovish one, fading over three weeks.

        s0 = -clip1(0.5 surprise / 20 bp + 0.5 Δtone_z / 1.5);   s = s0 max(0, 1 - age / 15)

    The surprise is the change of the 63-day DI from the settlement of the decision's day to the next one, for COPOM publishes
    after the close; Δtone is the change of the committee's tone from its last document of the same kind. Age counts sessions since
    the newest of the two, so that the minutes refresh the signal. Why it pays: prices take weeks to absorb what a committee said.
    When it fails: eight events a year are few, and a shock in between overrides them.
    """
    said = -clip1(0.5 * x["br_copom_surprise"] / (20 * BP) + 0.5 * x["br_copom_tone_change"] / 1.5)
    return said * fading(x["br_copom_surprise__new"] | x["br_copom_tone_change__new"], sessions)
