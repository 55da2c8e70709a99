"""Backfill: history from a date on, in as many runs as it takes.

    backfill.json      what is being filled and when it began, until all of it has been answered

A run that is killed, or whose source goes down, is taken up by the next with the same date and sources: what has been answered since
it began is not asked for again, and what was fetched but not loaded is loaded. History that is final is never asked for twice.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models_py.kernel.errors import ConfigError
from models_py.kernel.lake import Lake
from pipelines.connectors import CatalogueRow, Endpoint
from pipelines.ingest import ingest
from pipelines.progress import Step, silent
from pipelines.report import sources_dict, sources_text, status_of
from pipelines.reports import SourceReport
from pipelines.stages import Run

_STATE = "backfill.json"


@dataclass(frozen=True)
class Backfill:
    """One run of a backfill. `began` is its first run's instant, `is_complete` says that every request has been answered."""

    first: date
    sources: tuple[str, ...]
    began: datetime
    is_resumed: bool
    is_complete: bool
    reports: tuple[SourceReport, ...]


def backfill(
    run: Run, endpoints: Mapping[str, Endpoint], first: date, sources: Sequence[str] | None = None,
    *, series: Sequence[CatalogueRow] | None = None, progress: Step = silent,
) -> Backfill:  # fmt: skip
    """Fetch history from a date on, or what is left of it.

    Raises:
        ConfigError: a date after the run's instant, or a source that is not there.
        LakeError: bronze could not be written.
    """
    if first > run.at.date():
        raise ConfigError(f"a backfill from {first} has nothing to fetch at {run.at.isoformat()}")
    chosen = tuple(sorted(endpoints if sources is None else set(sources)))
    began = _began(run.lake, first, chosen)
    started = run.at if began is None else min(began, run.at)
    run.lake.write(json.dumps({"from": first.isoformat(), "sources": chosen, "began": started.isoformat()}).encode(), _STATE)
    settings = run.settings.model_copy(update={"start": first})
    reports = ingest(settings, run.lake, endpoints, sources=chosen, series=series, answered_since=started, progress=progress)
    is_complete = not any(report.counts["failed"] or _unplanned(report) for report in reports)
    if is_complete:
        run.lake.fs.rm_file(run.lake.path(_STATE))
    return Backfill(first, chosen, started, began is not None, is_complete, tuple(reports))


def as_dict(done: Backfill) -> dict[str, Any]:
    """A backfill for a script."""
    return {
        "from": done.first.isoformat(), "began": done.began.isoformat(), "resumed": done.is_resumed, "complete": done.is_complete,
        "status": status_of(done.reports), "sources": sources_dict(done.reports),
    }  # fmt: skip


def as_text(done: Backfill) -> str:
    """A backfill for a person: how far it is, then its sources."""
    resumed = f"taken up from {done.began:%Y-%m-%d %H:%M} UTC, " if done.is_resumed else ""
    state = "complete" if done.is_complete else "not complete: run it again, it goes on where it stopped"
    return f"backfill from {done.first}: {resumed}{state}\n\n{sources_text(done.reports)}"


def _began(lake: Lake, first: date, sources: Sequence[str]) -> datetime | None:
    """When the same backfill began, if it has not ended."""
    if not lake.exists(_STATE):
        return None
    state = json.loads(lake.read(_STATE))
    same = (state["from"], state["sources"]) == (first.isoformat(), list(sources))
    return datetime.fromisoformat(state["began"]) if same else None


def _unplanned(report: SourceReport) -> bool:
    return any(issue.key == "plan" for issue in report.errors)
