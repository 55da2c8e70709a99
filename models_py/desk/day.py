"""A day of the desk, the same live and replayed: settle what was working, decide, order, check, send.

A session is decided once. Decision, checks and orders are one transaction, so that a day is there whole or not, and repeating it adds
nothing. A session whose settlement window is over is decided late (`catch_up`) and nothing is sent for it: the next session is decided
at its own instant. Sessions that were over before the book was opened are its paper past, and are traded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from models_py.desk.book_risk import Measured, measure, risk_note
from models_py.desk.checks import context, earlier_marks
from models_py.desk.decision import Decision
from models_py.desk.market import Market, end_of_session, market_of, window_end
from models_py.desk.plan import Plan, plan
from models_py.desk.policy import POLICY, Policy
from models_py.desk.prepare import decide
from models_py.execution import ems
from models_py.execution.order import Order
from models_py.gold.columns import SAO_PAULO
from models_py.gold.release import Release
from models_py.kernel.clock import instant
from models_py.ledger import halt
from models_py.ledger.book import Book
from models_py.ledger.journal import Draft, Event, Journal
from models_py.ledger.positions import following
from models_py.risk.drawdown import Breaker, breaker


@dataclass(frozen=True)
class Step:
    """What a day brought. `decision` is None where the session was decided before; `settled` are the sessions settled first; `reason`
    says why nothing was decided or sent."""

    settled: tuple[Event, ...]
    decision: Decision | None
    plan: Plan | None
    sent: tuple[Order, ...]
    book: Book
    reason: str = ""


def step(
    release: Release,
    journal: Journal,
    decision_at: datetime,
    *,
    decision: Decision | None = None,
    audit: ems.Audit | None = None,
    flag: Path | None = None,
    now: datetime | None = None,
    role: str = "desk",
    policy: Policy = POLICY,
) -> Step:
    """One day: every session before the decision's is settled at the marks known at the decision, then it decides and orders.

    Args:
        decision: where the caller has it already (a replay).
        audit: where the journal is copied.  flag: the emergency stop's file.  role: of who runs it.
        now: instant of the run; a replay has none and trades every session.
    Raises:
        JournalError: the journal is broken, or holds this decision with other content.
        UnknownSeries: the instant is not the decision of a session.
    """
    session, known = release.session(decision_at), decision_at - release.settings.pause
    book = following(journal).book()
    if not book.flows:
        capital = {"amount": release.settings.nav_brl, "session": session.isoformat(), "reason": "capital"}
        opened = {"opened": instant(decision_at if now is None else now).isoformat()}
        journal.append(Draft("cash", "cash:initial", capital | opened, decision_at))
        book = following(journal).book()
    settled = tuple(_settle(journal, market_of(release), _before(book, session, market_of(release)), known, audit, flag))
    book = following(journal).book()
    last = last_session(journal)
    if last is not None and session <= last:
        return Step(settled, None, None, (), book, f"session {session} was decided before: a session is decided once")
    late = now is not None and now >= window_end(session)
    made = decision if decision is not None else decide(release, decision_at, catch_up=late, policy=policy)
    state = _breaker(journal, book)
    _kill(journal, book, state, decision_at)
    book = following(journal).book()
    stopped = _stopped(journal, book, flag, decision_at)
    book = following(journal).book()
    planned = plan(made, book, policy=policy, breaker=state)
    noted = risk_note(made.id, book.session, Measured(planned.fit.risk, planned.fit.unmeasured), decision_at)
    sends = not late or (book.opened is not None and window_end(session) <= book.opened)
    asked = planned.orders if sends else ()
    reason = "" if sends else f"the settlement window of {session} was over: nothing is sent for it"
    lines = planned.lines if sends else (replace(line, end=line.held, why=reason) for line in planned.lines)
    told = {"sends": sends, "lines": [line.payload() for line in lines]}
    decided = Draft("decision", f"decision:{made.id}", made.payload() | told, decision_at)
    earlier = earlier_marks(market_of(release), made, book, [order.contract for order in asked], known)
    checks = context(made, book, planned, stopped, earlier, role=role, policy=policy)
    sent = ems.submit(journal, asked, checks, first=(decided, noted), audit=audit)
    return Step(settled, made, planned, sent, following(journal).book(), reason)


_BREAKERS: "WeakKeyDictionary[Any, tuple[int, Breaker]]" = WeakKeyDictionary()


def _breaker(journal: Journal, book: Book) -> Breaker:
    """The circuit breakers' state on the path of the book's worth (flows left out), advanced by what is new since the last call."""
    count, state = _BREAKERS.get(journal, (0, Breaker()))
    state = breaker(book.index[count:], book.approvals, state)
    _BREAKERS[journal] = (len(book.index), state)
    return state


def _kill(journal: Journal, book: Book, state: Breaker, at: datetime) -> None:
    """Halt the desk once the last drawdown tier has left the book flat, unless a committee has spoken since."""
    spoken = state.approved or book.session in book.approvals
    if not state.flatten or spoken or book.positions or book.working or book.halt.is_halted:
        return
    reason = f"{state.reason}; flat, re-entry takes a committee and ten sessions"
    halt.journal_stop(journal, halt.Halt(True, reason, ("breaker",), instant(at).isoformat()), at)


def _stopped(journal: Journal, book: Book, flag: Path | None, at: datetime) -> halt.Halt:
    """The emergency stop as it stands; one that only the flag file knows is journalled."""
    found = halt.effective(book.halt, flag)
    if found.is_halted and not book.halt.is_halted:
        halt.journal_stop(journal, found, at)
    return found


def close(
    release: Release, journal: Journal, known: datetime, *, audit: ems.Audit | None = None, flag: Path | None = None
) -> tuple[Event, ...]:
    """Settle the sessions that are over at an instant: all that is held or working has a mark, or the session's day is past.

    A run ends with it, so that the last orders meet the prices of their session as soon as those are out.
    """
    market = market_of(release)
    settled: list[Event] = []
    tomorrow = known.astimezone(SAO_PAULO).date() + timedelta(days=1)
    for session in _before(following(journal).book(), tomorrow, market):
        if not _is_over(following(journal).book(), session, market, known):
            break
        settled += _settle(journal, market, [session], known, audit, flag)
    if settled:
        book = following(journal).book()
        settled += journal.append(risk_note(f"close:{book.session}", book.session, measure(release, book, known), known))
        if audit is not None:
            audit.sync(journal)
    return tuple(settled)


def last_session(journal: Journal) -> date | None:
    """Session of the newest decision in the journal."""
    newest = following(journal).book().last_decision
    return None if newest is None else date.fromisoformat(newest["session"])


def _before(book: Book, session: date, market: Market) -> list[date]:
    """Sessions not yet settled, from the first decision's on, before a session."""
    if book.session is not None:
        days = market.sessions(book.session, session)
        return [day for day in days if book.session < day < session]
    first = next(iter(book.decisions.values()), None)
    return [day for day in market.sessions(date.fromisoformat(first["session"]), session) if day < session] if first else []


def _settle(
    journal: Journal, market: Market, sessions: list[date], known: datetime, audit: ems.Audit | None, flag: Path | None
) -> Iterator[Event]:
    for session in sessions:
        book = following(journal).book()
        stopped = _stopped(journal, book, flag, known)
        marks = market.marks(session, known)
        cash = market.cash(book.session, session, known)
        yield from ems.settle(
            journal, session, marks, cdi_factor=cash.factor, carried_bd=cash.carried_bd, vix=market.vix(known), at=known, audit=audit,
            halted=stopped.reason,
        )  # fmt: skip


def _is_over(book: Book, session: date, market: Market, known: datetime) -> bool:
    marks = market.marks(session, known).keys()
    needed = {*book.positions, *(order["contract"] for order in book.working.values())}
    return known >= end_of_session(session) or (bool(marks) and needed <= marks)
