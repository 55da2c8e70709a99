"""Releases are immutable, atomic and read without a way out."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pytest

from models_py.gold import Release, open_release
from models_py.gold.manifest import Ahead, Manifest, current_id, read_manifest, release_ids
from models_py.gold.release import NotAQuery
from models_py.gold.write import write
from models_py.kernel.errors import LakeError, PublishError, UnknownSeries
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings

from .conftest import NOW, connect, observations

ROWS = [("x", "2023-12-01", "2023-12-02T12:00:00+00:00", 1.0), ("x", "2024-01-02", "2024-01-03T12:00:00+00:00", 2.0)]


def test_the_same_rows_at_the_same_instant_are_the_same_release(publish):
    first, second = publish(ROWS), publish(ROWS)
    assert first.id == second.id
    assert release_ids(second.lake) == [first.id]


def test_the_first_and_last_instants_of_a_year_are_in_its_object(publish):
    ends = ("1969-12-31T23:59:59.999999", "1970-01-01T00:00:00", "2023-12-31T23:59:59.999999", "2024-01-01T00:00:00")
    release = publish([("x", f"1960-01-0{day}", f"{at}+00:00", 1.0) for day, at in enumerate(ends, start=1)])
    assert [(item.year, item.rows) for item in release.manifest.objects["observations"]] == [(1969, 1), (1970, 1), (2023, 1), (2024, 1)]
    assert release.sql("select count(*) as n from observations")["n"][0] == 4


def test_a_new_row_costs_one_year_and_leaves_the_other_objects_alone(publish):
    before = publish(ROWS)
    after = publish([*ROWS, ("x", "2024-01-04", "2024-01-05T12:00:00+00:00", 3.0)], at=NOW + timedelta(days=1), held=NOW)
    years = {item.year: item.sha256 for item in before.manifest.objects["observations"]}
    assert {item.year: item.sha256 == years[item.year] for item in after.manifest.objects["observations"]} == {2023: True, 2024: False}


def test_an_old_release_stays_readable_after_the_next(publish):
    old = publish(ROWS)
    publish([("x", "2024-01-02", "2024-01-03T12:00:00+00:00", 9.0)], at=NOW + timedelta(days=1))
    again = open_release(old.settings, old.id)
    assert again.sql("select value from observations order by reference_date")["value"].to_list() == [1.0, 2.0]


def test_a_build_from_older_bronze_is_not_published(publish):
    current = publish(ROWS)
    with pytest.raises(PublishError, match="older"):
        publish(ROWS[:1], at=NOW + timedelta(days=1), held=NOW - timedelta(days=1))
    assert current_id(current.lake) == current.id


def test_a_release_never_replaces_a_later_one(publish):
    current = publish(ROWS)
    with pytest.raises(PublishError, match="forward in time"):
        publish(ROWS[:1], at=NOW - timedelta(days=1), held=NOW)
    assert current_id(current.lake) == current.id


def test_a_manifest_tells_the_newest_knowledge_at_its_instant_and_apart_what_counts_later(publish):
    forward = [
        ("target", "2024-03-01", "2024-03-01T03:00:00+00:00", 0.11),
        ("target", "2025-01-01", "2025-01-01T03:00:00+00:00", 0.10),
        ("target", "2026-01-01", "9999-12-31T00:00:00+00:00", 0.09),           # never known
    ]
    manifest = read_manifest(publish([*ROWS, *forward]).lake)
    assert manifest.latest_available_at["observations"] == "2024-01-03T12:00:00Z"
    assert manifest.ahead["observations"] == Ahead(2, "2025-01-01T03:00:00Z")
    assert "factors" not in manifest.ahead
    assert manifest.latest_available_at["factors"] is None


def test_objects_that_rotted_are_named(publish):
    release = publish(ROWS)
    path = release.manifest.objects["observations"][0].path
    content = bytearray(release.lake.read(path))
    content[20] ^= 1
    release.lake.write(bytes(content), path)
    assert release.verify() == [path]


def test_a_manifest_whose_objects_were_swapped_is_refused(publish):
    release = publish(ROWS)
    text = release.manifest.to_json().decode().replace(release.manifest.objects["series"][0].sha256, "0" * 64)
    with pytest.raises(LakeError, match="digest"):
        Manifest.from_json(text.encode())


def test_an_empty_lake_says_what_to_run(tmp_path: Path):
    with pytest.raises(LakeError, match="macro run"):
        open_release(Settings(lake=str(tmp_path)))


def test_a_lake_of_another_seed_is_refused(publish, tmp_path: Path):
    release = publish(ROWS)
    with pytest.raises(LakeError, match="belongs to sandbox:20100104, not sandbox:7"):
        open_lake(Settings(lake=release.settings.lake, seed=7))


def test_an_instant_of_another_zone_gives_the_release_of_that_instant_in_utc(publish):
    local = NOW.astimezone(timezone(timedelta(hours=-3)))
    release = publish(ROWS, at=local, held=local)
    assert release.id == publish(ROWS).id
    assert read_manifest(release.lake, release.id).published_at.utcoffset() == timedelta(0)
    with pytest.raises(LakeError, match="published_at 2024-01-31T12:00:00 has no offset"):
        Manifest("files", datetime(2024, 1, 31, 12), "commit", {}, {}, None)  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize("release_id", ["../../etc/passwd", "20240131T120000Z-000000000000"])
def test_a_release_that_is_not_there_is_refused(publish, release_id):
    release = publish(ROWS)
    with pytest.raises(LakeError, match="no release"):
        read_manifest(release.lake, release_id)


OUTWARD = (
    "select * from read_csv('/etc/passwd')",
    "select * from read_parquet('https://example.com/x.parquet')",
    "copy (select 1) to '/tmp/escaped.csv'",
    "copy (select 1) to '{objects}/added.parquet'",
    "explain analyze copy (select 1) to '{objects}/added.parquet'",
    "prepare p as copy (select 1) to '{objects}/added.parquet'",
    "export database '{objects}/copied'",
    "install httpfs",
    "attach '{objects}/other.duckdb'",
    "set enable_external_access = true",
    "create table gold.observations2 as select * from read_text('/etc/hostname')",
    "create or replace view gold.observations as select 1 as value",
    "select 1; drop view gold.observations",
)


def refused(release: Release, query: str) -> None:
    objects = release.lake.uri("gold/objects")
    before = release.lake.glob("gold/objects/*")
    with pytest.raises((duckdb.Error, NotAQuery)):
        release.sql(query.format(objects=objects))
    assert release.lake.glob("gold/objects/*") == before
    assert release.sql("select count(*) as n from gold.observations")["n"][0] == 2


@pytest.mark.parametrize("query", OUTWARD)
def test_sql_has_no_way_out_of_the_release(publish, query):
    refused(publish(ROWS), query)


@pytest.mark.parametrize("query", OUTWARD)
def test_sql_has_no_way_out_of_a_release_that_is_not_on_disk(monkeypatch, tmp_path: Path, query):
    monkeypatch.setenv("HOME", str(tmp_path))                        # builds of such a lake are made below it
    settings = Settings(lake=f"memory://{tmp_path.name}", now=NOW)
    write(open_lake(settings), connect(observations(ROWS)), published_at=NOW, commit="test", quality={"score": 100.0}, bronze_held_at=NOW)
    refused(open_release(settings), query)


@pytest.mark.parametrize(
    "query", ["from observations", "pivot observations on series_id using max(value)", "explain analyze select 1", "summarize series"]
)
def test_sql_answers_every_kind_of_query(publish, query):
    assert len(publish(ROWS).sql(query)) > 0


def test_instants_come_back_in_utc_from_every_cursor(publish):
    release = publish(ROWS)
    assert release.sql("select current_setting('TimeZone') as zone")["zone"][0] == "UTC"
    assert release.sql("select max(available_at) as at from observations")["at"][0] == datetime(2024, 1, 3, 12, tzinfo=UTC)


def test_decisions_are_the_sessions_at_a_quarter_to_nine_in_sao_paulo(publish):
    found = publish(ROWS).decisions(date(2023, 12, 29), date(2024, 1, 2))
    assert found == [datetime(*day, 11, 45, tzinfo=UTC) for day in ((2023, 12, 29), (2024, 1, 1), (2024, 1, 2))]


def test_an_unknown_series_is_named(publish):
    with pytest.raises(UnknownSeries, match="nope"):
        publish(ROWS).frontier("nope")
