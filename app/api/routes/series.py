"""`/series`, `/factors`: the catalogue, and every series and factor as it was known at an instant."""

from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from app.api.answers import answer
from app.api.contract import measured, rows
from app.api.cut import Cut, First, Last, ReadCut, Text, check_range
from app.api.media import Table
from app.api.pages import Paged, PagedCut
from app.api.problems import TooMany
from app.api.tables import between, cut_rows, table_of
from models_py.gold import Release
from models_py.gold.latest import latest
from models_py.gold.page import READINGS
from models_py.kernel.ids import series_id as well_formed

router = APIRouter(tags=["series"])

MOST_IDS = 1000
CATALOGUE = {
    "series_id": pl.String, "kind": pl.String, "title": pl.String, "source": pl.String, "source_key": pl.String, "unit": pl.String,
    "frequency": pl.String, "revisable": pl.Boolean, "country": pl.String, "category": pl.String, "grade": pl.String,
    "max_age_bd": pl.Int32, "release_lag": pl.String, "note": pl.String, "first_date": pl.Date, "last_date": pl.Date,
    "observations": pl.Int32,
}  # fmt: skip
SeriesId = Annotated[str, Path(description="series or factor", examples=["usdbrl_ptax"], max_length=63)]
Ids = Annotated[
    str, Query(description="series and factors, joined by commas; at most 1000", examples=["usdbrl_ptax,br_ipca_mom"], min_length=1)
]


class Reading(BaseModel):
    """What a series said last, at an instant."""

    series_id: str = Field(examples=["usdbrl_ptax"])
    reference_date: date | None = Field(None, description="period of the reading; null: nothing was known")
    value: float | None = Field(None, description="in the unit of the catalogue")
    known_on: date | None = Field(None, description="day in São Paulo on which a value of that period was first known")
    age_bd: int | None = measured("Brazilian business days", "from then to the day of the cut-off", default=None)


class Series(Reading):
    """A series or factor of the catalogue, and what it said last."""

    kind: Literal["series", "factor"] = Field(description="from a source, or computed here")
    title: str | None = None
    source: str | None = Field(None, description="connector that brings it; `computed` for factors", examples=["bcb_sgs"])
    source_key: str | None = Field(None, description="the source's own code", examples=["1"])
    unit: str | None = Field(None, description="unit of value: `decimal` for rates and returns", examples=["BRL per USD"])
    frequency: str | None = Field(None, examples=["daily"])
    revisable: bool | None = Field(None, description="the source revises what it has published")
    country: str | None = Field(None, examples=["br"])
    category: str | None = Field(None, examples=["fx"])
    grade: str | None = Field(None, description="made of market prices, derived from them, or a proxy", examples=["market"])
    max_age_bd: int | None = measured("business days", "age after which a reading is stale", default=None)
    release_lag: str | None = Field(None, description="rule by which it is published")
    note: str | None = Field(None, description="remark; a factor's formula")
    first_date: date | None = Field(None, description="first reference date of the release")
    last_date: date | None = Field(None, description="last reference date of the release")
    observations: int | None = Field(None, description="reference dates of the release")


class Observation(BaseModel):
    """One reference date as known at the cut-off, and where it comes from."""

    series_id: str = Field(examples=["br_ipca_mom"])
    reference_date: date = Field(description="last day of the period described")
    target_date: date | None = Field(None, description="surveys: end of the period forecast")
    available_at: datetime = Field(description="when this value was published")
    held_at: datetime = Field(description="when this lake first had it")
    vintage: int = Field(description="1, 2, … of this reference date, in the order they were known", ge=1)
    value: float | None = Field(description="in the unit of the catalogue; null: withdrawn")
    availability: str = Field(description="how `available_at` is known: published, scheduled, assumed or observed")
    raw_sha256: str | None = Field(None, description="payload it was read from; of a factor, what it is made of")


def catalogue(cut: Cut, **wanted: str | None) -> pl.DataFrame:
    """Rows of the catalogue with their latest reading; `wanted` are exact values of columns, `q` a part of id or title."""
    part = (wanted.pop("q", None) or "").casefold()
    found: list[dict[str, Any]] = [
        row
        for _, row in sorted(cut.release.catalogue.items())
        if all(value is None or row.get(column) == value for column, value in wanted.items())
        and part in f"{row['series_id']} {row.get('title') or ''}".casefold()
    ]
    frame = pl.DataFrame([{name: row.get(name) for name in CATALOGUE} for row in found], CATALOGUE)
    return frame.join(latest(cut.asof, frame["series_id"].to_list()).frame(), "series_id", how="left", maintain_order="left")


@router.get("/series", **rows(Series, summary="Series of the catalogue"))
def list_series(
    request: Request,
    asked: Paged,
    q: Annotated[Text, Query(description="part of the id or title", examples=["ipca"], max_length=100)] = None,
    kind: Annotated[Literal["series", "factor"] | SkipJsonSchema[None], Query(description="series or factor")] = None,
    source: Annotated[Text, Query(description="connector", examples=["bcb_sgs"])] = None,
    country: Annotated[Text, Query(examples=["br"])] = None,
    category: Annotated[Text, Query(examples=["inflation"])] = None,
    frequency: Annotated[Text, Query(examples=["monthly"])] = None,
    unit: Annotated[Text, Query(examples=["decimal"])] = None,
    grade: Annotated[Text, Query(examples=["market"])] = None,
) -> Response:
    """The catalogue in order of id, each row with its latest reading at the cut-off. Filters are exact, `q` finds a part."""
    wanted = {
        "kind": kind, "source": source, "country": country, "category": category, "frequency": frequency, "unit": unit, "grade": grade,
    }  # fmt: skip
    return answer(request, asked.cut, lambda: table_of(asked, catalogue(asked.cut, q=q, **wanted)))


@router.get("/factors", **rows(Series, summary="Factors of the catalogue"))
def list_factors(request: Request, asked: Paged) -> Response:
    """What is computed here from the sources' series, with formula and latest reading."""
    return answer(request, asked.cut, lambda: table_of(asked, catalogue(asked.cut, kind="factor")))


@router.get("/series/{series_id}", **rows(Series, summary="One series"))
def one_series(request: Request, cut: ReadCut, series_id: SeriesId) -> Response:
    """A row of the catalogue, with its latest reading at the cut-off."""
    name = known_series(cut, series_id)
    return answer(request, cut, lambda: Table.of(catalogue(cut, series_id=name)))


@router.get("/series/{series_id}/latest", **rows(Reading, summary="One value"))
def latest_reading(request: Request, cut: ReadCut, series_id: SeriesId) -> Response:
    """What a series said last at the cut-off. No pause is taken off: the cut-off is the one given."""
    name = known_series(cut, series_id)
    return answer(request, cut, lambda: _latest(cut, [name]))


@router.get("/latest", **rows(Reading, summary="The latest reading of many series"))
def latest_readings(request: Request, cut: ReadCut, ids: Ids) -> Response:
    """What each said last at the cut-off, in the order asked for."""
    names = known_ids(cut, ids)
    return answer(request, cut, lambda: _latest(cut, names))


@router.get("/series/{series_id}/observations", **rows(Observation, summary="A series as it was known"))
def observations(request: Request, asked: Paged, series_id: SeriesId, first: First = None, last: Last = None) -> Response:
    """The history of a series as it stood at the cut-off: later releases, revisions and withdrawals are not seen."""
    name = known_series(asked.cut, series_id)
    where = [("series_id", "in", [name]), *between(first, last)]
    return answer(request, asked.cut, lambda: cut_rows(asked, READINGS, where, list(Observation.model_fields)))


@router.get("/series/{series_id}/vintages", **rows(Observation, summary="Every vintage of a series"))
def vintages(request: Request, asked: Paged, series_id: SeriesId, first: First = None, last: Last = None) -> Response:
    """All that was ever said of each reference date up to the cut-off, in the order it was known."""
    name = known_series(asked.cut, series_id)
    check_range(first, last)
    return answer(request, asked.cut, lambda: _vintages(asked, name, first, last))


def known_series(cut: Cut, series_id: str) -> str:
    """A well-formed id that the release has.

    Raises:
        UnknownSeries: it has none of that name.
    """
    return _known_series(cut.release, series_id)


def _known_series(release: Release, series_id: str) -> str:
    name = well_formed(series_id)
    release.table_of(name)
    return name


def known_ids(cut: Cut, ids: str) -> list[str]:
    """The ids of a list joined by commas, each once.

    Raises:
        UnknownSeries: the release has none of a name.
        TooMany: there are more than are answered at once.
    """
    return list(_known_ids(cut.release, ids))


@lru_cache(maxsize=64)
def _known_ids(release: Release, ids: str) -> tuple[str, ...]:
    names = list(dict.fromkeys(ids.split(",")))
    if len(names) > MOST_IDS:
        raise TooMany(f"{len(names)} ids asked for, {MOST_IDS} are answered at once", values={"found": len(names), "most": MOST_IDS})
    return tuple(_known_series(release, name) for name in names)


def _latest(cut: Cut, names: list[str]) -> Table:
    found = latest(cut.asof, names)
    return Table(lambda: {"items": found.rows()}, found.frame)


def _vintages(asked: PagedCut, name: str, first: date | None, last: date | None) -> Table:
    cut = asked.cut
    columns = ", ".join(Observation.model_fields)
    query = f"""
        select {columns} from gold.{cut.release.table_of(name)}
        where
            series_id = ? and available_at <= ? and held_at <= coalesce(?::timestamptz, 'infinity')
            and reference_date between coalesce(?, '-infinity'::date) and coalesce(?, 'infinity'::date)
        order by reference_date, target_date nulls first, available_at, vintage limit ? offset ?
    """  # noqa: S608 - columns of a model, one of two tables
    found = cut.release.sql(query, (name, cut.known, cut.held, first, last, asked.page.probe, asked.page.offset))
    return table_of(asked, found, is_part=True)
