"""A lake lost and restored, and numbers followed back to their bytes."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from models_py.gold import open_release
from models_py.gold.lineage import origins
from models_py.gold.manifest import current_id, read_manifest
from models_py.kernel.errors import LakeError, UnknownSeries
from models_py.kernel.lake import open_lake
from pipelines import stages
from pipelines.backup import backup, restore
from pipelines.ingest import rebuild
from tests.pipelines.test_cli import macro
from tests.world import SmallWorld, copied, settings_at

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def kept(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    backup(small_world.settings, str(folder))
    return folder


def test_a_restored_lake_rebuilds_to_the_digest_and_the_book_it_had(small_world, kept, tmp_path):
    settings = settings_at(tmp_path / "lake")
    told = restore(settings, str(kept))
    assert told.release == small_world.release_id
    run = stages.start(settings)
    reports = rebuild(run.settings, run.lake)
    built = stages.build(run)
    manifest = stages.publish(run, built.path, stages.check(run, built, reports))
    assert manifest.digest == read_manifest(open_lake(small_world.settings)).digest
    assert manifest.id == small_world.release_id


def test_a_second_backup_copies_nothing_that_is_there(small_world, kept):
    before = {path: path.stat().st_mtime_ns for path in kept.rglob("raw/objects/*/*")}
    assert before
    backup(small_world.settings, str(kept))
    assert {path: path.stat().st_mtime_ns for path in kept.rglob("raw/objects/*/*")} == before


def test_a_lake_that_holds_something_is_not_overwritten(small_world, kept):
    with pytest.raises(LakeError, match="not empty"):
        restore(small_world.settings, str(kept))
    assert current_id(open_lake(small_world.settings)) == small_world.release_id


def test_a_backup_that_is_not_whole_or_is_damaged_is_refused(kept, tmp_path):
    with pytest.raises(LakeError, match="no whole backup"):
        restore(settings_at(tmp_path / "lake"), str(tmp_path / "nowhere"))
    [told] = kept.glob("*/backup.json")
    content = json.loads(told.read_text())
    try:
        told.write_text(json.dumps({**content, "head": "0" * 64}))
        with pytest.raises(LakeError, match="the backup says 0000"):
            restore(settings_at(tmp_path / "other"), str(kept))
        told.write_text(json.dumps({**content, "world": "live"}))
        with pytest.raises(LakeError, match="of world live"):
            restore(settings_at(tmp_path / "third"), str(kept))
    finally:
        told.write_text(json.dumps(content, indent=1))


def test_a_reading_leads_back_to_the_row_poll_and_bytes_it_came_from(small_world):
    with open_release(small_world.settings) as release:
        [found] = origins(release, open_lake(small_world.settings), "usdbrl_ptax", date(2024, 6, 20))
    [row] = found.read
    assert (row["source"], row["source_key"], row["source_date"]) == ("bcb_sgs", "1", date(2024, 6, 20))
    assert row["value"] == found.value
    assert [poll.raw_sha256 for poll in found.polls] == [found.raw_sha256]
    assert found.size == found.polls[0].size
    assert (small_world.lake / "sandbox" / row["filename"]).is_file()


def test_a_month_leads_to_the_source_s_own_date_and_unit(small_world):
    with open_release(small_world.settings) as release:
        [found] = origins(release, open_lake(small_world.settings), "br_ipca_mom", date(2024, 4, 30))
    assert found.read[0]["source_date"] == date(2024, 4, 1)
    assert found.read[0]["value"] == pytest.approx(100 * found.value)


def test_each_vintage_leads_to_the_row_that_said_it(small_world):
    with open_release(small_world.settings) as release:
        found = origins(release, open_lake(small_world.settings), "us_gdp_real", date(2023, 6, 30))
    assert len(found) >= 3
    assert [[row["value"] for row in one.read] for one in found] == [[one.value] for one in found]


def test_a_contract_leads_back_and_a_factor_to_its_formula(small_world):
    with open_release(small_world.settings) as release:
        lake = open_lake(small_world.settings)
        quoted = {one.field: one for one in origins(release, lake, "di1f27", date(2024, 6, 20))}
        assert quoted["settlement"].read[0]["symbol"] == "DI1F27"
        [factor] = origins(release, lake, "br_di1_252bd", date(2024, 6, 20))
        assert factor.raw_sha256 is None
        assert "252" in str(factor.formula)
        with pytest.raises(UnknownSeries, match="2024-06-22"):
            origins(release, lake, "usdbrl_ptax", date(2024, 6, 22))


def test_bytes_that_were_changed_are_told(small_world, tmp_path):
    world = copied(small_world, tmp_path / "lake")
    with open_release(world.settings) as release:
        lake = open_lake(world.settings)
        [found] = origins(release, lake, "usdbrl_ptax", date(2024, 6, 20))
        digest = str(found.raw_sha256)
        lake.write(b"other", "raw/objects", digest[:2], digest)
        with pytest.raises(LakeError, match="other bytes"):
            origins(release, lake, "usdbrl_ptax", date(2024, 6, 20))


def test_the_commands_tell_and_write(small_world, tmp_path):
    told = macro("lineage", "usdbrl_ptax", "2024-06-20", environment=small_world.environment)
    assert told.returncode == 0, told.stderr
    assert "SIMULATED usdbrl_ptax of 2024-06-20" in told.stdout
    assert "hash taken anew, the same" in told.stdout
    assert macro("lineage", "no_such_series", "2024-06-20", environment=small_world.environment).returncode == 1
    assert macro("lineage", "usdbrl_ptax", "20/06/2024", environment=small_world.environment).returncode == 2
    out = tmp_path / "x.duckdb"
    told = macro("snapshot", "--as-of", "2024-03-15T08:45:00-03:00", "-o", str(out), "--json", environment=small_world.environment)
    assert told.returncode == 0, told.stderr
    with duckdb.connect(str(out), read_only=True) as connection:
        [[last]] = connection.execute("select max(reference_date) from gold.observations where series_id = 'usdbrl_ptax'").fetchall()
    assert last == date(2024, 3, 14)
    assert json.loads(told.stdout)["rows"]["observations"] > 1000
    told = macro("backup", str(tmp_path / "kept"), "--json", environment=small_world.environment)
    assert json.loads(told.stdout)["release"] == small_world.release_id
    told = macro("restore", str(tmp_path / "kept"), environment={**small_world.environment, "MACRO_LAKE": str(tmp_path / "lake")})
    assert told.returncode == 0, told.stderr
    assert "macro rebuild --bronze" in told.stdout
