"""Replay for the command line: the desk over a release's history, its page, and the figures in text."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from models_py.backtest import metrics, report
from models_py.backtest.replay import replay as run_desk
from models_py.gold import open_release
from models_py.kernel.settings import Settings
from pipelines import tables
from pipelines.progress import Stages

FIRST = date(2010, 1, 4)


def replay(
    settings: Settings, release_id: str | None, first: date | None, last: date | None, out: Path, *, quiet: bool
) -> tuple[dict[str, Any], str]:
    """Run the desk from first to last (default: 2010 to the release's instant), write the page, return the figures twice.

    Raises:
        LakeError: nothing is published.
    """
    with open_release(settings, release_id) as release:
        until = last or release.manifest.published_at.date()
        with Stages(quiet=quiet).stage("replay") as step:
            result = run_desk(release, first or FIRST, until, progress=step)
        report.write(result, out)
    lines = {"desk": metrics.summarise(result.excess, result.sessions)}
    lines |= {name: metrics.summarise(result.by_signal[:, k], result.sessions) for k, name in enumerate(result.signals)}
    finding = report.finding(result)
    rows = [
        (name, f"{s.annual_return:+.2%}", f"{s.volatility:.2%}", f"{s.sharpe:.2f} ± {s.sharpe_error:.2f}", f"{s.max_drawdown:.1%}")
        for name, s in lines.items()
    ]
    columns = ("after costs, over CDI", "a year", "volatility", "Sharpe ± se", "worst drawdown")
    simulated = "SIMULATED: no evidence about markets. " if result.simulated else ""
    text = f"{tables.text(f'Replay of {result.world_id}, page {out}', columns, rows, numbers=4)}\n{simulated}{finding}"
    answer = {"page": str(out), "world": result.world_id, "simulated": result.simulated, "release": result.release_id, "finding": finding}
    return answer | {"sessions": len(result.sessions), "results": {name: asdict(line) for name, line in lines.items()}}, text
