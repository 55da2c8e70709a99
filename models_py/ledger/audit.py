"""The audit copy: the journal's events a second time, elsewhere, before an order leaves.

The copy is a folder or an fsspec URI (a bucket with object lock). Each copying writes one JSON-lines segment named by its
first and last number and hash; a segment is never written again. Whoever shortens or rewrites the journal contradicts the copy.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import fsspec
import orjson

from models_py.kernel.errors import JournalError
from models_py.kernel.lake import Lake
from models_py.kernel.s3 import storage_options
from models_py.kernel.settings import Settings
from models_py.ledger.journal import Event, Journal, canonical, check_chain

_SEGMENT = re.compile(r"(\d{12})-(\d{12})-([0-9a-f]{12})\.jsonl")


class AuditCopy:
    """Segments under one folder of a filesystem."""

    def __init__(self, folder: Lake) -> None:
        self.folder = folder

    def head(self) -> Event | None:
        """The last event copied."""
        last = max(self._segments(), key=lambda name: name[13:25], default=None)
        return None if last is None else self._read(last)[-1]

    def events(self) -> Iterator[Event]:
        """All events copied, in order; segments that two writers wrote at once may overlap, and must then agree.

        Raises:
            JournalError: a segment is torn, two segments disagree, or one is missing.
        """
        seen: dict[int, Event] = {}
        for name in sorted(self._segments()):
            for event in self._read(name):
                twin = seen.setdefault(event.seq, event)
                if twin != event:
                    raise JournalError(f"audit copy holds event {event.seq} twice, as {twin.hash[:12]} and {event.hash[:12]}")
        yield from (seen[seq] for seq in sorted(seen))

    def sync(self, journal: Journal) -> int:
        """Copy what the journal has beyond the copy; the number of events copied.

        Raises:
            JournalError: the copy is ahead of the journal, or holds another event where the journal has one.
        """
        copied = self.head()
        after = 0 if copied is None else copied.seq - 1
        events = list(journal.events(after))
        if copied is not None:
            if not events:
                raise JournalError(f"audit copy reaches event {copied.seq}, beyond the journal's head: the journal was shortened")
            if events[0] != copied:
                raise JournalError(
                    f"event {copied.seq} differs: {events[0].hash[:12]} in the journal, {copied.hash[:12]} in its audit copy"
                )
            events = events[1:]
        if events:
            check_chain(events, copied)
            content = "".join(_line(event) for event in events).encode()
            name = f"{events[0].seq:012d}-{events[-1].seq:012d}-{events[-1].hash[:12]}.jsonl"
            if not self.folder.exists(name):
                self.folder.write(content, name)
        return len(events)

    def _segments(self) -> list[str]:
        return [name for name in self.folder.glob("*.jsonl") if _SEGMENT.fullmatch(name)]

    def _read(self, name: str) -> list[Event]:
        events: list[Event] = []
        for number, line in enumerate(self.folder.read(name).split(b"\n")[:-1], start=1):
            try:
                row = orjson.loads(line)
                body = canonical(row["payload"])
                event = Event(row["seq"], row["at"], row["kind"], row["key"], body, row["previous"], row["hash"])
            except (orjson.JSONDecodeError, KeyError, TypeError) as error:
                raise JournalError(f"audit copy {name} line {number} is not an event: {line[:80]!r}") from error
            if _line(event).encode() != line + b"\n":
                raise JournalError(f"audit copy {name} line {number} is not as it was written: {line[:80]!r}")
            events.append(event)
        found = (f"{events[0].seq:012d}", f"{events[-1].seq:012d}", events[-1].hash[:12]) if events else ()
        named = _SEGMENT.fullmatch(name)
        if named is None or found != named.groups():
            raise JournalError(f"audit copy {name} does not hold the events of its name, found {found}")
        return events


def verify(journal: Journal, copy: AuditCopy | None = None) -> int:
    """Number of events, once every hash is recomputed and the copy is found equal, event by event.

    Raises:
        JournalError: the first contradiction, within the journal or with its copy.
    """
    events = list(journal.events())
    count = check_chain(events)
    if copy is None:
        return count
    copied = list(copy.events())
    if len(copied) > len(events):
        raise JournalError(f"audit copy holds {len(copied)} events, the journal {count}: the journal was shortened")
    for ours, theirs in zip(events, copied, strict=False):
        if ours != theirs:
            raise JournalError(f"event {ours.seq} of the journal differs from event {theirs.seq} of its audit copy")
    if len(copied) < len(events):
        raise JournalError(f"audit copy ends at event {len(copied)}, the journal at {count}: copy the tail")
    return count


def rows(journal: Journal) -> Iterator[dict[str, Any]]:
    """The audit trail of orders, one row a pre-trade check: what was asked, what was found, whether it passed."""
    for event in journal.events():
        if event.kind == "pretrade":
            payload = event.payload
            for number, check in enumerate(payload["checks"], start=1):
                yield {"seq": event.seq, "at": event.at, "order_id": payload["order_id"], "number": number, **check}


def open_audit(settings: Settings, lake: Lake) -> AuditCopy:
    """The audit copy of the settings' world: the folder or URI of the settings, or `desk/audit` of the lake."""
    if settings.audit is None:
        return AuditCopy(Lake(lake.path("desk", "audit"), lake.world_id, lake.fs))
    fs, root = fsspec.core.url_to_fs(settings.audit, **storage_options(settings, settings.audit))
    return AuditCopy(Lake(f"{root.rstrip('/')}/{settings.world_id.replace(':', '-')}", lake.world_id, fs))


def _line(event: Event) -> str:
    head = json.dumps({"hash": event.hash, "previous": event.previous})
    return f"{head[:-1]}, {event.text[1:]}\n"
