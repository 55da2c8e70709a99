"""The second half of ingestion: parse what the poll log holds and bronze does not, and load it. It reads raw alone.

What to load are the polls with data, minus those in complete loads, minus those in quarantine: so a killed run is healed by the
next, and a rebuild is the same work on an empty bronze. Payloads of one load are batched into few files. A payload that cannot be
parsed goes to quarantine whole; it is tried again when the connectors' code has changed.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import ModuleType

import pyarrow as pa

from models_py.kernel.errors import ImportMapError, LakeError, MacroError, SourceError
from models_py.kernel.lake import Lake
from models_py.kernel.settings import Settings
from models_py.kernel.stored import Poll
from pipelines.bronze import PAYLOADS, Bronze
from pipelines.connectors import SHAPES, Parsed, Payload
from pipelines.evidence import asked
from pipelines.progress import Step
from pipelines.quarantine import Quarantine, Quarantined, code_digest
from pipelines.reports import Tally
from pipelines.rows import tables
from pipelines.vault import DATA, Vault

BATCH_ROWS = 400_000                       # rows of one load: some hundred megabytes in memory

Reader = Callable[[Payload], Parsed]


class Loader:
    """One source's payloads on their way from raw to bronze."""

    def __init__(self, settings: Settings, lake: Lake, connector: ModuleType, tally: Tally) -> None:
        self._connector, self._tally = connector, tally
        self._source: str = connector.SOURCE
        self._vault, self._quarantine = Vault(lake), Quarantine(lake)
        self._bronze = Bronze(settings, lake, self._source)
        self._batch: dict[str, list[pa.Table]] = {}
        self._read: list[tuple[Poll, Mapping[str, int]]] = []
        self._rows = 0

    def run(self, step: Step, *, run_at: datetime | None = None, again: bool = False) -> None:
        """Load what is missing.

        Args:
            run_at: the run whose polls are counted in the tally.
            again: also what this very code has put into quarantine.
        Raises:
            LakeError: bronze could not be written.
        """
        self._bronze.heal()
        polls, entries = self._vault.polls(self._source), self._quarantine.entries(self._source)
        pending = _pending(polls, self._bronze.loaded(), entries, again=again)
        read = self._reader(polls) if pending else None
        if read is not None:
            for place, poll in enumerate(pending, start=1):
                self._parse(poll, read, run_at)
                if self._rows >= BATCH_ROWS:
                    self._flush()
                if place % 50 == 0 or place == len(pending):
                    step(f"{self._source} rows", place, len(pending))
        self._flush(self._asked(polls))
        if entries:                        # after the load, so that a run killed in between resolves them next time
            loaded = self._bronze.loaded()
            for entry in entries.values():
                if entry.poll_id in loaded:
                    self._quarantine.resolve(entry)

    def waiting(self) -> int:
        """Payloads in quarantine."""
        return len(self._quarantine.entries(self._source))

    def _reader(self, polls: Sequence[Poll]) -> Reader | None:
        """The connector's parse, with what it needs beside the payload: the latest bytes of other keys of its source."""
        parse, make = self._connector.parse, getattr(self._connector, "context", None)
        if make is None:
            return lambda payload: parse(payload)
        latest = {poll.key: poll.raw_sha256 for poll in polls if poll.outcome in DATA}

        def find(key: str) -> bytes | None:
            digest = latest.get(key)
            return self._vault.load(digest) if digest is not None else None

        try:
            known = make(find, tuple(latest))
        except MacroError as error:
            self._tally.blame(error, "context")
            return None
        return lambda payload: parse(payload, known)

    def _parse(self, poll: Poll, read: Reader, run_at: datetime | None) -> None:
        try:
            payload = self._vault.payload(poll)
            found = tables(read(payload), payload)
        except (SourceError, ImportMapError, LakeError) as error:
            self._quarantine.put(poll, error)
            self._tally.blame(error, poll.key)
            if poll.fetched_at == run_at and poll.outcome == "ok":
                self._tally.count("ok", -1)
                self._tally.count("drifted")
            return
        for shape, table in found.items():
            self._batch.setdefault(shape, []).append(table)
            self._rows += table.num_rows
        self._read.append((poll, {shape: found[shape].num_rows if shape in found else 0 for shape in SHAPES}))

    def _asked(self, polls: Sequence[Poll]) -> pa.Table:
        """What polls asked for of which nothing is written down yet: evidence of what the source had not published."""
        loaded = {digest for (digest,) in self._bronze.told("payloads", "raw_sha256")}
        read = loaded | {poll.raw_sha256 for poll, _ in self._read if poll.raw_sha256 is not None}
        return asked(self._connector, polls, read, self._bronze.told("asked", "poll_id", "is_answered"))

    def _flush(self, asked_for: pa.Table | None = None) -> None:
        """Write one load: what has been read since the last, and what polls asked for."""
        polls = [poll for poll, _ in self._read]
        columns = [
            [poll.source for poll in polls],
            [poll.poll_id for poll in polls],
            [poll.raw_sha256 for poll in polls],
            [poll.fetched_at for poll in polls],
            *([rows[shape] for _, rows in self._read] for shape in SHAPES),
        ]
        loads = {shape: pa.concat_tables(found) for shape, found in self._batch.items()}
        rows = {shape: table.num_rows for shape, table in loads.items()}
        arrays = [pa.array(column, one.type) for column, one in zip(columns, PAYLOADS, strict=True)]
        loads["payloads"] = pa.table(arrays, schema=PAYLOADS)
        if asked_for is not None:
            loads["asked"] = asked_for
        if found := {name: table for name, table in loads.items() if table.num_rows}:
            self._bronze.load(found)
        for shape, number in rows.items():
            self._tally.rows[shape] += number
        self._batch, self._read, self._rows = {}, [], 0


def _pending(polls: Sequence[Poll], loaded: set[str], entries: Mapping[str, Quarantined], *, again: bool) -> list[Poll]:
    """Polls to parse, oldest first, each once: those that gave data, and those whose only answer was no data."""
    answered = {(poll.request_id, poll.fetched_at) for poll in polls if poll.outcome in DATA}
    found: dict[str, Poll] = {}
    for poll in polls:
        entry = entries.get(poll.poll_id)
        drifted = poll.outcome == "drifted" and (poll.request_id, poll.fetched_at) not in answered and poll.raw_sha256 is not None
        wanted = entry is None or again or entry.code != code_digest()
        if (poll.outcome == "ok" or drifted) and wanted and poll.poll_id not in loaded:
            found.setdefault(poll.poll_id, poll)
    return sorted(found.values(), key=lambda poll: (poll.fetched_at, poll.key, poll.poll_id))
