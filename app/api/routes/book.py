"""`/book`, `/positions`, `/performance`: what the desk holds and what it was worth, as its journal has it."""

from dataclasses import asdict
from datetime import date

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.api.answers import passing
from app.api.contract import measured, thing
from app.api.desk import Desk, ReadBook
from models_py.desk.summary import positions as held_of
from models_py.ledger import pnl

router = APIRouter(tags=["desk"])


class Result(BaseModel):
    """P&L of a period."""

    total: float = measured("BRL", "change of NAV less flows")
    variation: float = measured("BRL", "settlement variation")
    cost: float = measured("BRL", "of what was traded")
    interest: float = measured("BRL", "on capital")


class State(Desk):
    """The book after its last session."""

    session: date | None = Field(description="last session marked")
    nav: float = measured("BRL", "net asset value")
    capital: float = measured("BRL", "put in so far")
    pnl: dict[str, Result] = Field(description="day, month, year, since_inception")
    pnl_by_strategy: dict[str, float] = measured("BRL", "since inception, without interest on capital")
    halted: bool = Field(description="the emergency stop stands in the journal")
    halt_reason: str
    working: int = Field(description="orders at work")


class Position(BaseModel):
    """A contract held."""

    contract: str = Field(examples=["di1f28"])
    quantity: int = measured("contracts", "DI1 and DAP: positive receives")
    price: float = measured("PU or BRL per USD", "last mark")
    value: float = measured("BRL", "quantity at the last mark")
    dv01: float = measured("BRL", "gained when the rate falls by 1 bp")
    marked: date = Field(description="session of the mark")
    grade: str = Field(examples=["market"])
    by_strategy: dict[str, float] = measured("contracts", "of each signal")


class Positions(Desk):
    """What is held."""

    session: date | None = Field(description="last session marked")
    items: list[Position]


class Day(BaseModel):
    """One session of the book."""

    session: date
    nav: float = measured("BRL", "after the session")
    interest: float = measured("BRL", "of the session")
    flow: float = measured("BRL", "money that came in since the session before")


class Performance(Desk):
    """NAV by session, oldest first."""

    items: list[Day]


@router.get("/book", **thing(State, summary="NAV, result and state"))
def book(request: Request, desk: ReadBook) -> Response:
    """Net asset value, result by period and strategy, and whether the emergency stop stands."""
    held = desk.book
    periods = {
        "day": pnl.day(held), "month": pnl.month_to_date(held), "year": pnl.year_to_date(held),
        "since_inception": pnl.period(held, date.min),
    }  # fmt: skip
    state = {
        **desk.told,
        "session": held.session,
        "nav": held.nav,
        "capital": held.flows,
        "pnl": {name: asdict(result) for name, result in periods.items()},
        "pnl_by_strategy": pnl.by_strategy(held),
        "halted": held.halt.is_halted,
        "halt_reason": held.halt.reason,
        "working": len(held.working),
    }
    return passing(request, state)


@router.get("/positions", **thing(Positions, summary="Positions"))
def positions(request: Request, desk: ReadBook) -> Response:
    """Contracts held, at their last mark, with the signals they are held for."""
    return passing(request, {**desk.told, "session": desk.book.session, "items": held_of(desk.book)})


@router.get("/performance", **thing(Performance, summary="NAV by session"))
def performance(request: Request, desk: ReadBook) -> Response:
    """Net asset value, interest and flows of every session."""
    return passing(request, {**desk.told, "items": [day._asdict() for day in desk.book.days]})
