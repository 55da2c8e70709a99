"""The part of OData that Olinda speaks: `$filter`, `$orderby`, `$select`, `$top`, `$skip` over a table of columns.

A filter is comparisons (`eq ne gt ge lt le`) of a column with a literal, joined by `and`, `or`, `not` and parentheses. Text
literals stand in single quotes, a quote inside is doubled. What cannot be read is `Malformed`.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Columns = Mapping[str, Column]
Mask = NDArray[np.bool_]

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<mark>[()]))")
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le,
}


class Malformed(ValueError):
    """A query that the service cannot read."""


@dataclass(frozen=True)
class Options:
    """System query options, decoded."""

    filter: str = ""
    orderby: str = ""
    select: str = ""
    top: int | None = None
    skip: int = 0
    format: str = "json"


def options(query: str) -> Options:
    """Options of a raw query string.

    Raises:
        Malformed: bytes that are not UTF-8, an unknown option, or a page number that is none.
    """
    found: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        try:
            found[name] = unquote_to_bytes(value.encode("latin-1", "strict")).decode()
        except UnicodeError as error:
            raise Malformed(part) from error
    known = {"$filter", "$orderby", "$select", "$top", "$skip", "$format"}
    if any(name.startswith("$") and name not in known for name in found):
        raise Malformed(f"unknown option in {sorted(found)}")
    pages = {name: found[name] for name in ("$top", "$skip") if name in found}
    if not all(value.isdigit() for value in pages.values()):
        raise Malformed(f"page {pages}")
    return Options(
        found.get("$filter", ""), found.get("$orderby", ""), found.get("$select", ""),
        int(pages["$top"]) if "$top" in pages else None, int(pages.get("$skip", "0")), found.get("$format", "json"),
    )


def matches(text: str, columns: Columns, size: int) -> Mask:
    """Rows that a filter keeps; an empty filter keeps all.

    Raises:
        Malformed: the filter cannot be read or names no column.
    """
    if not text.strip():
        return np.ones(size, np.bool_)
    reader = _Reader(_tokens(text), columns)
    mask = reader.either()
    if reader.rest:
        raise Malformed(f"after the filter: {reader.rest[0][1]!r}")
    return mask


def order(text: str, ranks: Columns, ties: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions of rows under `$orderby`; rows that it leaves equal come in the order of `ties`.

    `ranks` holds for each column the place of each row's value among the column's values.

    Raises:
        Malformed: a column that is none, or a direction other than asc and desc.
    """
    placed = np.argsort(ties, kind="stable")
    for item in reversed([part.split() for part in text.split(",") if part.strip()]):
        if len(item) > 2 or item[0] not in ranks or (len(item) == 2 and item[1] not in ("asc", "desc")):
            raise Malformed(f"orderby {' '.join(item)}")
        rank = ranks[item[0]][placed]
        placed = placed[np.argsort(-rank if item[-1] == "desc" else rank, kind="stable")]
    return placed


def selected(text: str, names: Sequence[str]) -> list[str]:
    """Columns of `$select`, in the order of the entity; all where none is named.

    Raises:
        Malformed: a name that is no column.
    """
    wanted = [name.strip() for name in text.split(",") if name.strip()]
    if not set(wanted) <= set(names):
        raise Malformed(f"select {text}")
    return [name for name in names if name in wanted] if wanted else list(names)


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise Malformed(f"filter at {text[place : place + 20]!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


class _Reader:
    """Recursive descent: or, and, not, comparison."""

    def __init__(self, tokens: list[tuple[str, str]], columns: Columns) -> None:
        self.rest, self._columns = tokens, columns

    def either(self) -> Mask:
        mask = self._both()
        while self._word("or"):
            mask = mask | self._both()
        return mask

    def _both(self) -> Mask:
        mask = self._single()
        while self._word("and"):
            mask = mask & self._single()
        return mask

    def _single(self) -> Mask:
        if self._word("not"):
            return ~self._single()
        if self._word("("):
            mask = self.either()
            if not self._word(")"):
                raise Malformed("a parenthesis is not closed")
            return mask
        (_, name), (_, verb), (kind, literal) = self._take(), self._take(), self._take()
        if name not in self._columns or verb not in _COMPARE:
            raise Malformed(f"comparison {name} {verb} {literal}")
        return self._compared(self._columns[name], verb, kind, literal)

    @staticmethod
    def _compared(column: Column, verb: str, kind: str, literal: str) -> Mask:
        is_text = column.dtype.kind == "U"
        if literal == "null":
            return np.isnan(column) == (verb == "eq") if column.dtype.kind == "f" else np.full(column.shape, verb == "ne")
        if is_text != (kind == "text") or kind == "name":
            raise Malformed(f"literal {literal}")
        value: object = literal[1:-1].replace("''", "'") if is_text else float(literal)
        return np.asarray(_COMPARE[verb](column, value), np.bool_)

    def _word(self, word: str) -> bool:
        if self.rest and self.rest[0][1] == word and self.rest[0][0] != "text":
            self.rest = self.rest[1:]
            return True
        return False

    def _take(self) -> tuple[str, str]:
        if not self.rest:
            raise Malformed("the filter ends too early")
        token, self.rest = self.rest[0], self.rest[1:]
        return token
