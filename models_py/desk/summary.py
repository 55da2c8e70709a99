"""The book told: everything a person or a page asks after a run, its risk as measured now. JSON values only."""

from dataclasses import asdict
from datetime import date
from typing import Any

from models_py.desk.book_risk import Measured, measure, told
from models_py.gold.release import Release
from models_py.kernel.clock import instant
from models_py.ledger import pnl
from models_py.ledger.book import Book
from models_py.ledger.journal import Journal
from models_py.ledger.positions import following

HEAD = ("decision_id", "session", "decision_at", "release_id", "catch_up", "sends", "regime")
RECENT = 40                    # fills, lapses and refusals told


def summary(release: Release, journal: Journal) -> dict[str, Any]:
    """The desk after a run: scores, views, targets, orders with their state, fills, positions, result, risk, limits, stress."""
    book, head = following(journal).book(), journal.head
    decision = book.last_decision or {}
    risk = Measured(None, "nothing is journalled yet") if head is None else measure(release, book, instant(head.at))
    return {
        "world": book.world,
        "release_id": release.id,
        "session": None if book.session is None else book.session.isoformat(),
        "nav": book.nav,
        "cash": book.cash,
        "capital": book.flows,
        "pnl": {name: asdict(part) for name, part in (
            ("day", pnl.day(book)), ("month", pnl.month_to_date(book)), ("year", pnl.year_to_date(book)),
            ("since_inception", pnl.period(book, date.min)),
        )},
        "pnl_by_strategy": pnl.by_strategy(book),
        "pnl_by_contract": pnl.by_contract(book),
        "decision": {name: decision.get(name) for name in HEAD},
        "scores": decision.get("scores", []),
        "views": decision.get("views", []),
        "blends": decision.get("blends", []),
        "stops": decision.get("stops", []),
        "targets": decision.get("targets", []),
        "lines": decision.get("lines", []),
        "orders": _orders(journal, book, decision.get("decision_id")),
        "fills": book.fills[-RECENT:],
        "lapses": book.lapses[-RECENT:],
        "refusals": book.refusals[-RECENT:],
        "positions": positions(book),
        **told(book, risk),
        "halt": asdict(book.halt),
        "journal": {"events": 0 if head is None else head.seq, "head": None if head is None else head.hash},
    }  # fmt: skip


def _orders(journal: Journal, book: Book, decision_id: str | None) -> list[dict[str, Any]]:
    """Orders of the last decision, with what became of them; `why` says why one was refused or lapsed."""
    refused = {refusal["order_id"]: "; ".join(refusal["why"]) for refusal in book.refusals}
    why = refused | {lapse["order_id"]: lapse["reason"] for lapse in book.lapses}
    outcome = {fill["order_id"]: "filled" for fill in book.fills} | {lapse["order_id"]: "lapsed" for lapse in book.lapses}
    made = (event.payload for event in journal.events() if event.kind == "order")
    return [
        order | {"state": outcome.get(order["order_id"], order["state"]), "why": why.get(order["order_id"], "")}
        for order in made
        if order["decision_id"] == decision_id
    ]


def positions(book: Book) -> list[dict[str, Any]]:
    """Contracts held, by name, valued at their last mark, with the strategies they are held for. BRL."""
    rows = []
    for contract, quantity in sorted(book.positions.items()):
        mark = book.marks[contract]
        parts = {who: held[contract] for who, held in sorted(book.by_strategy.items()) if held.get(contract)}
        rows.append(
            {
                "contract": contract, "quantity": quantity, "price": mark.price, "value": quantity * mark.value,
                "dv01": quantity * mark.dv01, "marked": mark.session.isoformat(), "grade": mark.grade, "by_strategy": parts,
            }
        )  # fmt: skip
    return rows
