"""What `verify` says of a release's tables, and how it is laid out."""

from pathlib import Path

from pipelines.verify import Check, as_text, verify
from tests.gold.conftest import publish

__all__ = ["publish"]

ROWS = [("x", "2023-12-01", "2023-12-10T12:00:00+00:00", 1.0)]


def rows_of(release) -> Check:
    [found] = [check for check in verify(release.settings) if check.name == "release: tables have rows"]
    return found


def test_a_table_without_which_nothing_trades_is_missed_by_name(publish):
    found = rows_of(publish(ROWS))                     # this release has observations, factors, series, curves, frontier, calendar
    assert not found.passed
    assert found.detail == "empty or missing: instruments, quotes, factors, curves, marks, returns, quality"


def test_a_table_is_missed_where_the_worlds_sources_sent_what_it_should_hold(publish):
    release = publish(ROWS)
    folder = Path(release.lake.path("bronze/documents"))
    folder.mkdir(parents=True)
    (folder / "load.parquet").write_bytes(b"")
    assert rows_of(release).detail.endswith("quality, documents")


def test_details_start_in_one_column_and_the_verdict_comes_last():
    lines = as_text([Check("short", True, "fine"), Check("a much longer name", False, "broken")]).splitlines()
    assert lines == ["ok    short               fine", "FAIL  a much longer name  broken", "FAIL"]


def test_an_empty_lake_fails(tmp_path, publish):
    release = publish(ROWS)
    [only] = verify(release.settings.model_copy(update={"lake": str(tmp_path / "empty")}))
    assert not only.passed
    assert as_text([only]).endswith("FAIL")
