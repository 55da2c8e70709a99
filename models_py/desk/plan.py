"""From a decision and a book to orders. Pure: no reading, no clock.

    stops and events → vol target × regime × breaker → contracts → limits → roll → no-trade band → a third of the way → lots
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from models_py.desk.decision import Decision, Stop
from models_py.desk.limited import Limited, limited, totals
from models_py.desk.lines import Line, lines
from models_py.desk.policy import POLICY, Policy
from models_py.desk.sizes import largest_order
from models_py.desk.trades import Parts, Quantities, Trade, moves, traded
from models_py.execution import contracts, costs
from models_py.execution.legs import resolve
from models_py.execution.order import Order, order
from models_py.ledger.book import Book
from models_py.ledger.marks import Mark
from models_py.portfolio import buffer, sizing
from models_py.portfolio.covariance import YEAR
from models_py.risk.drawdown import Breaker
from models_py.risk.drawdown import breaker as breaker_of
from models_py.risk.exposure import family_of
from models_py.risk.report import Engine

HOLDING = 63 / YEAR                    # years over which a better position pays: about a signal's half-life


@dataclass(frozen=True)
class Plan:
    """What the desk wants of the book and why: orders, target contracts, volatility before and scale after vol target, regime and
    breaker, and how the targets fit the limits."""

    orders: tuple[Order, ...]
    wanted: Mapping[str, float]
    volatility: float
    scale: float
    breaker: Breaker
    fit: Limited
    notes: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


def orders(decision: Decision, book: Book, *, policy: Policy = POLICY) -> tuple[Order, ...]:
    """Orders of a decision against a book: a pure function of the two."""
    return plan(decision, book, policy=policy).orders


def plan(decision: Decision, book: Book, *, policy: Policy = POLICY, breaker: Breaker | None = None) -> Plan:
    """Orders with the numbers they came from.

    Args:
        breaker: state of the circuit breakers on the book's NAV path, where the caller has it; else it is folded from the book.
    """
    notes: list[str] = []
    marks = {**book.marks, **decision.marks}
    breaker = breaker_of(book.index, book.approvals) if breaker is None else breaker
    sizes = {stop.signal: 0.0 if suspended(stop, book) else stop.size for stop in decision.stops}
    if breaker.no_new_strategies:
        # one that has never traded in this book waits until the drawdown is over
        new = sorted(set(sizes) - set(book.by_strategy))
        sizes |= dict.fromkeys(new, 0.0)
        notes += [f"no new strategies in a drawdown: {', '.join(new)}"] if new else []
    exposures = {t.leg: {who: part * sizes[who] for who, part in t.by_signal} for t in decision.targets}
    volatility = _volatility(decision, exposures)
    aimed = sizing.target_scale(volatility, policy.target_volatility, policy.maximum_scale)
    scale = aimed * decision.regime * breaker.multiplier
    target = _in_contracts(decision, book.nav, notes)
    wanted: Parts = {c: {who: part * sizes[who] * scale for who, part in by.items()} for c, by in target.items()}
    sized, fit = wanted, limited(decision, book, wanted, marks)
    wanted, forced = fit.wanted, breaker.multiplier < 1 or fit.forces
    if fit.unmeasured:
        notes.append(f"no new risk: {fit.unmeasured}")
    cut = {contract for contract, by in wanted.items() if forced or any(sizes[who] < 1 for who in by)}
    closing = {contract for contract in book.positions if contract not in wanted}
    notes += _old_marks(marks, {*wanted, *book.positions})
    into = {} if book.halt.is_halted else _rolls(decision, book, wanted, marks, notes)
    found = moves(
        book.positions, _by_contract(book), wanted, into,
        lots={contract: contracts.spec(contract).lot for contract in {*wanted, *book.positions}},
        forced=cut | (closing if forced else set()),
        no_increase=breaker.blocks_increase or bool(fit.unmeasured),
        worth=_worth(decision, book, fit.engine, marks, policy),
        largest=largest_order(book),
    )  # fmt: skip
    if book.halt.is_halted:
        notes.append("halted: no orders")
    made = [] if book.halt.is_halted else [_order(decision, marks[trade.contract], trade) for trade in traded(found)]
    told = lines(
        found, target, sized, sizes=sizes, stops={stop.signal: stop for stop in decision.stops}, halted=book.halt.is_halted,
        factors={"volatility target": aimed, "regime": decision.regime, "breaker": breaker.multiplier},
    )  # fmt: skip
    return Plan(tuple(made), totals(wanted), volatility, scale, breaker, fit, tuple(notes), told)


def _order(decision: Decision, mark: Mark, trade: Trade) -> Order:
    return order(
        decision_id=decision.id, contract=trade.contract, quantity=trade.quantity, session=decision.session,
        created_at=decision.decision_at, allocation=dict(trade.allocation), reference_price=mark.price, dv01=mark.dv01,
        purpose=trade.purpose,
    )  # fmt: skip


def suspended(stop: Stop, book: Book) -> bool:
    """A suspension stands until a person's approval of that day or later."""
    lifted = book.resumed.get(stop.signal)
    return stop.suspended is not None and (lifted is None or lifted < stop.suspended)


def _old_marks(marks: Mapping[str, Mark], names: Iterable[str]) -> list[str]:
    """Contracts whose last standing mark is of an earlier session than the newest: theirs of that one is not out, or was withdrawn."""
    newest = max((mark.session for mark in marks.values()), default=None)
    old = [marks[name] for name in sorted(names) if name in marks and newest is not None and marks[name].session < newest]
    return [f"{mark.contract} has no mark of {newest}: taken at that of {mark.session}" for mark in old]


def _volatility(decision: Decision, exposures: Parts) -> float:
    total = np.array([sum(parts.values()) for parts in exposures.values()])
    return sizing.volatility(total, np.array(decision.covariance).reshape(len(total), len(total)))


def _in_contracts(decision: Decision, nav: float, notes: list[str]) -> dict[str, Quantities]:
    """Targets by contract and signal; a leg without a listed contract is left out and told."""
    wanted: dict[str, Quantities] = {}
    for target in decision.targets:
        try:
            units = resolve(target.leg, decision.session, decision.marks)
        except contracts.NoContract as error:
            notes.append(str(error))
            continue
        for contract, each in units.items():
            place = wanted.setdefault(contract, {})
            for who, exposure in target.by_signal:
                place[who] = place.get(who, 0.0) + exposure * nav * each
    return wanted


def _by_contract(book: Book) -> dict[str, Quantities]:
    """Holdings by contract and signal; opposite parts that net to no position are no holding."""
    held: dict[str, Quantities] = {}
    for who, by_contract in book.by_strategy.items():
        for contract, quantity in by_contract.items():
            if quantity and book.positions.get(contract):
                held.setdefault(contract, {})[who] = quantity
    return held


def _rolls(
    decision: Decision, book: Book, wanted: Parts, marks: Mapping[str, Mark], notes: list[str]
) -> dict[str, tuple[str, float]]:
    """Contracts that are held and no longer any leg's, and the target contract of their family next to them in tenor."""
    into = {}
    for contract in sorted(book.positions):
        if contract in wanted or not book.positions[contract]:
            continue
        family, tenor = family_of(contract), contracts.tenor_bd(contract, decision.session)
        heirs = [other for other in wanted if family_of(other) == family]
        if not heirs:
            continue
        heir = min(heirs, key=lambda other: (abs(contracts.tenor_bd(other, decision.session) - tenor), other))
        old, new = marks[contract], marks[heir]
        ratio = old.dv01 / new.dv01 if old.dv01 and new.dv01 else old.value / new.value
        into[contract] = (heir, ratio)
        notes.append(f"roll {contract} into {heir}")
    return into


def _worth(
    decision: Decision, book: Book, engine: Engine | None, marks: Mapping[str, Mark], policy: Policy
) -> Callable[[str, float, float], bool]:
    """Band rule, or a gain of utility of more than twice the cost."""
    variance: dict[str, float] = {}
    if engine is not None:
        spread = engine.plain.var(axis=0) * YEAR / book.nav**2
        variance = {holding.contract: float(v) for holding, v in zip(engine.holdings, spread, strict=True)}

    def worth(contract: str, start: float, target: float) -> bool:
        distance, tenor = target - start, contracts.tenor_bd(contract, decision.session)
        gain = HOLDING * buffer.utility_gain(distance, variance.get(contract, 0.0), policy.aversion)
        cost = costs.in_brl(family_of(contract), tenor, distance, marks[contract], vix=decision.vix) / book.nav
        return buffer.worth_trading(start, target, gain=gain, cost=cost)

    return worth
