"""`/decisions`, `/orders`, `/fills`: what the desk decided, sent and traded, as its journal has it. Nothing here trades."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from app.api.answers import passing
from app.api.contract import measured, thing
from app.api.desk import Desk, Folded, ReadBook
from app.api.lists import After, Few, newest_first
from app.api.problems import NotFound

router = APIRouter(tags=["desk"])


class Decision(BaseModel):
    """What the desk thought and would hold."""

    decision_id: str = Field(examples=["aa732ed7bd9e0cc9"])
    decision_at: datetime
    session: date = Field(description="session it was made for")
    release_id: str = Field(description="release it was made from")
    catch_up: bool = Field(description="made after its session's settlement window was over")


class Decided(Decision):
    """A decision whole, as journalled."""

    content: dict[str, Any] = Field(description="views, scores, blends, stops, targets, inputs and what else it was made of")


class Decisions(Desk):
    """One page of decisions, newest first."""

    next: str | None = Field(description="cursor of the page that follows")
    items: list[Decision]


class Order(BaseModel):
    """An order, and what became of it."""

    order_id: str
    decision_id: str
    contract: str = Field(examples=["di1f28"])
    side: str = Field(description="on the screen", examples=["buy"])
    quantity: int = measured("contracts", "in position sign")
    session: date
    created_at: datetime
    allocation: dict[str, float] = measured("contracts", "of each signal")
    reference_price: float = measured("PU or BRL per USD", "when it was made")
    purpose: str = Field(examples=["rebalance"])
    state: str = Field(description="sent, filled, lapsed or refused")


class Orders(Desk):
    """One page of orders, newest first."""

    next: str | None = Field(description="cursor of the page that follows")
    items: list[Order]


class Fill(BaseModel):
    """A fill of an order."""

    order_id: str
    contract: str = Field(examples=["di1f28"])
    session: date
    quantity: int = measured("contracts", "in position sign")
    price: float = measured("PU or BRL per USD", "traded at")
    cost: float = measured("BRL", "of the trade")
    allocation: dict[str, float] = measured("contracts", "of each signal")


class Fills(Desk):
    """One page of fills, newest first."""

    next: str | None = Field(description="cursor of the page that follows")
    items: list[Fill]


@router.get("/decisions", **thing(Decisions, summary="Decisions, newest first"))
def decisions(request: Request, desk: ReadBook, limit: Few = 50, after: After = None) -> Response:
    """When the desk decided, for which session and from which release."""
    return _page(request, desk, desk.book.decisions, Decision, limit, after)


@router.get("/decisions/{decision_id}", **thing(Decided, summary="One decision"))
def one_decision(
    request: Request,
    desk: ReadBook,
    decision_id: Annotated[str, Path(description="decision", examples=["aa732ed7bd9e0cc9"], max_length=64)],
) -> Response:
    """Everything the desk thought, as it was journalled."""
    found = desk.book.decisions.get(decision_id)
    if found is None:
        raise NotFound(f"no decision {decision_id!r} is journalled", values={"id": decision_id})
    return passing(request, {**_only(found, Decision), "content": found})


@router.get("/orders", **thing(Orders, summary="Orders, newest first"))
def orders(request: Request, desk: ReadBook, limit: Few = 50, after: After = None) -> Response:
    """Orders sent and refused, each with what became of it."""
    book = desk.book
    became = {fill["order_id"]: "filled" for fill in book.fills} | {lapse["order_id"]: "lapsed" for lapse in book.lapses}
    made = {order["order_id"]: {**order, "state": became.get(order["order_id"], order["state"])} for order in desk.payloads("order")}
    return _page(request, desk, made, Order, limit, after)


@router.get("/fills", **thing(Fills, summary="Fills, newest first"))
def fills(request: Request, desk: ReadBook, limit: Few = 50, after: After = None) -> Response:
    """What was traded, at which price and cost."""
    return _page(request, desk, {fill["order_id"]: fill for fill in desk.book.fills}, Fill, limit, after)


def _page(
    request: Request, desk: Folded, found: dict[str, dict[str, Any]], model: type[BaseModel], limit: int, after: str | None
) -> Response:
    shown, following = newest_first(list(found), limit, after)
    return passing(request, {**desk.told, "next": following, "items": [_only(found[name], model) for name in shown]})


def _only(payload: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    return {name: payload[name] for name in model.model_fields}
