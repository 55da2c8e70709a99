"""The journal as routes read it: folded into a book up to an instant.

`known` cuts by the instants of events. It is not bound to a release: the book goes on between two.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from app.api.cut import INSTANT, Text
from app.api.problems import NotFound
from app.books import events_until
from models_py.kernel.clock import instant
from models_py.ledger.book import Book
from models_py.ledger.journal import Event
from models_py.ledger.positions import fold

EVERYTHING = datetime.max.replace(tzinfo=UTC)
BookKnown = Annotated[
    Text,
    Query(
        description="events up to this instant, ISO with offset; default: all",
        examples=["2024-01-10T08:45:00-03:00"],
        json_schema_extra=INSTANT,
    ),
]


class Desk(BaseModel):
    """Which book, and how far."""

    world: str = Field(examples=["sandbox:20100104"])
    simulated: bool = Field(description="true: a simulated world, no evidence about markets")
    events: int = Field(description="journalled up to the cut-off")


@dataclass(frozen=True)
class Folded:
    """Events up to the cut-off, and the book they make."""

    events: list[Event]
    book: Book

    @property
    def told(self) -> dict[str, Any]:
        """The fields of `Desk`."""
        return {"world": self.book.world, "simulated": self.book.world.startswith("sandbox"), "events": len(self.events)}

    def payloads(self, kind: str) -> list[dict[str, Any]]:
        """What events of a kind say, in order."""
        return [event.payload for event in self.events if event.kind == kind]


def folded(request: Request, known: BookKnown = None) -> Folded:
    """The book at the cut-off.

    Raises:
        NotFound: nothing was journalled by then.
    """
    events = events_until(request.app.state.settings, EVERYTHING if known is None else instant(known))
    if not events:
        raise NotFound("nothing is journalled" + (f" up to {known}" if known else ": run `macro run` first"), values={"known": known})
    return Folded(events, fold(events))


ReadBook = Annotated[Folded, Depends(folded)]
