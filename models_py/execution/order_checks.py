"""Checks of an order in itself: what it is in, at what price, which way, how much, and where it comes from."""

from datetime import timedelta
from statistics import median

from models_py.execution.context import Answer, Batch, Context, reduces
from models_py.execution.contracts import days_to_expiry, family, screen_side, spec, tenor_bd
from models_py.execution.order import Order
from models_py.ledger.marks import Mark
from models_py.quant.daycount import calendar

RATE_BAND, FX_BAND = 0.0050, 0.03           # of rate, of price, between two settlements (RISK §9)
LAST_SESSIONS = 2
FAT_FINGER, MEDIAN_ORDERS = 3.0, 20
DUPLICATE_WINDOW = timedelta(seconds=2)
FACE, YEAR_BD = 100_000.0, 252.0


def tradable(order: Order, context: Context, _batch: Batch) -> Answer:
    """The session traded, a contract with a price, not in its last two sessions."""
    if order.session != context.session or not calendar("b3").is_business_day(order.session, as_of=order.session):
        return False, f"{order.session} is not the session traded ({context.session})"
    if order.contract not in context.marks:
        return False, f"{order.contract} is not listed with a price"
    left = days_to_expiry(order.contract, order.session, "b3")
    return left > LAST_SESSIONS, f"{left} sessions to expiry"


def price_band(order: Order, context: Context, batch: Batch) -> Answer:
    """Reference price against the settlement of an earlier session: 50 bp of rate, 3 % of price. A cut is not stopped by the fall that
    it answers."""
    before, now = context.earlier.get(order.contract), context.marks[order.contract]
    if before is None or before.session >= now.session:
        return reduces(order, context, batch), f"no settlement before {now.session} to hold {order.reference_price:,.4f} against"
    if spec(order.contract).quote == "price":
        move, told, band = order.reference_price / before.price - 1, "{:+.2%}", FX_BAND
    else:
        move, told, band = _rate(order.reference_price, now) - _rate(before.price, before), "{:+.2%} of rate", RATE_BAND
    return abs(move) <= band or reduces(order, context, batch), f"{told.format(move)} from the settlement of {before.session}"


def _rate(price: float, mark: Mark) -> float:
    return float((FACE / price) ** (YEAR_BD / max(tenor_bd(mark.contract, mark.session), 1)) - 1)


def side(order: Order, _context: Context, _batch: Batch) -> Answer:
    """Long PU sells the rate, long dollars buys the price; a DV01 goes with a rate and with nothing else."""
    rated = spec(order.contract).quote == "rate"
    expected = ("sell" if order.quantity > 0 else "buy") if rated else ("buy" if order.quantity > 0 else "sell")
    if screen_side(order.contract, order.quantity) != expected or order.side != expected:
        return False, f"{order.quantity:+d} {order.contract} would {order.side}, must {expected}"
    if rated != (order.dv01 > 0):
        return False, f"dv01 {order.dv01:g} contradicts a contract quoted in {spec(order.contract).quote}"
    return True, f"{order.side} on the screen"


def quantity(order: Order, context: Context, batch: Batch) -> Answer:
    """Whole lots, and at most three times the median of the last orders of the family; a close, a roll or a cut may be larger."""
    lot = spec(order.contract).lot
    closes = order.quantity == -context.positions.get(order.contract, 0)
    if order.quantity % lot and not closes:
        return False, f"{order.quantity} is not a multiple of the lot {lot}"
    past = [abs(size) for size in context.past_sizes.get(family(order.contract), ())][-MEDIAN_ORDERS:]
    exempt = closes or order.purpose == "roll" or reduces(order, context, batch)
    if len(past) >= MEDIAN_ORDERS and abs(order.quantity) > FAT_FINGER * median(past) and not exempt:
        return False, f"{abs(order.quantity)} is more than {FAT_FINGER:g} times the median of {median(past):g}"
    return True, f"lot {lot}; {len(past)} orders of the family before"


def duplicate(order: Order, context: Context, batch: Batch) -> Answer:
    """Neither the same order again nor its like within two seconds."""
    if order.order_id in context.working or any(other.order_id == order.order_id for other in batch.orders):
        return False, f"order {order.order_id} is there already"
    for other in batch.orders:
        near = abs(other.created_at - order.created_at) < DUPLICATE_WINDOW
        if near and (other.contract, other.quantity) == (order.contract, order.quantity):
            return False, f"same contract and quantity as {other.order_id} within two seconds"
    return True, "first of its kind"


def restricted(order: Order, context: Context, _batch: Batch) -> Answer:
    """Neither on the restricted list nor in a blackout, which bind cuts too: nobody may trade."""
    if {family(order.contract), order.contract} & context.restricted:
        return False, f"{order.contract} is restricted"
    if order.session in context.blackouts:
        return False, f"{order.session} is a blackout"
    return True, f"not among {len(context.restricted)} restricted, nor in {len(context.blackouts)} blackouts"


def lineage(order: Order, context: Context, _batch: Batch) -> Answer:
    """From this decision, for signals whose parts add up to it."""
    whole = abs(sum(order.allocation.values()) - order.quantity) < 1e-6 * max(1, abs(order.quantity))
    known = order.decision_id == context.decision_id and bool(order.allocation)
    return whole and known, f"decision {order.decision_id}" if known else f"decision {order.decision_id} is not {context.decision_id}"
