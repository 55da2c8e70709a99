"""Checks of an order against the desk and its book: who may trade, what stops, how fresh, how much risk, margin and pace."""

from datetime import timedelta

from numpy import isfinite

from models_py.execution.context import ORDERS_PER_SECOND, Answer, Batch, Context, projected, reduces
from models_py.execution.order import Order

ROLES = frozenset({"desk", "trader"})
USABLE = frozenset({"OK", "DEGRADED"})
NOTIONAL_SHARE = 10.0                       # notional traded in a session, times NAV
MARGIN_SHARE = 0.35


def enabled(order: Order, context: Context, batch: Batch) -> Answer:
    """A role that trades, for signals that may: one that is disabled or suspended only closes."""
    if context.role not in ROLES:
        return False, f"role {context.role!r} may not trade"
    off = sorted(set(order.allocation) - context.enabled)
    if off and not reduces(order, context, batch):
        return False, f"not enabled: {', '.join(off)}"
    return True, f"role {context.role}"


def running(order: Order, context: Context, batch: Batch) -> Answer:
    """No emergency stop; under a breaker that blocks new risk, only what reduces."""
    if context.halt.is_halted:
        return False, f"halted: {context.halt.reason}"
    if context.blocks_increase and not reduces(order, context, batch):
        return False, f"breaker: {context.breaker_reason}"
    return True, context.breaker_reason or "no halt, no breaker"


def fresh(order: Order, context: Context, batch: Batch) -> Answer:
    """Every signal that drives the order speaks on data that are fresh enough."""
    status = {name: context.statuses.get(name, "unknown") for name in sorted(order.allocation)}
    stale = [f"{name} {said}" for name, said in status.items() if said not in USABLE]
    return not stale or reduces(order, context, batch), ", ".join(stale) or "every driving signal is fresh"


def within_limits(order: Order, context: Context, batch: Batch) -> Answer:
    """No limit breached by the projected book that the order makes worse; where one is not measured, only what reduces."""
    without, with_it = projected(order, context, batch)
    before = {reading.id: reading for reading in context.limits(without)}
    after = context.limits(with_it)
    unknown = [reading.id for reading in after if reading.status == "unmeasured"]
    if unknown:
        return reduces(order, context, batch), f"not measured: {', '.join(unknown)}"
    worse = [r for r in after if r.status == "breach" and (before[r.id].used is None or r.used > before[r.id].used + 1e-12)]
    if worse:
        return False, "; ".join(f"{r.id} {r.value:.2%} of {r.hard:.2%}" for r in worse)
    return True, f"{', '.join(reading.id for reading in after)} hold for the projected book"


def margin(order: Order, context: Context, batch: Batch) -> Answer:
    """Margin of the projected book within 35 % of NAV (L7)."""
    share = context.margin(projected(order, context, batch)[1]) / context.nav if context.nav > 0 else float("nan")
    if not isfinite(share):
        return reduces(order, context, batch), f"margin not measured, NAV {context.nav:,.0f}"
    return share <= MARGIN_SHARE or reduces(order, context, batch), f"margin {share:.1%} of NAV, at most {MARGIN_SHARE:.0%}"


def self_trade(order: Order, context: Context, batch: Batch) -> Answer:
    """No order of our own works the other way in the same contract and session."""
    today = [working for working in context.working.values() if working["session"] == str(order.session)]
    others: list[tuple[str, float]] = [(working["contract"], working["quantity"]) for working in today]
    others += [(other.contract, other.quantity) for other in batch.orders]
    against = [quantity for contract, quantity in others if contract == order.contract and quantity * order.quantity < 0]
    return not against, f"would trade against our own {against[0]:+g}" if against else "no opposite order works"


def pace(order: Order, context: Context, batch: Batch) -> Answer:
    """At most ten orders a second, and ten times NAV of contract value a session."""
    slot = batch.next_slot(context.at)
    within = sum(slot - sent < timedelta(seconds=1) for sent in batch.sent_at)
    traded = batch.notional + context.notional(order)
    passed = within < ORDERS_PER_SECOND and traded <= NOTIONAL_SHARE * context.nav
    return passed, f"{within + 1} in a second; notional {traded:,.0f} BRL, at most {NOTIONAL_SHARE:g} times NAV {context.nav:,.0f}"
