"""When a reading became known: a release-time rule applied to reference dates. One grammar for import maps and the catalogue.

    available_at("m+1 day 12 09:00 BRT", month_ends)       the 12th of the next month, moved to a business day, 09:00 in São Paulo

The words are in `release_grammar`, the named calendars in `release_calendars`. Reference dates are the last day of the period
described; for a survey the day it was taken. Results are UTC instants; local times go through tzdata. A date that falls on a
closed day of the market of origin moves to the next open one, never back; `first Friday` is the first one that is open. Plain
`D`, dates of a year (`30 June of year-2`) and file months stay as they are. `never` is 9999-12-31.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models_py.kernel.errors import ConfigError
from models_py.quant import business_shift
from models_py.quant.periods import Days, days_later, month_end, month_start, months_later, nth_weekday, quarter_end, weekday, year
from models_py.quant.release_calendars import Dated, Releases, dated, month_day, on_day
from models_py.quant.release_grammar import Clause, Rule, parse
from models_py.quant.wall_clock import Instants, to_utc

NEVER = np.datetime64("9999-12-31T00:00:00", "us")


def available_at(
    rule: str, reference_date: ArrayLike, *, releases: Releases | None = None, changed: ArrayLike | None = None
) -> Instants:
    """Instants at which readings became known.

    Args:
        rule: text of the grammar.
        reference_date: datetime64[D], shape (n,); for `file_month_vintage_end` any day of the file's month.
        releases: dates of release calendars, by name, for `release:` rules.
        changed: shape (n,), where the value differs from the one before, for rules that say `of the change`; default everywhere.
    Returns:
        datetime64[us], UTC, shape (n,).
    Raises:
        ConfigError: the rule is not of the grammar, or needs the file itself (`column:`, `file`).
    """
    return resolve(rule, reference_date, releases=releases, changed=changed)[0]


def resolve(
    rule: str, reference_date: ArrayLike, *, releases: Releases | None = None, changed: ArrayLike | None = None
) -> Dated:
    """`available_at`, and a mask of the readings whose instant is assumed because their release calendar has no date for them."""
    read, days = parse(rule), _days(reference_date)
    out, assumed = np.full(days.shape, NEVER), np.zeros(days.shape, dtype=np.bool_)
    undated = np.ones(days.shape, dtype=np.bool_)
    for clause in read.clauses:
        chosen = undated & (days >= clause.since)
        out[chosen], assumed[chosen] = _apply(clause, days[chosen], releases, read)
        undated &= ~chosen
    for exception, published in read.exceptions:
        chosen = year(days) == exception
        out[chosen] = _on(np.full(int(chosen.sum()), published), read.main, read)
    if read.changes_only and read.otherwise is not None:
        rest = ~_effective(read, days, changed, releases, out)
        out[rest], assumed[rest] = _apply(read.otherwise, days[rest], releases, read)
    return out, assumed


def next_release(rule: str, reference_date: ArrayLike, frequency: str, *, releases: Releases | None = None) -> Instants:
    """The rule applied to the period after each reference date: when a revisable series that keeps no vintages is taken as known.

    Args:
        frequency: `daily`, `weekly`, `monthly`, `quarterly` or `annual`; further words are ignored.
    Raises:
        ConfigError: the frequency has no next period.
    """
    later = next_period(_days(reference_date), frequency, parse(rule).main.zone or "UTC")
    return available_at(rule, later, releases=releases)


def next_period(days: Days, frequency: str, zone: str = "UTC") -> Days:
    """The reference date one period later: month and quarter ends stay ends, a day of the month stays that day.

    Raises:
        ConfigError: the frequency has no next period.
    """
    match frequency.replace(",", " ").split()[:1]:
        case ["daily"]:
            return business_shift.following(days_later(days, 1), zone)
        case ["weekly"]:
            return days_later(days, 7)
        case ["monthly"]:
            return months_later(days, 1)
        case ["quarterly"]:
            return months_later(days, 3)
        case ["annual"]:
            return months_later(days, 12)
    raise ConfigError(f"frequency {frequency!r} has no next period: write daily, weekly, monthly, quarterly or annual")


def at(vintage_date: ArrayLike, rule: str) -> Instants:
    """The rule's time of day, in its zone, on given dates: how a date of publication without a time is read.

    Raises:
        ConfigError: the rule has no time of day.
    """
    read, days = parse(rule), _days(vintage_date)
    if read.main.anchor == "release" and read.main.minutes is None:
        return on_day(read.main.name, days)
    return _on(days, read.main, read)


def _days(dates: ArrayLike) -> Days:
    return np.atleast_1d(np.asarray(dates, dtype="datetime64[D]"))


def _effective(read: Rule, days: Days, changed: ArrayLike | None, releases: Releases | None, out: Instants) -> NDArray[np.bool_]:
    """Date each change at the decision it follows, up to the next business day after it; the mask of those days."""
    meetings = np.unique((releases or {})[read.main.name].reference) if read.main.name in (releases or {}) else days[:0]
    if not meetings.size:
        return np.zeros(days.shape, dtype=np.bool_)
    place = np.searchsorted(meetings, days) - 1
    effective = business_shift.following(days_later(meetings, 1), "BRT")
    decided: NDArray[np.bool_] = (place >= 0) & (days <= effective[place])
    if changed is not None:
        decided &= np.asarray(changed, dtype=np.bool_)
    out[decided], _ = dated(read.main.name, meetings[place[decided]], releases, read.main.minutes, read.main.zone)
    return decided


def _on(days: Days, clause: Clause, rule: Rule) -> Instants:
    if clause.minutes is None or clause.zone is None:
        raise ConfigError(f"release rule {rule.text!r} has no time of day")
    return to_utc(days, clause.minutes, clause.zone)


def _apply(clause: Clause, days: Days, releases: Releases | None, rule: Rule) -> Dated:
    certain = np.zeros(days.shape, dtype=np.bool_)
    match clause.anchor:
        case "never":
            return np.full(days.shape, NEVER), certain
        case "year_start":
            return to_utc(days.astype("datetime64[Y]").astype("datetime64[D]"), clause.minutes or 0, clause.zone or "UTC"), certain
        case "release":
            return dated(clause.name, months_later(days, -clause.shift) if clause.shift else days, releases, clause.minutes, clause.zone)
        case "column" | "file":
            raise ConfigError(f"release rule {rule.text!r} is read from the file's own fields, not from a date")
    return _on(_date(clause, days), clause, rule), certain


def _date(clause: Clause, days: Days) -> Days:
    zone = clause.zone or "UTC"
    match clause.anchor:
        case "day":
            return business_shift.shift(days, clause.shift, zone) if clause.shift else days
        case "calendar_days":
            return business_shift.following(days_later(days, clause.shift), zone)
        case "next_weekday":
            return business_shift.following(days_later(days, 7 - (weekday(days) - clause.weekday) % 7), zone)
        case "next_week":
            return business_shift.following(days_later(days, 7 - weekday(days) + clause.weekday), zone)
        case "month_day":
            return month_day(days, clause.shift, clause.day, zone)
        case "month_last_business_day":
            return business_shift.shift(month_start(days, clause.shift + 1), -1, zone)
        case "month_weekday":
            return _open_weekday(month_start(days, clause.shift), clause, zone)
        case "quarter_end":
            return business_shift.following(days_later(quarter_end(days), clause.shift), zone)
        case "year_date":
            january = (days.astype("datetime64[Y]").astype(np.int64) + clause.shift).astype("datetime64[Y]").astype("datetime64[D]")
            return days_later(month_start(january, clause.day // 100 - 1), clause.day % 100 - 1)
        case "file_month":
            return month_end(days)
    raise ConfigError(f"release anchor {clause.anchor!r} has no date")


def _open_weekday(months: Days, clause: Clause, zone: str) -> Days:
    dates = nth_weekday(months, clause.weekday, clause.day)
    opened = business_shift.following(dates, zone)
    while clause.day == 1 and (opened != dates).any():
        dates = np.where(opened != dates, days_later(dates, 7), dates)
        opened = business_shift.following(dates, zone)
    return opened
