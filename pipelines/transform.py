"""Transform: one dbt build from scratch into a private DuckDB file, in this process.

dbt is told everything through the environment (MACRO_LAKE, MACRO_WORLD, MACRO_NOW, MACRO_BUILD, MACRO_ROOT), which is set for the
build and restored after it. Its target folder and logs stand in the world's part of the lake, where the next build finds the
parsed project; dbt parses again when the database path changes, so each build runs in the same file and is renamed when done.
One build of a world at a time, and one in a process: two runners share dbt's adapter and break each other.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
from filelock import FileLock

from models_py.kernel import s3
from models_py.kernel.errors import BuildError
from models_py.kernel.extensions import install
from models_py.kernel.lake import Lake
from models_py.kernel.settings import ROOT, Settings
from pipelines.progress import Step, silent

BAD = ("error", "fail", "runtime error", "partial success")
SHOWN = 3                                    # failures that an error tells, and rows that it tells of each

_ONE_BUILD = Lock()


@dataclass(frozen=True)
class NodeResult:
    """What became of one node of the project: a model, a data test, a unit test or a hook."""

    name: str
    kind: str
    status: str
    seconds: float
    failures: int | None
    message: str | None
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.status in ("success", "pass")


@dataclass(frozen=True)
class BuildResult:
    """A build: the file that holds it, and every node."""

    path: Path
    results: tuple[NodeResult, ...]


def build(settings: Settings, lake: Lake, run_id: str, progress: Step = silent) -> BuildResult:
    """Run and test every model over what bronze holds.

    Args:
        run_id: names the file, `build/<run_id>.duckdb` below the lake; one that is there is replaced. A build that failed stays
            as `build/draft.duckdb` until the next one. Views in the file say `draft`: tables alone are for readers.
    Raises:
        BuildError: a model, contract or test failed: its name, and of the first what went wrong or which rows were found.
        ConfigError: a lake on S3 without the extra that reads it.
    """
    if not lake.is_local:
        install("httpfs")                    # so that dbt's own `install httpfs` needs no network
    folder = lake.local("build")
    path, draft = folder / f"{run_id}.duckdb", folder / "draft.duckdb"
    with _ONE_BUILD, FileLock(folder / "build.lock"), _environment(told(settings, lake, draft)):
        for leftover in (draft, draft.with_name(f"{draft.name}.wal")):
            leftover.unlink(missing_ok=True)
        outcome = _invoke(folder, progress)
        results = _results(getattr(outcome.result, "results", None) or (), draft)
        if outcome.success:
            draft.replace(path)
    broken = [result for result in results if result.status in BAD]
    if broken:
        names = ", ".join(result.name for result in broken[:10]) + (f" and {len(broken) - 10} more" if len(broken) > 10 else "")
        raise BuildError(f"dbt: {len(broken)} of {len(results)} nodes failed: {names}; first: {' | '.join(map(_brief, broken[:SHOWN]))}")
    if not outcome.success:
        raise BuildError(f"dbt did not run: {str(outcome.exception or 'no reason given').strip()}")
    return BuildResult(path, results)


def _invoke(scratch: Path, progress: Step) -> Any:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    arguments = [
        "--quiet", "--no-use-colors", "--no-version-check", "--no-send-anonymous-usage-stats", "--log-level-file", "none",
        "build", "--exclude-resource-type", "unit_test",       # they try the code, not the data: plain `dbt build` runs them
        "--project-dir", str(ROOT), "--profiles-dir", str(ROOT),
        "--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs"),
    ]
    try:
        return dbtRunner(callbacks=[_Watch(progress)]).invoke(arguments)
    finally:
        # dbt keeps the file open: until it is let go, nobody can read the build, here or elsewhere
        DuckDBConnectionManager.close_all_connections()


class _Watch:
    """Turns dbt's events into steps of progress."""

    def __init__(self, progress: Step) -> None:
        self._progress, self._done, self._total = progress, 0, 0

    def __call__(self, event: Any) -> None:
        if event.info.name == "NodeStart":
            self._total = max(self._total, int(getattr(event.data, "total", 0) or 0))
        elif event.info.name == "NodeFinished":
            self._done += 1
            self._progress(str(event.data.node_info.node_name), self._done, max(self._total, self._done))


def told(settings: Settings, lake: Lake, path: Path) -> dict[str, str]:
    """Variables that tell dbt of a lake, a world and the file it builds."""
    variables = {
        "MACRO_LAKE": lake.uri("bronze").removesuffix(f"/{settings.world}/bronze"),
        "MACRO_WORLD": settings.world,
        "MACRO_NOW": settings.clock.now().isoformat(),
        "MACRO_BUILD": str(path),
        "MACRO_ROOT": str(ROOT),
        "MACRO_PROFILE": "local" if lake.is_local else settings.profile or "minio",
        "DO_NOT_TRACK": "1",
    }
    reached = {} if lake.is_local else s3.duckdb_environment(settings, settings.lake)
    return {**variables, **reached, **({"MACRO_BUILD_MEMORY": settings.build_memory} if settings.build_memory else {})}


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _results(results: Iterable[Any], draft: Path) -> tuple[NodeResult, ...]:
    """Every node of a build. The message of a data test that found rows says what they are: which instrument, date and value."""
    return tuple(
        NodeResult(
            name=result.node.name,
            kind=str(result.node.resource_type),
            status=str(result.status),
            seconds=round(float(result.execution_time), 3),
            failures=result.failures,
            message=_found(result, draft) if result.failures else result.message,
            meta=dict(getattr(result.node.config, "meta", None) or {}),
        )
        for result in results
    )


def _found(result: Any, draft: Path) -> str:
    """The first rows that a data test found, column by column; dbt's own words where only dbt can read them (views on S3)."""
    try:
        return f"{result.failures} found: {_rows(result.node.compiled_code, draft)}" + ("; …" if result.failures > SHOWN else "")
    except duckdb.Error:
        return str(result.message)


def _rows(query: str, draft: Path) -> str:
    with duckdb.connect(str(draft), read_only=True) as connection:
        connection.execute("set global timezone = 'UTC'")
        rows = connection.sql(query).order("all").limit(SHOWN)
        return "; ".join(", ".join(f"{name} {value}" for name, value in zip(rows.columns, row, strict=True)) for row in rows.fetchall())


def _brief(result: NodeResult) -> str:
    return f"{result.name}: {' '.join((result.message or 'no message').split())[:600]}"
