"""Limits of the real services, scaled by `MACRO_SANDBOX_PACE`: at 0 there are none, at 1 they are those of the service.

SGS answers more than five calls at once with 502 or 504, in turn; Yahoo a second call beside the first with 429, and every call of
the hour that follows on the clock. FRED answers more than two calls a second with 429, Socrata more than ten; the
Treasury more than two with 503.
"""

import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from pipelines.sandbox.render._fred_query import Refused
from pipelines.sandbox.render.yahoo import busy
from pipelines.sandbox.wire import JSON, Answer, Call, as_json, page

_PARALLEL: Mapping[str, int] = {"bcb_sgs": 5, "yahoo": 1}
_SECONDS = 0.15                          # what an answer takes where calls are counted, so that parallel ones meet
_PER_SECOND: Mapping[str, tuple[int, Answer]] = {
    "fred": (2, Refused("Exceeded Rate Limit", 429).answer()),
    "cftc": (10, Answer(as_json({"code": 429, "error": True, "message": "Too many requests without an application token"}), JSON, 429)),
    "stn": (2, page("503 Service Temporarily Unavailable", "Service Temporarily Unavailable", "Too many requests.", 503)),
}
_PENALTY = timedelta(hours=1)


@dataclass(frozen=True)
class Verdict:
    """A refusal, or None and the seconds that the answer takes."""

    refusal: Answer | None = None
    seconds: float = 0.0


class Throttle:
    """Calls in flight and of the last second, by source."""

    def __init__(self, pace: float) -> None:
        self._pace, self._lock = pace, Lock()
        self._in_flight = Counter[str]()
        self._refused = 0
        self._recent: dict[str, deque[float]] = {source: deque() for source in _PER_SECOND}
        self._shut_until: datetime | None = None

    @contextmanager
    def call(self, call: Call) -> Iterator[Verdict]:
        """Admit or refuse a call; the call is in flight until the context ends."""
        source = call.source
        if self._pace > 0 and source in _PER_SECOND:
            yield self._per_second(source)
        elif self._pace > 0 and source in _PARALLEL:
            with self._lock:
                self._in_flight[source] += 1
                refusal = self._beside(source, call.now)
            try:
                yield Verdict(refusal, _SECONDS * self._pace)
            finally:
                with self._lock:
                    self._in_flight[source] -= 1
        else:
            yield Verdict()

    def _beside(self, source: str, now: datetime) -> Answer | None:
        """What a call gets that is one too many, or too soon after one that was."""
        over = self._in_flight[source] > _PARALLEL[source]
        if source == "yahoo":
            if over:
                self._shut_until = now + _PENALTY
            return busy() if self._shut_until is not None and now < self._shut_until else None
        self._refused += over
        status = 502 if self._refused % 2 else 504
        name = "Bad Gateway" if status == 502 else "Gateway Time-out"
        return page(f"{status} {name}", name, "The upstream server did not answer.", status) if over else None

    def _per_second(self, source: str) -> Verdict:
        with self._lock:
            now, recent = time.monotonic(), self._recent[source]
            while recent and recent[0] <= now - self._pace:
                recent.popleft()
            most, refusal = _PER_SECOND[source]
            if len(recent) >= most:
                return Verdict(refusal)
            recent.append(now)
            return Verdict()
