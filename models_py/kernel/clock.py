"""The clock is injected: nothing else in the project asks the machine for the time.

A run has one instant. With `--now` or `MACRO_NOW` it is given, and the sandbox serves that same instant; without, it is the
wall clock read once at the start of the run. Instants are UTC and carry their offset.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from models_py.kernel.errors import NaiveCutoff

# a day from the ends of the calendar: an instant there has a date on every clock
FIRST, LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


def instant(value: str | datetime) -> datetime:
    """An instant in UTC from ISO text or a datetime.

    Raises:
        NaiveCutoff: no offset is given, the text is not an ISO instant with a time of day, or it is before FIRST or after LAST.
    """
    text = value.replace(" ", "T", 1) if isinstance(value, str) else value.isoformat()
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise NaiveCutoff(f"not an ISO instant: {value!r}") from error
    if parsed.tzinfo is None:
        raise NaiveCutoff(f"instant without offset: {value!r}; write for example 2026-11-20T08:45:00-03:00")
    if not FIRST <= parsed <= LAST:
        raise NaiveCutoff(f"instant outside {FIRST.isoformat()} to {LAST.isoformat()}: {value!r}")
    return parsed.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """The instant of a run. `fixed` is None for a wall clock."""

    fixed: datetime | None = None

    def now(self) -> datetime:
        """The current instant, UTC, whole microseconds."""
        return self.fixed if self.fixed is not None else datetime.now(UTC)

    def frozen(self) -> "Clock":
        """A clock that stands still at this instant: a run reads the time once."""
        return Clock(self.now())
