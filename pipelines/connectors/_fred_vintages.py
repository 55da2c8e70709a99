"""ALFRED's real-time intervals as vintages: one row where an interval starts, one null row where a value is withdrawn.

FRED tells of each value from which vintage date to which it stood, and cuts those intervals to the window asked for. A row
that starts on the window's first day may have stood before: it is known from the window before, and dropped here, unless the
window opens the series (then it was known by that day). A row that ends on the window's last day may stand on. A row that ends
earlier and is not followed by another was withdrawn on the next day. So any split of the whole period into windows that share
their edge days gives the same rows as the whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from pipelines.connectors import Observation

FIRST, LAST = date(1776, 7, 4), date(9999, 12, 31)
MOST = 2000                                # vintage dates that one request may span
SMALL = 500                                # vintage dates that are asked for in one window
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """A value of a date, and the real-time days on which it stood."""

    day: date
    start: date
    end: date
    value: float | None


def windows(vintages: Sequence[date], opens: date = FIRST, closes: date = LAST) -> Iterator[tuple[date, date]]:
    """Real-time windows over a series' vintage dates, with at most 2,000 of them each; neighbours share their edge day.

    A window ends on the day before the first vintage of the next. The vintages of the last year and of the one before stand in
    windows of their own, so that a new vintage changes the answer to a small request only.
    """
    if len(vintages) <= SMALL:
        pieces = [list(vintages)] if vintages else []
    else:
        last = vintages[-1].year
        parts = [[day for day in vintages if min(max(day.year, last - 2), last) == year] for year in (last - 2, last - 1, last)]
        pieces = [part[at : at + MOST - 1] for part in parts for at in range(0, len(part), MOST - 1)]
    edges = [opens, *(piece[0] - _DAY for piece in pieces[1:]), closes]
    if pieces:
        yield from pairwise(edges)


def rows(
    key: str, intervals: Sequence[Interval], first: date, last: date, *, opens: bool, initial: bool = False
) -> Iterator[Observation]:
    """Vintages of one window, by date and vintage date.

    `opens` says that no window lies before this one. `initial` says that the answer holds first releases only: what follows them
    is not told, so nothing counts as withdrawn.
    """
    ordered = sorted(intervals, key=lambda one: (one.day, one.start))
    for place, one in enumerate(ordered):
        after = ordered[place + 1] if place + 1 < len(ordered) else None
        if one.start > first or opens:
            yield Observation(key, one.day, one.value, vintage_date=one.start)
        follows = after is not None and after.day == one.day and after.start == one.end + _DAY
        if one.end < last and not follows and not initial:
            yield Observation(key, one.day, None, vintage_date=one.end + _DAY)
