"""The vault: every payload's bytes once, by sha256, and every poll, one JSON line each. History replays from here alone.

    raw/objects/<aa>/<sha256>             bytes as received
    raw/polls/<source>/<run>.jsonl        one object a poll, in the order they ended

Bytes are written before anything reads them, a poll before its payload is parsed. A poll's `url` has its secrets redacted and no
loopback port, so that the same request has the same name in every run. A killed run leaves a torn last line at most: readers
leave it out and the next writer starts on a new one. On S3, where nothing can be appended to, each flush is a file of its own.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Literal

from models_py.kernel.errors import LakeError
from models_py.kernel.lake import Lake
from pipelines.connectors import Payload

Outcome = Literal["ok", "empty", "late", "unchanged", "drifted", "failed", "refused"]
OUTCOMES: tuple[Outcome, ...] = ("ok", "empty", "late", "unchanged", "drifted", "failed", "refused")
DATA: tuple[Outcome, ...] = ("ok", "unchanged")
NOTHING: tuple[Outcome, ...] = ("empty", "late")

KEPT_HEADERS = ("date", "last-modified", "etag", "retry-after", "content-length", "x-simulated")


@dataclass(frozen=True, slots=True)
class Poll:
    """One request made, and what came of it. `raw_sha256` is None where no answer arrived."""

    poll_id: str
    source: str
    key: str
    url: str
    method: str
    body_sha256: str | None
    status: int
    content_type: str
    headers: Mapping[str, str]
    fetched_at: datetime
    raw_sha256: str | None
    size: int
    outcome: Outcome
    reason: str = ""

    @property
    def request_id(self) -> str:
        """What makes two polls the same request."""
        return f"{self.method} {self.url} {self.body_sha256 or ''}"


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
        if not self._lake.exists(*_place(digest)):
            self._lake.write(body, *_place(digest))
        return digest

    def load(self, digest: str) -> bytes:
        """The bytes of a payload.

        Raises:
            LakeError: they are missing, or are not the bytes that were stored.
        """
        body = self._lake.read(*_place(digest))
        if sha256(body).hexdigest() != digest:
            raise LakeError(f"raw object {digest} holds other bytes: {sha256(body).hexdigest()}")
        return body

    def polls(self, source: str) -> list[Poll]:
        """All polls of a source, oldest first."""
        names = self._lake.glob(f"raw/polls/{source}/*.jsonl")
        found = (_poll(line) for name in names for line in self._lake.read(name).split(b"\n") if line)
        return sorted((poll for poll in found if poll is not None), key=lambda poll: poll.fetched_at)

    def sources(self) -> list[str]:
        """Sources that have polls."""
        return sorted({name.split("/")[2] for name in self._lake.glob("raw/polls/*/*.jsonl")})

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


def _place(digest: str) -> tuple[str, str, str, str]:
    return "raw", "objects", digest[:2], digest


def _poll(line: bytes) -> Poll | None:
    """A poll from its line; None for the torn line of a killed run, whose request is made again."""
    try:
        content = json.loads(line)
    except ValueError:
        return None
    return Poll(**{**content, "fetched_at": datetime.fromisoformat(content["fetched_at"])})
