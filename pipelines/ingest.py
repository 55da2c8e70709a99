"""Ingestion: for each source, plan, fetch, vault, parse, load. Sources run side by side, and one in trouble stops no other.

`ingest` is a function of what the lake holds, the sources' answers and the run's instant: twice with the same instant adds
nothing, and a run that was killed is finished by the next. `rebuild` makes bronze anew from raw alone, `replay` reads what lies in
quarantine once more.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from types import ModuleType
from zoneinfo import ZoneInfo

from filelock import Timeout

from models_py.kernel import seeds
from models_py.kernel.clock import Clock
from models_py.kernel.errors import ConfigError, LakeError
from models_py.kernel.lake import Lake
from models_py.kernel.locks import only_one
from models_py.kernel.settings import Settings
from pipelines import confirmations
from pipelines.connectors import CatalogueRow, Endpoint, connectors
from pipelines.loading import Loader
from pipelines.perishables import most_perishable_first, told
from pipelines.polling import Poller
from pipelines.progress import Step, silent
from pipelines.quarantine import Quarantine
from pipelines.quoted import quoted_by
from pipelines.reports import Issue, SourceReport, Tally
from pipelines.vault import DATA, Vault

__all__ = ["Issue", "SourceReport", "catalogue", "ingest", "rebuild", "replay", "standing"]

_SAO_PAULO = ZoneInfo("America/Sao_Paulo")
_LOCK_SECONDS = 900.0
_AT_ONCE = 4                               # sources: more wait for one another's turn to compute, until they are too late


def ingest(
    settings: Settings,
    lake: Lake,
    endpoints: Mapping[str, Endpoint],
    *,
    sources: Sequence[str] | None = None,
    series: Sequence[CatalogueRow] | None = None,
    answered_since: datetime | None = None,
    progress: Step | None = None,
) -> list[SourceReport]:
    """Fetch what can have changed and load what is new.

    Args:
        endpoints: where each source is reached.
        sources: some of them; default all.
        series: the catalogue; default the seed's rows of this world.
        answered_since: an interrupted run is resumed: what was answered from then on is not asked for again.
        progress: called with what, done, total.
    Returns:
        One report a source, in the order of the endpoints.
    Raises:
        ConfigError: a source without connector or endpoint.
        LakeError: bronze could not be written; the other sources are done.
    """
    fixed = settings.model_copy(update={"now": Clock(settings.now).now()})
    chosen = list(endpoints) if sources is None else list(sources)
    modules = {source: _connector(source, endpoints) for source in chosen}
    rows = catalogue(fixed) if series is None else series

    def one(source: str) -> SourceReport:
        wanted = [row for row in rows if row.source == source]
        with _locked(lake, source):
            return _ingest(fixed, lake, modules[source], wanted, endpoints[source], progress or silent, answered_since)

    reports = {report.source: report for report in _side_by_side(one, most_perishable_first(chosen))}
    return [reports[source] for source in chosen]


def rebuild(settings: Settings, lake: Lake, *, progress: Step | None = None) -> list[SourceReport]:
    """Bronze from raw alone: the same rows as before, whatever happened to it.

    Raises:
        LakeError: bronze could not be written.
    """
    quarantine, sources = Quarantine(lake), Vault(lake).sources()
    modules = {source: _connector(source) for source in sources}

    def one(source: str) -> SourceReport:
        quarantine.clear(source)
        return _load(settings, lake, modules[source], progress or silent, again=True)

    with ExitStack() as locks:
        for source in sources:
            locks.enter_context(_locked(lake, source))
        lake.remove("bronze")
        shutil.rmtree(lake.local("state", "dlt"))
        return _side_by_side(one, sources)


def replay(
    settings: Settings, lake: Lake, *, sources: Sequence[str] | None = None, progress: Step | None = None
) -> list[SourceReport]:
    """Parse once more what lies in quarantine.

    Raises:
        LakeError: bronze could not be written.
    """

    def one(source: str) -> SourceReport:
        with _locked(lake, source):
            return _load(settings, lake, _connector(source), progress or silent, again=True)

    return _side_by_side(one, Vault(lake).sources() if sources is None else sources)


def standing(lake: Lake) -> list[SourceReport]:
    """What a lake says of its sources without asking them: how the requests of each one's last run ended, and its quarantine."""
    found, vault, quarantine = [], Vault(lake), Quarantine(lake)
    for source in vault.sources():
        polls, tally = vault.polls(source), Tally(source)
        last = {poll.request_id: poll for poll in polls if poll.fetched_at == polls[-1].fetched_at}
        for poll in last.values():
            tally.count(poll.outcome)
        success = max((poll.fetched_at for poll in polls if poll.outcome in DATA), default=None)
        found.append(tally.report(quarantined=len(quarantine.entries(source)), seconds=0.0, last_success=success))
    return found


def catalogue(settings: Settings) -> list[CatalogueRow]:
    """The seeds' series of this world, and the reports that quote instruments in it; in `files` all come from the import map, under our
    own ids."""
    found = [CatalogueRow(one.family, one.source, one.report, "daily", revisable=False) for one in quoted_by(settings.world)]
    for row in seeds.read("series").iter_rows(named=True):
        if settings.world in str(row["worlds"]).split():
            own = settings.world == "files"
            source, key = ("files", row["series_id"]) if own else (row["source"], row["source_key"])
            found.append(CatalogueRow(row["series_id"], source, key, row["frequency"], row["revisable"] == "true"))
    return found


def _ingest(
    settings: Settings, lake: Lake, connector: ModuleType, rows: Sequence[CatalogueRow], endpoint: Endpoint, step: Step,
    answered_since: datetime | None,
) -> SourceReport:  # fmt: skip
    started, now = time.monotonic(), settings.clock.now()
    tally = Tally(connector.SOURCE)
    rows, refused = confirmations.admitted(settings, lake, endpoint, rows)
    for error in refused:
        tally.count("refused")
        tally.blame(error)
    poller = Poller(settings, lake, connector, tally, answered_since=answered_since)
    poller.run(rows, settings.start, min(settings.until or date.max, now.astimezone(_SAO_PAULO).date()), endpoint, step)
    loader = Loader(settings, lake, connector, tally)
    for missed in told(lake, connector, now):
        tally.blame(missed)
    loader.run(step, run_at=now)
    return tally.report(quarantined=loader.waiting(), seconds=time.monotonic() - started, last_success=poller.last_success())


def _load(settings: Settings, lake: Lake, connector: ModuleType, step: Step, *, again: bool) -> SourceReport:
    started = time.monotonic()
    tally = Tally(connector.SOURCE)
    loader = Loader(settings, lake, connector, tally)
    loader.run(step, again=again)
    fetched = (poll.fetched_at for poll in Vault(lake).polls(connector.SOURCE) if poll.outcome in DATA)
    last: datetime | None = max(fetched, default=None)
    return tally.report(quarantined=loader.waiting(), seconds=time.monotonic() - started, last_success=last)


def _side_by_side(one: Callable[[str], SourceReport], sources: Sequence[str]) -> list[SourceReport]:
    if not sources:
        return []
    with ThreadPoolExecutor(min(len(sources), _AT_ONCE), thread_name_prefix="source") as pool:
        return [future.result() for future in [pool.submit(one, source) for source in sources]]


def _connector(source: str, endpoints: Mapping[str, Endpoint] | None = None) -> ModuleType:
    found = connectors().get(source)
    if found is None or (endpoints is not None and source not in endpoints):
        raise ConfigError(f"no source {source!r} here; there are {', '.join(connectors() if endpoints is None else endpoints)}")
    return found


@contextmanager
def _locked(lake: Lake, source: str) -> Iterator[None]:
    """One run at a time for a source: dlt keeps one package a pipeline."""
    try:
        with only_one(lake, source, _LOCK_SECONDS):
            yield
    except Timeout as error:
        raise LakeError(f"another run has been ingesting {source} for {_LOCK_SECONDS:g} s: {error.lock_file}") from error
