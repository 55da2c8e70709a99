"""The desk over history: each day decided, ordered, checked, filled and settled by the functions that run it live.

Decisions are made late (`catch_up`), the journal is in memory, fills are at the settlement of the session decided for, after the
one-way cost. Results are daily, decimals of the NAV of the eve, in excess of the CDI that cash earns.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import fsum

import numpy as np
from numpy.typing import NDArray

from models_py import desk
from models_py.backtest.inputs import InputUse, inputs_used
from models_py.desk.decision import Decision
from models_py.desk.policy import POLICY, Policy
from models_py.gold.release import Release
from models_py.kernel.errors import UnknownSeries
from models_py.ledger.book import Book
from models_py.ledger.journal import Event, MemoryJournal
from models_py.ledger.positions import following

Vector = NDArray[np.float64]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False)
class Replay:
    """What a replay brought. Arrays are (days,) or (days, signals), by `sessions`; NaN where nothing was said."""

    release_id: str
    world_id: str
    policy: Policy
    sessions: NDArray[np.datetime64]
    nav: Vector
    gross: Vector                                   # before costs
    cost: Vector
    interest: Vector                                # of cash, BRL
    turnover: Vector                                # one-way, ½ Σ |traded value| / NAV
    signals: tuple[str, ...]
    by_signal: Vector                               # after costs
    cost_by_signal: Vector
    decided: NDArray[np.datetime64]                 # sessions of decisions
    scores: Mapping[str, Vector]                    # as traded, by decision
    statuses: Mapping[str, Mapping[str, int]]
    last_fresh: Mapping[str, date | None]           # last session on which it said OK; agents as `agent <name>`
    value_at_risk: Vector                           # headline, share of NAV, of the book before each decision's trades
    scale: Vector
    binding: Mapping[str, int]                      # decisions at which each limit cut the target
    unmeasured: int                                 # decisions at which risk could not be measured
    halved: int                                     # decisions with a breaker below 1
    orders: int
    fills: int
    lapses: int
    refused: Mapping[str, int]                      # orders refused, by check
    suspended: Mapping[str, date]
    inputs: tuple[InputUse, ...]
    trials: int = 1

    @property
    def excess(self) -> Vector:
        """After costs, over the CDI."""
        return self.gross - self.cost

    @property
    def simulated(self) -> bool:
        return self.world_id.startswith("sandbox")


@dataclass
class _Watch:
    """What is kept of each day; a decision itself is let go."""

    decided: list[date] = field(default_factory=list)
    scores: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    last_fresh: dict[str, date | None] = field(default_factory=dict)
    value_at_risk: list[float] = field(default_factory=list)
    scale: list[float] = field(default_factory=list)
    binding: Counter[str] = field(default_factory=Counter)
    traded: dict[date, list[float]] = field(default_factory=lambda: defaultdict(list))
    unmeasured: int = 0
    halved: int = 0
    planned: int = 0
    suspended: dict[str, date] = field(default_factory=dict)

    def take(self, decision: Decision, plan: desk.Plan, nav: float) -> None:
        self.decided.append(decision.session)
        built = [score for score in decision.scores if score.status != "NOT BUILT"]
        for score in built:
            self.scores[score.strategy].append(float("nan") if score.score is None else score.score)
        spoken = [(score.strategy, score.status) for score in built]
        for name, status in spoken + [(f"agent {view.agent}", view.status) for view in decision.views]:
            self.statuses[name][status] += 1
            self.last_fresh.setdefault(name, None)
            if status == "OK":
                self.last_fresh[name] = decision.session
        self.value_at_risk.append(float("nan") if plan.fit.risk is None else plan.fit.risk.var["filtered"].var / nav)
        self.scale.append(plan.scale)
        self.binding.update(reading.id for reading in plan.fit.readings if reading.status == "breach")
        self.unmeasured += bool(plan.fit.unmeasured)
        self.halved += plan.breaker.multiplier < 1
        self.planned += len(plan.orders)
        for stop in decision.stops:
            if stop.suspended is not None:
                self.suspended.setdefault(stop.signal, stop.suspended)     # flat from the first one on

    def settle(self, events: tuple[Event, ...], book: Book) -> None:
        for event in events:
            if event.kind == "fill":
                fill = event.payload
                value = abs(fill["quantity"]) * fill["price"] * book.marks[fill["contract"]].point_value
                self.traded[date.fromisoformat(fill["session"])].append(value)


def replay(
    release: Release, first: date, last: date, *, policy: Policy = POLICY, trials: int = 1, progress: Progress | None = None
) -> Replay:
    """The desk from first to last session.

    Args:
        trials: how many variants were tried before this one, for the deflated Sharpe ratio.
        progress: told (session, number, total).
    Raises:
        UnknownSeries: no session between the two, or nothing is known by the last.
    """
    total = len(release.decisions(first, last))
    if not total:
        raise UnknownSeries(f"release {release.id} has no B3 session from {first} to {last}")
    journal, watch = MemoryJournal(release.world_id), _Watch()
    decision: Decision | None = None
    for number, decision in enumerate(desk.prepare(release, first, last, catch_up=True, policy=policy)):
        day = desk.step(release, journal, decision.decision_at, decision=decision, policy=policy)
        watch.settle(day.settled, day.book)
        if day.plan is not None:
            watch.take(decision, day.plan, day.book.nav)
        if progress is not None:
            progress(f"session {decision.session}", number, total)
    if decision is None:
        raise UnknownSeries(f"release {release.id} knows nothing between {first} and {last}")
    morning = desk.end_of_session(decision.session) + timedelta(hours=8)
    watch.settle(desk.close(release, journal, morning), following(journal).book())
    return _gather(release, following(journal).book(), watch, policy, trials)


def _gather(release: Release, book: Book, watch: _Watch, policy: Policy, trials: int) -> Replay:
    sessions = [session for session, _ in book.navs]
    place = {session: k for k, session in enumerate(sessions)}
    nav = np.array([value for _, value in book.navs])
    before = np.r_[book.flows, nav[:-1]] if len(nav) else nav
    signals = tuple(sorted({entry.strategy for entry in book.entries}))
    column = {name: k for k, name in enumerate(signals)}
    variation, cost = np.zeros((len(sessions), len(signals))), np.zeros((len(sessions), len(signals)))
    for entry in book.entries:
        variation[place[entry.session], column[entry.strategy]] += entry.variation
        cost[place[entry.session], column[entry.strategy]] += entry.cost
    share = before[:, None]
    earned = nav - before - (variation - cost).sum(axis=1)
    # fills come in the order of their ids, which no sum may depend on
    traded = np.array([fsum(watch.traded[session]) for session in sessions])
    days = np.array(sessions, "datetime64[D]")
    return Replay(
        release_id=release.id,
        world_id=release.world_id,
        policy=policy,
        sessions=days,
        nav=nav,
        gross=variation.sum(axis=1) / before,
        cost=cost.sum(axis=1) / before,
        interest=earned,
        turnover=0.5 * traded / before,
        signals=signals,
        by_signal=(variation - cost) / share,
        cost_by_signal=cost / share,
        decided=np.array(watch.decided, "datetime64[D]"),
        scores={name: np.array(values) for name, values in watch.scores.items()},
        statuses={name: dict(counts) for name, counts in watch.statuses.items()},
        last_fresh=dict(watch.last_fresh),
        value_at_risk=np.array(watch.value_at_risk),
        scale=np.array(watch.scale),
        binding=dict(watch.binding),
        unmeasured=watch.unmeasured,
        halved=watch.halved,
        orders=watch.planned,
        fills=len(book.fills),
        lapses=len(book.lapses),
        refused=dict(Counter(code for refusal in book.refusals for code in refusal["failed"])),
        suspended=dict(watch.suspended),
        inputs=inputs_used(release, policy, watch.decided[0], watch.decided[-1]),
        trials=trials,
    )
