"""What is asked of a SIDRA table: variables and categories, written as the catalogue and the requests write them.

A catalogue key names one series, `t7060/v63/c315/7169`: table, variable, then classification and category, as often as the table
has classifications. Series of a table that share their classifications make one selection, `v63,66/c315/7169,7170`, so that one
request answers for all of them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

_SERIES = re.compile(r"t(\d+)/v(\d+)((?:/c\d+/\d+)*)", re.ASCII)
_SELECTION = re.compile(r"v(\d+(?:,\d+)*)((?:/c\d+/\d+(?:,\d+)*)*)", re.ASCII)
_CLASS = re.compile(r"/c(\d+)/([\d,]+)")
_PERIOD = {"monthly": re.compile(r"\d{4}(?:0[1-9]|1[0-2])"), "quarterly": re.compile(r"\d{4}0[1-4]"), "annual": re.compile(r"\d{4}")}


@dataclass(frozen=True, slots=True)
class Selection:
    """Variables, and categories by classification, of one table."""

    variables: tuple[str, ...]
    classes: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __str__(self) -> str:
        chosen = "".join(f"/c{name}/{','.join(categories)}" for name, categories in self.classes)
        return f"v{','.join(self.variables)}{chosen}"

    @property
    def cells(self) -> int:
        """Values in one period."""
        size = len(self.variables)
        for _, categories in self.classes:
            size *= len(categories)
        return size

    def within(self, limit: int) -> list["Selection"]:
        """The selection in parts of at most so many values a period: its longest list is halved until they are."""
        if self.cells <= limit:
            return [self]
        lists = [self.variables, *(categories for _, categories in self.classes)]
        place = max(range(len(lists)), key=lambda one: len(lists[one]))
        middle = len(lists[place]) // 2
        return [part for half in (lists[place][:middle], lists[place][middle:]) for part in self._with(place, half).within(limit)]

    def _with(self, place: int, codes: tuple[str, ...]) -> "Selection":
        if place == 0:
            return Selection(codes, self.classes)
        classes = tuple((name, codes if at == place else known) for at, (name, known) in enumerate(self.classes, start=1))
        return Selection(self.variables, classes)

    def series(self, table: str) -> Iterator[str]:
        """Keys of all series selected."""
        chosen = product(*([(name, category) for category in categories] for name, categories in self.classes))
        for variable, categories in product(self.variables, list(chosen)):
            yield series_key(table, variable, categories)


def series_key(table: str, variable: str, categories: Iterable[tuple[str, str]], place: str = "") -> str:
    """The catalogue's key of a series."""
    return f"t{table}/v{variable}" + "".join(f"/c{name}/{category}" for name, category in categories) + place


def selections(keys: Iterable[str]) -> Mapping[str, list[Selection]]:
    """Selections by table that cover the series named.

    Raises:
        ValueError: a key that is not one of a series.
    """
    found: dict[tuple[int, tuple[str, ...]], list[tuple[str, tuple[str, ...]]]] = {}
    for key in sorted(set(keys)):
        parts = _SERIES.fullmatch(key)
        if parts is None:
            raise ValueError(f"not a series of SIDRA: {key!r}; write t7060/v63/c315/7169")
        chosen = _CLASS.findall(parts[3])
        names = tuple(name for name, _ in chosen)
        found.setdefault((int(parts[1]), names), []).append((parts[2], tuple(category for _, category in chosen)))
    tables: dict[str, list[Selection]] = {}
    for (table, names), members in sorted(found.items()):
        variables = _in_order(variable for variable, _ in members)
        classes = tuple((name, _in_order(categories[place] for _, categories in members)) for place, name in enumerate(names))
        tables.setdefault(str(table), []).append(Selection(variables, classes))
    return tables


def selection(text: str) -> Selection:
    """A selection from its text.

    Raises:
        ValueError: it is none.
    """
    parts = _SELECTION.fullmatch(text)
    if parts is None:
        raise ValueError(f"not a selection of a SIDRA table: {text!r}")
    classes = tuple((name, tuple(categories.split(","))) for name, categories in _CLASS.findall(parts[2]))
    return Selection(tuple(parts[1].split(",")), classes)


def period_start(code: str, frequency: str) -> date:
    """First day of a period: `202403` is March, or by quarters the third of them; a moving quarter has the code of its last month.

    Raises:
        ValueError: no period of that frequency.
    """
    if frequency not in _PERIOD or not _PERIOD[frequency].fullmatch(code):
        raise ValueError(f"not a {frequency} period: {code!r}")
    number = int(code[4:] or 1)
    return date(int(code[:4]), 3 * number - 2 if frequency == "quarterly" else number, 1)


def _in_order(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(codes), key=int))
