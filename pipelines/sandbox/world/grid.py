"""The grid of time: weekdays and months of the simulation, business-day counts, sessions and local wall time.

Truth steps on weekdays, dt = 1/261; a month closes on its last weekday. A market samples truth on its own sessions.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from models_py.quant.daycount import calendar

Dates = NDArray[np.datetime64]
Ints = NDArray[np.int64]

DT = 1.0 / 261.0
BURN_IN = np.datetime64("2006-01-01")
START = np.datetime64("2010-01-01")         # states are set at the close of the weekday before
FIRST_MONTH = np.datetime64("2006-01")
BRT, ET = "America/Sao_Paulo", "America/New_York"


@dataclass(frozen=True)
class Grid:
    """Weekdays and months of one world.

    `month_of[t]` is the position in `months` of day t; `closes[m]` the position in `days` of the last weekday of month m;
    `start` the first day position of 2010.
    """

    until: date
    days: Dates
    months: Dates
    month_of: Ints
    closes: Ints
    start: int

    def at(self, dates: Dates) -> Ints:
        """Position of the last weekday at or before each date."""
        return np.searchsorted(self.days, dates.astype("datetime64[D]"), side="right") - 1

    def month(self, month: str) -> int:
        """Position of a month, written `2009-12`."""
        return int((np.datetime64(month, "M") - self.months[0]).astype(np.int64))


def make_grid(until: date) -> Grid:
    """Weekdays from 2006 to the last day of the year of `until`."""
    end = np.datetime64(date(until.year, 12, 31))
    days = np.arange(BURN_IN, end + 1, dtype="datetime64[D]")
    days = days[np.is_busday(days)]
    months = np.arange(FIRST_MONTH, end.astype("datetime64[M]") + 1, dtype="datetime64[M]")
    month_of = (days.astype("datetime64[M]") - months[0]).astype(np.int64)
    closes = np.append(np.flatnonzero(np.diff(month_of)), days.size - 1)
    return Grid(date(until.year, 12, 31), days, months, month_of, closes, int(np.searchsorted(days, START)))


@cache
def _counts(market: str, epoch: int) -> tuple[np.datetime64, Ints]:
    """Business days before each date, by the list of one epoch (0: before 26-Dec-2023, 1: since)."""
    known = calendar(market)
    as_of = np.datetime64("2005-01-03") if epoch == 0 else np.datetime64("2024-01-02")
    first, last = max(known.first, np.datetime64("2000-01-01")), min(known.last, np.datetime64("2075-12-31"))
    span = np.arange(first, last + 1, dtype="datetime64[D]")
    return first, np.concatenate([[0], np.cumsum(known.is_business_day(span, as_of))]).astype(np.int64)


NEW_LIST = np.datetime64("2023-12-26")      # first session on the list that has 20-Nov


def epoch_of(dates: Dates) -> Ints:
    """Which national holiday list is known at each date."""
    return (dates >= NEW_LIST).astype(np.int64)


def business_index(dates: Dates, epoch: int) -> Ints:
    """Number of national business days before each date, on one list: a difference of two is BUS/252's du."""
    first, counts = _counts("br", epoch)
    return counts[(dates.astype("datetime64[D]") - first).astype(np.int64)]


def business_days(start: Dates, end: Dates) -> Ints:
    """du in [start, end) on the list known at each start; broadcasts."""
    start, end = np.broadcast_arrays(np.asarray(start, "datetime64[D]"), np.asarray(end, "datetime64[D]"))
    known = epoch_of(start)
    old = business_index(end, 0) - business_index(start, 0)
    new = business_index(end, 1) - business_index(start, 1)
    return np.where(known == 1, new, old)


def shift(market: str, dates: Dates, n: int) -> Dates:
    """The n-th business day of a market after (before) each date; n = 0 moves a holiday to the next business day.

    Counted on the market's list as known at each date.
    """
    return calendar(market).shift(dates, n)


def is_session(market: str, dates: Dates) -> NDArray[np.bool_]:
    """Whether the market is open, on the list known that day."""
    return calendar(market).is_business_day(dates)


def weekday(dates: Dates) -> Ints:
    """Day of the week, Monday 0."""
    return (dates.astype("datetime64[D]").astype(np.int64) + 3) % 7


def later(dates: Dates, days: Ints | int) -> Dates:
    """Calendar days after each date."""
    return dates.astype("datetime64[D]") + np.asarray(days, np.int64).astype("timedelta64[D]")


def next_monday(dates: Dates) -> Dates:
    """The Monday after the week of each date."""
    return later(dates, 7 - weekday(dates))


@cache
def _offsets(zone: str) -> tuple[np.datetime64, Ints]:
    first = date(2005, 1, 1)
    days = np.arange(first.isoformat(), "2062-01-01", dtype="datetime64[D]")
    there = ZoneInfo(zone)
    noon = [datetime(d.year, d.month, d.day, 12, tzinfo=there).astimezone(UTC) for d in days.astype(object)]
    hours = np.array([moment.hour - 12 + moment.minute / 60 for moment in noon])
    return days[0], np.round(hours * 3600).astype(np.int64)


def utc(dates: Dates, hours: float | NDArray[np.float64], zone: str) -> Dates:
    """Instants in UTC, whole seconds, of a local wall time after 04:00, given in hours (8.5 = 08:30; above 24 runs into later days)."""
    dates = np.asarray(dates, "datetime64[D]")
    hours = np.asarray(hours, np.float64)
    day = dates + np.floor(hours / 24).astype("timedelta64[D]")
    first, offsets = _offsets(zone)
    seconds = np.round((hours % 24) * 3600).astype(np.int64) + offsets[(day - first).astype(np.int64)]
    return day.astype("datetime64[us]") + seconds.astype("timedelta64[s]")


def last_business_day(market: str, months: Dates) -> Dates:
    """Last business day of each month."""
    following = (months.astype("datetime64[M]") + 1).astype("datetime64[D]")
    return shift(market, shift(market, following, 0), -1)
