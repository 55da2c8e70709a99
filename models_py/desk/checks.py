"""What the desk gives the pre-trade checks: its signals, limits and margin as functions of a projected book, and past order sizes."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from models_py.desk.decision import Decision
from models_py.execution import contracts, pretrade
from models_py.execution.order import Order
from models_py.kernel.registry import agents, strategies
from models_py.ledger.halt import Halt
from models_py.ledger.positions import Book
from models_py.risk import limits
from models_py.risk.drawdown import Breaker
from models_py.risk.limits import Reading
from models_py.risk.report import Engine, RiskReport

ROLE = "desk"
LOOKBACK = 200                   # fills that surely hold the last twenty of every family that trades


def context(
    decision: Decision, book: Book, orders: Sequence[Order], engine: Engine | None, breaker: Breaker, halt: Halt
) -> pretrade.Context:
    """Everything the fourteen checks look at. Without an engine every limit is unmeasured, so that only reductions pass.

    Margin is the worst stress loss: the exchange's own margin is the worst of its scenarios.
    """

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

    return pretrade.Context(
        role=ROLE,
        enabled=enabled(),
        statuses=_driving(decision, book, orders),
        decision_id=decision.id,
        session=decision.session,
        nav=book.nav,
        positions=book.positions,
        marks={**book.marks, **decision.marks},
        working=book.working,
        limits=readings,
        margin=margin,
        at=decision.decision_at,
        halt=halt,
        blocks_increase=breaker.blocks_increase,
        breaker_reason=breaker.reason,
        past_sizes=past_sizes(book),
    )


def enabled() -> frozenset[str]:
    """Signals that may trade."""
    views = {f"agent_{agent.name}_{asset_class}" for agent in agents().values() for asset_class in agent.asset_classes}
    return frozenset({name for name, strategy in strategies().items() if strategy.enabled} | views)


def _driving(decision: Decision, book: Book, orders: Sequence[Order]) -> dict[str, str]:
    """Status of each signal; one that only closes what it holds does not drive an order, however old its inputs."""
    status: dict[str, str] = {score.strategy: score.status for score in decision.scores}
    status |= {f"agent_{view.agent}_{view.asset_class}": view.status for view in decision.views}
    for name in {who for order in orders for who in order.allocation}:
        moves = [(order.allocation[name], _held(book, name, order.contract)) for order in orders if name in order.allocation]
        if all(part * held <= 0 and abs(part) <= abs(held) + 1e-6 for part, held in moves):
            status[name] = "OK"
    return status


def _held(book: Book, name: str, contract: str) -> float:
    return book.by_strategy.get(name, {}).get(contract, 0.0)


def largest_order(book: Book) -> Callable[[str], int | None]:
    """Largest order of a contract's family that the fat-finger check lets pass, once it has a record; what is larger takes sessions."""
    sizes = past_sizes(book)

    def largest(contract: str) -> int | None:
        past = sizes.get(contracts.family(contract), ())
        if len(past) < pretrade.MEDIAN_ORDERS:
            return None
        lot = contracts.spec(contract).lot
        return max(lot, int(pretrade.FAT_FINGER * median(past) // lot) * lot)

    return largest


def past_sizes(book: Book) -> dict[str, list[int]]:
    """Sizes of the last twenty fills of each family, oldest first; by contract within a session, whatever order they came in."""
    recent = book.fills[-LOOKBACK:]
    if len(book.fills) > len(recent):
        # a session cut in two would depend on the order of its fills
        recent = [fill for fill in recent if fill["session"] > recent[0]["session"]]
    found: dict[str, list[int]] = {}
    for fill in sorted(recent, key=lambda fill: (fill["session"], fill["contract"])):
        found.setdefault(contracts.family(fill["contract"]), []).append(abs(int(fill["quantity"])))
    return {family: sizes[-pretrade.MEDIAN_ORDERS :] for family, sizes in found.items()}
