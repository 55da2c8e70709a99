"""Who does not get in, and what he is told: never the secret."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from models_py.kernel.errors import ConfigError, LakeDown, LakeError, LakeRefused
from models_py.kernel.lake import open_lake
from models_py.kernel.locks import Claim, only_one
from models_py.kernel.settings import ROOT, Settings
from pipelines.bronze import Bronze
from tests.pipelines.test_bronze import batch
from tests.s3.ceph import SECRET

WRONG = "not-the-secret-of-this-bucket"


def test_a_wrong_secret_is_refused(bucket):
    settings = bucket(s3_secret=WRONG)
    with pytest.raises(LakeRefused, match="MACRO_S3_SECRET") as raised:
        open_lake(settings)
    assert WRONG not in str(raised.value)
    with pytest.raises(LakeRefused):
        open_lake(settings, make=False)


def test_a_wrong_secret_loads_nothing(bucket):
    settings = bucket()
    lake = open_lake(settings)
    wrong = settings.model_copy(update={"s3_secret": SecretStr(WRONG)})
    with pytest.raises(LakeError, match="could not be loaded") as raised:
        Bronze(wrong, lake, "fred").load(batch("p1", source="fred"))
    assert WRONG not in str(raised.value)
    assert lake.glob("bronze/*/*.parquet") == []


def test_the_command_line_tells_a_refusal_in_one_line(bucket, home):
    settings = bucket()
    told = {"MACRO_LAKE": settings.lake, "MACRO_S3_ENDPOINT": settings.s3_endpoint, "MACRO_S3_KEY": "lake", "MACRO_S3_SECRET": WRONG}
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "sql", "select 1"], cwd=ROOT, capture_output=True, text=True,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", **told},
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("LakeRefused: s3://")
    assert WRONG not in done.stderr


def test_a_lake_on_s3_without_a_key_is_a_setting_that_is_missing():
    with pytest.raises(ConfigError, match="MACRO_S3_KEY and MACRO_S3_SECRET"):
        open_lake(Settings(lake="s3://desk/lake", s3_endpoint="http://127.0.0.1:9"))


def test_a_bucket_that_is_not_there_is_named(bucket):
    settings = bucket()
    with pytest.raises(LakeError, match=r"no bucket for s3://nobodys/desk/sandbox/world\.json"):
        open_lake(settings.model_copy(update={"lake": "s3://nobodys/desk"}))


def test_a_server_that_does_not_answer_is_down(bucket):
    with pytest.raises(LakeDown, match=r"127\.0\.0\.1:9"):
        open_lake(bucket(s3_endpoint="http://127.0.0.1:9"))


def test_settings_show_no_secret():
    settings = Settings(s3_key="lake", s3_secret=SECRET, s3_token="a-session-token")
    assert SECRET not in repr(settings)
    assert "a-session-token" not in settings.model_dump_json()


def test_machines_that_claim_at_once_come_one_after_the_other(bucket):
    lake = open_lake(bucket())
    lake.write(b"0", "count")

    def add(number: int) -> None:
        claim = Claim(lake, "counting")           # as another machine would, which no lock file keeps apart
        claim.take(60)
        found = int(lake.read("count"))
        lake.write(str(found + 1).encode(), "count")
        claim.give_back()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(8)))
    assert lake.read("count") == b"8"
    assert lake.glob("claims/*/*") == []


def test_a_publisher_elsewhere_keeps_ours_waiting(bucket, tmp_path: Path, monkeypatch):
    from models_py.gold import write as writing
    from models_py.gold.manifest import current_id
    from models_py.kernel.errors import PublishError
    from tests.gold.conftest import NOW, connect, observations

    monkeypatch.setattr(writing, "LOCK_SECONDS", 1)
    settings = bucket()
    lake, elsewhere = open_lake(settings), Claim(open_lake(settings), "publish")
    elsewhere.take(10)
    given = {"published_at": NOW, "commit": "test", "quality": {"score": 100.0}, "bronze_held_at": NOW}
    with connect(observations([("x", "2023-12-01", "2023-12-02T12:00:00+00:00", 1.0)])) as made:
        with pytest.raises(PublishError, match="another publisher"):
            writing.write(lake, made, **given)
        assert current_id(lake) is None
        elsewhere.give_back()
        manifest = writing.write(lake, made, **given)
    assert current_id(lake) == manifest.id


def test_a_claim_of_a_dead_machine_runs_out(bucket, monkeypatch):
    from models_py.kernel import locks

    lake = open_lake(bucket())
    lake.write(b"", "claims/publish/dead")
    monkeypatch.setattr(locks, "LEASE_SECONDS", -1.0)            # whatever was written before ours is too old
    with only_one(lake, "publish", 10) as held:
        monkeypatch.setattr(locks, "LEASE_SECONDS", 0.0)
        with pytest.raises(LakeError, match="was not renewed"):
            held.check()
    assert lake.glob("claims/publish/*") == []
