"""Quarantine: payloads that could not be parsed, one JSON file a poll, until a better parser reads them.

    quarantine/<source>/<poll_id>.json

The bytes stay in the vault. An entry says which payload, why, and which code refused it; `replay` (in `pipelines.ingest`) tries
again, and an entry whose payload is read is marked resolved, not deleted.
"""

import json
from dataclasses import asdict, replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from models_py.kernel.errors import MacroError, SourceError
from models_py.kernel.lake import Lake
from models_py.kernel.log import get_logger
from models_py.kernel.stored import Poll, Quarantined, quarantined
from pipelines import connectors

_log = get_logger(__name__)


class Quarantine:
    """The quarantine of one lake."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake

    def put(self, poll: Poll, error: MacroError) -> Quarantined:
        """Set a payload aside."""
        reason = error.reason if isinstance(error, SourceError) else str(error)
        entry = Quarantined(
            poll.poll_id, poll.source, poll.key, poll.raw_sha256 or "", poll.fetched_at, type(error).__name__, reason, code_digest()
        )
        self._write(entry)
        _log.warning("quarantined", source=entry.source, key=entry.key, raw_sha256=entry.raw_sha256, reason=reason)
        return entry

    def resolve(self, entry: Quarantined) -> None:
        """Mark an entry whose payload has been read."""
        self._write(replace(entry, resolved=True))

    def entries(self, source: str) -> dict[str, Quarantined]:
        """Unresolved entries of a source, by poll."""
        return {entry.poll_id: entry for entry in quarantined(self._lake, source) if not entry.resolved}

    def clear(self, source: str) -> None:
        """Forget a source's entries: a rebuild judges every payload anew."""
        for name in self._lake.glob(f"quarantine/{source}/*.json"):
            self._lake.remove(name)

    def _write(self, entry: Quarantined) -> None:
        content = {**asdict(entry), "fetched_at": entry.fetched_at.isoformat()}
        self._lake.write(json.dumps(content, ensure_ascii=False).encode(), "quarantine", entry.source, f"{entry.poll_id}.json")


@cache
def code_digest() -> str:
    """First 16 digits of sha256 over the source text of the parsers, by name of file."""
    root = Path(connectors.__path__[0]).parent
    paths = sorted(path for folder in ("connectors", "import_map") for path in (root / folder).rglob("*.py"))
    text = b"".join(path.relative_to(root).as_posix().encode() + path.read_bytes() for path in paths)
    return sha256(text).hexdigest()[:16]
