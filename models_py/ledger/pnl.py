"""P&L of a book by day, month and year, and by strategy and contract. The parts add to the change of NAV. BRL."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from models_py.ledger.book import Book, Entry


@dataclass(frozen=True)
class Pnl:
    """Result of a period: the change of NAV less flows, and its parts."""

    total: float
    variation: float
    cost: float
    interest: float


def period(book: Book, first: date) -> Pnl:
    """Result of all sessions from `first` on: variation less cost, and interest; money that came in is no result."""
    entries = [entry for entry in book.entries if entry.session >= first]
    variation, cost = sum(entry.variation for entry in entries), sum(entry.cost for entry in entries)
    interest = sum(one.interest for one in book.days if one.session >= first)
    return Pnl(variation - cost + interest, variation, cost, interest)


def day(book: Book) -> Pnl:
    """Result of the last session."""
    return period(book, book.session) if book.session else Pnl(0.0, 0.0, 0.0, 0.0)


def month_to_date(book: Book) -> Pnl:
    """Result since the first of the last session's month."""
    return period(book, book.session.replace(day=1)) if book.session else Pnl(0.0, 0.0, 0.0, 0.0)


def year_to_date(book: Book) -> Pnl:
    """Result since the first of January of the last session's year."""
    return period(book, book.session.replace(month=1, day=1)) if book.session else Pnl(0.0, 0.0, 0.0, 0.0)


def by(book: Book, key: Callable[[Entry], str], first: date | None = None) -> dict[str, float]:
    """Variation less cost, summed by a key of the entry."""
    sums: dict[str, float] = defaultdict(float)
    for entry in book.entries:
        if first is None or entry.session >= first:
            sums[key(entry)] += entry.variation - entry.cost
    return dict(sorted(sums.items()))


def by_strategy(book: Book, first: date | None = None) -> dict[str, float]:
    """Result of each strategy; with interest on capital they add to the change of NAV."""
    return by(book, lambda entry: entry.strategy, first)


def by_contract(book: Book, first: date | None = None) -> dict[str, float]:
    """Result of each contract."""
    return by(book, lambda entry: entry.contract, first)
