"""Releases in a real Postgres catalogue: each a snapshot over its own objects, whole or not there."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event

import psycopg
import pytest
from pydantic import SecretStr

from models_py.gold import ducklake, open_release
from models_py.gold.manifest import Manifest, current_id, read_manifest
from models_py.gold.write import write
from models_py.kernel.errors import ConfigError, LakeDown, LakeError, PublishError
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from tests.cluster.postgres import PASSWORD
from tests.gold.conftest import connect, observations

FIRST = datetime(2024, 1, 31, 12, tzinfo=UTC)
ROW = ("x", "2023-12-01", "2023-12-02T12:00:00+00:00", 1.0)
LATER = ("x", "2024-01-02", "2024-01-03T12:00:00+00:00", 2.0)
VALUES = "select value from desk.gold.observations order by reference_date"


@pytest.fixture
def settings(catalogue: str, tmp_path: Path) -> Settings:
    return Settings(lake=str(tmp_path / "lake"), world="sandbox", profile="cluster", catalogue=catalogue)


def publish(settings: Settings, at: datetime, *rows: tuple[str, str, str, float], enlist=ducklake.enlisted) -> str:
    lake = open_lake(settings)
    given = {"commit": "abc123", "quality": {"score": 100.0}, "bronze_held_at": FIRST}
    with connect(observations(list(rows))) as made:
        return write(lake, made, published_at=at, enlist=partial(enlist, settings, lake), **given).id


def values(settings: Settings, release_id: str) -> list[tuple[float]]:
    with ducklake.opened(settings, open_lake(settings), release_id) as connection:
        return connection.execute(VALUES).fetchall()


def snapshots(settings: Settings) -> list[tuple[str, str]]:
    """Message and what else is told of each snapshot of a release."""
    lake = open_lake(settings)
    with ducklake._attached(settings, lake) as connection:
        told = "select commit_message, commit_extra_info from desk.snapshots() where author = 'macro-desk' order by snapshot_id"
        return connection.execute(told).fetchall()


def test_a_release_is_one_snapshot_and_an_older_one_reads_as_it_was(settings):
    first = publish(settings, FIRST, ROW)
    second = publish(settings, FIRST + timedelta(days=1), ROW, LATER)
    assert snapshots(settings) == [(first, "abc123"), (second, "abc123")]
    assert values(settings, first) == [(1.0,)]
    assert values(settings, second) == [(1.0,), (2.0,)]


def test_every_table_of_the_catalogue_is_that_of_the_release(settings):
    release_id = publish(settings, FIRST, ROW, LATER)
    with ducklake.opened(settings, open_lake(settings), release_id) as theirs, open_release(settings) as ours:
        for table in ours.manifest.objects:
            got = theirs.execute(f'from desk.gold."{table}" order by all').pl()
            assert got.equals(ours.sql(f'from gold."{table}" order by all')), table
            assert dict(got.schema) == dict(ours.sql(f'from gold."{table}"').schema), table


def test_the_catalogue_lists_the_objects_and_copies_none(settings):
    release_id = publish(settings, FIRST, ROW)
    lake = open_lake(settings)
    listed = {Path(item.path).name for items in read_manifest(lake, release_id).objects.values() for item in items}
    with ducklake.opened(settings, lake, release_id) as connection:
        found = connection.execute("select data_file from ducklake_list_files('desk', 'observations', schema => 'gold')").fetchall()
    assert {Path(name).name for (name,) in found} <= listed
    assert found
    assert lake.glob("gold/ducklake/**/*.parquet") == []


def test_the_same_release_again_is_no_second_snapshot(settings):
    release_id = publish(settings, FIRST, ROW)
    assert publish(settings, FIRST, ROW) == release_id
    assert [message for message, _ in snapshots(settings)] == [release_id]


def test_a_run_that_died_before_current_was_replaced_is_finished_by_the_next(settings):
    class Killed(Exception):
        pass

    @contextmanager
    def dies(given: Settings, lake: object, manifest: Manifest):
        with ducklake.enlisted(given, open_lake(given), manifest):
            raise Killed
        yield

    with pytest.raises(Killed):
        publish(settings, FIRST, ROW, enlist=dies)
    assert current_id(open_lake(settings)) is None
    release_id = publish(settings, FIRST, ROW)
    assert (current_id(open_lake(settings)), [message for message, _ in snapshots(settings)]) == (release_id, [release_id])


def test_an_older_release_does_not_follow_a_later_one_of_another_machine(settings, tmp_path: Path):
    later = publish(settings, FIRST + timedelta(days=1), ROW, LATER)
    (tmp_path / "lake" / "sandbox" / "gold" / "CURRENT").unlink()            # as a machine sees it that looked before
    with pytest.raises(PublishError, match=f"holds {later}, later than"):
        publish(settings, FIRST, ROW)
    assert [message for message, _ in snapshots(settings)] == [later]


def test_publishers_wait_for_one_another(settings, monkeypatch):
    monkeypatch.setattr(ducklake, "LOCK_SECONDS", 1)
    lake, inside, leave = open_lake(settings), Event(), Event()

    def hold() -> None:
        with ducklake._locked(settings, lake):
            inside.set()
            leave.wait(30)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        assert inside.wait(30)
        with pytest.raises(PublishError, match="another publisher holds the catalogue"):
            publish(settings, FIRST, ROW)
        assert current_id(lake) is None
        leave.set()
        held.result()
    publish(settings, FIRST, ROW)


def test_two_lakes_of_one_world_keep_two_schemas(settings, tmp_path: Path, catalogue):
    other = settings.model_copy(update={"lake": str(tmp_path / "other")})
    one, two = publish(settings, FIRST, ROW), publish(other, FIRST, LATER)
    assert (values(settings, one), values(other, two)) == ([(1.0,)], [(2.0,)])
    with psycopg.connect(catalogue) as connection:
        names = {name for (name,) in connection.execute("select nspname from pg_namespace").fetchall()}
    assert {ducklake.schema(open_lake(settings)), ducklake.schema(open_lake(other))} <= names


def test_a_release_the_catalogue_does_not_have_is_refused(settings):
    publish(settings, FIRST, ROW)
    with pytest.raises(LakeError, match="no release 'nope'"), ducklake.opened(settings, open_lake(settings), "nope"):
        pass


def test_a_catalogue_that_is_down_publishes_nothing_and_tells_no_password(settings):
    down = settings.model_copy(update={"catalogue": SecretStr(f"postgresql://desk:{PASSWORD}@127.0.0.1:9/postgres")})
    with pytest.raises(LakeDown) as raised:
        publish(down, FIRST, ROW)
    assert PASSWORD not in str(raised.value)
    assert current_id(open_lake(settings)) is None


def test_the_profile_needs_a_catalogue(settings):
    with pytest.raises(ConfigError, match="MACRO_CATALOGUE"):
        publish(settings.model_copy(update={"catalogue": None}), FIRST, ROW)
