"""Is the platform whole? One line a check: services, release, contents, point in time, lineage, journal and its copy, an API call.

Checks look at what is stored and what answers, not at what a run said of itself. An empty lake fails.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import duckdb

from models_py.gold import Release, open_release
from models_py.kernel.errors import MacroError
from models_py.kernel.lake import Lake, open_lake
from models_py.kernel.settings import Settings
from models_py.ledger.audit import open_audit
from models_py.ledger.audit import verify as verify_journal
from models_py.ledger.journal_sql import journal_exists, open_journal
from pipelines import verify_known, verify_running, verify_stored

Told = tuple[bool, str]


@dataclass(frozen=True)
class Check:
    """One line of the report."""

    name: str
    passed: bool
    detail: str


def verify(settings: Settings) -> list[Check]:
    """All checks, in order. Without a release those of the services, and one that fails for it."""
    lake = open_lake(settings, make=False)
    checks = [_tell(name, partial(check, settings, lake)) for name, check in verify_running.services(settings).items()]
    try:
        release = open_release(settings)
    except MacroError as error:
        return [*checks, Check("release", False, str(error))]
    with release:
        checks.append(Check("release", True, f"{release.id}, world {release.world_id}"))
        checks += [_tell(name, partial(check, release)) for name, check in RELEASE.items()]
        checks += [_tell(name, partial(check, release, lake)) for name, check in BESIDE_THE_LAKE.items()]
        checks.append(_tell("journal: chain and audit copy", partial(_journal, settings, lake)))
        checks.append(_tell("API: answers as the release", partial(verify_running.api, release)))
    return checks


def as_text(checks: Sequence[Check]) -> str:
    """One line a check, in columns, and the verdict."""
    width = max(len(check.name) for check in checks)
    lines = [f"{'PASS' if check.passed else 'FAIL'}  {check.name:<{width}}  {check.detail}" for check in checks]
    return "\n".join([*lines, "PASS" if all(check.passed for check in checks) else "FAIL"])


def _tell(name: str, check: Callable[[], Told]) -> Check:
    try:
        return Check(name, *check())
    except (MacroError, duckdb.Error, OSError) as error:
        return Check(name, False, " ".join(str(error).split()))


def _journal(settings: Settings, lake: Lake) -> Told:
    if not journal_exists(settings, lake):
        return False, "there is none: run `macro run`"
    journal = open_journal(settings, lake)
    try:
        count = verify_journal(journal, open_audit(settings, lake))
    finally:
        journal.close()
    return True, f"{count} events, every hash recomputed, the copy equal"


RELEASE: Mapping[str, Callable[[Release], Told]] = {
    "release: objects hash to their names": verify_stored.objects,
    "release: rows are those of the manifest": verify_stored.contents,
    "release: tables keep their contracts": verify_stored.contracts,
    "release: catalogue": verify_stored.catalogue,
    "release: quality": verify_stored.quality,
    "release: freshness": verify_stored.freshness,
    "point in time: vintages": verify_known.vintages,
    "point in time: frontier": verify_known.steps,
    "point in time: spot check": verify_known.spots,
}
BESIDE_THE_LAKE: Mapping[str, Callable[[Release, Lake], Told]] = {
    "release: tables have rows": verify_stored.filled,
    "lineage: payloads hash to their names": verify_known.payloads,
    "lineage: from numbers to requests": verify_known.walk,
}
