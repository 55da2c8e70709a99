"""`/lineage`: from a number back to the bytes it was read from, whose hash is taken anew."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from app.api.answers import passing, provenance
from app.api.contract import Clocks, measured, thing
from app.api.cut import ReadCut
from app.releases import lake_of
from models_py.gold.lineage import as_dict, origins

router = APIRouter(tags=["lineage"])


class Asked(BaseModel):
    """A request that was answered with these bytes."""

    poll_id: str
    source: str
    key: str
    url: str = Field(description="without secrets")
    method: str
    status: int
    fetched_at: datetime
    outcome: str


class Vintage(BaseModel):
    """One vintage of a number, and where it came from."""

    field: str | None = Field(description="of a quote", examples=["settlement"])
    reference_date: date
    available_at: datetime
    held_at: datetime
    vintage: int
    value: float | None
    availability: str
    raw_sha256: str | None = Field(description="the payload: its bytes were found to give this hash; null for a factor")
    read: list[dict[str, Any]] = Field(description="rows of bronze that say it, in the source's own key, date and unit")
    polls: list[Asked] = Field(description="requests answered with these bytes, oldest first")
    size: int = measured("bytes", "of the payload")
    formula: str | None = Field(description="of a factor, whose readings have chains of their own")
    set_aside: str | None = Field(description="of a figure withdrawn by a signature: from when, whose and why")


class Lineage(Clocks):
    """Every vintage known at the cut-off, oldest first."""

    id: str = Field(examples=["usdbrl_ptax"])
    items: list[Vintage]


@router.get("/lineage/{id}/{reference_date}", **thing(Lineage, summary="From a number to its bytes"))
def lineage(
    request: Request,
    cut: ReadCut,
    id: Annotated[str, Path(description="series, factor or contract", examples=["usdbrl_ptax"], max_length=63)],
    reference_date: Annotated[date, Path(description="reference date", examples=["2024-01-09"])],
) -> Response:
    """Gold row, bronze rows, requests and raw object of each vintage of one reference date."""
    found = origins(cut.release, lake_of(request.app.state.settings), id, reference_date)
    known = [one for one in found if one.available_at <= cut.known and (cut.held is None or one.held_at <= cut.held)]
    told = provenance(cut)
    return passing(request, {**told, "id": id, "items": [_shown(as_dict(one)) for one in known]}, told)


def _shown(vintage: dict[str, Any]) -> dict[str, Any]:
    polls = [{name: poll[name] for name in Asked.model_fields} for poll in vintage["polls"]]
    return {name: vintage[name] for name in Vintage.model_fields} | {"polls": polls}
