"""Release times that no lag gives: `release:NAME` of a rule. Where dates are handed over they are used, else a rule stands in.

| name | time | date |
| --- | --- | --- |
| `ibge_ipca` | 09:00 BRT | the dates given by reference month; else the 12th of the next month, moved to a business day, assumed |
| `copom_decision` | 18:30 BRT | the day the meeting ends |
| `copom_minutes` | 08:30 BRT, from July 2016 08:00 | the dates by meeting; else Thursday of the next week, then Tuesday, assumed |
| `fomc_statement` | 14:00 ET from 2013-03-20; 12:30 ET on press-conference days before; else 14:15 ET | the day the meeting ends |
| `fomc_minutes` | 14:00 ET | the first date given at least 14 days after the meeting; else 21 days after it, assumed |
| `cftc_cot` | 15:30 ET | Friday after the as-of Tuesday, the next Monday where Wednesday, Thursday or Friday is a federal holiday |

Sources: IBGE release calendar; Copom calendar and minutes dates of the BCB; Federal Reserve press releases of 2011-03-24 and
2013-03-13 on the timing of statements; CFTC release schedule of 2024 (holidays) and its notices on reports held back.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models_py.kernel.errors import ConfigError
from models_py.quant import business_shift, late_reports
from models_py.quant.federal_holidays import is_closed
from models_py.quant.periods import Days, days_later, month_end, month_start
from models_py.quant.wall_clock import Instants, to_utc

Dated = tuple[Instants, NDArray[np.bool_]]

NAT = np.datetime64("NaT", "D")
TIMES = {                                               # minutes after local midnight, by date of publication
    "ibge_ipca": (9 * 60, "BRT"),
    "copom_decision": (18 * 60 + 30, "BRT"),
    "copom_minutes": (8 * 60, "BRT"),
    "fomc_minutes": (14 * 60, "ET"),
    "cftc_cot": (15 * 60 + 30, "ET"),
}
_BEFORE = {"copom_minutes": (np.datetime64("2016-07-26"), 8 * 60 + 30)}     # minutes after midnight until a date of publication


@dataclass(frozen=True, eq=False)
class ReleaseDates:
    """Publication dates by reference date (month end, meeting). Sorted by `reference`, one each."""

    reference: Days
    published: Days

    @classmethod
    def of(cls, reference: ArrayLike, published: ArrayLike) -> "ReleaseDates":
        """From any order; of two dates for one reference the earlier holds."""
        first, second = np.asarray(reference, dtype="datetime64[D]"), np.asarray(published, dtype="datetime64[D]")
        order = np.lexsort((second, first))
        keys, index = np.unique(first[order], return_index=True)
        return cls(keys, second[order][index])

    def lookup(self, reference: Days) -> Days:
        """The publication date of each reference date, NaT where unknown."""
        out = np.full(reference.shape, NAT)
        if self.reference.size:
            place = np.clip(np.searchsorted(self.reference, reference), 0, self.reference.size - 1)
            found = self.reference[place] == reference
            out[found] = self.published[place[found]]
        return out


Releases = Mapping[str, ReleaseDates]
_NONE = ReleaseDates(np.array([], dtype="datetime64[D]"), np.array([], dtype="datetime64[D]"))


def dated(name: str, reference: Days, releases: Releases | None, minutes: int | None, zone: str | None) -> Dated:
    """Instants of a release calendar for each reference date, and where they are assumed.

    Raises:
        ConfigError: the name is no calendar known here, and none was handed over with a time of day.
    """
    known = releases or {}
    given = known.get(name, _NONE)
    match name:
        case "ibge_ipca":
            days = given.lookup(month_end(reference))
            return _stand_in(name, days, month_day(reference, 1, 12, "BRT"))
        case "copom_decision":
            return _stand_in(name, reference, reference)
        case "copom_minutes":
            lag = np.where(reference < np.datetime64("2016-07-20"), 8, 6)
            return _stand_in(name, given.lookup(reference), business_shift.following(days_later(reference, lag), "BRT"))
        case "fomc_statement":
            return _fomc_statement(reference, known.get("fomc_press_conference", _NONE).published)
        case "fomc_minutes":
            return _stand_in(name, _first_after(reference, given.published), days_later(reference, 21))
        case "cftc_cot":
            return _cftc_cot(reference)
    if name in known and minutes is not None and zone is not None:
        days = given.lookup(reference)
        if np.isnat(days).any():
            raise ConfigError(f"release calendar {name!r} has no date for {reference[np.isnat(days)][0]}")
        return to_utc(days, minutes, zone), np.zeros(days.shape, dtype=np.bool_)
    raise ConfigError(f"unknown release calendar {name!r}: known are fomc_statement, {', '.join(sorted(TIMES))}")


def on_day(name: str, published: Days, releases: Releases | None = None) -> Instants:
    """The calendar's time of day on dates of publication.

    Raises:
        ConfigError: the calendar's time is not known here.
    """
    if name in TIMES:
        return _at(name, published)
    return dated(name, published, releases, None, None)[0]


def month_day(reference: Days, months: int, day: int, zone: str) -> Days:
    """A day of the n-th month after the reference month (its last day where it is shorter), moved to a business day."""
    wanted = np.minimum(days_later(month_start(reference, months), day - 1), month_end(reference, months))
    return business_shift.following(wanted, zone)


def _stand_in(name: str, days: Days, otherwise: Days) -> Dated:
    missing = np.isnat(days)
    return _at(name, np.where(missing, otherwise, days)), missing


def _at(name: str, published: Days) -> Instants:
    minutes, zone = TIMES[name]
    out = to_utc(published, minutes, zone)
    if name in _BEFORE:
        until, earlier = _BEFORE[name]
        before = published < until
        out[before] = to_utc(published[before], earlier, zone)
    return out


def _first_after(reference: Days, events: Days) -> Days:
    out = np.full(reference.shape, NAT)
    events = np.unique(events)
    if events.size:
        place = np.clip(np.searchsorted(events, days_later(reference, 14)), 0, events.size - 1)
        lag = events[place].astype(np.int64) - reference.astype(np.int64)
        near = (lag >= 14) & (lag <= 70)                # until 2004 minutes followed the next meeting
        out[near] = events[place[near]]
    return out


def _fomc_statement(reference: Days, conferences: Days) -> Dated:
    first, last = np.datetime64("2011-04-27"), np.datetime64("2012-12-12")
    early = (reference >= first) & (reference <= last) & np.isin(reference, conferences)
    now = reference >= np.datetime64("2013-03-20")
    out = to_utc(reference, 14 * 60 + 15, "ET")
    out[early] = to_utc(reference[early], 12 * 60 + 30, "ET")
    out[now] = to_utc(reference[now], 14 * 60, "ET")
    return out, np.zeros(reference.shape, dtype=np.bool_)


def _cftc_cot(reference: Days) -> Dated:
    friday = np.busday_offset(days_later(reference, 3), 0, roll="forward", weekmask="Fri")
    moved = is_closed(friday) | is_closed(days_later(friday, -1)) | is_closed(days_later(friday, -2))
    days = np.where(moved, business_shift.following(days_later(friday, 3), "ET"), friday)
    held = late_reports.cftc(reference)
    late = ~np.isnat(held)
    return to_utc(np.where(late, held, days), *TIMES["cftc_cot"]), late
