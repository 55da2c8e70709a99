"""Positions, cash, NAV and P&L: one fold over the journal, incremental, so that a replay costs what a day costs.

P&L of one long unit over a session is

    price_t · pv_t − price_{t−1} · pv_{t−1} · accretion_t          carried from the session before
    (price_t − price_fill) · pv_t                                  traded in the session

and NAV_t = NAV_{t−1} + Σ variation − Σ cost + interest + flows, interest = NAV_{t−1} · (CDI factor − 1). A contract without a price
in a session keeps its last mark and earns nothing that day; its next one accretes by the product of the CDI factors since. BRL
throughout.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from models_py.kernel.clock import instant
from models_py.kernel.errors import JournalError
from models_py.ledger import halt, marks
from models_py.ledger.book import Book, Day, Entry, Holding
from models_py.ledger.journal import Event, Journal
from models_py.ledger.marks import Mark


class Ledger:
    """The fold. `apply` takes events in order; `book` is what they make."""

    def __init__(self) -> None:
        self._book = Book()
        self._seq = 0
        self._pending: dict[str, list[dict[str, Any]]] = defaultdict(list)      # fills of a session not yet marked, by contract
        self._growth = 1.0                                                      # product of all CDI factors
        self._growth_at: dict[str, float] = {}                                  # the same at each contract's last mark
        self._flow = 0.0                                                        # money in since the last mark

    def apply(self, event: Event) -> None:
        """Take up one event.

        Raises:
            JournalError: an event is missing, or does not fit the book.
        """
        if event.seq != self._seq + 1:
            raise JournalError(f"fold jumps from event {self._seq} to {event.seq}")
        payload, book = event.payload, self._book
        match event.kind:
            case "cash":
                book.nav += payload["amount"]
                book.flows += payload["amount"]
                self._flow += payload["amount"]
                book.opened = book.opened or instant(payload.get("opened", event.at))
            case "decision":
                book.decisions[payload["decision_id"]] = payload
            case "order":
                book.orders.add(payload["order_id"])
                if payload["state"] == "sent":
                    book.working[payload["order_id"]] = payload
            case "pretrade":
                if payload["failed"]:
                    why = [f"{row['code']}: {row['detail']}" for row in payload["checks"] if not row["passed"]]
                    book.refusals.append({"order_id": payload["order_id"], "at": event.at, "failed": payload["failed"], "why": why})
            case "fill":
                self._fill(payload)
            case "lapse":
                book.working.pop(payload["order_id"], None)
                book.lapses.append(payload)
            case "marks":
                self._mark(payload)
            case "halt":
                if book.halt.is_halted and payload["action"] == "resume" and book.session is not None:
                    book.approvals.append(book.session)
                book.halt = halt.advance(book.halt, payload)
            case "note":
                self._note(payload)
        self._seq = event.seq

    def book(self) -> Book:
        """The book after the last event."""
        return self._book

    @property
    def seq(self) -> int:
        return self._seq

    def _note(self, payload: Mapping[str, Any]) -> None:
        if "world" in payload:
            self._book.world = payload["world"]
        if "risk" in payload:
            self._book.risk = dict(payload)
            if payload["risk"] is not None:
                self._book.measured = self._book.risk
        if "resume" in payload:
            self._book.resumed[payload["resume"]] = date.fromisoformat(payload["date"])

    def _fill(self, payload: dict[str, Any]) -> None:
        book = self._book
        if payload["order_id"] not in book.working:
            raise JournalError(f"fill of order {payload['order_id']} that is not working")
        del book.working[payload["order_id"]]
        book.fills.append(payload)
        self._pending[payload["contract"]].append(payload)

    def _mark(self, payload: Mapping[str, Any]) -> None:
        book, session = self._book, date.fromisoformat(payload["session"])
        if book.session is not None and session <= book.session:
            raise JournalError(f"session {session} is marked after {book.session}")
        opening = book.nav
        interest = opening * (payload["cdi_factor"] - 1)
        self._growth *= payload["cdi_factor"]
        gained = 0.0
        for contract, priced in payload["marks"].items():
            mark = marks.from_payload(contract, session, priced)
            gained += self._settle(contract, mark, session)
        if self._pending:
            raise JournalError(f"{session}: fills without a mark: {', '.join(sorted(self._pending))}")
        for contract in payload.get("expired", ()):
            self._drop(contract)
        book.interest += interest
        book.nav += gained + interest
        book.session = session
        book.navs.append((session, book.nav))
        book.days.append(Day(session, book.nav, interest, self._flow))
        worth = book.index[-1][1] if book.index else 1.0
        book.index.append((session, worth * book.nav / opening if opening > 0 else 0.0))
        self._flow = 0.0

    def _settle(self, contract: str, mark: Mark, session: date) -> float:
        book, total = self._book, 0.0
        before = book.marks.get(contract)
        held = book.positions.get(contract, 0)
        results: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        if held:
            if before is None:
                raise JournalError(f"{contract} is held without a mark before {session}")
            step = mark.value - before.value * self._accretion(contract, mark, before)
            total += held * step
            for strategy, part in self._parts(contract).items():
                results[strategy][0] += part * step
        for fill in self._pending.pop(contract, ()):
            step = (mark.price - fill["price"]) * mark.point_value
            total += fill["quantity"] * step - fill["cost"]
            book.costs += fill["cost"]
            for strategy, part in fill["allocation"].items():
                results[strategy][0] += part * step
                results[strategy][1] += fill["cost"] * _share(part, fill["allocation"])
            self._hold(contract, fill)
        book.entries += [Entry(session, strategy, contract, v, c) for strategy, (v, c) in sorted(results.items())]
        if before is not None:
            book.earlier[contract] = before
        book.marks[contract] = mark
        self._growth_at[contract] = self._growth
        return total

    def _accretion(self, contract: str, mark: Mark, before: Mark) -> float:
        """The mark's own, which runs from the session before; after sessions without a mark, the CDI of all of them."""
        if mark.accretion == 1.0 or before.session == self._book.session:
            return mark.accretion
        return self._growth / self._growth_at[contract]

    def _parts(self, contract: str) -> Holding:
        return {strategy: parts[contract] for strategy, parts in self._book.by_strategy.items() if contract in parts}

    def _hold(self, contract: str, fill: Mapping[str, Any]) -> None:
        book = self._book
        quantity = book.positions.get(contract, 0) + fill["quantity"]
        for strategy, part in fill["allocation"].items():
            parts = book.by_strategy.setdefault(strategy, {})
            parts[contract] = parts.get(contract, 0.0) + part
        if quantity:
            book.positions[contract] = quantity
        else:
            # strategies may hold opposite parts of nothing: they net to zero at the mark they closed at
            book.positions.pop(contract, None)
        for parts in book.by_strategy.values():
            if parts.get(contract) == 0.0:
                del parts[contract]

    def _drop(self, contract: str) -> None:
        self._book.positions.pop(contract, None)
        for parts in self._book.by_strategy.values():
            parts.pop(contract, None)


def _share(part: float, allocation: Mapping[str, float]) -> float:
    """Part of a cost a strategy bears: by the size of what it traded."""
    size = sum(abs(other) for other in allocation.values())
    return abs(part) / size if size else 0.0


def fold(events: Iterable[Event]) -> Book:
    """The book that a journal makes."""
    ledger = Ledger()
    for event in events:
        ledger.apply(event)
    return ledger.book()


_FOLLOWED: "WeakKeyDictionary[Any, Ledger]" = WeakKeyDictionary()


def following(journal: Journal) -> Ledger:
    """The fold of a journal, kept beside it and brought up to its head at each call."""
    ledger = _FOLLOWED.pop(journal, None) or Ledger()
    for event in journal.events(ledger.seq):
        ledger.apply(event)          # one that does not fit leaves no half-applied fold behind
    _FOLLOWED[journal] = ledger
    return ledger
