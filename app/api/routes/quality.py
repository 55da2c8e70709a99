"""`/quality`: how good the data of a release are, by source, by series and check by check."""

from datetime import date
from typing import Annotated, Literal

import polars as pl
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from app.api.answers import answer
from app.api.contract import measured, rows
from app.api.cut import Text
from app.api.pages import Paged
from app.api.tables import table_of
from models_py.gold import Release

router = APIRouter(tags=["quality"])

Kind = Literal["test", "identity", "expectation", "contest", "set aside", "anomaly", "score", "series"]


class Score(BaseModel):
    """One dimension of a source, or its score."""

    source: str = Field(examples=["bcb_sgs"])
    dimension: str = Field(
        description="completeness, timeliness, validity, consistency, uniqueness, point_in_time, or score", examples=["score"]
    )
    value: float = measured("out of 100", "mean over what the source promises")
    detail: str = Field(description="how much is promised")


class Check(BaseModel):
    """One check of a release."""

    kind: str = Field(
        description="test or identity (dbt), expectation (Great Expectations), contest, set aside, anomaly, score or series",
        examples=["test"],
    )
    name: str = Field(examples=["an_observation_has_one_row_a_knowledge_time"])
    table_name: str | None = None
    column_name: str | None = None
    source: str | None = None
    status: str | None = Field(
        None, description="pass, fail, error, warn, not checked; of series OK, LATE, STALE, MISSING", examples=["pass"]
    )
    value: float | None = measured("out of 100", "of scores and series", default=None)
    failures: int | None = Field(None, description="rows that fail")
    detail: str | None = Field(None, description="what was found")
    severity: str | None = Field(None, description="of identities: error stops a release, warn is told")
    rows_checked: int | None = Field(None, description="of identities: rows on which every part is known")
    worst_date: date | None = Field(None, description="of identities: the date of the widest gap")
    worst_gap: float | None = measured("of the identity", "the widest gap", default=None)


class Status(BaseModel):
    """How a series stands to what is promised of it."""

    series_id: str
    source: str | None = None
    status: str = Field(description="OK, LATE, STALE or MISSING", examples=["OK"])
    value: float = measured("out of 100", "its score")
    detail: str = Field(description="last date, age and weak dimensions")


@router.get("/quality", **rows(Score, summary="Scores by source"))
def scores(request: Request, asked: Paged, source: Annotated[Text, Query(examples=["bcb_sgs"], max_length=63)] = None) -> Response:
    """The six dimensions and the score of each source. The score of the world is the mean of its sources'; `/releases` has it."""
    named = {"source": "source", "dimension": "name", "value": "value", "detail": "detail"}
    return answer(request, asked.cut, lambda: table_of(asked, _checks(asked.cut.release, "score", source).select(**named)))


@router.get("/quality/series", **rows(Status, summary="Series against what is promised of them"))
def statuses(
    request: Request,
    asked: Paged,
    source: Annotated[Text, Query(examples=["bcb_sgs"], max_length=63)] = None,
    status: Annotated[Literal["OK", "LATE", "STALE", "MISSING"] | SkipJsonSchema[None], Query(description="one status")] = None,
) -> Response:
    """What came, what is late, what is missing."""
    named = {"series_id": "name", "source": "source", "status": "status", "value": "value", "detail": "detail"}
    return answer(request, asked.cut, lambda: table_of(asked, _checks(asked.cut.release, "series", source, status).select(**named)))


@router.get("/quality/checks", **rows(Check, summary="Every check"))
def checks(
    request: Request,
    asked: Paged,
    kind: Annotated[Kind | SkipJsonSchema[None], Query(description="one kind of check")] = None,
    status: Annotated[Text, Query(description="one status", examples=["fail"], max_length=12)] = None,
) -> Response:
    """The table of checks that stood at the door of the release, in its order."""
    return answer(request, asked.cut, lambda: table_of(asked, _checks(asked.cut.release, kind, None, status).select(*Check.model_fields)))


def _checks(release: Release, kind: str | None = None, source: str | None = None, status: str | None = None) -> pl.DataFrame:
    query = """
        select * from gold.quality
        where kind = coalesce(?, kind) and (?::varchar is null or source = ?) and (?::varchar is null or status = ?)
        order by kind, source nulls first, name, table_name nulls first, column_name nulls first
    """
    found = release.sql(query, (kind, source, source, status, status))
    # a release of before identities were counted has fewer columns
    return found.with_columns(pl.lit(None).alias(name) for name in Check.model_fields if name not in found.columns)
