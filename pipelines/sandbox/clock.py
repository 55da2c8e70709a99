"""The clock that answers are served at: the run's instant, until a test moves it."""

import time
from datetime import datetime, timedelta
from threading import Lock


class ServedClock:
    """Stands still at an instant, or runs `rate` times as fast as time passes. Safe for threads."""

    def __init__(self, start: datetime, rate: float = 0.0) -> None:
        self._lock = Lock()
        self._set(start, rate)

    def _set(self, start: datetime, rate: float) -> None:
        self._start, self._rate, self._since = start, rate, time.monotonic()

    def now(self) -> datetime:
        """The instant, UTC."""
        with self._lock:
            return self._now()

    def _now(self) -> datetime:
        elapsed = (time.monotonic() - self._since) * self._rate if self._rate else 0.0
        return self._start + timedelta(seconds=elapsed)

    @property
    def rate(self) -> float:
        return self._rate

    def move(self, to: datetime | None = None, rate: float | None = None) -> None:
        """Set the instant, the speed, or both; what is not given stays."""
        with self._lock:
            self._set(self._now() if to is None else to, self._rate if rate is None else rate)
