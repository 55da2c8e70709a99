"""W7: what our way of calling dbt costs. The project over the bronze of a lake, built by the wrapper and by dbt's own command.

Both start in a process of their own, find the project parsed and build the same nodes into a file each; the wrapper also tells
what became of every node. The loop of somebody who works on a model is that model with its tests.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from models_py.kernel.lake import open_lake
from models_py.kernel.settings import ROOT, Settings
from pipelines.bench.measure import absent, row
from pipelines.transform import told

WORKLOAD, MODEL = "W7 dbt", "series"
OURS = """
import sys
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from pipelines.transform import build

settings = Settings()
print(len(build(settings, open_lake(settings), "bench").results))
"""


def rows(folder: Path, seed: int, settings: Settings) -> Iterator[dict[str, Any]]:
    """Rows of W7; one without seconds where the lake has no bronze on this disk."""
    source = open_lake(settings, make=False)
    if not source.is_local or not source.glob("bronze/observations/*.parquet"):
        yield absent(WORKLOAD, "ours", f"no bronze in {settings.lake}: run `macro run` first")
        return
    given = settings.model_copy(update={"lake": str(folder / "lake"), "now": settings.clock.now()})
    lake = open_lake(given)
    for part in ("bronze", "raw"):
        Path(lake.path(part)).symlink_to(source.path(part))
    environment = {**os.environ, **told(given, lake, folder / "plain.duckdb"), "MACRO_SEED": str(settings.seed)}
    plain = [sys.executable, "-m", "dbt.cli.main", "--quiet", "--no-version-check", "build", "--exclude-resource-type", "unit_test",
             "--project-dir", str(ROOT), "--profiles-dir", str(ROOT), "--target-path", str(folder / "target"),
             "--log-path", str(folder / "logs")]  # fmt: skip
    count = _run([sys.executable, "-c", OURS], environment).strip()
    _run(plain, environment)
    ways = {"ours": [sys.executable, "-c", OURS], "dbt build": plain, f"dbt build, {MODEL} alone": [*plain, "--select", MODEL]}
    for who, command in ways.items():
        nodes = int(count) if who != f"dbt build, {MODEL} alone" else 1
        yield row(WORKLOAD, who, nodes, "nodes" if nodes > 1 else "models", partial(_run, command, environment), check="", peak_mb=None,
                  note="a process of its own, project parsed before")  # fmt: skip


def _run(command: list[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode:
        raise ChildProcessError(f"{command[2]} ended with {done.returncode}: {(done.stderr or done.stdout)[-500:]}")
    return done.stdout
