"""Programs that judge the files of a deployment. Where one is missing its tests are skipped, and on continuous integration fail."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PLACES = (Path(sys.executable).parent, ROOT / ".venv" / "node" / "node_modules" / ".bin")


def tool(name: str, install: str) -> str:
    """Where a program is."""
    found = shutil.which(name, path=os.pathsep.join([*map(str, PLACES), os.environ.get("PATH", "")]))
    if found is None:
        pytest.fail(f"no {name}: {install}") if os.environ.get("CI") else pytest.skip(f"no {name}: {install}")
    return found


def run(*command: object, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, **options)  # type: ignore[call-overload]


def passes(*command: object) -> str:
    """What a program says that finds nothing wrong."""
    done = run(*command)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}\n{done.stderr}"
    return done.stdout
