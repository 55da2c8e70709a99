"""Calendar pages of the Federal Reserve: which statements and minutes they link to, and when minutes were released."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models_py.quant.release_grammar import MONTHS

DATE = re.compile(rf"({'|'.join(month.title() for month in MONTHS)}) (\d{{1,2}}), (\d{{4}})")

_LINK = re.compile(r"/newsevents/pressreleases/monetary(?P<statement>\d{8})a\.htm|/monetarypolicy/fomcminutes(?P<minutes>\d{8})\.htm")
_RELEASED = re.compile(rf"Released\s+{DATE.pattern}")
_BESIDE = 2000                             # signs after the last link in which its release can be told


@dataclass(frozen=True, slots=True)
class Link:
    """A document of a meeting; `released` where the page tells, for minutes alone."""

    name: str
    meeting: date
    path: str
    released: date | None


def links(page: str) -> Iterator[Link]:
    """Documents in the order of the page.

    Raises:
        ValueError: an address or release with a date that is none.
    """
    found = list(_LINK.finditer(page))
    for place, link in enumerate(found):
        name = "statement" if link["statement"] else "minutes"
        digits = link[name]
        beside = page[link.end() : found[place + 1].start() if place + 1 < len(found) else link.end() + _BESIDE]
        told = _RELEASED.search(beside) if name == "minutes" else None
        meeting = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        yield Link(name, meeting, link[0], written_day(told) if told else None)


def written_day(found: re.Match[str]) -> date:
    """The day of a match of `DATE`: May 1, 2024."""
    month, day, year = found.groups()
    return date(int(year), MONTHS.index(month.lower()) + 1, int(day))
