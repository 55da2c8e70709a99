"""The command `research`: the desk and each of its strategies alone, replayed side by side."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from pipelines.cli_options import JsonOption, LakeOption, WorldOption, command, day, group, settings_of, show, told

app = group()


@command(app)
def research(
    first: Annotated[str, typer.Option("--from", help="first session, YYYY-MM-DD")] = "2010-01-04",
    last: Annotated[str | None, typer.Option("--to", help="last session, YYYY-MM-DD; default the release's day")] = None,
    strategy: Annotated[list[str] | None, typer.Option(help="only this one, or desk; may be given more than once")] = None,
    world: WorldOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The desk over history and each strategy alone, side by side: threads here, a Dask cluster with MACRO_RUNNER=dask."""
    settings = settings_of(world=world, lake=lake)
    since, until = day(first), day(last)
    assert since is not None
    with told(settings):
        from models_py.backtest.alone import policies
        from models_py.gold import open_release
        from models_py.kernel.errors import ConfigError
        from pipelines.orchestrator import configure

        with open_release(settings) as release:
            known = policies(release)
            label, published = ("SIMULATED: " if release.manifest.simulated else ""), release.manifest.published_at.date()
        configure(settings)
        from models_py.backtest import metrics
        from pipelines import tables
        from pipelines.flows.research import research as replay_all

        unknown = sorted(set(strategy or ()) - known.keys())
        if unknown:
            raise ConfigError(f"{', '.join(unknown)} cannot trade on this release; there are {', '.join(known)}")
        ends: date = until or published
        found = {name: metrics.summarise(one.excess, one.sessions) for name, one in replay_all(settings, since, ends, strategy).items()}
        rows = [
            (name, f"{s.annual_return:+.2%}", f"{s.volatility:.2%}", f"{s.sharpe:.2f} ± {s.sharpe_error:.2f}", f"{s.max_drawdown:.1%}")
            for name, s in found.items()
        ]
        columns = ("after costs, over CDI", "a year", "volatility", "Sharpe ± se", "worst drawdown")
        text = tables.text(f"{label}each alone, {len(found)} tried, {since} to {ends}", columns, rows, numbers=4)
        show({name: asdict(one) for name, one in found.items()} if as_json else None, as_json, "" if as_json else text)
