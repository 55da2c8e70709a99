"""One made-up release for all tests of the desk."""

import pytest

from models_py.gold import Release
from tests.desk.world import Made, publish, tables


@pytest.fixture(scope="session")
def made() -> Made:
    return Made()


@pytest.fixture(scope="session")
def release(made, tmp_path_factory) -> Release:
    return publish(tmp_path_factory.mktemp("desk"), tables(made))
