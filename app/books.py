"""The book for readers: the journal folded up to an instant. Nothing is computed that the journal does not say."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from models_py.kernel.clock import instant
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from models_py.ledger.book import Book
from models_py.ledger.journal import Event
from models_py.ledger.journal_sql import SqlJournal, journal_exists, open_journal
from models_py.ledger.positions import fold


@dataclass(frozen=True)
class BookView:
    """A book as it stood: what was journalled for instants up to the cut-off."""

    name: str
    book: Book


@lru_cache(maxsize=2)
def _journal(settings: Settings) -> SqlJournal:
    return open_journal(settings, open_lake(settings, make=False))


def events_until(settings: Settings, known: datetime) -> list[Event]:
    """Events of the journal dated up to an instant, in order; none where there is no journal.

    A catch-up is dated by its decision, so a rewound book shows what was decided for that day.
    """
    lake = open_lake(settings, make=False)
    if not journal_exists(settings, lake):
        return []
    kept = []
    for event in _journal(settings).events():
        if instant(event.at) > known:
            break
        kept.append(event)
    return kept


def book_at(settings: Settings, known: datetime) -> BookView | None:
    """The book at an instant; None before the first event."""
    events = events_until(settings, known)
    return BookView(f"paper/{settings.world}", fold(events)) if events else None
