"""`/panel`: what strategies are given, decision by decision. `/snapshot`: everything known at one instant."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from app.api.answers import answer
from app.api.contract import Clocks, measured, rows
from app.api.cut import Cut, check_range
from app.api.media import Table
from app.api.pages import Paged, PagedCut, cursor_after
from app.api.routes.series import Ids, known_ids
from app.api.tables import cut_rows, table_of
from models_py.gold import Release
from models_py.gold.page import READINGS
from models_py.gold.panel import frame
from models_py.gold.readings import Readings

router = APIRouter(tags=["panel"])

CELL = ("series_id", "reference_date", "target_date", "value", "available_at")


class Column(BaseModel):
    """One series down the decisions."""

    value: list[float | None] = Field(description="latest reading known at the decision less the pause; null: none was")
    age: list[int | None] = measured("Brazilian business days", "from the first print of its reference date to the decision")
    new: list[bool] = Field(description="true on the first of these decisions that sees a later reference date than any before")


class Panel(Clocks):
    """What was known at each decision."""

    next: str | None = Field(None, description="cursor of the decisions that follow")
    decision_at: list[datetime] = Field(description="08:45 in São Paulo of each session")
    columns: dict[str, Column] = Field(description="by series; each list has one entry a decision")


class Cell(BaseModel):
    """One number known at the cut-off."""

    series_id: str
    reference_date: date
    target_date: date | None = Field(None, description="surveys: end of the period forecast")
    value: float | None
    available_at: datetime = Field(description="when it was published")


@router.get("/panel", **{**rows(Cell), "response_model": Panel, "summary": "What was known at each decision"})
def panel(
    request: Request,
    asked: Paged,
    ids: Ids,
    first: Annotated[date | SkipJsonSchema[None], Query(description="first session", examples=["2023-01-02"])] = None,
    last: Annotated[date | SkipJsonSchema[None], Query(description="last session", examples=["2023-12-29"])] = None,
) -> Response:
    """The columns that a strategy is given, on the sessions asked for; without `first` and `last` on the last one decided.

    A decision reads what was public five minutes before it (a setting). CSV and Parquet have a row a decision and for each series the
    columns `x`, `x__age` and `x__new`. Decisions after `known` are not given; `limit` counts decisions.
    """
    names = known_ids(asked.cut, ids)
    check_range(first, last)
    return answer(request, asked.cut, lambda: _panel(asked, names, first, last))


@router.get("/snapshot", **rows(Cell, summary="Everything known at an instant"))
def snapshot(request: Request, asked: Paged) -> Response:
    """Every reference date of every series and factor as it stood at the cut-off, by series and date."""
    return answer(request, asked.cut, lambda: _snapshot(asked))


def _panel(asked: PagedCut, names: list[str], first: date | None, last: date | None) -> Table:
    """From the first decision on, whatever the page: what is new depends on what was seen before."""
    cut, begin, end = asked.cut, asked.page.offset, asked.page.offset + asked.page.limit
    sessions = decided(cut, first, last)
    read = sessions[:end]
    found = cut.release.readings(names, read, cut.held)
    following = cursor_after(cut.release.id, asked.page) if len(sessions) > end else None
    return Table(lambda: _as_columns(names, read, found, begin), lambda: frame(names, read, found)[begin:], following)


def _as_columns(names: list[str], decisions: list[datetime], found: Readings, begin: int) -> Mapping[str, Any]:
    ages = ([age if age >= 0 else None for age in line] for line in found.age[:, begin:].tolist())       # NaN is null in JSON already
    lines = zip(names, found.value[:, begin:].tolist(), ages, found.new[:, begin:].tolist(), strict=True)
    columns = {name: {"value": value, "age": age, "new": new} for name, value, age, new in lines}
    return {"decision_at": decisions[begin:], "columns": columns}


def decided(cut: Cut, first: date | None, last: date | None) -> list[datetime]:
    """Decisions of the sessions from first to last that were due at the cut-off; without both the last one."""
    grid = _grid(cut.release)
    due = bisect_right(grid, cut.known)
    if first is None and last is None:
        return grid[max(due - 1, 0) : due]
    low, high = first or date.min, last or date.max
    return [at for at in grid[:due] if low <= cut.release.session(at) <= high]


@lru_cache(maxsize=4)
def _grid(release: Release) -> list[datetime]:
    return release.decisions(date(1900, 1, 1), release.manifest.published_at.date())


def _snapshot(asked: PagedCut) -> Table:
    if asked.cut.held is not None:
        return cut_rows(asked, READINGS, (), CELL)
    everything = asked.cut.asof.snapshot().with_columns(pl.col("series_id").cast(pl.String))
    return table_of(asked, everything.select(CELL))
