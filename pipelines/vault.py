"""The vault: every payload's bytes once, by sha256, and every poll, one JSON line each. History replays from here alone.

    raw/objects/<aa>/<sha256>             bytes as received
    raw/polls/<source>/<run>.jsonl        one object a poll, in the order they ended

Bytes are written before anything reads them, a poll before its payload is parsed. A poll's `url` has its secrets redacted and no
loopback port, so that the same request has the same name in every run. A killed run leaves a torn last line at most: readers
leave it out and the next writer starts on a new one. On S3, where nothing can be appended to, each flush is a file of its own.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock

from models_py.kernel import stored
from models_py.kernel.errors import LakeError
from models_py.kernel.lake import Lake
from models_py.kernel.stored import Outcome, Poll, place
from pipelines.connectors import Payload

DATA: tuple[Outcome, ...] = ("ok", "unchanged")
NOTHING: tuple[Outcome, ...] = ("empty", "late")

SECRET_HEADERS = frozenset(("set-cookie", "cookie", "authorization", "x-api-key", "x-app-token"))          # never written down


def poll_id(source: str, key: str, url: str, body: bytes | None, fetched_at: datetime, raw_sha256: str | None) -> str:
    """First 16 hexadecimal digits of sha256 over source, key, redacted URL, body, fetch time and payload."""
    parts = (source, key, url, (body or b"").decode("latin-1"), fetched_at.isoformat(), raw_sha256 or "")
    return sha256("|".join(parts).encode()).hexdigest()[:16]


class Vault:
    """Payloads and polls of one lake."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake

    def store(self, body: bytes) -> str:
        """Keep the bytes; the answer is their sha256."""
        digest = sha256(body).hexdigest()
        if not self._lake.exists(*place(digest)):
            self._lake.write(body, *place(digest))
        return digest

    def load(self, digest: str) -> bytes:
        """The bytes of a payload.

        Raises:
            LakeError: they are missing, or are not the bytes that were stored.
        """
        return stored.payload(self._lake, digest)

    def polls(self, source: str) -> list[Poll]:
        """All polls of a source, oldest first."""
        return stored.polls(self._lake, source)

    def sources(self) -> list[str]:
        """Sources that have polls."""
        return stored.polled_sources(self._lake)

    def payload(self, poll: Poll) -> Payload:
        """A poll's payload, as it was received.

        Raises:
            LakeError: the poll has none, or its bytes are missing or damaged.
        """
        if poll.raw_sha256 is None:
            raise LakeError(f"poll {poll.poll_id} of {poll.source} {poll.key} has no payload")
        body = self.load(poll.raw_sha256)
        return Payload(
            poll.source, poll.key, poll.url, body, poll.status, poll.content_type, poll.fetched_at, poll.poll_id, poll.raw_sha256
        )


class PollLog:
    """Where one run writes the polls of one source. Safe for threads."""

    def __init__(self, lake: Lake, source: str, run: datetime) -> None:
        self._lake, self._source = lake, source
        self._name = f"{run.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"
        self._lock = Lock()
        self._waiting: list[bytes] = []
        self._path = self._local_path() if lake.is_local else None

    def append(self, poll: Poll) -> None:
        """Write a poll down; on S3 with the next flush."""
        line = json.dumps({**asdict(poll), "fetched_at": poll.fetched_at.isoformat()}, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            if self._path is None:
                self._waiting.append(line)
            else:
                with self._path.open("ab", buffering=0) as file:
                    file.write(line)

    def flush(self) -> None:
        """Make sure that what was appended can be read; called before payloads are parsed."""
        with self._lock:
            if self._waiting:
                parts = len(self._lake.glob(f"raw/polls/{self._source}/{self._name}*.jsonl"))
                self._lake.write(b"".join(self._waiting), "raw", "polls", self._source, f"{self._name}.{parts:05d}.jsonl")
                self._waiting.clear()

    def _local_path(self) -> Path:
        path = Path(self._lake.path("raw", "polls", self._source, f"{self._name}.jsonl"))
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as file:
            file.seek(max(file.tell() - 1, 0))
            if file.read(1) not in (b"", b"\n"):
                file.write(b"\n")              # the torn line of a killed run
        return path
