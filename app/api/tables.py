"""From rows of a release to a page of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from app.api.cut import check_range
from app.api.media import Table
from app.api.pages import PagedCut, cursor_after
from models_py.gold.page import Condition, page


def between(first: date | None, last: date | None, column: str = "reference_date") -> list[Condition]:
    """Conditions of a range of dates.

    Raises:
        BadRange: it ends before it begins.
    """
    check_range(first, last)
    ends: list[tuple[Any, date | None]] = [(">=", first), ("<=", last)]
    return [(column, comparison, day) for comparison, day in ends if day is not None]


def cut_rows(asked: PagedCut, table: str, where: Sequence[Condition], columns: Sequence[str]) -> Table:
    """A page of a vintaged table as it was known."""
    found = page(asked.cut.asof, table, where, limit=asked.page.probe, offset=asked.page.offset, columns=columns)
    return table_of(asked, found, is_part=True)


def table_of(
    asked: PagedCut,
    frame: pl.DataFrame,
    *,
    is_part: bool = False,
) -> Table:
    """The page asked for of all rows, or of rows that begin where the page does and go on by one (`is_part`)."""
    wanted = frame if is_part else frame.slice(asked.page.offset, asked.page.probe)
    more = wanted.height > asked.page.limit
    following = cursor_after(asked.cut.release.id, asked.page) if more else None
    return Table.of(wanted.head(asked.page.limit), following)
