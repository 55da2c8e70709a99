"""A lake on a real S3 server whose releases a real Postgres catalogues."""

from tests.cluster.conftest import catalogue
from tests.cluster.test_ducklake import FIRST, LATER, ROW, publish, values

__all__ = ["catalogue"]


def test_a_lake_on_s3_is_read_from_the_catalogue(bucket, catalogue):
    settings = bucket(profile="cluster", catalogue=catalogue)
    release_id = publish(settings, FIRST, ROW, LATER)
    assert values(settings, release_id) == [(1.0,), (2.0,)]
