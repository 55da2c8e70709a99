"""`/series/{series_id}`: a series or factor as it was known at an instant."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from app.api.problems import NotYetKnown
from app.api.release import CurrentRelease
from models_py.kernel.clock import instant
from models_py.kernel.ids import series_id as well_formed

router = APIRouter(tags=["series"])

KNOWN = "cut-off, an ISO instant with offset, not later than the release; default: the instant of the release"


class Reading(BaseModel):
    """One reference date as known at the cut-off."""

    reference_date: date
    target_date: date | None = Field(None, description="surveys: end of the period forecast")
    value: float
    available_at: datetime = Field(description="when this value was published")


class Series(BaseModel):
    """A series and its readings, oldest first."""

    series_id: str
    title: str | None
    unit: str | None
    source: str | None
    grade: str | None = Field(None, description="market, derived or proxy")
    known: datetime = Field(description="the cut-off: nothing published later is here")
    release_id: str
    simulated: bool
    readings: list[Reading]


@router.get("/series/{series_id}", response_model=Series, responses={304: {"description": "the release has not changed"}})
def series(
    request: Request,
    response: Response,
    release: CurrentRelease,
    series_id: Annotated[str, Path(examples=["usdbrl_ptax"])],
    known: Annotated[str | None, Query(description=KNOWN, examples=["2023-12-29T08:40:00-03:00"])] = None,
) -> Series | Response:
    """The history of a series as it stood at `known`: revisions, releases and withdrawals after it are not seen."""
    name, published_at = well_formed(series_id), release.manifest.published_at
    cutoff = published_at if known is None else instant(known)
    if cutoff > published_at:
        raise NotYetKnown(cutoff.isoformat(), published_at.isoformat(), release.id)
    etag = f'"{release.id}"'
    response.headers["ETag"] = etag
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    rows = release.as_of(cutoff).history(name)
    about = release.catalogue[name]
    return Series(
        series_id=name,
        title=about.get("title"),
        unit=about.get("unit"),
        source=about.get("source"),
        grade=about.get("grade"),
        known=cutoff,
        release_id=release.id,
        simulated=release.manifest.simulated,
        readings=[Reading(**row) for row in rows.to_dicts()],
    )
