"""W1E: the desk itself over the newest sessions of the current release: decisions, orders, limits, fills; the journal in memory.

It needs a published release with marks; without one its row says so. The check is that the same sessions, replayed again, give
the same NAV to the last bit.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from models_py.backtest.replay import Replay, replay
from models_py.gold import Release, open_release
from models_py.kernel.errors import MacroError
from models_py.kernel.settings import Settings
from pipelines.bench.measure import absent, answered, difference, installed, row

WORKLOAD, SESSIONS = "W1E event replay", 250


def rows(folder: Path, seed: int, settings: Settings) -> Iterator[dict[str, Any]]:
    """Row of W1E on the settings' current release."""
    try:
        release = open_release(settings)
    except MacroError as error:
        yield absent(WORKLOAD, "ours", str(error))
        return
    with release:
        sessions = _sessions(release)
        if len(sessions) < SESSIONS:
            yield absent(WORKLOAD, "ours", f"release {release.id} has marks of {len(sessions)} sessions, {SESSIONS} are needed")
            return
        first, last = sessions[-SESSIONS], sessions[-1]

        def ours() -> Replay:
            return replay(release, first, last)

        result, peak = answered(ours)
        strategies = len(result.scores)
        check = difference(ours().nav, result.nav)
        note = f"{len(result.decided)} sessions, {strategies} strategies, {result.fills} fills, {release.world_id}"
        days = len(result.decided) * strategies
        yield row(WORKLOAD, "ours", days, "strategy-days", ours, check=check, peak_mb=peak, note=note)
    if not installed("bt"):
        yield absent(WORKLOAD, "bt", "not installed")


def _sessions(release: Release) -> list[date]:
    """Sessions with marks, oldest first."""
    if "marks" not in release.manifest.objects:
        return []
    return list(release.sql("select distinct reference_date from gold.marks where price is not null order by 1")["reference_date"])
