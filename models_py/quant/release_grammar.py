"""The words of a release-time rule, read into values. What they mean for dates is in `release_rule`.

    rule    = clause { ";" clause }
    clause  = anchor [ time zone ] [ "(from DATE)" | "before" ]
    anchor  = "D" | "D+n" | "D+n calendar days" | "next_monday" | "next_week_wednesday"
            | "m" ["+k"] ( "day n" | "last business day" | "first Friday" … "last Friday" )
            | "q end + n days" | "30 June of year-2" | "year start" | "file_month_vintage_end"
            | "release:NAME" [ "of month m-k" ] | "column:NAME" | "file TAG (INSTANT)" | "never"

After the first clause: `else CLAUSE` (with `of the change` in the first: only where the value changed), `2003 and 2004: DATE
and DATE` (those reference years). Other text in brackets is a comment. Times are local wall times in BRT, ET, CET or UTC.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from models_py.kernel.clock import instant
from models_py.kernel.errors import ConfigError, NaiveCutoff

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
ALWAYS = np.datetime64("0001-01-01", "D")


@dataclass(frozen=True, slots=True)
class Clause:
    """One way to date a reading. `shift` counts what the anchor counts: business days, calendar days, months or years."""

    anchor: str
    shift: int = 0
    day: int = 0
    weekday: int = 0
    name: str = ""
    minutes: int | None = None
    zone: str | None = None
    since: np.datetime64 = ALWAYS
    instant: np.datetime64 | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule read: its clauses, the latest first, and what replaces them."""

    text: str
    clauses: tuple[Clause, ...]
    otherwise: Clause | None = None
    changes_only: bool = False
    exceptions: tuple[tuple[int, np.datetime64], ...] = ()

    @property
    def main(self) -> Clause:
        return self.clauses[0]


_TIME = re.compile(r"\s*\b(\d{1,2}):(\d{2})\s+(BRT|ET|CET|UTC)\b")
_FROM = re.compile(r"\(from (\d{4}-\d{2}-\d{2})\)")
_YEARS = re.compile(r"(\d{4}(?:(?:, | and )\d{4})*): (\d{4}-\d{2}-\d{2}(?:(?:, | and )\d{4}-\d{2}-\d{2})*)")
_FILE = re.compile(r"file (\w+) \(([^)]+)\)")


def _build(pattern: str, make: Callable[[re.Match[str]], Clause]) -> tuple[re.Pattern[str], Callable[[re.Match[str]], Clause]]:
    return re.compile(pattern), make


_ANCHORS = (
    _build(r"never", lambda _: Clause("never")),
    _build(r"year start|calendar of the year, announced in the previous year", lambda _: Clause("year_start")),
    _build(r"D(?:\+(\d+))? calendar days?", lambda m: Clause("calendar_days", shift=int(m[1] or 0))),
    _build(r"D(?:\+(\d+))?", lambda m: Clause("day", shift=int(m[1] or 0))),
    _build(rf"next_({'|'.join(WEEKDAYS)})", lambda m: Clause("next_weekday", weekday=WEEKDAYS.index(m[1]))),
    _build(rf"next_week_({'|'.join(WEEKDAYS)})", lambda m: Clause("next_week", weekday=WEEKDAYS.index(m[1]))),
    _build(r"m(?:\+(\d+))? day (\d+)", lambda m: Clause("month_day", shift=int(m[1] or 0), day=int(m[2]))),
    _build(r"m(?:\+(\d+))? last business day", lambda m: Clause("month_last_business_day", shift=int(m[1] or 0))),
    _build(
        rf"m(?:\+(\d+))? ({'|'.join(ORDINALS)}) ({'|'.join(day.title() for day in WEEKDAYS)})",
        lambda m: Clause("month_weekday", shift=int(m[1] or 0), day=ORDINALS[m[2]], weekday=WEEKDAYS.index(m[3].lower())),
    ),
    _build(r"q end \+ (\d+) days", lambda m: Clause("quarter_end", shift=int(m[1]))),
    _build(
        rf"(\d+) ({'|'.join(month.title() for month in MONTHS)}) of year([+-]\d+)?",
        lambda m: Clause("year_date", shift=int(m[3] or 0), day=100 * (MONTHS.index(m[2].lower()) + 1) + int(m[1])),
    ),
    _build(r"file_month_vintage_end", lambda _: Clause("file_month")),
    _build(r"release:(\w+) of month m-(\d+)", lambda m: Clause("release", name=m[1], shift=int(m[2]))),
    _build(r"release:(\w+)", lambda m: Clause("release", name=m[1])),
    _build(r"column:(.+)", lambda m: Clause("column", name=m[1])),
)
_TIMELESS = frozenset({"never", "year_start", "release", "column", "file"})


@cache
def parse(text: str) -> Rule:
    """A rule from its text.

    Raises:
        ConfigError: the text is not a rule of the grammar.
    """
    parts = [part.strip() for part in text.strip().split(";")]
    changes_only = parts[0].endswith(" of the change")
    clauses = [_clause(parts[0].removesuffix(" of the change"), text)]
    otherwise: Clause | None = None
    exceptions: tuple[tuple[int, np.datetime64], ...] = ()
    for part in parts[1:]:
        if years := _YEARS.fullmatch(part):
            exceptions = tuple(zip(map(int, re.findall(r"\d{4}", years[1])), _dates(years[2], text), strict=True))
        elif part.startswith("else "):
            otherwise = _clause(part.removeprefix("else "), text)
        else:
            clauses.append(_clause(part.removesuffix(" before"), text))
    if changes_only and otherwise is None:
        raise ConfigError(f"release rule {text!r} says 'of the change' without an 'else'")
    if len({clause.since for clause in clauses}) < len(clauses):
        raise ConfigError(f"release rule {text!r} has two clauses for the same dates: write (from DATE) and before")
    ordered = tuple(sorted(clauses, key=lambda clause: clause.since, reverse=True))
    return Rule(text, ordered, otherwise, changes_only, exceptions)


def _clause(text: str, rule: str) -> Clause:
    if found := _FILE.fullmatch(text):
        return Clause("file", name=found[1], instant=_instant(found[2], rule))
    since = _FROM.search(text)
    bare = re.sub(r"\s*\([^)]*\)", "", text).strip()
    time = _TIME.search(bare)
    words = (bare[: time.start()] + bare[time.end():]).strip() if time else bare
    for pattern, make in _ANCHORS:
        if match := pattern.fullmatch(words):
            clause = make(match)
            break
    else:
        raise ConfigError(f"unknown release rule {rule!r}" + (f": cannot read {text!r}" if text != rule else ""))
    if time:
        if int(time[1]) > 23 or int(time[2]) > 59:
            raise ConfigError(f"release rule {rule!r} has no such time as {time[0].strip()}")
        clause = replace(clause, minutes=60 * int(time[1]) + int(time[2]), zone=time[3])
    elif clause.anchor not in _TIMELESS:
        raise ConfigError(f"release rule {rule!r} needs a time and a zone, for example 09:00 BRT")
    return replace(clause, since=_dates(since[1], rule)[0]) if since else clause


def _dates(text: str, rule: str) -> list[np.datetime64]:
    try:
        return [np.datetime64(date, "D") for date in re.findall(r"\d{4}-\d{2}-\d{2}", text)]
    except ValueError as error:
        raise ConfigError(f"release rule {rule!r}: {error}") from error


def _instant(text: str, rule: str) -> np.datetime64:
    try:
        return np.datetime64(instant(text).replace(tzinfo=None), "us")
    except NaiveCutoff as error:
        raise ConfigError(f"release rule {rule!r}: {error}") from error
