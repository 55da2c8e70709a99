"""Pace of requests to one host: so many a second, so many at once, for all threads of this process.

On loopback nothing waits, unless the sandbox serves real limits (`MACRO_SANDBOX_PACE`).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from urllib.parse import urlsplit

from pipelines.connectors._limits import Host

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_GATES: dict[tuple[str, Host], "Gate"] = {}
_LOCK = Lock()


class Gate:
    """Admits callers one interval apart, `parallel` at once."""

    def __init__(self, per_second: float, parallel: int, sleep: Callable[[float], None] = time.sleep) -> None:
        self._interval = 1.0 / per_second if per_second > 0 else 0.0
        self._room = BoundedSemaphore(parallel)
        self._lock = Lock()
        self._free_at = 0.0
        self._sleep = sleep

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and hold a place until the context ends."""
        with self._room:
            with self._lock:
                now = time.monotonic()
                start = max(now, self._free_at)
                self._free_at = start + self._interval
            if start > now:
                self._sleep(start - now)
            yield


def is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in _LOOPBACK


def gate(url: str, host: Host, *, workers: int, pace: float) -> Gate:
    """The gate of a URL's host: one for all callers of a real host, a fresh one on loopback, whose limits are the sandbox's.

    Args:
        pace: share of the real limits that the sandbox serves; 0 is none.
    """
    if is_loopback(url):
        return Gate(host.per_second / pace, min(workers, host.parallel)) if pace > 0 else Gate(0.0, workers)
    with _LOCK:
        place = (urlsplit(url).netloc, host)
        return _GATES.setdefault(place, Gate(host.per_second, min(workers, host.parallel)))
