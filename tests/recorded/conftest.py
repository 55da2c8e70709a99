"""Worlds that facts are looked up in: files parsed by the connector, and a release made of them by the whole pipeline."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from models_py.gold import Release
from tests.recorded import world
from tests.recorded.world import World

STAGES = ("pipelines.ingest", "pipelines.transform", "pipelines.quality")


@pytest.fixture(scope="session")
def parsed_history(history: Path) -> World:
    """Every file of the history through the connector, priority 9 left out."""
    return world.parsed(history)


@pytest.fixture(scope="session")
def tested_history(history: Path) -> World:
    """The same with the rows that load only to be tested."""
    return world.parsed(history, tests=True)


@pytest.fixture(scope="session")
def published_history(history: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    """A release of the files world, built by the real stages at an instant when every file is public."""
    missing = [name for name in STAGES if find_spec(name) is None]
    if missing:
        pytest.skip(f"no {missing[0]} to build a release with")
    from models_py.gold import open_release
    from models_py.kernel.settings import Settings
    from pipelines import stages
    from pipelines.endpoints import endpoints

    lake = tmp_path_factory.mktemp("files")
    settings = Settings(world="files", history=history, lake=str(lake), now=world.FETCHED, minimum_quality=0)
    run = stages.start(settings)
    with endpoints(run.settings) as served:
        reports = stages.ingest(run, served)
    built = stages.build(run)
    stages.publish(run, built.path, stages.check(run, built, reports))
    with open_release(run.settings) as release:
        yield release


@pytest.fixture(scope="session")
def files_release(published_history: Release, history: Path, parsed_history: World) -> World:
    """The same as frames."""
    return world.released(published_history, published_history.lake, parsed_history.known, history)
