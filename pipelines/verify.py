"""Is the platform whole? One line a check: release, objects, contents, point in time, lineage, journal, audit copy.

Checks look at what is stored, not at what a run said of itself. An empty lake fails.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from models_py.gold import Release, open_release
from models_py.kernel.errors import MacroError
from models_py.kernel.lake import Lake, open_lake
from models_py.kernel.settings import Settings
from models_py.ledger.audit import open_audit
from models_py.ledger.audit import verify as verify_journal
from models_py.ledger.journal_sql import journal_exists, open_journal
from pipelines.connectors import SHAPES

# without these nothing can be read or traded, in any world; others are needed where the world's sources sent what they hold
NEEDED = ("series", "instruments", "calendar", "observations", "quotes", "factors", "frontier", "curves", "marks", "returns", "quality")
SAMPLE = 25


@dataclass(frozen=True)
class Check:
    """One line of the report."""

    name: str
    passed: bool
    detail: str


def verify(settings: Settings) -> list[Check]:
    """All checks, in order. Without a release there is one failed check."""
    lake = open_lake(settings, make=False)
    try:
        release = open_release(settings)
    except MacroError as error:
        return [Check("release", False, str(error))]
    with release:
        checks = [Check("release", True, f"{release.id}, world {release.world_id}")]
        checks += [_tell("release: tables have rows", lambda r: _rows(r, lake), release)]
        checks += [_tell(name, check, release) for name, check in RELEASE_CHECKS.items()]
        checks += [_tell("lineage: rows back to raw bytes", lambda r: _lineage(r, lake), release)]
        checks += _journal(settings, lake)
    return checks


def as_text(checks: Sequence[Check]) -> str:
    """One line a check, in columns, and the verdict."""
    width = max(len(check.name) for check in checks)
    lines = [f"{'ok' if check.passed else 'FAIL':<4}  {check.name:<{width}}  {check.detail}" for check in checks]
    return "\n".join([*lines, "PASS" if all(check.passed for check in checks) else "FAIL"])


def _tell(name: str, check: Callable[[Release], tuple[bool, str]], release: Release) -> Check:
    try:
        passed, detail = check(release)
    except MacroError as error:
        passed, detail = False, str(error)
    return Check(name, passed, detail)


def _objects(release: Release) -> tuple[bool, str]:
    broken = release.verify()
    count = sum(len(items) for items in release.manifest.objects.values())
    return not broken, f"{count} objects give their names" if not broken else f"{len(broken)} do not: {broken[:3]}"


def _rows(release: Release, lake: Lake) -> tuple[bool, str]:
    rows = release.manifest.rows
    sent = [shape for shape in SHAPES if lake.glob(f"bronze/{shape}/*.parquet")]
    missing = [table for table in dict.fromkeys((*NEEDED, *sent)) if not rows.get(table)]
    if missing:
        return False, f"empty or missing: {', '.join(missing)}"
    empty = [table for table, count in rows.items() if not count]
    told = f"; {', '.join(empty)} empty, as no source of this world sends any" if empty else ""
    return True, f"{sum(rows.values()):,} rows in {len(rows) - len(empty)} tables{told}"


def _quality(release: Release) -> tuple[bool, str]:
    score, minimum = float(release.manifest.quality["score"]), release.settings.minimum_quality
    return score >= minimum, f"score {score:.1f}, minimum {minimum:g}"


def _contents(release: Release) -> tuple[bool, str]:
    for table, count in release.manifest.rows.items():
        found = release.sql(f'select count(*) as n from gold."{table}"')["n"][0]  # noqa: S608 - names of the manifest
        if found != count:
            return False, f"{table} has {found} rows, the manifest says {count}"
    return True, "row counts equal the manifest's"


def _vintages(release: Release) -> tuple[bool, str]:
    doubled = release.sql(
        "select series_id, reference_date, count(*) as n from gold.observations "
        "group by series_id, reference_date, target_date, available_at having n > 1 limit 1"
    )
    if len(doubled):
        return False, f"{doubled['series_id'][0]} {doubled['reference_date'][0]} is known twice at one instant"
    return True, "no observation is known twice at one instant"


def _frontier(release: Release) -> tuple[bool, str]:
    """The stored frontier against the last row of the as-of history, at sampled knowledge times."""
    columns = "series_id, available_at, reference_date, value"
    steps = release.sql(f"select {columns} from gold.frontier using sample {SAMPLE} rows (reservoir, 1)")  # noqa: S608
    for series_id, at, reference_date, value in steps.iter_rows():
        history = release.as_of(at).history(series_id).sort("reference_date").tail(1)
        found = (history["reference_date"][0], history["value"][0]) if len(history) else (None, None)
        if found != (reference_date, value):
            return False, f"{series_id} at {at}: frontier says {(reference_date, value)}, its history {found}"
    return len(steps) > 0, f"{len(steps)} sampled readings equal the as-of history"


def _lineage(release: Release, lake: Lake) -> tuple[bool, str]:
    rows = release.sql(f"select distinct raw_sha256 from gold.observations using sample {SAMPLE} rows (reservoir, 1)")  # noqa: S608
    for (sha,) in rows.iter_rows():
        if hashlib.sha256(lake.read("raw/objects", sha[:2], sha)).hexdigest() != sha:
            return False, f"raw object {sha} does not give its name"
    return len(rows) > 0, f"{len(rows)} raw payloads found and re-hashed"


def _journal(settings: Settings, lake: Lake) -> Iterator[Check]:
    if not journal_exists(settings, lake):
        yield Check("journal", False, "there is none: run `macro run`")
        return
    journal = open_journal(settings, lake)
    try:
        count = verify_journal(journal, open_audit(settings, lake))
        yield Check("journal: chain and audit copy", True, f"{count} events, every hash recomputed, the copy equal")
    except MacroError as error:
        yield Check("journal: chain and audit copy", False, str(error))
    finally:
        journal.close()


RELEASE_CHECKS: dict[str, Callable[[Release], tuple[bool, str]]] = {
    "release: objects hash to their names": _objects,
    "release: contents match the manifest": _contents,
    "release: quality": _quality,
    "point in time: vintages": _vintages,
    "point in time: frontier": _frontier,
}
