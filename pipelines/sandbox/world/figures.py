"""Numbers that a committee's documents quote, as its language writes them: each is the newest print at the meeting.

    12 months = Π (1 + IPCA of twelve months) − 1        far = .55 πF + .45 target
    near      = Π (1 + IPCA of the year's months) · (1 + πF)^(months left / 12) − 1

πF: median of the Focus survey for twelve months; the exchange rate is the mean of PTAX over the week before the meeting's.
"""

import math
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import copom
from pipelines.sandbox.world.grid import later, weekday
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.tone import Meetings

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
Read = Callable[[str, str], Prints]
Figures = list[dict[str, str]]

_QUARTERS = {0.0: "", 0.25: "1/4", 0.5: "1/2", 0.75: "3/4"}
_PRINTS = 40                                               # more than a year of months, or a month of days
_HYPHEN = "\u2011"                                         # one that does not break a line, as the Board writes


def brazilian(of: Meetings, at: Dates, read: Read, months: tuple[str, ...]) -> Figures:
    """Figures of the COPOM's documents; `at` are the instants of its statements."""
    prices, survey, ptax = read("bcb_sgs", "433"), read("bcb_focus", "IPCA|S|0"), read("bcb_sgs", "1")
    told: Figures = []
    friday = later(of.dates, -3 - weekday(of.dates))
    for row, now in enumerate(at):
        day, year = of.dates[row], int(of.dates[row].astype("datetime64[Y]").astype(int)) + 1970
        known = _known(prices, now)
        month, change = max(known.items())
        expected = _newest(survey, now)
        so_far = {one: value for one, value in known.items() if one.astype("datetime64[Y]") == day.astype("datetime64[Y]")}
        near = (1 + _compounded(so_far.values()) / 100) * (1 + expected / 100) ** (1 - len(so_far) / 12) - 1
        yearly = _compounded([known[one] for one in sorted(known)[-12:]])
        week = [value for one, value in _known(ptax, now).items() if friday[row] - 7 < one <= friday[row]]
        told.append({
            "rate": comma(of.after[row], 2), "step": comma(abs(of.after[row] - of.before[row]), 2),
            "ipca": comma(change, 2), "ipca_12m": comma(yearly, 2), "focus": comma(expected, 2),
            "fx": comma(float(np.mean(week)), 2), "near": comma(100 * near, 1),
            "far": comma(0.55 * expected + 0.45 * copom.target(year + 1), 1), "year": str(year), "next_year": str(year + 1),
            "month": months[int(month.astype("datetime64[M]").astype(int)) % 12],
        })
    return told


def american(of: Meetings, at: Dates, read: Read, months: tuple[str, ...]) -> Figures:
    """Figures of the FOMC's documents."""
    jobs, prices = read("fred", "UNRATE"), read("fred", "CPIAUCNS")
    told: Figures = []
    for row, now in enumerate(at):
        known, index = _known(jobs, now), _known(prices, now)
        month, unemployment = max(known.items())
        last = max(index)
        change = 100 * (index[last] / index[(last.astype("datetime64[M]") - 12).astype("datetime64[D]")] - 1)
        lower, upper = (fraction(of.after[row] + side) for side in (-0.125, 0.125))
        told.append({
            "rate": f"{lower} to {upper}", "step": fraction(abs(of.after[row] - of.before[row])), "cpi": f"{change:.1f}",
            "unemployment": f"{unemployment:.1f}", "month": months[int(month.astype("datetime64[M]").astype(int)) % 12],
        })
    return told


def fraction(value: float) -> str:
    """Quarters of a point as the Board writes them: 5.25 is 5-1/4."""
    whole, part = divmod(round(float(value) * 4) / 4, 1.0)
    quarters = _QUARTERS[part]
    if not quarters:
        return str(int(whole))
    return f"{int(whole)}{_HYPHEN}{quarters}" if whole else quarters


def comma(value: float, decimals: int) -> str:
    """A number with a decimal comma."""
    return f"{value:.{decimals}f}".replace(".", ",")


def _known(prints: Prints, now: np.datetime64) -> dict[np.datetime64, float]:
    """Date → value as known at an instant, of the last prints, blanks left out."""
    rows = int(np.searchsorted(prints.published_at, now, side="right"))
    last = slice(max(rows - _PRINTS, 0), rows)
    pairs = zip(prints.source_date[last], prints.value[last].tolist(), strict=True)
    return {day: value for day, value in pairs if value == value}


def _compounded(changes: Iterable[float]) -> float:
    """Changes in % one on another."""
    return 100 * (math.prod(1 + change / 100 for change in changes) - 1)


def _newest(prints: Prints, now: np.datetime64) -> float:
    """The value of the newest date that has one."""
    known = _known(prints, now)
    return known[max(known)]
