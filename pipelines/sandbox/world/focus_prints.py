"""Focus: the twelve-month set, as Olinda publishes it: days to Friday on Monday at 08:25, four decimals, never revised.

Keys are `<Indicador>|<S or N>|<baseCalculo>`; the value is the median, `extra` has mean, sd, min, max and respondents (not told before
2014).
"""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import focus
from pipelines.sandbox.world.grid import BRT, next_monday, shift, utc
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Catalogue, Publisher
from pipelines.sandbox.world.schedule import daily_delays

Dates = NDArray[np.datetime64]

SOURCE = "bcb_focus"
COUNTED_FROM = np.datetime64("2014-01-01")


def catalogue(p: Publisher) -> Catalogue:
    """Series by key."""
    return {f"{name}|{smooth}|{base}": partial(_series, p, name, smooth, base)
            for name in focus.INDICATORS for smooth in ("N", "S") for base in (0, 1)}


def _series(p: Publisher, indicator: str, smooth: str, base: int) -> Prints:
    found = p.curves.panel.statistics(indicator, smooth == "S", base)
    days = found.days
    at = published(p, days)
    counted = np.where(days >= COUNTED_FROM, found.respondents, np.nan)
    extra = {"mean": np.round(found.mean, 4), "sd": np.round(found.sd, 4), "min": np.round(found.low, 4),
             "max": np.round(found.high, 4),
             "respondents": counted}
    key, title = f"{indicator}|{smooth}|{base}", f"{indicator}, next twelve months"
    return p.prints(SOURCE, key, days, at, found.median, 4, title, "%", "D", extra=extra)


def published(p: Publisher, days: Dates) -> Dates:
    """When the answers of survey days are out."""
    monday = next_monday(days)
    return utc(shift("br", monday, 0), 8 + 25 / 60, BRT) + daily_delays(p.seed, "focus", monday)
