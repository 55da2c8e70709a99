"""What runs of ingestion asked and got, from the log of polls alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from models_py.kernel.lake import Lake
from models_py.kernel.stored import Poll, poll_logs, read_polls

DATA = ("ok", "unchanged")
REASONS = 20                    # told of a source in a run


@dataclass(frozen=True)
class Asked:
    """One source in one run: polls by outcome, bytes, and when it was asked first and last."""

    source: str
    outcomes: dict[str, int]
    size: int
    first_at: datetime | None
    last_at: datetime | None
    reasons: tuple[str, ...]


def run_names(lake: Lake) -> list[str]:
    """Runs that asked anything, oldest first; a name is the run's instant."""
    return sorted({_run(name) for name in poll_logs(lake)})


def run_at(name: str) -> datetime:
    """The instant of a run."""
    return datetime.strptime(name, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)


def polls_of(lake: Lake, run: str) -> Iterator[Poll]:
    """Every poll of a run, by source, in the order they ended."""
    for name in poll_logs(lake):
        if _run(name) == run:
            yield from read_polls(lake, name)


def asked(lake: Lake, run: str) -> list[Asked]:
    """What a run asked of each source, by name."""
    by_source: dict[str, list[Poll]] = {}
    for poll in polls_of(lake, run):
        by_source.setdefault(poll.source, []).append(poll)
    return [_asked(source, polls) for source, polls in sorted(by_source.items())]


def last_polls(lake: Lake, source: str) -> tuple[Asked, datetime | None] | None:
    """The newest run's polls of a source, and when it last gave data; None for a source that was never asked."""
    logs = poll_logs(lake, source)[::-1]
    newest = [poll for name in logs if _run(name) == _run(logs[0]) for poll in read_polls(lake, name)]
    for name in logs:
        given = [poll.fetched_at for poll in read_polls(lake, name) if poll.outcome in DATA]
        if given:
            return _asked(source, newest), max(given)
    return (_asked(source, newest), None) if logs else None


def _asked(source: str, polls: list[Poll]) -> Asked:
    instants = [poll.fetched_at for poll in polls]
    wrong = [f"{poll.key}: {poll.reason}" for poll in polls if poll.reason]
    outcomes: dict[str, int] = dict(sorted(Counter(str(poll.outcome) for poll in polls).items()))
    size = sum(poll.size for poll in polls)
    return Asked(source, outcomes, size, min(instants, default=None), max(instants, default=None), tuple(wrong[:REASONS]))


def _run(log: str) -> str:
    """raw/polls/<source>/<instant>Z[.<part>].jsonl"""
    return log.rsplit("/", 1)[1].split("Z", 1)[0] + "Z"

