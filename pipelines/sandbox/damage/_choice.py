"""Which rows a fault touches: those of the newest date, unless it says `rows: all`, a glob of tickers (`symbol`), or `p`, the
chance of each row."""

import re
from fnmatch import fnmatchcase

from pipelines.sandbox.damage import Hit
from pipelines.sandbox.damage.shapes import Rows

WHICH = ("rows", "symbol", "p")
_SYMBOL = re.compile(rb"<TckrSymb>([^<]+)<")


def chosen(rows: Rows, hit: Hit) -> list[bool]:
    """Which rows a fault touches."""
    if "p" in hit.options:
        chance = float(hit.options["p"])
        return [hit.draw("row", row) < chance for row in rows.rows]
    if "symbol" in hit.options:
        glob = str(hit.options["symbol"])
        return [fnmatchcase(symbol(row), glob) for row in rows.rows]
    if hit.option("rows", "newest") == "all":
        return [True] * len(rows.rows)
    newest = rows.newest
    return [rows.day(row) == newest for row in rows.rows]


def symbol(row: bytes) -> str:
    found = _SYMBOL.search(row)
    return found[1].decode() if found else ""
