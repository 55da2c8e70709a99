"""What a run prints of its release."""

from datetime import UTC, datetime

from models_py.gold.manifest import Ahead, GoldObject, Manifest
from pipelines.report import gold_text, sources_text
from pipelines.reports import Issue, SourceReport

AT = datetime(2024, 1, 31, 12, tzinfo=UTC)


def manifest(**changes: object) -> Manifest:
    objects = {name: (GoldObject("0" * 64, rows, 1),) for name, rows in (("observations", 1234), ("series", 7))}
    latest = {"observations": "2024-01-30T21:15:00Z", "series": None}
    return Manifest("sandbox:1", AT, "test", objects, {"score": 100.0}, AT, latest, **changes)


def test_knowledge_is_the_newest_at_the_run_and_what_counts_later_stands_apart():
    lines = gold_text(manifest(ahead={"observations": Ahead(17, "2028-01-01T03:00:00Z")})).splitlines()
    [row] = [line for line in lines if line.strip().startswith("observations")]
    assert row.split("  ")[-1].strip() == "17 until 2028-01-01"
    assert "2024-01-30 21:15" in row
    assert "no decision sees them" in lines[-1]


def test_nothing_is_said_of_later_rows_where_there_are_none():
    assert "announced ahead" not in gold_text(manifest())


def source(name: str, counts: dict[str, int], *errors: Issue, last: datetime | None = None) -> SourceReport:
    return SourceReport(name, counts, 0, {"observations": 0}, 0, errors, 0.0, last)


def test_sources_that_were_never_asked_are_named_in_one_line_and_those_in_trouble_keep_theirs():
    broken = source("down", {}, Issue("433", "SourceDown", "status 503"))
    told = sources_text([source("asked", {"ok": 2}, last=AT), source("idle", {}), source("settled", {}, last=AT), broken])
    rows = [line.split()[0] for line in told.splitlines()[3:6]]
    assert rows == ["asked", "settled", "down"]
    assert told.splitlines()[6] == "not asked, as the catalogue names nothing of them in this world: idle"
    assert told.splitlines()[7] == "DEGRADED: down"
    assert told.splitlines()[8].strip().startswith("down SourceDown:")
