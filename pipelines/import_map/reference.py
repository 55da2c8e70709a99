"""The `reference_rule` of a map row: from the file's date to the last day of the period described.

    as_is                                          the file's date
    as_is; row after 2019-01-10 dated 2020-01-11 is 2019-01-11
    keep ANBIMA business days · keep SIFMA sessions    other days are dropped (calendar-filled files)
    timestamp_to_date · timestamp_plus_1h_to_date      the local date of a bar's label, or of an hour after it
    month_to_month_end · month_start_to_month_end      the second insists on the first of the month
    quarter_start_to_quarter_end · year_start_to_year_end · year only
    meeting COLUMN                                 the date in another column
    join TARGET on FIELD                           the date that a calendar of the map has for the value

After a semicolon, text that begins with `the ` is a remark.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from models_py.kernel.errors import ImportMapError

Period = Literal["day", "month", "quarter", "year"]

_MARKETS = {"ANBIMA": "br", "B3": "b3", "SIFMA": "us_sifma", "NYSE": "us_nyse", "CME": "us_cme", "TARGET": "target"}
_PERIODS: dict[str, tuple[Period, bool]] = {
    "as_is": ("day", False),
    "month_to_month_end": ("month", False),
    "month_start_to_month_end": ("month", True),
    "quarter_start_to_quarter_end": ("quarter", True),
    "year_start_to_year_end": ("year", True),
    "year only": ("year", False),
}


@dataclass(frozen=True, slots=True)
class WrongDate:
    """A row that a file dates wrongly: it stands after `after` and says `found`."""

    after: date
    found: date
    right: date


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference rule read."""

    period: Period = "day"
    from_start: bool = False
    market: str | None = None
    timestamp: bool = False
    hours: int = 0
    column: str | None = None
    join: tuple[str, str] | None = None
    wrong: tuple[WrongDate, ...] = ()


def parse(text: str) -> Reference:
    """A reference rule from its text.

    Raises:
        ImportMapError: the rule is unknown.
    """
    first, *rest = (part.strip() for part in text.split(";"))
    wrong = []
    for part in rest:
        if found := re.fullmatch(r"row after (\S+) dated (\S+) is (\S+)", part):
            wrong.append(WrongDate(*(_day(text, day) for day in found.groups())))
        elif not part.startswith("the "):
            raise ImportMapError(f"unknown reference rule {text!r}: cannot read {part!r}")
    if first in _PERIODS:
        period, from_start = _PERIODS[first]
        return Reference(period, from_start, wrong=tuple(wrong))
    if kept := re.fullmatch(r"keep (\w+) (?:business days|sessions)", first):
        if kept[1] not in _MARKETS:
            raise ImportMapError(f"unknown calendar {kept[1]!r} in {text!r}: known are {', '.join(_MARKETS)}")
        return Reference(market=_MARKETS[kept[1]], wrong=tuple(wrong))
    if stamped := re.fullmatch(r"timestamp_(?:plus_(\d+)h_)?to_date", first):
        return Reference(timestamp=True, hours=int(stamped[1] or 0), wrong=tuple(wrong))
    if joined := re.fullmatch(r"join (\w+) on (\w+)", first):
        return Reference(join=(joined[1], joined[2]), wrong=tuple(wrong))
    if dated := re.fullmatch(r"meeting (\S.*)", first):
        return Reference(column=dated[1], wrong=tuple(wrong))
    raise ImportMapError(f"unknown reference rule {text!r}")


def _day(text: str, day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise ImportMapError(f"reference rule {text!r}: {day!r} is not a date") from error
