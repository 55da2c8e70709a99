"""How tight each committee sounds at each meeting, from the states of the economy it decides on.

    tone  t = clip(.4 w / .25 + .3 (πF − π*) + .2 gap + .3 N, −2, 2)        w: what it wants to move, in points
    level of a slot = clip(round(.7 t + .5 driver + .4 N), −2, 2)            driver: the slot's own state, about one sd

For the COPOM, w is its rule's pressure, πF the expectation; for the FOMC, w = .22 (rule as seen − rate), and 12-month core prices
against 2 % stand for expectations. What has no release yet is not said: inflation and gaps are those of the months before.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import copom, meetings, rng, surprises
from pipelines.sandbox.world.publisher import Publisher
from pipelines.sandbox.world.us_economy import SMOOTHING

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]

QUARTER = 63                                           # weekdays over which prices are said to have moved
STEP = 0.25
FIRST_FOMC = np.datetime64("2010-03-01")


@dataclass(frozen=True)
class Meetings:
    """A committee's meetings since 2010.

    `before` and `after` are its rate in % a year, `wanted` the move it wants in points, `rival` the move that came nearest to being
    taken instead and `margin` by how much of `wanted` it was not; `tone` is the latent tone, `drivers` are the states of slots.
    """

    name: str
    dates: Dates
    before: Floats
    after: Floats
    wanted: Floats
    rival: Floats
    margin: Floats
    tone: Floats
    drivers: Mapping[str, Floats]


def levels(p: Publisher, of: Meetings, name: str, driver: str) -> NDArray[np.int64]:
    """Level of a slot or topic at each meeting."""
    noise = rng.daily(p.seed, f"documents.{of.name}.{name}", of.dates)
    return np.clip(np.round(0.7 * of.tone + 0.5 * of.drivers[driver] + 0.4 * noise), -2, 2).astype(np.int64)


def brazilian(p: Publisher) -> Meetings:
    """The COPOM's meetings."""
    dates, at = _meetings(p, meetings.copom())
    daily, monthly = p.truth.daily, p.truth.monthly
    before, after = np.round(100 * daily["selic"][at], 2), np.round(100 * daily["selic"][at + 1], 2)
    states = zip(*(100 * daily[name][at] for name in ("rule", "noise", "selic")), strict=True)
    wanted = np.array([copom.pressure(asked, noise, selic) for asked, noise, selic in states])
    month = np.searchsorted(surprises.ipca_release(p.truth.months), dates, side="right") - 1
    goal, gap = 100 * daily["target"][at], monthly["gap"][month]
    inflation, expected = monthly["ipca_12m"][month] - goal, 100 * daily["expected"][at] - goal
    fx = np.log(daily["usdbrl"][at] / daily["usdbrl"][at - QUARTER])
    goods = np.log(daily["commodity_index"][at] / daily["commodity_index"][at - QUARTER])
    credit = np.log(daily["cds"][at] / daily["cds"][at - 4 * QUARTER])
    external = fx / 0.12 + goods / 0.20
    tone = _tone(p, "copom", dates, wanted, expected, gap)
    inflation, expected, gap = inflation / 2.5, expected / 1.2, gap / 2
    drivers = {
        "external": external, "activity": gap, "labour": gap, "inflation": inflation, "expectations": expected,
        "credit": (0.03 - daily["real_differential"][at]) / 0.03, "fiscal": credit / 0.4, "scenario": (inflation + expected) / 2,
        "risk_up": (external + expected) / 2, "risk_down": (external + gap) / 2, "guidance": wanted / 0.5,
    }
    distance = np.abs(wanted)[:, None] - np.array([edge for edge, _ in copom.BANDS])
    nearest = np.abs(distance).argmin(axis=1)
    beyond = np.take_along_axis(distance, nearest[:, None], axis=1)[:, 0]
    rival = np.sign(wanted) * STEP * (nearest + (beyond < 0))
    return Meetings("copom", dates, before, after, wanted, rival, np.abs(beyond), tone, _clipped(drivers))


def american(p: Publisher) -> Meetings:
    """The FOMC's meetings, from the first at which what it quotes has been printed; its rate is the middle of the range."""
    dates, at = _meetings(p, meetings.fomc()[meetings.fomc() >= FIRST_FOMC])
    daily, monthly = p.truth.daily, p.truth.monthly
    before, after = np.round(100 * daily["ffr"][at - 1], 3), np.round(100 * daily["ffr"][at], 3)
    wanted = SMOOTHING * (100 * daily["q_us"][at] - before)
    month = p.grid.month_of[at] - 2
    core, gap = monthly["us_core_12m"][month] - 2, monthly["us_gap"][month]
    stress = np.log(daily["vix"][at] / 20)
    drivers = {
        "economy": gap / 2, "labour": gap / 2, "inflation": core / 0.8, "risks": core / 0.8 - stress / 0.4,
        "guidance": wanted / 0.25, "balance_sheet": (before - 1.5) / 1.5,
    }
    tone = _tone(p, "fomc", dates, wanted, core, gap)
    below = np.floor(wanted / STEP)
    beyond = wanted / STEP - below - 0.5
    return Meetings("fomc", dates, before, after, wanted, STEP * (below + (beyond < 0)), STEP * np.abs(beyond), tone, _clipped(drivers))


def _meetings(p: Publisher, dates: Dates) -> tuple[Dates, NDArray[np.int64]]:
    days = p.truth.days
    dates = dates[(dates >= days[p.grid.start]) & (dates <= days[-1])]
    return dates, p.grid.at(dates)


def _tone(p: Publisher, name: str, dates: Dates, wanted: Floats, inflation: Floats, gap: Floats) -> Floats:
    noise = rng.daily(p.seed, f"documents.{name}.tone", dates)
    return np.clip(0.4 * wanted / 0.25 + 0.3 * inflation + 0.2 * gap + 0.3 * noise, -2, 2)


def _clipped(drivers: Mapping[str, Floats]) -> dict[str, Floats]:
    return {name: np.clip(column, -2.5, 2.5) for name, column in drivers.items()}
