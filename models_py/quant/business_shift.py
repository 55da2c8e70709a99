"""Moving dates along the calendar of a rule's market, also before the first listed holiday, where only weekends are closed.

A rule's zone names its market: BRT is `br` (ANBIMA national days), ET `us_sifma`, CET `target`; UTC knows weekends only.
Each date is moved on the holiday list known at that date.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models_py.quant.daycount import Calendar, calendar

MARKETS = {"BRT": "br", "ET": "us_sifma", "CET": "target"}

Days = NDArray[np.datetime64]


def shift(days: Days, n: int, zone: str) -> Days:
    """The n-th business day after each date; a date that is none is first moved to the next one. Shape (n,)."""
    return _split(days, zone, lambda known, inside: known.shift(inside, n), lambda outside: np.busday_offset(outside, n, roll="forward"))


def following(days: Days, zone: str) -> Days:
    """Each date, or the next business day where it is none. Shape (n,)."""
    return shift(days, 0, zone)


def is_business_day(days: Days, market: str) -> NDArray[np.bool_]:
    """Whether each date is a business day of a market, on the list known at that date. Shape (n,)."""
    known = calendar(market)
    inside = (days >= known.first) & (days <= known.last)
    out = np.is_busday(days)
    out[inside] = known.is_business_day(days[inside])
    return out


def _split(days: Days, zone: str, listed: Callable[[Calendar, Days], Days], unlisted: Callable[[Days], Days]) -> Days:
    days = days.astype("datetime64[D]")
    if zone not in MARKETS:
        return unlisted(days)
    known = calendar(MARKETS[zone])
    inside = (days >= known.first) & (days <= known.last)
    out = days.copy()
    out[inside] = listed(known, days[inside])
    out[~inside] = unlisted(days[~inside])
    return out
