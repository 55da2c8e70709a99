"""Commands that read a release: `sql`, `verify`, `replay`, `bench`. The lake is left as it is."""

from pathlib import Path
from typing import Annotated

import typer

from models_py.kernel.errors import ConfigError
from pipelines.cli_options import (
    JsonOption,
    LakeOption,
    NowOption,
    ReleaseOption,
    WorldOption,
    command,
    day,
    group,
    settings_of,
    show,
    told,
)

app = group()


@command(app)
def sql(
    query: Annotated[str | None, typer.Argument(help="one query; without it a prompt opens")] = None,
    world: WorldOption = None,
    lake: LakeOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
    csv: Annotated[bool, typer.Option("--csv", help="comma-separated values on standard output")] = False,
) -> None:
    """SQL on a release, read only and in UTC: tables gold.*, macros series_asof(ids, known) and panel_asof(ids, known)."""
    settings = settings_of(world=world, lake=lake)
    if as_json and csv:
        raise typer.BadParameter("--json or --csv, not both")
    with told(settings):
        from pipelines.console import Form, answer, prompt

        form: Form = "json" if as_json else "csv" if csv else "table"
        if query is None:
            prompt(settings, release, form)
        else:
            typer.echo(answer(settings, release, query, form))


@command(app)
def verify(world: WorldOption = None, lake: LakeOption = None, now: NowOption = None, as_json: JsonOption = False) -> None:
    """Check services, release, contracts, knowledge time, lineage, journal and API: PASS or FAIL. An empty lake is FAIL."""
    settings = settings_of(world=world, lake=lake, now=now)
    with told(settings):
        from pipelines.verify import as_text
        from pipelines.verify import verify as verify_all

        checks = verify_all(settings)
        passed = all(check.passed for check in checks)
        show({"passed": passed, "checks": [check.__dict__ for check in checks]}, as_json, as_text(checks))
        if not passed:
            raise typer.Exit(1)


@command(app)
def replay(
    first: Annotated[str | None, typer.Option("--from", help="first session, YYYY-MM-DD")] = None,
    last: Annotated[str | None, typer.Option("--to", help="last session, YYYY-MM-DD")] = None,
    out: Annotated[Path, typer.Option(help="HTML page to write")] = Path("replay.html"),
    world: WorldOption = None,
    lake: LakeOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """The desk over history: the same decide and orders, daily, with costs; writes a one-page report."""
    settings = settings_of(world=world, lake=lake)
    with told(settings):
        from pipelines.replay import replay as replay_history

        answer, text = replay_history(settings, release, day(first), day(last), out, quiet=as_json)
        show(answer, as_json, text)


@command(app)
def bench(
    only: Annotated[list[str] | None, typer.Option(help="a workload, by name; may be given more than once")] = None,
    world: WorldOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measured workloads of this machine, a line each as soon as it is measured; the event replay runs on the current release."""
    settings = settings_of(world=world, lake=lake)
    with told(settings):
        from pipelines.bench import WORKLOADS, as_text, rows

        if unknown := sorted(set(only or ()) - WORKLOADS.keys()):
            raise ConfigError(f"no workload {', '.join(unknown)}: there are {', '.join(WORKLOADS)}")
        for row in rows(settings, [WORKLOADS[name] for name in only or WORKLOADS]):
            show(row, as_json, as_text(row))
