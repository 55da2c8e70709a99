"""One real S3 server a test run, and on it one small lake that was fetched, built, checked, published and traded."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from botocore.session import get_session

from models_py.kernel.settings import Settings
from tests.s3 import ceph, proxy
from tests.world import run_stages

START, NOW = "2024-03-01", "2024-06-28T08:45:00-03:00"

Bucket = Callable[..., Settings]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of its own: what is private to this machine lies below it."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        for name in [name for name in os.environ if name.startswith(("AWS_", "MACRO_S3_"))]:
            patch.delenv(name)
        yield folder


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ceph.S3]:
    with ceph.serve(tmp_path_factory.mktemp("ceph")) as started:
        yield started


@pytest.fixture(scope="session")
def bucket(server: ceph.S3, home: Path) -> Bucket:
    """Make an empty bucket; settings of a lake in it."""
    client = get_session().create_client(
        "s3", endpoint_url=server.endpoint, aws_access_key_id=server.key, aws_secret_access_key=server.secret, region_name="us-east-1"
    )

    def make(**changes: object) -> Settings:
        name = f"desk-{uuid4().hex[:8]}"
        client.create_bucket(Bucket=name)
        given = {"s3_endpoint": server.endpoint, "s3_key": server.key, "s3_secret": server.secret, "start": START, "now": NOW}
        return Settings(lake=f"s3://{name}/desk", world="sandbox", **{**given, **changes})

    return make


@pytest.fixture
def faulty(server: ceph.S3) -> Iterator[proxy.Proxy]:
    """A proxy before the server that goes wrong on order."""
    with proxy.serve(server.endpoint) as started:
        yield started


@dataclass(frozen=True)
class OnS3:
    """Settings of a lake on S3, and what was published there."""

    settings: Settings
    release_id: str


@pytest.fixture(scope="session")
def on_s3(bucket: Bucket) -> OnS3:
    """The small world on S3. Read it; do not change it."""
    settings = bucket()
    return OnS3(settings, run_stages(settings))
