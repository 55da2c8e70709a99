"""The journal: the one append-only list of what the desk decided, ordered, traded and was worth.

Every event carries the hash of the one before it: hash = sha256(previous hash + event text), so that a changed byte, a missing
row or a row put between shows. The text of an event is stored as it was hashed. Keys are idempotent: what is written twice
with the same content is there once, and the same key with other content is refused.
Instants are UTC; payloads are JSON without NaN.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson

from models_py.kernel.clock import instant
from models_py.kernel.errors import JournalError

KINDS = frozenset({"decision", "order", "pretrade", "fill", "lapse", "marks", "cash", "halt", "note"})
GENESIS_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written. `key` names it for ever: `order:<id>`, `marks:2026-11-19`."""

    kind: str
    key: str
    payload: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """What was written. `body` is the payload's text as hashed."""

    seq: int
    at: str
    kind: str
    key: str
    body: str
    previous: str
    hash: str

    @property
    def payload(self) -> dict[str, Any]:
        """The payload, read from its text."""
        content: dict[str, Any] = orjson.loads(self.body)
        return content

    @property
    def text(self) -> str:
        """The hashed text: one JSON object with sorted keys."""
        return event_text(self.seq, self.at, self.kind, self.key, self.body)


class Journal(Protocol):
    """What the desk needs of a journal, in memory or in a database."""

    world: str

    def append(self, *drafts: Draft) -> tuple[Event, ...]:
        """Write drafts in one transaction; the events are returned by position, whether new or there already.

        Raises:
            JournalError: a key is there with other content, or a draft cannot be written.
        """
        ...

    def events(self, after: int = 0) -> Iterator[Event]:
        """Events with `seq` above `after`, in order."""
        ...

    @property
    def head(self) -> Event | None:
        """The last event."""
        ...


def event_text(seq: int, at: str, kind: str, key: str, body: str) -> str:
    """Text of an event, from its stored columns unparsed, so that any changed byte changes the hash."""
    return f'{{"at":{json.dumps(at)},"key":{json.dumps(key)},"kind":{json.dumps(kind)},"payload":{body},"seq":{seq}}}'


def event_hash(previous: str, text: str) -> str:
    """sha256 over the previous hash and the event's text, hexadecimal."""
    return hashlib.sha256((previous + text).encode()).hexdigest()


def canonical(payload: Mapping[str, Any]) -> str:
    """JSON with sorted keys, shortest floats and no spaces.

    Raises:
        JournalError: a value is NaN, infinite, or of a type JSON does not have.
    """
    try:
        return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise JournalError(f"payload cannot be journalled: {error}") from error


def continue_chain(last: Event | None, known: Mapping[str, Event], drafts: Iterable[Draft], world: str) -> list[Event]:
    """Events that follow `last`, one a draft that is not yet known; the first of a journal says whose book it is.

    Args:
        last: head of the chain, None for an empty journal.
        known: events already written, at least those with the drafts' keys.
    Raises:
        JournalError: a kind is unknown, an instant has no offset, or a key is known with other content.
    """
    new: dict[str, Event] = {}

    def link(draft: Draft) -> None:
        nonlocal last
        if draft.kind not in KINDS:
            raise JournalError(f"event {draft.key}: no kind {draft.kind!r}")
        body = canonical(draft.payload)
        twin = known.get(draft.key) or new.get(draft.key)
        if twin is not None:
            if (twin.kind, twin.body) != (draft.kind, body):
                raise JournalError(f"event {draft.key} is journalled as number {twin.seq} with other content: {twin.body[:200]}")
            return
        at = instant(draft.at).isoformat(timespec="microseconds")
        seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS_HASH)
        text = event_text(seq, at, draft.kind, draft.key, body)
        last = Event(seq, at, draft.kind, draft.key, body, previous, event_hash(previous, text))
        new[draft.key] = last

    for draft in drafts:
        if last is None:
            link(Draft("note", "genesis", {"world": world}, draft.at))
        link(draft)
    return list(new.values())


def check_chain(events: Iterable[Event], after: Event | None = None) -> int:
    """Number of events, once each is found to follow the one before.

    Raises:
        JournalError: the first event that does not.
    """
    seq, previous, count = (after.seq, after.hash, 0) if after else (0, GENESIS_HASH, 0)
    for event in events:
        if event.seq != seq + 1:
            raise JournalError(f"journal jumps from event {seq} to {event.seq}")
        if event.previous != previous:
            raise JournalError(f"event {event.seq} ({event.key}) follows {event.previous[:12]}, but event {seq} is {previous[:12]}")
        found = event_hash(previous, event.text)
        if event.hash != found:
            raise JournalError(f"event {event.seq} ({event.key}) was changed: its content hashes to {found[:12]}, not {event.hash[:12]}")
        seq, previous, count = event.seq, event.hash, count + 1
    return count


class MemoryJournal:
    """The same journal without a file: for replay and tests."""

    def __init__(self, world: str) -> None:
        self.world = world
        self._events: list[Event] = []
        self._by_key: dict[str, Event] = {}

    def append(self, *drafts: Draft) -> tuple[Event, ...]:
        for event in continue_chain(self.head, self._by_key, drafts, self.world):
            self._events.append(event)
            self._by_key[event.key] = event
        return tuple(self._by_key[draft.key] for draft in drafts)

    def events(self, after: int = 0) -> Iterator[Event]:
        return iter(self._events[after:])

    @property
    def head(self) -> Event | None:
        return self._events[-1] if self._events else None
