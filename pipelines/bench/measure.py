"""How a row is measured: the answer first, then the median of a few runs, their processor time and their peak memory.

    seconds     median wall time of at least three runs, garbage collected before each
    cpu         processor seconds of the median run, all threads of this process: what a busy machine cannot stretch
    peak_mb     highest resident memory during the first run above what was resident before it; null where Linux does not say
"""

import gc
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

Answer = TypeVar("Answer")
RUNS = 3
MB = 1024.0
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def installed(module: str) -> bool:
    """Whether a peer can be imported here."""
    return find_spec(module) is not None


def absent(workload: str, who: str, note: str) -> dict[str, Any]:
    """The row of a contestant that did not run, and why."""
    return {"workload": workload, "who": who, "n": 0, "seconds": None, "rate": None, "unit": "", "cpu": None, "peak_mb": None,
            "check": "", "note": note}  # fmt: skip


def answered(work: Callable[[], Answer]) -> tuple[Answer, float | None]:
    """One run: its answer and the megabytes it needed on top of what was resident."""
    gc.collect()
    before = _mark()
    answer = work()
    peak = _resident("VmHWM")
    return answer, None if before is None or peak is None else round(max(peak - before, 0.0), 1)


def row(
    workload: str,
    who: str,
    n: int,
    unit: str,
    work: Callable[[], Any],
    *,
    check: str,
    peak_mb: float | None,
    runs: int = RUNS,
    note: str = "",
) -> dict[str, Any]:
    """Time a contestant whose answer has been compared.

    Args:
        n: pieces of work of one run, in `unit`; the rate is n a second.
        runs: at least 3.
    Raises:
        ValueError: fewer than three runs.
    """
    if runs < RUNS:
        raise ValueError(f"a median needs {RUNS} runs or more, not {runs}")
    taken: list[tuple[float, float]] = []
    for _ in range(runs):
        gc.collect()
        wall, processor = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - wall, time.process_time() - processor))
    seconds = statistics.median(wall for wall, _ in taken)
    cpu = min(taken, key=lambda pair: abs(pair[0] - seconds))[1]
    return {"workload": workload, "who": who, "n": n, "seconds": _round(seconds), "rate": _round(n / seconds), "unit": f"{unit}/s",
            "cpu": _round(cpu), "peak_mb": peak_mb, "check": check, "note": note}  # fmt: skip


def difference(answer: Any, reference: Any) -> str:
    """`equal`, or the largest distance between two arrays of numbers as text; a cell that only one of them knows is infinitely far."""
    ours, theirs = np.asarray(answer, float), np.asarray(reference, float)
    if ours.shape != theirs.shape:
        return f"shape {ours.shape} against {theirs.shape}"
    if not ours.size or np.array_equal(ours, theirs, equal_nan=True):
        return "equal"
    nothing = np.isnan(ours) & np.isnan(theirs)
    apart = np.where(nothing, 0.0, np.abs(ours - theirs))
    return f"{np.where(np.isnan(apart), np.inf, apart).max():.1e}"


def _round(value: float) -> float:
    return float(f"{value:.4g}")


def _mark() -> float | None:
    """Start a new peak of resident memory; what is resident now, MB."""
    try:
        _CLEAR.write_text("5")
    except OSError:
        return None
    return _resident("VmRSS")


def _resident(name: str) -> float | None:
    try:
        lines = _STATUS.read_text().splitlines()
    except OSError:
        return None
    found = [float(line.split()[1]) / MB for line in lines if line.startswith(f"{name}:")]
    return found[0] if found else None
