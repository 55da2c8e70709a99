"""The `trap` text of a map row. Most of it warns a reader; these phrases also tell the import what to do:

| phrase | effect |
| --- | --- |
| `last line is a footer` | the last line is not data |
| `keep US business days` · `N rows fall on Brazilian holidays …: drop` | rows on other days are dropped |
| `drop |log return| > 0.5` | ticks that jump by more and come back are dropped |
| `2001-11-30 (67.3) and 2001-12-03 (59.9) are bad` · `value on 2021-09-27 is wrong` | rows of those dates are dropped |
| `use only before 2008-01-02` · `use before 2006-05-16 only` · `use from 1994-08` | rows outside are dropped |
| `no value 2002-02-19..2006-02-08` | rows inside are dropped: what a file has there is not the series |
| `multiply by 1000 when below 10,000` | changes of unit inside a file or between vintages |
| `2025-10 was published with 2025-11` | a period known with a later one |
| `latest vintage of 2026-01` | where other files keep vintages, this one is one more, at that month's end |
| `dates 2003-09-15, 2008-01-21 are one day early` | those rows move to the next day |
| `from 2017-03-15 to 2019-12-11 rate, change and action are ONE MEETING LATE` | those columns take the next row's values there |
| `meeting 45 twice (19.0 and the 18.5 of 2000-03-28)` | of the repeated key, the row with that value has that date |
| `76 (2002-10-14) is extraordinary` | known on the day itself, not with the calendar of the year |
| `7 rows without a number` | rows without a date that are dropped |
| `key on sha256 of the text` | documents are named by their text; repeats are dropped |
| `present in all 48 vintages` · `columns NAPM*: …` (of a `skip` row) | which columns `*` stands for |

A dropped row stays in bronze, marked.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_DATE = r"\d{4}-\d{2}-\d{2}"
_MOMENT = r"\d{4}-\d{2}(?:-\d{2})?"


@dataclass(frozen=True, slots=True)
class Late:
    """Columns whose values, between two dates, belong to the row before."""

    first: date
    last: date
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Traps:
    """What a trap text tells the import to do."""

    footer: bool = False
    market: str | None = None
    log_return: float | None = None
    bad_dates: tuple[date, ...] = ()
    before: date | None = None
    since: date | None = None
    holes: tuple[tuple[date, date], ...] = ()
    factor: float | None = None
    below: float | None = None
    published_with: tuple[str, str] | None = None
    latest_vintage: date | None = None
    early: tuple[date, ...] = ()
    late: Late | None = None
    redated: tuple[float, date] | None = None
    extraordinary: tuple[date, ...] = ()
    undated: int = 0
    by_text: bool = False
    common_columns: bool = False
    skipped_columns: tuple[str, ...] = ()


def parse(text: str) -> Traps:
    """The instructions in a trap text; a text without any is an empty set of them."""
    bad = re.findall(rf"((?:{_DATE}(?: \([^)]*\))?(?: and |, )?)+) (?:is|are) (?:bad|wrong)\b", text)
    before = re.search(rf"\buse (?:only )?before ({_DATE})", text)
    since = re.search(rf"\buse from ({_MOMENT})\b", text)
    holes = re.findall(rf"\bno (?:rows with )?value ({_MOMENT})\.\.({_MOMENT})", text)
    log_return = re.search(r"drop \|log return\| > ([\d.]+)", text)
    multiplied = re.search(r"multiply by ([\d,]+) when below ([\d,]+)", text)
    with_later = re.search(r"(\d{4}-\d{2}) was published with (\d{4}-\d{2})\b", text)
    latest = re.search(r"latest vintage of (\d{4})-(\d{2})\b", text)
    late = re.search(rf"from ({_DATE}) to ({_DATE}) ([\w, ]+?) are ONE MEETING LATE", text)
    early = re.search(rf"dates ((?:{_DATE}(?:, | and )?)+) are one day early", text)
    redated = re.search(rf"\btwice \([^)]*the ([\d.]+) of ({_DATE})\)", text)
    undated = re.search(r"(\d+) rows without a number", text)
    market = "us_sifma" if "keep US business days" in text else "br" if re.search(r"fall on Brazilian holidays[^;]*: drop", text) else None
    columns = re.match(r"columns? ([^:]+):", text)
    return Traps(
        footer="last line is a footer" in text,
        market=market,
        log_return=float(log_return[1]) if log_return else None,
        bad_dates=tuple(_day(day) for run in bad for day in re.findall(_DATE, run)),
        before=_day(before[1]) if before else None,
        since=_first(since[1]) if since else None,
        holes=tuple((_first(first), _last(last)) for first, last in holes),
        factor=_number(multiplied[1]) if multiplied else None,
        below=_number(multiplied[2]) if multiplied else None,
        published_with=(with_later[1], with_later[2]) if with_later else None,
        latest_vintage=date(int(latest[1]), int(latest[2]), 1) if latest else None,
        early=tuple(_day(day) for day in re.findall(_DATE, early[1])) if early else (),
        late=Late(_day(late[1]), _day(late[2]), tuple(re.split(r", | and ", late[3]))) if late else None,
        redated=(float(redated[1]), _day(redated[2])) if redated else None,
        extraordinary=tuple(_day(day) for day in re.findall(rf"\d+ \(({_DATE})\) is extraordinary", text)),
        undated=int(undated[1]) if undated else 0,
        by_text="key on sha256 of the text" in text,
        common_columns=re.search(r"present in all \d+ vintages", text) is not None,
        skipped_columns=tuple(re.split(r", ", columns[1])) if columns else (),
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _first(moment: str) -> date:
    return _day(moment if len(moment) == 10 else f"{moment}-01")


def _last(moment: str) -> date:
    return _day(moment) if len(moment) == 10 else (_first(moment) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _number(text: str) -> float:
    return float(text.replace(",", ""))
