"""One Postgres and one Prefect server a test run."""

from collections.abc import Iterator

import pytest
from prefect.testing.utilities import prefect_test_harness

from tests.cluster import postgres


@pytest.fixture(scope="session")
def catalogue() -> Iterator[str]:
    """URL of a database for catalogues."""
    with postgres.serve() as url:
        yield url


@pytest.fixture(scope="session")
def prefect() -> Iterator[None]:
    """A Prefect server of its own."""
    with prefect_test_harness(server_startup_timeout=300):
        yield
