"""A small simulated world, fetched, built, checked, published and traded once a test run by the real stages.

Workers share it: the first one makes it under a lock, the others wait. Tests that change a lake copy it first (`copied`).
"""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock

from models_py.kernel.settings import Settings
from pipelines import stages
from pipelines.endpoints import endpoints
from pipelines.trade import trade

START, NOW = "2022-01-03", "2024-06-28T08:45:00-03:00"


@dataclass(frozen=True)
class SmallWorld:
    """Where the lake is and what was published."""

    settings: Settings
    release_id: str

    @property
    def environment(self) -> dict[str, str]:
        """Variables for another process."""
        return {"MACRO_LAKE": self.settings.lake, "MACRO_WORLD": "sandbox", "MACRO_NOW": NOW, "MACRO_START": START}

    @property
    def earlier(self) -> datetime:
        """An instant well before the last decision."""
        return datetime(2024, 3, 15, 11, 45, tzinfo=UTC)

    @property
    def lake(self) -> Path:
        return Path(self.settings.lake)


def settings_at(lake: Path, now: str = NOW, **changes: object) -> Settings:
    """Settings of the small world in a folder."""
    return Settings(lake=str(lake), world="sandbox", start=START, now=now, **changes)


def run_stages(settings: Settings, **report: object) -> str:
    """A whole run below Prefect; the release id."""
    run = stages.start(settings)
    with endpoints(run.settings) as served:
        reports = stages.ingest(run, served)
    built = stages.build(run)
    quality = stages.check(run, built, reports)
    manifest = stages.publish(run, built.path, quality)
    trade(run)
    return manifest.id


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> SmallWorld:
    """The shared world. Read it; do not change it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, done = shared / "small_world", shared / "small_world.done"
    with FileLock(shared / "small_world.lock"):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            done.write_text(run_stages(settings_at(folder)))
    return SmallWorld(settings_at(folder), done.read_text())


def copied(world: SmallWorld, folder: Path) -> SmallWorld:
    """A private copy of the world's lake."""
    shutil.copytree(world.lake, folder, dirs_exist_ok=True)
    return SmallWorld(settings_at(folder), world.release_id)
