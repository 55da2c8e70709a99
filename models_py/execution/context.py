"""What the pre-trade checks look at: the desk and its book at a decision, and what the same submission has already let pass."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from models_py.execution.order import Order
from models_py.ledger.halt import Halt
from models_py.ledger.marks import Mark

ORDERS_PER_SECOND = 10

Answer = tuple[bool, str]


@dataclass(frozen=True)
class Context:
    """The desk at a decision. `limits` and `margin` are functions of the projected positions, given by the desk."""

    role: str
    enabled: frozenset[str]                                  # strategies and agent views that may trade
    statuses: Mapping[str, str]                              # of each, at the decision: OK, DEGRADED, STALE, NO DATA
    decision_id: str
    session: date
    nav: float
    positions: Mapping[str, int]
    marks: Mapping[str, Mark]                                # last known, which reference prices are taken from
    earlier: Mapping[str, Mark]                              # of a session before those, which they are held against
    working: Mapping[str, Mapping[str, Any]]
    limits: Callable[[Mapping[str, float]], Sequence[Any]]
    margin: Callable[[Mapping[str, float]], float]           # NaN where it cannot be measured
    at: datetime
    halt: Halt = field(default_factory=Halt)
    blocks_increase: bool = False
    breaker_reason: str = ""
    restricted: frozenset[str] = frozenset()                 # families or contracts
    blackouts: frozenset[date] = frozenset()
    past_sizes: Mapping[str, Sequence[int]] = field(default_factory=dict)    # recent order sizes by family

    def notional(self, order: Order) -> float:
        """Contract value of an order at its last mark, BRL."""
        return abs(order.quantity) * self.marks[order.contract].value


@dataclass
class Batch:
    """What has been accepted before in the same submission: quantities by contract, send times, notional."""

    quantities: dict[str, float] = field(default_factory=dict)
    sent_at: list[datetime] = field(default_factory=list)
    notional: float = 0.0
    orders: list[Order] = field(default_factory=list)

    def take(self, order: Order, at: datetime, notional: float) -> None:
        self.quantities[order.contract] = self.quantities.get(order.contract, 0.0) + order.quantity
        self.sent_at.append(at)
        self.notional += notional
        self.orders.append(order)

    def next_slot(self, at: datetime) -> datetime:
        """When the next order may leave: at most ten a second."""
        return at + timedelta(seconds=len(self.sent_at) / ORDERS_PER_SECOND)


def reduces(order: Order, context: Context, batch: Batch) -> bool:
    """Whether the order brings the position nearer to zero without crossing it."""
    held = context.positions.get(order.contract, 0) + batch.quantities.get(order.contract, 0.0)
    return held * order.quantity < 0 and abs(order.quantity) <= abs(held)


def projected(order: Order, context: Context, batch: Batch) -> tuple[dict[str, float], dict[str, float]]:
    """Quantities of the book before the order and after it, with all that was accepted before."""
    before: dict[str, float] = {contract: float(quantity) for contract, quantity in context.positions.items()}
    for contract, quantity in [*batch.quantities.items(), (order.contract, 0.0)]:
        before[contract] = before.get(contract, 0.0) + quantity
    return before, {**before, order.contract: before[order.contract] + order.quantity}
