"""A run in a process of its own that ends itself by SIGKILL at one point: `python -m tests.pipelines.killer POINT LAKE NOW`."""

import itertools
import os
import signal
import sys
from pathlib import Path

from models_py.kernel.lake import Lake
from models_py.ledger.audit import AuditCopy
from pipelines import stages
from pipelines.endpoints import endpoints
from pipelines.trade import trade
from tests.world import settings_at


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_before(first_part: str, number: int = 1) -> None:
    """Die when the object of that number whose path starts so is about to be written."""
    original, seen = Lake.write, itertools.count(1)

    def write(self: Lake, content: bytes, *parts: str) -> None:
        if parts[0] == first_part and next(seen) == number:
            die()
        original(self, content, *parts)

    Lake.write = write  # type: ignore[method-assign]


def die_when_loading() -> None:
    """Die when dlt has packed the rows of a load and is about to put them into bronze."""
    import dlt

    dlt.Pipeline.load = die  # type: ignore[method-assign]


def main(point: str, lake: str, now: str) -> None:
    run = stages.start(settings_at(Path(lake), now))
    if point == "raw":
        die_before(point, 5)
    if point == "bronze":
        die_when_loading()
    with endpoints(run.settings) as served:
        reports = stages.ingest(run, served)
    built = stages.build(run, lambda what, _done, _total: die() if point == "build" and "curves" in what else None)
    quality = stages.check(run, built, reports)
    if point in ("gold/releases", "gold/CURRENT"):
        die_before(point)
    stages.publish(run, built.path, quality)
    if point == "audit":
        AuditCopy.sync = die  # type: ignore[method-assign]
    trade(run)


if __name__ == "__main__":
    main(*sys.argv[1:])
