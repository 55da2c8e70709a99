"""Polls made up for tests."""

from datetime import datetime

from models_py.kernel.stored import Outcome, Poll
from pipelines.vault import poll_id


def poll(key: str, fetched_at: datetime, outcome: Outcome = "ok", source: str = "bcb_sgs", digest: str | None = "d") -> Poll:
    """A poll of a request whose address is its key."""
    return Poll(
        poll_id(source, key, key, None, fetched_at, digest), source, key, key, "GET", None, 200, "", {}, fetched_at, digest, 1, outcome
    )
