"""Measured workloads of this machine: one JSON-able row a workload and contestant.

Inputs are seeded and made here. Each contestant's answer is compared with the reference before anything is timed; a peer that is
not installed, or an input that is not there, is a row with a `note` and no seconds. Only ratios inside one run mean anything.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from models_py.kernel.settings import Settings
from pipelines.bench import build, curves, fits, panel, publish, replay, risk, scale, serve, store

SEED = 20100104
Workload = Callable[[Path, int, Settings], Iterator[dict[str, Any]]]

WORKLOADS: Mapping[str, Workload] = {
    "panel": panel.rows, "store": store.rows, "publish": publish.rows, "scale": scale.rows, "curves": curves.rows, "fits": fits.rows,
    "risk": risk.rows, "serve": serve.rows, "build": build.rows, "replay": replay.rows,
}  # fmt: skip


def rows(settings: Settings | None = None, workloads: Iterable[Workload] = tuple(WORKLOADS.values())) -> Iterator[dict[str, Any]]:
    """Rows of all workloads, each given as soon as it is measured: workload, who, n, seconds, rate, unit, cpu, peak_mb, check, note.

    Args:
        settings: whose current release the event replay runs on, and whose bronze dbt builds from; default the environment. All
            that is written lies in a temporary folder.
    """
    given = settings or Settings()
    for workload in workloads:
        with TemporaryDirectory(prefix="macro-bench-") as folder:
            yield from workload(Path(folder), SEED, given)


def as_text(row: Mapping[str, Any]) -> str:
    """A row for people: workload, contestant, seconds, rate, peak memory, and how its answer compares."""
    if row["seconds"] is None:
        return f"{row['workload']:<28} {row['who']:<40} {row['note']}"
    peak = "" if row["peak_mb"] is None else f"{row['peak_mb']:,.1f} MB"
    numbers = f"{row['seconds']:>11,.4g} s {row['rate']:>16,.4g} {row['unit']:<14} {peak:>12}"
    return f"{row['workload']:<28} {row['who']:<40} {numbers}  {row['check']} {row['note']}".rstrip()
