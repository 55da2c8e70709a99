"""The fourteen pre-trade checks, in order. Each writes a line of audit; one that fails, or cannot be answered, stops the order.

To change a check, change its line in CHECKS. Orders that reduce what is held pass the checks that guard new risk.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import numpy as np

from models_py.execution.contracts import days_to_expiry, family, screen_side, spec, tenor_bd
from models_py.execution.order import Order
from models_py.kernel.errors import MacroError
from models_py.ledger.halt import Halt
from models_py.ledger.marks import Mark
from models_py.quant.daycount import calendar

ROLES = frozenset({"desk", "trader"})
DI1_BAND, FX_BAND = 0.0050, 0.03            # of rate, around the last settlement; of price
LAST_SESSIONS = 2
FAT_FINGER, MEDIAN_ORDERS = 3.0, 20
DUPLICATE_WINDOW = timedelta(seconds=2)
ORDERS_PER_SECOND = 10
NOTIONAL_SHARE = 10.0                       # notional traded in a session, times NAV
MARGIN_SHARE = 0.35
FACE, YEAR_BD = 100_000.0, 252.0


@dataclass(frozen=True)
class Context:
    """What the checks look at. `limits` and `margin` are functions of the projected positions, given by the desk."""

    role: str
    enabled: frozenset[str]                                  # strategies and agent views that may trade
    statuses: Mapping[str, str]                              # of each, at the decision: OK, DEGRADED, STALE, NO DATA
    decision_id: str
    session: date
    nav: float
    positions: Mapping[str, int]
    marks: Mapping[str, Mark]
    working: Mapping[str, Mapping[str, Any]]
    limits: Callable[[Mapping[str, float]], Sequence[Any]]
    margin: Callable[[Mapping[str, float]], float]
    at: datetime
    halt: Halt = field(default_factory=Halt)
    blocks_increase: bool = False
    breaker_reason: str = ""
    restricted: frozenset[str] = frozenset()
    blackout: bool = False
    past_sizes: Mapping[str, Sequence[int]] = field(default_factory=dict)    # recent order sizes by family


@dataclass(frozen=True)
class Check:
    """One line of audit."""

    number: int
    code: str
    passed: bool
    detail: str

    def payload(self) -> dict[str, Any]:
        return {"number": self.number, "code": self.code, "passed": self.passed, "detail": self.detail}


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


Answer = tuple[bool, str]
Test = Callable[[Order, Context, Batch], Answer]


def check(order: Order, context: Context, batch: Batch) -> tuple[Check, ...]:
    """All fourteen lines for one order; it may leave only when every one passed."""
    lines = []
    for number, (code, test) in enumerate(CHECKS, start=1):
        try:
            passed, detail = test(order, context, batch)
        except (MacroError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
            passed, detail = False, f"cannot be answered: {type(error).__name__}: {error}"
        lines.append(Check(number, code, bool(passed), detail))
    return tuple(lines)


def reduces(order: Order, context: Context, batch: Batch) -> bool:
    """Whether the order brings the position nearer to zero without crossing it."""
    held = context.positions.get(order.contract, 0) + batch.quantities.get(order.contract, 0.0)
    return held * order.quantity < 0 and abs(order.quantity) <= abs(held)


def _projected(order: Order, context: Context, batch: Batch) -> dict[str, float]:
    quantities: dict[str, float] = {contract: float(quantity) for contract, quantity in context.positions.items()}
    for contract, quantity in [*batch.quantities.items(), (order.contract, float(order.quantity))]:
        quantities[contract] = quantities.get(contract, 0.0) + quantity
    return quantities


def _notional(order: Order, context: Context) -> float:
    return abs(order.quantity) * context.marks[order.contract].value


def _enabled(order: Order, context: Context, batch: Batch) -> Answer:
    if context.role not in ROLES:
        return False, f"role {context.role!r} may not trade"
    off = sorted(set(order.allocation) - context.enabled)
    if off and not reduces(order, context, batch):
        return False, f"not enabled: {', '.join(off)}"
    return True, f"role {context.role}"


def _running(order: Order, context: Context, batch: Batch) -> Answer:
    if context.halt.is_halted:
        return False, f"halted: {context.halt.reason}"
    if context.blocks_increase and not reduces(order, context, batch):
        return False, f"breaker: {context.breaker_reason}"
    return True, context.breaker_reason or "no halt, no breaker"


def _tradable(order: Order, context: Context, _batch: Batch) -> Answer:
    if order.session != context.session or not calendar("b3").is_business_day(order.session, as_of=order.session):
        return False, f"{order.session} is not the session traded ({context.session})"
    if order.contract not in context.marks:
        return False, f"{order.contract} is not listed with a price"
    left = days_to_expiry(order.contract, order.session, "b3")
    return left > LAST_SESSIONS, f"{left} sessions to expiry"


def _price_band(order: Order, context: Context, _batch: Batch) -> Answer:
    last = context.marks[order.contract].price
    if spec(order.contract).quote == "price":
        away = order.reference_price / last - 1
        return abs(away) <= FX_BAND, f"{away:+.2%} from the last settlement"
    days = max(tenor_bd(order.contract, order.session), 1)
    rates = [(FACE / price) ** (YEAR_BD / days) - 1 for price in (order.reference_price, last)]
    return abs(rates[0] - rates[1]) <= DI1_BAND, f"{(rates[0] - rates[1]) * 1e4:+.1f} bp from the last settlement"


def _side(order: Order, _context: Context, _batch: Batch) -> Answer:
    rated = spec(order.contract).quote == "rate"
    expected = ("sell" if order.quantity > 0 else "buy") if rated else ("buy" if order.quantity > 0 else "sell")
    if screen_side(order.contract, order.quantity) != expected or order.side != expected:
        return False, f"{order.quantity:+d} {order.contract} would {order.side}, must {expected}"
    if rated != (order.dv01 > 0):
        return False, f"dv01 {order.dv01:g} contradicts a contract quoted in {spec(order.contract).quote}"
    return True, f"{order.side} on the screen"


def _quantity(order: Order, context: Context, batch: Batch) -> Answer:
    lot = spec(order.contract).lot
    closes = order.quantity == -context.positions.get(order.contract, 0)
    if order.quantity % lot and not closes:
        return False, f"{order.quantity} is not a multiple of the lot {lot}"
    past = [abs(size) for size in context.past_sizes.get(family(order.contract), ())][-MEDIAN_ORDERS:]
    exempt = closes or order.purpose == "roll" or reduces(order, context, batch)
    if len(past) >= MEDIAN_ORDERS and abs(order.quantity) > FAT_FINGER * median(past) and not exempt:
        return False, f"{abs(order.quantity)} is more than {FAT_FINGER:g} times the median of {median(past):g}"
    return True, f"lot {lot}; {len(past)} orders of the family before"


def _duplicate(order: Order, context: Context, batch: Batch) -> Answer:
    if order.order_id in context.working or any(other.order_id == order.order_id for other in batch.orders):
        return False, f"order {order.order_id} is there already"
    for other in batch.orders:
        near = abs(other.created_at - order.created_at) < DUPLICATE_WINDOW
        if near and (other.contract, other.quantity) == (order.contract, order.quantity):
            return False, f"same contract and quantity as {other.order_id} within two seconds"
    return True, "first of its kind"


def _fresh(order: Order, context: Context, batch: Batch) -> Answer:
    stale = sorted(f"{name} {context.statuses.get(name, 'unknown')}" for name in order.allocation if not _usable(name, context))
    return not stale or reduces(order, context, batch), ", ".join(stale) or "every driving signal is fresh"


def _usable(name: str, context: Context) -> bool:
    return context.statuses.get(name) in ("OK", "DEGRADED")


def _within_limits(order: Order, context: Context, batch: Batch) -> Answer:
    before = {reading.id: reading for reading in context.limits(_without(order, context, batch))}
    after = context.limits(_projected(order, context, batch))
    unknown = [reading.id for reading in after if reading.status == "unmeasured"]
    if unknown:
        return reduces(order, context, batch), f"not measured: {', '.join(unknown)}"
    worse = [r for r in after if r.status == "breach" and (before[r.id].used is None or r.used > before[r.id].used + 1e-12)]
    if worse:
        return False, "; ".join(f"{r.id} {r.value:.2%} of {r.hard:.2%}" for r in worse)
    return True, f"{', '.join(reading.id for reading in after)} hold for the projected book"


def _without(order: Order, context: Context, batch: Batch) -> dict[str, float]:
    quantities = _projected(order, context, batch)
    quantities[order.contract] -= order.quantity
    return quantities


def _margin(order: Order, context: Context, batch: Batch) -> Answer:
    share = context.margin(_projected(order, context, batch)) / context.nav if context.nav > 0 else float("nan")
    if not np.isfinite(share):
        return reduces(order, context, batch), f"margin not measured, NAV {context.nav:,.0f}"
    return share <= MARGIN_SHARE or reduces(order, context, batch), f"margin {share:.1%} of NAV, at most {MARGIN_SHARE:.0%}"


def _self_trade(order: Order, context: Context, batch: Batch) -> Answer:
    today = [w for w in context.working.values() if w["session"] == str(order.session)]
    others: list[tuple[str, float]] = [(w["contract"], w["quantity"]) for w in today]
    others += [(other.contract, other.quantity) for other in batch.orders]
    against = [quantity for contract, quantity in others if contract == order.contract and quantity * order.quantity < 0]
    return not against, f"would trade against our own {against[0]:+g}" if against else "no opposite order works"


def _restricted(order: Order, context: Context, _batch: Batch) -> Answer:
    if family(order.contract) in context.restricted or order.contract in context.restricted:
        return False, f"{order.contract} is restricted"
    return not context.blackout, "event blackout" if context.blackout else "neither restricted nor in a blackout"


def _rate(order: Order, context: Context, batch: Batch) -> Answer:
    slot = batch.next_slot(context.at)
    within = sum(slot - sent < timedelta(seconds=1) for sent in batch.sent_at)
    traded = batch.notional + _notional(order, context)
    passed = within < ORDERS_PER_SECOND and traded <= NOTIONAL_SHARE * context.nav
    return passed, f"{within + 1} in a second; notional {traded / context.nav:.2f} of NAV, at most {NOTIONAL_SHARE:g}"


def _lineage(order: Order, context: Context, _batch: Batch) -> Answer:
    whole = abs(sum(order.allocation.values()) - order.quantity) < 1e-6 * max(1, abs(order.quantity))
    known = order.decision_id == context.decision_id and bool(order.allocation)
    return whole and known, f"decision {order.decision_id}" if known else f"decision {order.decision_id} is not {context.decision_id}"


CHECKS: tuple[tuple[str, Test], ...] = (
    ("ENABLED", _enabled),
    ("RUNNING", _running),
    ("TRADABLE", _tradable),
    ("PRICE_BAND", _price_band),
    ("SIDE", _side),
    ("QUANTITY", _quantity),
    ("DUPLICATE", _duplicate),
    ("FRESH", _fresh),
    ("LIMITS", _within_limits),
    ("MARGIN", _margin),
    ("SELF_TRADE", _self_trade),
    ("RESTRICTED", _restricted),
    ("RATE", _rate),
    ("LINEAGE", _lineage),
)
