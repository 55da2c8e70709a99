"""Limits of the real services, scaled by `MACRO_SANDBOX_PACE`: at 0 there are none, at 1 they are those of the service.

SGS answers more than five calls at once with 502 or 504, in turn; FRED more than two a second with 429.
"""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from pipelines.sandbox.render._fred_query import Refused
from pipelines.sandbox.wire import Answer, Call, page

_SGS_PARALLEL = 5
_SGS_SECONDS = 0.15                      # what an answer takes, so that parallel calls meet
_FRED_CALLS, _FRED_SECONDS = 2, 1.0


@dataclass(frozen=True)
class Verdict:
    """A refusal, or None and the seconds that the answer takes."""

    refusal: Answer | None = None
    seconds: float = 0.0


class Throttle:
    """Calls in flight and of the last second, by source."""

    def __init__(self, pace: float) -> None:
        self._pace, self._lock = pace, Lock()
        self._in_flight = 0
        self._refused = 0
        self._fred: deque[float] = deque()

    @contextmanager
    def call(self, call: Call) -> Iterator[Verdict]:
        """Admit or refuse a call; the call is in flight until the context ends."""
        if self._pace <= 0 or call.source not in ("bcb_sgs", "fred"):
            yield Verdict()
        elif call.source == "fred":
            yield self._per_second()
        else:
            with self._lock:
                self._in_flight += 1
                over = self._in_flight > _SGS_PARALLEL
                self._refused += over
                status = 502 if self._refused % 2 else 504
            try:
                name = "Bad Gateway" if status == 502 else "Gateway Time-out"
                refusal = page(f"{status} {name}", name, "The upstream server did not answer.", status)
                yield Verdict(refusal if over else None, _SGS_SECONDS * self._pace)
            finally:
                with self._lock:
                    self._in_flight -= 1

    def _per_second(self) -> Verdict:
        with self._lock:
            now = time.monotonic()
            while self._fred and self._fred[0] <= now - _FRED_SECONDS * self._pace:
                self._fred.popleft()
            if len(self._fred) >= _FRED_CALLS:
                return Verdict(Refused("Exceeded Rate Limit", 429).answer())
            self._fred.append(now)
            return Verdict()
