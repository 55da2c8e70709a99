"""What an S3 server does wrong: the release that stood is served, nothing is half visible, the reason is told, the next run completes."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from app import releases
from app.api.main import create_app
from models_py.gold import open_release
from models_py.gold.manifest import release_ids
from models_py.gold.write import write
from models_py.kernel.errors import BuildError, LakeDown, LakeError, LakeRefused
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from models_py.kernel.stored import bronze_files, complete_loads
from pipelines.bronze import Bronze
from pipelines.transform import build
from pipelines.vault import Vault
from tests.gold.conftest import connect, observations
from tests.pipelines.test_bronze import batch
from tests.s3 import proxy

FIRST = datetime(2024, 1, 31, 12, tzinfo=UTC)
ROW = ("x", "2023-12-01", "2023-12-02T12:00:00+00:00", 1.0)
LATER = ("x", "2024-01-02", "2024-01-03T12:00:00+00:00", 2.0)
REASONS = {
    "500": (LakeDown, "internal error"),
    "503": (LakeDown, "reduce your request rate"),
    "slow": (LakeDown, "Timeout"),
    "truncated": (LakeDown, "onnection"),
    "expired": (LakeRefused, "token has expired"),
    "skewed": (LakeRefused, "time is too large"),
}


def publish(settings: Settings, at: datetime, *rows: tuple[str, str, str, float]) -> str:
    with connect(observations(list(rows))) as made:
        manifest = write(
            open_lake(settings), made, published_at=at, commit="test", quality={"score": 100.0}, bronze_held_at=FIRST
        )
    return manifest.id


def values(settings: Settings) -> list[float]:
    with open_release(settings) as release:
        return release.sql("select value from observations order by reference_date")["value"].to_list()


@pytest.fixture
def settings(bucket, faulty: proxy.Proxy) -> Settings:
    """An empty bucket behind the proxy, asked with little patience."""
    return bucket(s3_endpoint=faulty.endpoint, s3_seconds=2.0)


@pytest.mark.parametrize(
    ("kind", "target"), [(kind, "/gold/CURRENT") for kind in proxy.KINDS] + [("500", "/gold/objects/"), ("truncated", "/gold/releases/")]
)
def test_a_release_that_cannot_be_written_leaves_the_one_that_stood(settings, faulty, kind, target):
    first, (error, reason) = publish(settings, FIRST, ROW), REASONS[kind]
    with faulty.failing(kind, "PUT", target), pytest.raises(error, match=reason):
        publish(settings, FIRST + timedelta(days=1), ROW, LATER)
    assert values(settings) == [1.0]
    assert open_release(settings).id == first
    second = publish(settings, FIRST + timedelta(days=1), ROW, LATER)
    assert (values(settings), open_release(settings).id) == ([1.0, 2.0], second)
    assert release_ids(open_lake(settings)) == [first, second]


@pytest.mark.parametrize("kind", proxy.KINDS)
def test_a_reader_that_cannot_read_says_why_and_then_reads(settings, faulty, kind, home):
    publish(settings, FIRST, ROW)
    for path in open_lake(settings).local("cache", "objects").glob("*.parquet"):
        path.unlink()                                     # as on a machine that never read it
    error, reason = REASONS[kind]
    told = "Error|Timeout|closed" if kind == "truncated" else reason
    with faulty.failing(kind, "GET", "/gold/objects/"), pytest.raises(error, match=told):
        values(settings)
    assert values(settings) == [1.0]


@pytest.mark.parametrize("kind", ["500", "expired"])
def test_the_api_serves_the_release_that_stood_while_its_server_does_not(settings, faulty, kind, monkeypatch):
    monkeypatch.setattr(releases, "REMOTE_SECONDS", 0.0)
    monkeypatch.setattr(releases, "SILENT_SECONDS", 0.0)
    first = publish(settings, FIRST, ROW)
    with TestClient(create_app(settings), base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        assert client.get("/health").json()["release_id"] == first
        with faulty.failing(kind, "GET", "/gold/CURRENT"):
            assert client.get("/health").json()["release_id"] == first
        second = publish(settings, FIRST + timedelta(days=1), ROW, LATER)
        assert client.get("/health").json()["release_id"] == second


def test_an_api_that_never_reached_its_server_says_why(settings, faulty):
    publish(settings, FIRST, ROW)
    with TestClient(create_app(settings), base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        with faulty.failing("expired", "GET", "/gold/CURRENT"):
            answer = client.get("/health")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:macro-desk:problem:lake-refused")
        assert client.get("/health").status_code == 200


@pytest.mark.parametrize("kind", ["503", "expired"])
def test_a_load_that_cannot_be_written_counts_for_nothing_and_is_made_once(settings, faulty, kind):
    lake = open_lake(settings)
    with faulty.failing(kind, "PUT", "/bronze/observations/"), pytest.raises(LakeError, match="bcb_sgs could not be loaded"):
        Bronze(settings, lake, "bcb_sgs").load(batch("p1"))
    assert (complete_loads(lake), Bronze(settings, lake, "bcb_sgs").loaded()) == (set(), set())
    Bronze(settings, lake, "bcb_sgs").load(batch("p1"))
    assert Bronze(settings, lake, "bcb_sgs").rows()["observations"] == 3
    assert len(bronze_files(lake, "observations")) == 1


def test_a_payload_that_cannot_be_stored_is_not_there_in_part(settings, faulty):
    lake = open_lake(settings)
    with faulty.failing("truncated", "PUT", "/raw/objects/"), pytest.raises(LakeDown):
        Vault(lake).store(b"payload" * 1000)
    assert lake.glob("raw/objects/*/*") == []
    assert Vault(lake).load(Vault(lake).store(b"payload" * 1000)) == b"payload" * 1000


def test_a_build_that_cannot_read_bronze_is_no_build_and_says_why(settings, faulty):
    lake = open_lake(settings)
    Bronze(settings, lake, "bcb_sgs").load(batch("p1"))
    with faulty.failing("expired", "GET", "bronze%2Fobservations"), pytest.raises(BuildError, match="403") as raised:
        build(settings, lake, "never")
    assert settings.s3_secret is not None
    assert settings.s3_secret.get_secret_value() not in str(raised.value)
    assert not (lake.local("build") / "never.duckdb").exists()
