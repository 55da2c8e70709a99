"""Orders: frozen values with an identity made of what they are for, and the states they may pass through.

Quantities are signed whole contracts in position sign. `allocation` says which strategies a trade is for, in contracts; it adds
to the quantity. The id is a function of decision, contract and sequence: making an order twice is making it once.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from models_py.execution.contracts import Side, screen_side
from models_py.kernel.errors import MacroError

Purpose = Literal["rebalance", "roll", "reduce"]


class BadOrder(MacroError, ValueError):
    """An order that contradicts itself."""


class State(StrEnum):
    """Where an order stands."""

    new = "new"
    validated = "validated"
    sent = "sent"
    partially_filled = "partially_filled"
    filled = "filled"
    rejected = "rejected"
    cancelled = "cancelled"
    lapsed = "lapsed"
    expired = "expired"


NEXT: Mapping[State, frozenset[State]] = {
    State.new: frozenset({State.validated, State.rejected}),
    State.validated: frozenset({State.sent, State.cancelled}),
    State.sent: frozenset({State.partially_filled, State.filled, State.rejected, State.cancelled, State.lapsed, State.expired}),
    State.partially_filled: frozenset({State.partially_filled, State.filled, State.cancelled, State.expired}),
}


def advance(order_id: str, now: State, then: State) -> State:
    """The next state of an order.

    Raises:
        BadOrder: it cannot pass there from where it is.
    """
    if then not in NEXT.get(now, frozenset()):
        raise BadOrder(f"order {order_id} cannot pass from {now} to {then}")
    return then


@dataclass(frozen=True)
class Order:
    """One order for one session. `reference_price` and `dv01` are of the last mark known when it was made."""

    decision_id: str
    contract: str
    quantity: int
    session: date
    created_at: datetime
    allocation: Mapping[str, float]
    reference_price: float
    dv01: float
    purpose: Purpose = "rebalance"
    sequence: int = 0

    @property
    def order_id(self) -> str:
        text = f"{self.decision_id}|{self.contract}|{self.sequence}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def side(self) -> Side:
        """Side on the screen: a receiver of DI1 sells the rate."""
        return screen_side(self.contract, self.quantity)

    def payload(self, state: State) -> dict[str, Any]:
        """The order as journalled."""
        return {
            "order_id": self.order_id,
            "decision_id": self.decision_id,
            "contract": self.contract,
            "quantity": self.quantity,
            "side": self.side,
            "session": self.session.isoformat(),
            "created_at": self.created_at.isoformat(),
            "allocation": dict(sorted(self.allocation.items())),
            "reference_price": self.reference_price,
            "dv01": self.dv01,
            "purpose": self.purpose,
            "sequence": self.sequence,
            "state": str(state),
        }


def order(**fields: Any) -> Order:
    """An order that agrees with itself.

    Raises:
        BadOrder: quantity is zero or not whole, the allocation does not add to it, or a number is not finite.
    """
    made = Order(**fields)
    if made.quantity == 0 or made.quantity != int(made.quantity):
        raise BadOrder(f"order in {made.contract}: quantity {made.quantity} is not a whole number of contracts")
    if not (math.isfinite(made.reference_price) and made.reference_price > 0 and math.isfinite(made.dv01)):
        raise BadOrder(f"order in {made.contract}: reference price {made.reference_price}, dv01 {made.dv01}")
    if abs(sum(made.allocation.values()) - made.quantity) > 1e-6 * max(1, abs(made.quantity)):
        raise BadOrder(f"order in {made.contract}: allocation adds to {sum(made.allocation.values()):g}, quantity is {made.quantity}")
    return made


@dataclass(frozen=True)
class Fill:
    """What was traded: signed contracts, price in the quote's unit of `marks`, cost in BRL."""

    order_id: str
    contract: str
    quantity: int
    price: float
    cost: float
    session: date
    allocation: Mapping[str, float]

    def payload(self) -> dict[str, Any]:
        return {
            "order_id": self.order_id, "contract": self.contract, "quantity": self.quantity, "price": self.price, "cost": self.cost,
            "session": self.session.isoformat(), "allocation": dict(sorted(self.allocation.items())),
        }  # fmt: skip


@dataclass(frozen=True)
class Lapse:
    """An order that ended unfilled, and why."""

    order_id: str
    contract: str
    session: date
    reason: str

    def payload(self) -> dict[str, Any]:
        return {"order_id": self.order_id, "contract": self.contract, "session": self.session.isoformat(), "reason": self.reason}
