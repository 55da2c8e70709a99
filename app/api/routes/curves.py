"""`/curves`: zero curves as they were known; a curve is cut whole."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from app.api.answers import answer
from app.api.contract import measured, rows
from app.api.cut import Day, First, Last
from app.api.media import Table
from app.api.pages import Paged
from app.api.problems import NotFound
from app.api.tables import between, cut_rows, table_of
from models_py.gold import AsOf
from models_py.gold.page import Condition, newest

router = APIRouter(tags=["curves"])

CurveId = Annotated[str, Path(description="curve", examples=["br_di1"], max_length=63)]
LISTED = """
select
    curve_id, min(reference_date) as first_date, max(reference_date) as last_date, count(distinct reference_date) as sessions,
    max(available_at) as available_at
from gold.curves
where available_at <= ? and held_at <= coalesce(?::timestamptz, 'infinity') and zero_rate is not null
group by curve_id order by curve_id limit ? offset ?
"""


class Curve(BaseModel):
    """A curve, and what is known of it."""

    curve_id: str = Field(examples=["br_di1"])
    first_date: date = Field(description="first session")
    last_date: date = Field(description="last session")
    sessions: int = Field(description="sessions that have a curve")
    available_at: datetime = Field(description="when its newest nodes became known")


class Node(BaseModel):
    """A node of a curve."""

    curve_id: str = Field(examples=["br_di1"])
    reference_date: date = Field(description="the session")
    tenor_bd: int = measured("business days", "from the session to the node")
    zero_rate: float = measured("decimal a year", "compounded, 252 business days; real for br_real")
    discount_factor: float = measured("decimal", "(1 + zero_rate) ** (-tenor_bd / 252)")
    available_at: datetime = Field(description="when the whole curve was known")
    held_at: datetime = Field(description="when this lake had every quote of it")
    vintage: int = Field(description="1, 2, … of the whole curve in that session")
    method: str = Field(description="how nodes were made, and what joins them")
    grade: str = Field(examples=["market"])


COLUMNS = tuple(Node.model_fields)


@router.get("/curves", **rows(Curve, summary="Curves"))
def list_curves(request: Request, asked: Paged) -> Response:
    """Every curve, and the sessions known of it at the cut-off."""
    cut, part = asked.cut, asked.page

    def found() -> Table:
        return table_of(asked, cut.release.sql(LISTED, (cut.known, cut.held, part.probe, part.offset)), is_part=True)

    return answer(request, cut, found)


@router.get("/curves/{curve_id}", **rows(Node, summary="One curve as it was known"))
def one_curve(request: Request, asked: Paged, curve_id: CurveId, reference_date: Day = None) -> Response:
    """The nodes of one session, by tenor, as they stood at the cut-off; by default of the last session known."""
    where = _of(asked.cut.asof, curve_id, reference_date)
    return answer(request, asked.cut, lambda: cut_rows(asked, "curves", where, COLUMNS))


@router.get("/curves/{curve_id}/history", **rows(Node, summary="A curve over many sessions"))
def curve_history(request: Request, asked: Paged, curve_id: CurveId, first: First = None, last: Last = None) -> Response:
    """The nodes of every session from first to last, each as it stood at the cut-off."""
    where: list[Condition] = [("curve_id", "in", [curve_id]), *between(first, last)]
    _of(asked.cut.asof, curve_id, None)
    return answer(request, asked.cut, lambda: cut_rows(asked, "curves", where, COLUMNS))


def _of(asof: AsOf, curve_id: str, day: date | None) -> list[Condition]:
    """Conditions of one session of a curve.

    Raises:
        NotFound: the curve is not known at the cut-off, or not on that day.
    """
    known: list[Condition] = [("curve_id", "in", [curve_id])]
    if day is not None:
        known.append(("reference_date", "in", [day]))
    found = newest(asof, "curves", known)
    if found is None:
        on = f" of {day}" if day else ""
        raise NotFound(
            f"no curve {curve_id!r}{on} is known at {asof.known.isoformat()} in release {asof.release.id}",
            values={"id": curve_id, "known": asof.known.isoformat(), "release_id": asof.release.id},
        )
    return [*known[:1], ("reference_date", "in", [found])]
