"""Kinds 22-24, 28, 36, 40: rows that are doubled, moved, cut off or made up."""

import re
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from pipelines.sandbox.damage import Hit, kind
from pipelines.sandbox.damage._choice import WHICH, chosen
from pipelines.sandbox.damage.shapes import Rows, edited, through
from pipelines.sandbox.view import NEW_YORK, SAO_PAULO
from pipelines.sandbox.wire import Answer, Delivery

_CLOCK = re.compile(rb"(?<=\d[T ])(\d\d)(?=:\d\d:\d\d)")
_STAMP = re.compile(rb"(?<=[T ]\d\d:)(\d\d)(?=:\d\dZ?<)")


@kind(22, "timezone_shift")
def timezone_shift(hit: Hit) -> Answer:
    """An hour lost where clocks change: times are an hour early, and dates of those days fall on the eve."""

    def edit(rows: Rows) -> Rows:
        days = {day: day - timedelta(days=1) for day in map(rows.day, rows.rows) if clocks_change(day)}
        return rows.having([rows.dated(row, days.get(rows.day(row), rows.day(row))) for row in rows.rows])

    answer = edited(hit.answer(), edit)
    shifted = through(answer, lambda body: _CLOCK.sub(lambda found: b"%02d" % ((int(found[1]) - 1) % 24), body))
    return shifted.but(delivery=Delivery(date_shift=-3600.0))


def clocks_change(day: date) -> bool:
    """Whether clocks in São Paulo or New York changed since the weekday before."""
    before = day - timedelta(days=3 if day.weekday() == 0 else 1)
    return any(_noon(day, zone) != _noon(before, zone) for zone in (SAO_PAULO, NEW_YORK))


def _noon(day: date, zone: ZoneInfo) -> timedelta | None:
    return datetime.combine(day, time(12), zone).utcoffset()


@kind(23, "duplicate_rows", *WHICH)
def duplicate_rows(hit: Hit) -> Answer:
    """Rows that come twice."""

    def edit(rows: Rows) -> Rows:
        return rows.having([copy for row, hits in zip(rows.rows, chosen(rows, hit), strict=True) for copy in (row, row)[: 1 + hits]])

    return edited(hit.answer(), edit)


@kind(24, "duplicate_print")
def duplicate_print(hit: Hit) -> Answer:
    """The newest value a second time, with a later stamp where rows have one."""

    def edit(rows: Rows) -> Rows:
        place = max(range(len(rows.rows)), key=lambda at: rows.day(rows.rows[at]))
        again = _STAMP.sub(lambda found: b"%02d" % ((int(found[1]) + 1) % 60), rows.rows[place])
        return rows.having([*rows.rows[: place + 1], again, *rows.rows[place + 1 :]])

    return edited(hit.answer(), edit)


@kind(28, "early_future_row", "days")
def early_future_row(hit: Hit) -> Answer:
    """A row dated after the clock, with the newest value."""

    def edit(rows: Rows) -> Rows:
        place = max(range(len(rows.rows)), key=lambda at: rows.day(rows.rows[at]))
        day = max(rows.day(rows.rows[place]), hit.call.now.date()) + timedelta(days=int(hit.option("days", 7)))
        return rows.having([*rows.rows[: place + 1], rows.dated(rows.rows[place], day), *rows.rows[place + 1 :]])

    return edited(hit.answer(), edit)


@kind(36, "partial_page", "share")
def partial_page(hit: Hit) -> Answer:
    """Fewer rows than there are, and than the count says."""

    def edit(rows: Rows) -> Rows:
        return rows.having(rows.rows[: max(1, int(len(rows.rows) * float(hit.option("share", 0.5))))])

    return edited(hit.answer(), edit)


@kind(40, "calendar_miss")
def calendar_miss(hit: Hit) -> Answer:
    """A holiday is served as if it were a business day, with the value of the eve."""
    previous = _eve(hit)
    if previous is not None:
        return previous

    def edit(rows: Rows) -> Rows:
        days = sorted({rows.day(row) for row in rows.rows})
        gaps = [one + timedelta(days=1) for one, two in pairwise(days) if two - one > timedelta(days=1)]
        if not gaps:
            return rows
        eve = gaps[-1] - timedelta(days=1)
        served = ((row, rows.dated(row, gaps[-1])) if rows.day(row) == eve else (row,) for row in rows.rows)
        return rows.having([row for pair in served for row in pair])

    return edited(hit.answer(), edit)


def _eve(hit: Hit) -> Answer | None:
    """For a B3 file of a date without session: the file of the session before, its dates changed; else None."""
    found = re.fullmatch(r"(\D+)(\d\d)(\d\d)(\d\d)(\.zip)", hit.call.params.get("filelist", ""))
    if found is None:
        return None
    day = np.datetime64(f"20{found[2]}-{found[3]}-{found[4]}")
    if hit.view.times(day) is not None:
        return None
    sessions = hit.view.exchange.sessions
    eve = sessions[max(int(np.searchsorted(sessions, day)) - 1, 0)].item()
    name = f"{found[1]}{eve:%y%m%d}{found[5]}"
    answer = hit.render(hit.call.with_params(filelist=name), hit.view)
    return through(answer, lambda body: body.replace(f"<Dt>{eve}</Dt>".encode(), f"<Dt>{day}</Dt>".encode()))
