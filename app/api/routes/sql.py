"""`/sql`: a query of one's own on a release. Needs the scope `sql`."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.answers import headers_of, origin
from app.api.contract import HEADERS, Origin
from app.api.cut import release_of
from app.api.media import CSV, PARQUET, preferred
from app.api.problems import described
from app.api.sql import SqlPool

router = APIRouter(tags=["sql"])
SCOPE = "sql"


class Query(BaseModel):
    """A query over `gold.<table>`, read only and in UTC, with the macros `series_asof(ids, known)` and `panel_asof(ids, known)`."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(
        description="DuckDB SQL: queries alone",
        min_length=1,
        max_length=20_000,
        examples=["select reference_date, value from series_asof(['usdbrl_ptax'], '2024-01-10T08:40:00-03:00')"],
    )
    parameters: list[str | int | float | bool | None] | dict[str, str | int | float | bool | None] = Field(
        default=[], description="values of `?`, or by name of `$name`", examples=[[]]
    )
    limit: int | None = Field(None, ge=1, description="rows at most; default and maximum: what the server allows", examples=[1000])
    release: str | None = Field(None, description="id of a release; default: the current one", max_length=63)


class Column(BaseModel):
    """A column of the answer."""

    name: str
    type: str = Field(description="as DuckDB names it", examples=["DOUBLE"])


class Result(Origin):
    """Rows of the answer. Times, intervals and decimals that JSON does not have are text."""

    truncated: bool = Field(description="true: there are more rows than are given")
    columns: list[Column]
    items: list[dict[str, Any]]


FORMS = {
    "description": "rows of the query",
    "content": {CSV: {"schema": {"type": "string"}}, PARQUET: {"schema": {"type": "string", "format": "binary"}}},
    "headers": {name: header for name, header in HEADERS.items() if name not in ("ETag", "X-Known")},
}

TOO_LARGE = described("a body larger than a query may be")


@router.post("/sql", response_model=Result, responses={200: FORMS, 413: TOO_LARGE}, summary="A query of one's own")
def sql(request: Request, asked: Annotated[Query, Body()]) -> Response:
    """Runs apart from everything else, with a limit of time, rows and memory; no file, no network, nothing written."""
    settings = request.app.state.settings
    pool: SqlPool = request.app.state.sql
    release = release_of(request, asked.release)
    media = preferred(request.headers.get("accept"))
    limit = min(asked.limit or settings.sql_rows, settings.sql_rows)
    told = origin(release)
    found = pool.run(request.state.caller.name, asked.query, asked.parameters, limit=limit, media=media, provenance=told)
    headers = {**headers_of(told), "Cache-Control": "no-store", "X-Truncated": str(found.truncated).lower()}
    return Response(found.body, media_type=media, headers=headers)
