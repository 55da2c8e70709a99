"""Small releases for the application: the one of the gold tests, and one of every table."""

import pytest
from fastapi.testclient import TestClient

from models_py.kernel.settings import Settings
from tests.app.published import client_of, publish_all
from tests.gold.conftest import publish

__all__ = ["publish"]


@pytest.fixture(scope="session")
def every_table(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a lake whose release has every gold table. Read it; do not change it."""
    return publish_all(tmp_path_factory.mktemp("every_table") / "lake")


@pytest.fixture
def api(every_table: Settings) -> TestClient:
    """A client on loopback of the API over that release."""
    return client_of(every_table)
