"""What a run says about each source: polls by outcome, rows by shape, and by name whatever went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Literal

from models_py.kernel.errors import MacroError, SourceError
from models_py.kernel.stored import OUTCOMES, Outcome
from pipelines.connectors import SHAPES

Status = Literal["OK", "DEGRADED"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that went wrong: which request, what kind of error, why."""

    key: str
    kind: str
    reason: str

    def __str__(self) -> str:
        return f"{self.key}: {self.reason}" if self.key else self.reason


@dataclass(frozen=True, slots=True)
class SourceReport:
    """One source in one run.

    `counts` are polls by outcome; `settled` requests were not made, since their answer is final; `rows` were added to bronze;
    `quarantined` payloads wait for a parser; `last_success` is the latest time at which the source gave data, this run included.
    """

    source: str
    counts: Mapping[Outcome, int]
    settled: int
    rows: Mapping[str, int]
    quarantined: int
    errors: tuple[Issue, ...]
    seconds: float
    last_success: datetime | None

    @property
    def requests(self) -> int:
        return sum(self.counts.values())

    @property
    def is_clean(self) -> bool:
        return not self.errors

    @property
    def status(self) -> Status:
        """DEGRADED where anything went wrong: the run went on without it."""
        return "OK" if self.is_clean else "DEGRADED"


@dataclass
class Tally:
    """Counts of one source while a run goes on. Safe for threads."""

    source: str
    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    settled: int = 0
    rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SHAPES, 0))
    errors: list[Issue] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def count(self, outcome: Outcome, number: int = 1) -> None:
        with self._lock:
            self.counts[outcome] += number

    def settle(self) -> None:
        with self._lock:
            self.settled += 1

    def blame(self, error: MacroError, key: str = "") -> None:
        """Note an error; one that was noted before is not repeated."""
        key, reason = (error.key, error.reason) if isinstance(error, SourceError) else (key, str(error))
        issue = Issue(key, type(error).__name__, reason)
        with self._lock:
            if issue not in self.errors:
                self.errors.append(issue)

    def report(self, *, quarantined: int, seconds: float, last_success: datetime | None) -> SourceReport:
        errors = tuple(sorted(self.errors, key=lambda issue: (issue.key, issue.reason)))
        return SourceReport(
            self.source, dict(self.counts), self.settled, dict(self.rows), quarantined, errors, round(seconds, 3), last_success
        )
