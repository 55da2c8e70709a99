"""Business days and year fractions. Calendars come from the seed `holidays.csv`; everything is vectorised on `datetime64[D]`.

BUS/252 counts business days in [start, end) on the list of holidays known at a date: by default the start of the count, so
that a price of 2023 does not know of a holiday made by a law of December 2023. Day counts in days are integers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from models_py.kernel import seeds
from models_py.quant.errors import BadTerm, OutsideCalendar, UnknownMarket

YEAR_BD = 252.0
Days = NDArray[np.datetime64]
DateLike = ArrayLike | date


def as_days(dates: DateLike) -> Days:
    """Dates of any kind (text, `date`, datetime64) as datetime64[D].

    Raises:
        BadTerm: a date is missing (NaT): callers mask missing dates first.
    """
    days = np.asarray(dates, dtype="datetime64[D]")
    if np.isnat(days).any():
        raise BadTerm("calendar", "NaT", "needs dates")
    return days


@dataclass(frozen=True, eq=False)
class Calendar:
    """Holiday lists of one market, one for each period between changes of the list.

    `epochs` are the first days on which a list was known; `lists[k]` holds from epochs[k] until epochs[k + 1].
    """

    market: str
    first: np.datetime64
    last: np.datetime64
    epochs: Days
    lists: tuple[np.busdaycalendar, ...]

    def business_days(self, start: DateLike, end: DateLike, as_of: DateLike | None = None) -> NDArray[np.int64]:
        """Business days in [start, end); less those of [end, start) where end is before start. Broadcasts; a scalar pair gives a 0-d array.

        Raises:
            OutsideCalendar: a date is beyond the holiday list.
        """
        starts, ends = self._checked(start), self._checked(end)
        known = self.lists_known(starts if as_of is None else as_of)
        before = self.counts()
        out: NDArray[np.int64] = before[known, self._place(ends)].astype(np.int64) - before[known, self._place(starts)]
        return out

    def shift(self, dates: DateLike, n: ArrayLike, as_of: DateLike | None = None) -> Days:
        """The n-th business day after (before, if negative) each date; a date that is none is first moved to the next one."""
        days, counts = np.broadcast_arrays(self._checked(dates), np.asarray(n, dtype=np.int64))
        out = np.empty(days.shape, dtype="datetime64[D]")
        for chosen, known in self._lists_at(days if as_of is None else as_of, days.shape):
            out[chosen] = np.busday_offset(days[chosen], counts[chosen], roll="forward", busdaycal=known)
        return out

    def following(self, dates: DateLike, as_of: DateLike | None = None) -> Days:
        """Each date, or the next business day where it is none."""
        return self.shift(dates, 0, as_of)

    def is_business_day(self, dates: DateLike, as_of: DateLike | None = None) -> NDArray[np.bool_]:
        """Whether each date is a business day, on the list known at that date itself unless told otherwise."""
        days = self._checked(dates)
        out = np.empty(days.shape, dtype=np.bool_)
        for chosen, known in self._lists_at(days if as_of is None else as_of, days.shape):
            out[chosen] = np.is_busday(days[chosen], busdaycal=known)
        return out

    def days(self, first: DateLike, last: DateLike, as_of: DateLike | None = None) -> Days:
        """All business days of [first, last], both included, in order."""
        count = int((as_days(last) - as_days(first)).astype(np.int64)) + 1
        span: Days = as_days(first) + np.arange(max(count, 0)).astype("timedelta64[D]")
        kept: Days = span[self.is_business_day(span, as_of)]
        return kept

    def counts(self) -> NDArray[np.int32]:
        """Business days before each day from `first` to `last`, by list: shape (lists, days). For ages by the million."""
        return _counts(self.market)

    def lists_known(self, days: DateLike) -> NDArray[np.int64]:
        """Which list was known on each day: rows of `counts`."""
        return np.maximum(np.searchsorted(self.epochs, as_days(days), side="right") - 1, 0)

    def _place(self, days: Days) -> NDArray[np.int64]:
        """Column of `counts` of each day."""
        return (days - self.first).astype(np.int64)

    def _checked(self, dates: DateLike) -> Days:
        days = as_days(dates)
        if days.size and (days.min() < self.first or days.max() > self.last):
            found = days.min() if days.min() < self.first else days.max()
            raise OutsideCalendar(self.market, str(found), f"holidays are listed from {self.first} to {self.last}")
        return days

    def _lists_at(self, known_at: DateLike, shape: tuple[int, ...]) -> Iterator[tuple[NDArray[np.bool_], np.busdaycalendar]]:
        """For each list in force at some of the dates: the mask of those dates, and the list."""
        which = np.broadcast_to(np.searchsorted(self.epochs, as_days(known_at), side="right") - 1, shape)
        for index in np.unique(which):
            yield which == index, self.lists[max(int(index), 0)]


@cache
def calendar(market: str) -> Calendar:
    """The calendar of a market: `br`, `b3`, `us_sifma`, `us_nyse`, `us_cme`, `target`.

    Raises:
        UnknownMarket: the seed has no such market.
    """
    rows = seeds.read("holidays").filter(pl.col("market") == market)
    if rows.is_empty():
        raise UnknownMarket("calendar", repr(market), "the holiday seed has no such market")
    columns = ("holiday_date", "known_from", "known_until")
    day, start, until = (np.array(rows[name].to_list(), dtype="datetime64[D]") for name in columns)
    changes = np.concatenate([start, until[until < np.datetime64("9999-12-31")] + 1])
    epochs = np.unique(changes)
    lists = tuple(np.busdaycalendar(holidays=day[(start <= epoch) & (epoch <= until)]) for epoch in epochs)
    first, last = day.min().astype("datetime64[Y]"), day.max().astype("datetime64[Y]") + 1
    return Calendar(market, first.astype("datetime64[D]"), last.astype("datetime64[D]") - 1, epochs, lists)


@cache
def _counts(market: str) -> NDArray[np.int32]:
    found = calendar(market)
    days = np.arange(found.first, found.last + 1)
    return np.array([np.busday_count(found.first, days, busdaycal=known) for known in found.lists], np.int32)


def calendar_days(start: DateLike, end: DateLike) -> NDArray[np.int64]:
    """Calendar days from start to end (ACT)."""
    return (as_days(end) - as_days(start)).astype(np.int64)


def year_fraction_bus252(business_days: ArrayLike) -> NDArray[np.float64]:
    """T = business days / 252."""
    return np.asarray(business_days, dtype=np.float64) / YEAR_BD


def year_fraction_act360(start: DateLike, end: DateLike) -> NDArray[np.float64]:
    """T = calendar days / 360."""
    return calendar_days(start, end) / 360.0


def year_fraction_act365(start: DateLike, end: DateLike) -> NDArray[np.float64]:
    """T = calendar days / 365."""
    return calendar_days(start, end) / 365.0
