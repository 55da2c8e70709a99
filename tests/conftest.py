"""Shared fixtures, and how tests spread over workers.

Recorded payloads and real history are read in place, where present; nothing of them is in the project.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from tests.world import small_world

__all__ = ["small_world"]

# a loaded machine is not a failed property: no test asserts a time
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("desk")

# folders and files whose tests share a costly fixture: one worker makes it once
TOGETHER = ("tests/recorded", "tests/dbt", "tests/desk", "tests/s3", "tests/cluster")
ALSO = {"tests/pipelines/test_quality.py": "tests/dbt", "tests/pipelines/test_transform.py": "tests/dbt"}

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("MACRO_SHARED", ROOT.parent / "shared"))


def _folder(name: str) -> Path:
    path = SHARED / name
    if not path.is_dir():
        pytest.skip(f"no {name} material at {path}: set MACRO_SHARED to the folder that holds it")
    return path


@pytest.fixture(scope="session")
def recorded() -> Path:
    """Folder of recorded payloads, by source."""
    return _folder("recorded")


@pytest.fixture(scope="session")
def history() -> Path:
    """Folder of real history with its import map."""
    return _folder("history")


@pytest.fixture(scope="session")
def spec() -> Path:
    """Folder of published values and moments (oracles.csv, sandbox_moments.csv)."""
    return _folder("spec")


class ByFile(LoadScopeScheduling):
    """A file, or a folder of `TOGETHER`, goes to one worker whole."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        return ALSO.get(file) or next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    """Take the place of xdist's `loadgroup`, whose marks pytest 9.2 no longer carries to the workers."""
    return ByFile(config, log)
