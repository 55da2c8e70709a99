"""What a lake keeps before gold, for reading: payloads by sha256, the log of polls, and the bronze files that count.

    raw/objects/<aa>/<sha256>                        bytes as received
    raw/polls/<source>/<run>.jsonl                   one object a poll
    bronze/<table>/<load_id>.<file_id>.parquet       rows; they count once bronze/_dlt_loads/<source>__<load_id>.jsonl is there
    quarantine/<source>/<poll_id>.json               payloads that no parser could read yet

Writing is the vault's and the loader's: a killed run leaves a torn last line or a file of no load, which readers leave out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal

from models_py.kernel.errors import LakeError
from models_py.kernel.lake import Lake

Outcome = Literal["ok", "empty", "late", "unchanged", "drifted", "failed", "refused"]
OUTCOMES: tuple[Outcome, ...] = ("ok", "empty", "late", "unchanged", "drifted", "failed", "refused")


@dataclass(frozen=True, slots=True)
class Poll:
    """One request made, and what came of it. `raw_sha256` is None where no answer arrived; `url` has its secrets redacted.

    `headers` are the answer's, `request_headers` and `request_body` what was sent; polls of earlier versions lack the latter two.
    """

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
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_body: str | None = None

    @property
    def request_id(self) -> str:
        """What makes two polls the same request."""
        return f"{self.method} {self.url} {self.body_sha256 or ''}"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A payload that was refused and set aside. `code` is a digest of the parsers' source text at that time."""

    poll_id: str
    source: str
    key: str
    raw_sha256: str
    fetched_at: datetime
    error: str
    reason: str
    code: str
    resolved: bool = False


def quarantined(lake: Lake, source: str = "*") -> list[Quarantined]:
    """Payloads set aside, of one source or of all, read since or not, by source and poll."""
    found = [json.loads(lake.read(name)) for name in lake.glob(f"quarantine/{source}/*.json")]
    return [Quarantined(**{**entry, "fetched_at": datetime.fromisoformat(entry["fetched_at"])}) for entry in found]


def place(digest: str) -> tuple[str, str, str, str]:
    """Path of a payload below the lake's root."""
    return "raw", "objects", digest[:2], digest


def payload(lake: Lake, digest: str) -> bytes:
    """The bytes of a payload, hashed anew.

    Raises:
        LakeError: they are missing, or are not the bytes that were stored.
    """
    body = lake.read(*place(digest))
    if sha256(body).hexdigest() != digest:
        raise LakeError(f"raw object {digest} holds other bytes: {sha256(body).hexdigest()}")
    return body


def polls(lake: Lake, source: str) -> list[Poll]:
    """All polls of a source, oldest first."""
    return sorted((poll for name in poll_logs(lake, source) for poll in read_polls(lake, name)), key=lambda poll: poll.fetched_at)


def poll_logs(lake: Lake, source: str = "*") -> list[str]:
    """Files of the log, below the lake's root: of one source or of all, sorted."""
    return lake.glob(f"raw/polls/{source}/*.jsonl")


def read_polls(lake: Lake, name: str) -> list[Poll]:
    """Polls of one file, in the order they ended; a torn line is left out, its request is made again."""
    found = (_poll(line) for line in lake.read(name).split(b"\n") if line)
    return [poll for poll in found if poll is not None]


def polled_sources(lake: Lake) -> list[str]:
    """Sources that have polls."""
    return sorted({name.split("/")[2] for name in poll_logs(lake)})


def complete_loads(lake: Lake, source: str | None = None) -> set[str]:
    """Ids of complete loads, of one source or of all."""
    names = (name.rsplit("/", 1)[1].removesuffix(".jsonl") for name in lake.glob("bronze/_dlt_loads/*__*.jsonl"))
    split = (name.rsplit("__", 1) for name in names)
    return {load for pipeline, load in split if source is None or pipeline == source}


def bronze_files(lake: Lake, table: str, source: str | None = None) -> list[str]:
    """Parquet files of a table in complete loads, below the lake's root, in order of load."""
    loads = complete_loads(lake, source)
    names = lake.glob(f"bronze/{table}/*.parquet")
    return [name for name in names if ".".join(name.rsplit("/", 1)[1].split(".")[:2]) in loads]


def _poll(line: bytes) -> Poll | None:
    try:
        content = json.loads(line)
    except ValueError:
        return None
    return Poll(**{**content, "fetched_at": datetime.fromisoformat(content["fetched_at"])})
