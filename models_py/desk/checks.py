"""What the desk gives the pre-trade checks: who may trade, earlier settlements, limits and margin as functions of a projected book."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from models_py.desk.decision import Decision
from models_py.desk.market import Market
from models_py.desk.plan import Plan, suspended
from models_py.desk.policy import Policy
from models_py.desk.sizes import past_sizes
from models_py.desk.speakers import chosen
from models_py.execution.context import Context
from models_py.execution.order import Order
from models_py.ledger.book import Book
from models_py.ledger.halt import Halt
from models_py.ledger.marks import Mark
from models_py.risk import limits
from models_py.risk.limits import Reading
from models_py.risk.report import RiskReport


def context(
    decision: Decision,
    book: Book,
    planned: Plan,
    halt: Halt,
    earlier: Mapping[str, Mark],
    *,
    role: str,
    policy: Policy,
) -> Context:
    """Everything the fourteen checks look at. Where risk is not measured every limit says so, and only reductions pass.

    Margin is the worst stress loss: the exchange's own margin is the worst of its scenarios.
    Args:
        earlier: settlements that the reference prices are held against, see `earlier_marks`.
        role: of who asks.
    """
    engine = planned.fit.engine
    measured: dict[tuple[tuple[str, float], ...], RiskReport] = {}

    def measure(quantities: Mapping[str, float]) -> RiskReport | None:
        # the book before an order is the one after the order before it, and margin asks what limits asked
        key = tuple(sorted(quantities.items()))
        if engine is not None and key not in measured:
            measured[key] = engine.measure(quantities, book.nav)
        return measured.get(key)

    def readings(quantities: Mapping[str, float]) -> Sequence[Reading]:
        report = measure(quantities)
        return limits.unmeasured() if report is None else limits.evaluate(report)

    def margin(quantities: Mapping[str, float]) -> float:
        report = measure(quantities)
        return float("nan") if report is None else report.worst_stress

    closing = frozenset(closers(book, planned.orders))
    return Context(
        role=role,
        enabled=enabled(decision, book, policy) | closing,
        statuses=_statuses(decision) | dict.fromkeys(closing, "OK"),
        decision_id=decision.id,
        session=decision.session,
        nav=book.nav,
        positions=book.positions,
        marks={**book.marks, **decision.marks},
        earlier=earlier,
        working=book.working,
        limits=readings,
        margin=margin,
        at=decision.decision_at,
        halt=halt,
        blocks_increase=planned.breaker.blocks_increase,
        breaker_reason=planned.breaker.reason,
        restricted=policy.restricted,
        blackouts=policy.blackouts,
        past_sizes=past_sizes(book),
    )


def earlier_marks(market: Market, decision: Decision, book: Book, contracts: Iterable[str], known: datetime) -> dict[str, Mark]:
    """For each contract, its mark of the last session before the one it would trade at: as journalled where the book has that one, so
    that a release that is wrong about its own past is found out; else the release's."""
    found = {}
    for contract in contracts:
        now = decision.marks.get(contract) or book.marks[contract]
        # of one session the journalled mark comes first; one of a session long ago, when the contract was last held, is no yardstick
        known_marks = (book.marks.get(contract), book.earlier.get(contract), market.before(contract, now.session, known))
        before = [mark for mark in known_marks if mark is not None and mark.session < now.session]
        if before:
            found[contract] = max(before, key=lambda mark: mark.session)
    return found


def enabled(decision: Decision, book: Book, policy: Policy) -> frozenset[str]:
    """Signals that may take risk: chosen by the policy (by default all that the registry enables), and not suspended."""
    trading, speaking = chosen(policy)
    views = {f"agent_{agent.name}_{asset_class}" for agent in speaking.values() for asset_class in agent.asset_classes}
    return frozenset({*trading, *views} - {stop.signal for stop in decision.stops if suspended(stop, book)})


def _statuses(decision: Decision) -> dict[str, str]:
    status: dict[str, str] = {score.strategy: score.status for score in decision.scores}
    return status | {f"agent_{view.agent}_{view.asset_class}": view.status for view in decision.views}


def closers(book: Book, orders: Sequence[Order]) -> set[str]:
    """Signals that only close what they hold: they drive no order, however old their inputs and whether or not they may trade."""
    found = set()
    for name in {who for order in orders for who in order.allocation}:
        moves = [(order.allocation[name], _held(book, name, order.contract)) for order in orders if name in order.allocation]
        if all(part * held <= 0 and abs(part) <= abs(held) + 1e-6 for part, held in moves):
            found.add(name)
    return found


def _held(book: Book, name: str, contract: str) -> float:
    return book.by_strategy.get(name, {}).get(contract, 0.0)
