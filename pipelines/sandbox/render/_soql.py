"""The part of SoQL that Socrata's API is asked in here: `$select`, `$where`, `$order`, `$limit`, `$offset`, and `column=value`.

A condition is comparisons (`= != > >= < <=`, `in(…)`, `between … and …`) of a column with a literal, joined by AND, OR, NOT and
parentheses. Everything is text; a date without its time, or without milliseconds, is the instant that it begins.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Columns = Mapping[str, NDArray[Any]]

DEFAULT_LIMIT, MOST = 1000, 50_000
_TOKEN = re.compile(r"\s*(?:'(?P<text>(?:[^']|'')*)'|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<mark><=|>=|!=|[=<>(),]))")
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}


class Unreadable(ValueError):
    """A query that is not SoQL, or a page that is none."""


class NoSuchColumn(ValueError):
    """A column that the data set does not have: `name`, and the clause that names it."""

    def __init__(self, name: str, clause: str) -> None:
        super().__init__(name)
        self.name, self.clause = name, clause


@dataclass(frozen=True)
class Query:
    """A query taken apart; `order` holds columns and whether they fall."""

    select: tuple[str, ...]
    where: str
    equal: Mapping[str, str]
    order: tuple[tuple[str, bool], ...]
    limit: int
    offset: int


def read(params: Mapping[str, str], columns: Sequence[str]) -> Query:
    """A query from its parameters.

    Raises:
        Unreadable: an unknown parameter, or a page that is none.
        NoSuchColumn: a column that the data set does not have.
    """
    if unknown := [name for name in params if name.startswith("$") and name not in ("$select", "$where", "$order", "$limit", "$offset")]:
        raise Unreadable(f"Unrecognized arguments {unknown}")
    limit, offset = params.get("$limit", str(DEFAULT_LIMIT)), params.get("$offset", "0")
    if not (limit.isdigit() and offset.isdigit()) or int(limit) > MOST:
        raise Unreadable(f"Invalid limit {limit} or offset {offset}")
    select = tuple(name.strip() for name in params.get("$select", "").split(",") if name.strip() and name.strip() != "*")
    order = [part.split() for part in params.get("$order", "").split(",") if part.strip()]
    if any(len(item) > 2 or (len(item) == 2 and item[1].upper() not in ("ASC", "DESC")) for item in order):
        raise Unreadable(f"order {params['$order']}")
    equal = {name: value for name, value in params.items() if not name.startswith("$")}
    for clause, names in (("SELECT", select), ("WHERE", tuple(equal)), ("ORDER", tuple(item[0] for item in order))):
        for name in names:
            if name not in columns:
                raise NoSuchColumn(name, clause)
    falling = tuple((item[0], item[-1].upper() == "DESC") for item in order)
    return Query(select, params.get("$where", ""), equal, falling, int(limit), int(offset))


def matches(query: Query, columns: Columns, size: int) -> Mask:
    """Rows that a query keeps.

    Raises:
        Unreadable, NoSuchColumn: the condition cannot be read, or names no column.
    """
    mask = np.ones(size, np.bool_)
    for name, value in query.equal.items():
        mask &= columns[name] == _instant(value)
    if query.where.strip():
        reader = _Reader(_tokens(query.where), columns)
        mask &= reader.either()
        if reader.rest:
            raise Unreadable(f"after the condition: {reader.rest[0][1]!r}")
    return mask


def placed(query: Query, columns: Columns, ties: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions of rows in the query's order; rows that it leaves equal come in the order of `ties`."""
    found = np.argsort(ties, kind="stable")
    for name, falls in reversed(query.order):
        rank = np.unique(columns[name][found], return_inverse=True)[1]
        found = found[np.argsort(-rank if falls else rank, kind="stable")]
    return found


def _instant(text: str) -> str:
    """A floating timestamp in full, other text as it is."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{text}T00:00:00.000"
    return f"{text}.000" if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", text) else text


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise Unreadable(f"condition at {text[place : place + 20]!r}")
        found.append((match.lastgroup, match[match.lastgroup].replace("''", "'")))
        place = match.end()
    return found


class _Reader:
    """Recursive descent: or, and, not, comparison."""

    def __init__(self, tokens: list[tuple[str, str]], columns: Columns) -> None:
        self.rest, self._columns = tokens, columns

    def either(self) -> Mask:
        mask = self._both()
        while self._word("OR"):
            mask = mask | self._both()
        return mask

    def _both(self) -> Mask:
        mask = self._single()
        while self._word("AND"):
            mask = mask & self._single()
        return mask

    def _single(self) -> Mask:
        if self._word("NOT"):
            return ~self._single()
        if self._word("("):
            mask = self.either()
            self._expect(")")
            return mask
        kind, name = self._take()
        if kind != "name":
            raise Unreadable(f"no column: {name!r}")
        if name not in self._columns:
            raise NoSuchColumn(name, "WHERE")
        column = self._columns[name]
        if self._word("IN"):
            self._expect("(")
            wanted = [self._literal()]
            while self._word(","):
                wanted.append(self._literal())
            self._expect(")")
            return np.isin(column, wanted)
        if self._word("BETWEEN"):
            low = self._literal()
            self._expect("AND")
            return np.asarray((column >= low) & (column <= self._literal()), np.bool_)
        _, verb = self._take()
        if verb not in _COMPARE:
            raise Unreadable(f"comparison {name} {verb}")
        return np.asarray(_COMPARE[verb](column, self._literal()), np.bool_)

    def _literal(self) -> str:
        kind, value = self._take()
        if kind not in ("text", "number"):
            raise Unreadable(f"literal {value!r}")
        return _instant(value)

    def _word(self, word: str) -> bool:
        if self.rest and self.rest[0][0] != "text" and self.rest[0][1].upper() == word:
            self.rest = self.rest[1:]
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._word(word):
            raise Unreadable(f"{word} is missing")

    def _take(self) -> tuple[str, str]:
        if not self.rest:
            raise Unreadable("the condition ends too early")
        token, self.rest = self.rest[0], self.rest[1:]
        return token
