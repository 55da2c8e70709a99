"""Quarantine: payloads that could not be parsed, one JSON file a poll, until a better parser reads them.

    quarantine/<source>/<poll_id>.json

The bytes stay in the vault. An entry says which payload, why, and which code refused it; `replay` (in `pipelines.ingest`) tries
again, and an entry whose payload is read is marked resolved, not deleted.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from models_py.kernel.errors import MacroError, SourceError
from models_py.kernel.lake import Lake
from models_py.kernel.log import get_logger
from models_py.kernel.stored import Poll
from pipelines import connectors

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A payload that was refused. `code` is a digest of the parsers' source text at that time."""

    poll_id: str
    source: str
    key: str
    raw_sha256: str
    fetched_at: datetime
    error: str
    reason: str
    code: str
    resolved: bool = False


class Quarantine:
    """The quarantine of one lake."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake

    def put(self, poll: Poll, error: MacroError) -> Entry:
        """Set a payload aside."""
        reason = error.reason if isinstance(error, SourceError) else str(error)
        entry = Entry(
            poll.poll_id, poll.source, poll.key, poll.raw_sha256 or "", poll.fetched_at, type(error).__name__, reason, code_digest()
        )
        self._write(entry)
        _log.warning("quarantined", source=entry.source, key=entry.key, raw_sha256=entry.raw_sha256, reason=reason)
        return entry

    def resolve(self, entry: Entry) -> None:
        """Mark an entry whose payload has been read."""
        self._write(replace(entry, resolved=True))

    def entries(self, source: str) -> dict[str, Entry]:
        """Unresolved entries of a source, by poll."""
        found = (self._read(name) for name in self._lake.glob(f"quarantine/{source}/*.json"))
        return {entry.poll_id: entry for entry in found if not entry.resolved}

    def clear(self, source: str) -> None:
        """Forget a source's entries: a rebuild judges every payload anew."""
        for name in self._lake.glob(f"quarantine/{source}/*.json"):
            self._lake.remove(name)

    def _write(self, entry: Entry) -> None:
        content = {**asdict(entry), "fetched_at": entry.fetched_at.isoformat()}
        self._lake.write(json.dumps(content, ensure_ascii=False).encode(), "quarantine", entry.source, f"{entry.poll_id}.json")

    def _read(self, name: str) -> Entry:
        content = json.loads(self._lake.read(name))
        return Entry(**{**content, "fetched_at": datetime.fromisoformat(content["fetched_at"])})


@cache
def code_digest() -> str:
    """First 16 digits of sha256 over the source text of the parsers, by name of file."""
    root = Path(connectors.__path__[0]).parent
    paths = sorted(path for folder in ("connectors", "import_map") for path in (root / folder).rglob("*.py"))
    text = b"".join(path.relative_to(root).as_posix().encode() + path.read_bytes() for path in paths)
    return sha256(text).hexdigest()[:16]
