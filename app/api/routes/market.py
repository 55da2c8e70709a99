"""`/quotes`, `/marks`, `/returns`: prices as they were known."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from app.api.answers import answer
from app.api.contract import measured, rows
from app.api.cut import Day, First, Last, Text
from app.api.pages import Paged
from app.api.tables import between, cut_rows
from models_py.gold.page import Condition

router = APIRouter(tags=["market"])

Instruments = Annotated[Text, Query(description="instruments, joined by commas; default: all", examples=["di1f27,di1f29"], max_length=4000)]


class Quote(BaseModel):
    """One quoted field of an instrument in a session."""

    instrument_id: str = Field(examples=["di1f27"])
    field: str = Field(description="settlement, rate, price, previous, open_interest and what else a report gives", examples=["settlement"])
    reference_date: date = Field(description="the session")
    available_at: datetime = Field(description="when it was published")
    held_at: datetime = Field(description="when this lake first had it")
    vintage: int = Field(ge=1)
    value: float = measured(
        "of family and field", "settlement: PU for DI1, DAP, DDI; BRL per USD for DOL; decimal rate for FRC; points for IND"
    )
    availability: str = Field(description="how `available_at` is known")
    raw_sha256: str | None = Field(description="payload it was read from")


class Mark(BaseModel):
    """The price at which the desk values and fills a contract in a session."""

    instrument_id: str = Field(examples=["di1f27"])
    reference_date: date = Field(description="the session")
    available_at: datetime = Field(description="when it was known")
    held_at: datetime = Field(description="when this lake had all it is made of")
    vintage: int = Field(ge=1)
    price: float = measured("PU or BRL per USD", "DI1 and DAP of 100,000; DOL")
    point_value: float = measured("BRL", "gained by a contract for each 1.0 of price")
    accretion: float = measured("factor", "growth at the CDI since the last session; 1 for DOL")
    dv01: float | None = measured("BRL", "gained by a long contract when its rate falls by 1 bp; null for DOL")
    grade: str = Field(examples=["market"])


class Return(BaseModel):
    """What one unit of a generic instrument earned over its financing since the session before."""

    instrument_id: str = Field(description="usdbrl is long BRL, di1_* receives, bei_* is long breakeven", examples=["di1_252bd"])
    reference_date: date = Field(description="the session on which the return ends")
    available_at: datetime = Field(description="when it was known")
    held_at: datetime = Field(description="when this lake had all it is made of")
    vintage: int = Field(ge=1)
    excess_return: float = measured("decimal", "over the financing of the position")
    pnl_per_unit: float | None = measured("currency", "BRL a contract of 100,000; BRL per USD sold; USD per USD at par")
    carry: float | None = measured("decimal", "part that an unchanged yield, or the forward, would have paid")
    rolldown: float | None = measured("decimal", "part that an unchanged curve would have paid beyond it")
    dv01: float | None = measured("currency", "gain of one unit when its rate falls by 1 bp")
    grade: str = Field(examples=["market"])


@router.get("/quotes", **rows(Quote, summary="Quotes as they were known"))
def quotes(
    request: Request,
    asked: Paged,
    instrument_id: Instruments = None,
    field: Annotated[Text, Query(description="one field", examples=["settlement"], max_length=40)] = None,
    reference_date: Day = None,
    first: First = None,
    last: Last = None,
) -> Response:
    """Quotes by instrument, field and session. Name an instrument or a day: without either all are read."""
    where = _where(instrument_id, reference_date, first, last)
    if field is not None:
        where.append(("field", "in", [field]))
    return answer(request, asked.cut, lambda: cut_rows(asked, "quotes", where, tuple(Quote.model_fields)))


@router.get("/marks", **rows(Mark, summary="Marks as they were known"))
def marks(
    request: Request, asked: Paged, instrument_id: Instruments = None, reference_date: Day = None, first: First = None, last: Last = None
) -> Response:
    """Prices at which contracts are valued and filled, by contract and session."""
    where = _where(instrument_id, reference_date, first, last)
    return answer(request, asked.cut, lambda: cut_rows(asked, "marks", where, tuple(Mark.model_fields)))


@router.get("/returns", **rows(Return, summary="Returns as they were known"))
def returns(
    request: Request, asked: Paged, instrument_id: Instruments = None, reference_date: Day = None, first: First = None, last: Last = None
) -> Response:
    """Excess returns of generic instruments, by instrument and session."""
    where = _where(instrument_id, reference_date, first, last)
    return answer(request, asked.cut, lambda: cut_rows(asked, "returns", where, tuple(Return.model_fields)))


def _where(instrument_ids: str | None, day: date | None, first: date | None, last: date | None) -> list[Condition]:
    where = between(first, last)
    if instrument_ids is not None:
        where.append(("instrument_id", "in", instrument_ids.split(",")))
    if day is not None:
        where.append(("reference_date", "in", [day]))
    return where
