"""The order desk: submits what passed its checks, and settles what was working at the session's prices.

Both calls write one transaction to the journal, then the audit copy; an order leaves only after both. Both may be repeated: what is
journalled already is left alone.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import ModuleType
from typing import Any, Protocol

from models_py.execution import pretrade
from models_py.execution.context import Batch, Context
from models_py.execution.contracts import expiry
from models_py.execution.order import Fill, Lapse, Order, State, advance
from models_py.kernel.errors import ConfigError
from models_py.kernel.registry import modules
from models_py.ledger.book import Book
from models_py.ledger.journal import Draft, Event, Journal
from models_py.ledger.marks import Mark
from models_py.ledger.positions import following


class Audit(Protocol):
    """Where the journal is copied before an order leaves."""

    def sync(self, journal: Journal) -> int: ...


def gateway(venue: str) -> ModuleType:
    """The gateway of a venue, found by walking `execution.gateways`.

    Raises:
        ConfigError: there is none.
    """
    found = {module.VENUE: module for module in modules("models_py.execution.gateways")}
    if venue not in found:
        raise ConfigError(f"no gateway {venue!r}; there are {', '.join(sorted(found))}")
    return found[venue]


def submit(
    journal: Journal,
    orders: Sequence[Order],
    context: Context,
    *,
    first: Sequence[Draft] = (),
    audit: Audit | None = None,
) -> tuple[Order, ...]:
    """Check orders one by one and send those that pass; the orders sent.

    `first` (the decision) is written in the same transaction, so that a killed run leaves both or neither. An order id that the
    journal knows is skipped, so that a second run adds nothing.
    """
    known = _known_orders(journal)
    batch, drafts, sent = Batch(), [*first], []
    for order in orders:
        if order.order_id in known:
            continue
        lines = pretrade.check(order, context, batch)
        passed = all(line.passed for line in lines)
        state = advance(order.order_id, State.new, State.validated if passed else State.rejected)
        if passed:
            state = advance(order.order_id, state, State.sent)
            batch.take(order, batch.next_slot(context.at), context.notional(order))
            sent.append(order)
        rows = [line.payload() for line in lines]
        failed = [line.code for line in lines if not line.passed]
        audited = {"order_id": order.order_id, "failed": failed, "checks": rows}
        drafts.append(Draft("pretrade", f"pretrade:{order.order_id}", audited, context.at))
        drafts.append(Draft("order", f"order:{order.order_id}", order.payload(state), context.at))
    if drafts:
        journal.append(*drafts)
    if audit is not None:
        audit.sync(journal)
    return tuple(sent)


def settle(
    journal: Journal,
    session: date,
    marks: Mapping[str, Mark],
    *,
    cdi_factor: float,
    carried_bd: int = 0,
    vix: float | None,
    at: datetime,
    audit: Audit | None = None,
    halted: str = "",
    venue: str = "paper",
) -> tuple[Event, ...]:
    """Fill or lapse the working orders of a session, mark the book, end what expired; the events written.

    Args:
        marks: of that session; empty where it has none: orders lapse and positions keep their last mark.
        cdi_factor: CDI growth of cash from the session before.  carried_bd: business days its oldest rate was carried, told as it is.
        vix: last known; costs double above 30.
        halted: why the desk is stopped; working orders are then cancelled, not filled.
    """
    book = following(journal).book()
    if book.session is not None and session <= book.session:
        return ()
    venue_module = gateway(venue)
    drafts, traded = [], set()
    for order_id, order in sorted(book.working.items()):
        if date.fromisoformat(order["session"]) > session:
            continue
        priced = marks.get(order["contract"]) if order["session"] == session.isoformat() else None
        if halted:
            outcome: Fill | Lapse = Lapse(order_id, order["contract"], session, f"cancelled by the emergency stop: {halted}")
        else:
            outcome = venue_module.execute(order, priced, vix=vix)
        kind = "fill" if isinstance(outcome, Fill) else "lapse"
        advance(order_id, State.sent, State.filled if kind == "fill" else State.cancelled if halted else State.lapsed)
        if kind == "fill":
            traded.add(outcome.contract)
        drafts.append(Draft(kind, f"{kind}:{order_id}", outcome.payload(), at))
    growth = {"cdi_factor": cdi_factor, "cdi_carried_bd": carried_bd}
    drafts.append(Draft("marks", f"marks:{session}", _marks(book, session, marks, traded) | growth, at))
    written = journal.append(*drafts)
    if audit is not None:
        audit.sync(journal)
    return written


def _marks(book: Book, session: date, marks: Mapping[str, Mark], traded: set[str]) -> dict[str, Any]:
    touched = sorted({*book.positions, *traded})
    real = {contract: marks[contract].payload() for contract in touched if contract in marks and marks[contract].session == session}
    kept = [contract for contract in touched if contract not in real]
    expired = [contract for contract in touched if expiry(contract, session) <= session]
    return {"session": session.isoformat(), "marks": real, "carried": kept, "expired": expired}


def _known_orders(journal: Journal) -> set[str]:
    return following(journal).book().orders

