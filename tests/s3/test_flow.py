"""The whole flow on a real S3 server: fetched, loaded, built, checked, published, traded, read, kept and made again."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.api.main import create_app
from models_py.gold import open_release
from models_py.gold.lineage import origins
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from models_py.kernel.stored import complete_loads
from pipelines import stages
from pipelines.backup import backup, restore
from pipelines.cli import app
from pipelines.ingest import rebuild
from pipelines.verify import verify
from tests.s3.ceph import SECRET

SERIES, DAY = "br_ipca_mom", date(2024, 4, 30)
KNOWN = "2024-06-27T08:40:00-03:00"


def command(settings: Settings, *arguments: str) -> str:
    """What a command prints; the lake and its keys are given by the environment."""
    told = {
        "MACRO_LAKE": settings.lake, "MACRO_NOW": settings.clock.now().isoformat(), "MACRO_S3_ENDPOINT": settings.s3_endpoint or "",
        "MACRO_S3_KEY": "lake", "MACRO_S3_SECRET": SECRET,
    }  # fmt: skip
    done = CliRunner(env=told).invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert SECRET not in done.output
    return done.stdout


def test_raw_bronze_and_gold_are_in_the_bucket_and_a_book_beside_them(on_s3):
    lake = open_lake(on_s3.settings, make=False)
    assert lake.read("gold/CURRENT").decode() == f"{on_s3.release_id}\n"
    assert lake.glob("raw/objects/*/*")
    assert lake.glob("raw/polls/*/*.jsonl")
    assert complete_loads(lake)
    assert lake.glob("desk/audit/*.jsonl")
    assert lake.glob("claims/*/*") == []


def test_the_platform_is_whole(on_s3):
    found = {check.name: (check.passed, check.detail) for check in verify(on_s3.settings)}
    assert [told for told in found.items() if not told[1][0]] == []


def test_a_release_on_s3_answers_sql_panels_and_cuts(on_s3):
    with open_release(on_s3.settings) as release:
        decisions = release.decisions(date(2024, 6, 3), date(2024, 6, 27))
        panel = release.panel([SERIES, "usdbrl_ptax"], decisions)
        assert panel["decision_at"].to_list() == decisions
        assert panel.null_count().row(0) == (0,) * panel.width
        assert release.as_of(KNOWN).history(SERIES)["reference_date"].max() == date(2024, 5, 31)
        assert release.sql("select count(*) as n from observations")["n"][0] == release.manifest.rows["observations"]
        with pytest.raises(duckdb.PermissionException):
            release.sql("select * from read_text('s3://desk/lake/world.json')")


def test_the_command_line_reads_it(on_s3, tmp_path: Path):
    settings = on_s3.settings
    [row] = json.loads(command(settings, "sql", "--json", f"select series_id from series where series_id = '{SERIES}'"))
    assert row == {"series_id": SERIES}
    [origin] = json.loads(command(settings, "lineage", SERIES, str(DAY), "--json"))
    assert (origin["read"][0]["source"], origin["polls"][0]["outcome"]) == ("bcb_sgs", "ok")
    out = tmp_path / "known.duckdb"
    made = json.loads(command(settings, "snapshot", "--as-of", KNOWN, "-o", str(out), "--json"))
    with duckdb.connect(str(out), read_only=True) as connection:
        assert connection.execute("select release_id from gold.snapshot").fetchall() == [(on_s3.release_id,)]
        assert connection.execute("select count(*) from gold.observations").fetchall() == [(made["rows"]["observations"],)]


def test_lineage_reaches_the_bytes_in_the_bucket(on_s3):
    with open_release(on_s3.settings) as release:
        [origin] = origins(release, open_lake(on_s3.settings), SERIES, DAY)
    assert origin.size > 0
    assert origin.read[0]["filename"].startswith("bronze/observations/")


def test_the_api_serves_it(on_s3):
    with TestClient(create_app(on_s3.settings), base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        health = client.get("/health").json()
        assert (health["status"], health["release_id"]) == ("ok", on_s3.release_id)
        answer = client.get(f"/series/{SERIES}/observations", params={"known": KNOWN})
        assert answer.status_code == 200, answer.text
        assert answer.json()["items"]
        assert client.get("/runs").json()["items"][0]["release_id"] == on_s3.release_id


def test_a_backup_in_a_bucket_restored_to_disk_rebuilds_to_the_same_digest(on_s3, bucket, tmp_path: Path):
    target = bucket().lake
    kept = backup(on_s3.settings, f"{target}/backup")
    assert kept.release == on_s3.release_id
    local = on_s3.settings.model_copy(update={"lake": str(tmp_path / "lake")})
    assert restore(local, f"{target}/backup") == kept
    run = stages.start(local)
    rebuild(run.settings, run.lake)
    built = stages.build(run)
    quality = stages.check(run, built, stages.standing(run))
    assert stages.publish(run, built.path, quality).id == on_s3.release_id


def test_the_secret_is_in_no_file(on_s3, home: Path):
    lake = open_lake(on_s3.settings)
    private = [path for path in lake.base.rglob("*") if path.is_file()]
    assert private
    assert [path for path in private if SECRET.encode() in path.read_bytes()] == []
    told = [name for name in lake.fs.find(lake.root) if "/objects/" not in name and SECRET.encode() in lake.fs.cat_file(name)]
    assert told == []
