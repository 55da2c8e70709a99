"""The command line `macro`: thin commands over the stages. Exit codes: 0 done, 1 failed, 2 wrong use.

People get tables on standard output and progress on standard error; `--json` gives one JSON object on standard output instead.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from models_py.kernel.errors import ConfigError, MacroError
from models_py.kernel.log import configure as configure_logs
from models_py.kernel.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=(__doc__ or "").split("\n")[0])
sandbox_app = typer.Typer(no_args_is_help=True, help="The simulated Brazil and United States.")
app.add_typer(sandbox_app, name="sandbox")


class World(StrEnum):
    sandbox = "sandbox"
    files = "files"
    live = "live"


WorldOption = Annotated[World | None, typer.Option(help="where bytes come from (MACRO_WORLD)")]
NowOption = Annotated[str | None, typer.Option(help="instant of the run, ISO with offset (MACRO_NOW); default the clock")]
LakeOption = Annotated[str | None, typer.Option(help="folder or URI of the lake (MACRO_LAKE)")]
HistoryOption = Annotated[Path | None, typer.Option(help="folder with IMPORT_MAP.csv, for the files world (MACRO_HISTORY)")]
JsonOption = Annotated[bool, typer.Option("--json", help="one JSON object on standard output")]
ReleaseOption = Annotated[str | None, typer.Option(help="release id; default the current one")]


def settings_of(**given: Any) -> Settings:
    """Settings of a command: its options over the environment. A value that cannot be used is wrong use (exit 2)."""
    chosen: dict[str, Any] = {name: str(value) if isinstance(value, World) else value for name, value in given.items() if value is not None}
    try:
        return Settings(**chosen)
    except (ValidationError, MacroError) as error:
        text = "; ".join(str(item["msg"]) for item in error.errors()) if isinstance(error, ValidationError) else str(error)
        raise typer.BadParameter(text) from error


@contextmanager
def told() -> Iterator[None]:
    """Errors of the desk become one line: exit code 2 for what was asked for wrongly, else 1. A bug keeps its traceback."""
    configure_logs(os.environ.get("MACRO_LOG_LEVEL", "ERROR"))
    try:
        yield
    except MacroError as error:
        typer.secho(f"{type(error).__name__}: {error}", fg="red", err=True)
        raise typer.Exit(2 if isinstance(error, ConfigError) else 1) from error


def show(answer: Any, as_json: bool, text: str) -> None:
    """Print an answer as JSON or as text."""
    typer.echo(json.dumps(answer, ensure_ascii=False, default=_plain) if as_json else text)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"not JSON: {type(value).__name__} {value!r}")


@app.command()
def run(
    world: WorldOption = None,
    now: NowOption = None,
    lake: LakeOption = None,
    history: HistoryOption = None,
    start: Annotated[str | None, typer.Option(help="first reference date to ask for, YYYY-MM-DD (MACRO_START)")] = None,
    as_json: JsonOption = False,
) -> None:
    """The daily flow: ingest, build, check, publish, settle the last orders, decide; then print the book."""
    settings = settings_of(world=world, now=now, lake=lake, history=history, start=start)
    with told():
        from pipelines import stages
        from pipelines.endpoints import ready
        from pipelines.orchestrator import configure

        ready(settings)
        stages.start(settings)           # what cannot run is told before an orchestrator starts
        configure(settings)
        from pipelines.flows.daily import daily
        from pipelines.report import as_dict, as_text

        report = daily(settings=settings, quiet=as_json)
        show(as_dict(report) if as_json else None, as_json, "" if as_json else as_text(report))


@app.command()
def ingest(
    source: Annotated[list[str] | None, typer.Option(help="only this source; may be given more than once")] = None,
    world: WorldOption = None,
    now: NowOption = None,
    lake: LakeOption = None,
    history: HistoryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch, vault and load what can have changed; exit 1 when a source failed."""
    settings = settings_of(world=world, now=now, lake=lake, history=history)
    with told():
        from pipelines import stages
        from pipelines.endpoints import endpoints, ready
        from pipelines.progress import Stages
        from pipelines.report import sources_dict, sources_text

        ready(settings)
        started = stages.start(settings)
        with endpoints(started.settings) as served:
            if unknown := sorted(set(source or ()) - set(served)):
                raise typer.BadParameter(f"no source {', '.join(unknown)} in the {settings.world} world; there are {', '.join(served)}")
            with Stages(quiet=as_json).stage("ingest") as step:
                reports = stages.ingest(started, served, source, step)
        show(sources_dict(reports) if as_json else None, as_json, "" if as_json else sources_text(reports))
        if any(report.errors for report in reports):
            raise typer.Exit(1)


@app.command()
def build(world: WorldOption = None, now: NowOption = None, lake: LakeOption = None, as_json: JsonOption = False) -> None:
    """Build from bronze, check and publish; nothing is fetched and nothing is traded."""
    settings = settings_of(world=world, now=now, lake=lake)
    with told():
        from pipelines import stages
        from pipelines.progress import Stages

        started, shown = stages.start(settings), Stages(quiet=as_json)
        with shown.stage("build") as step:
            built = stages.build(started, step)
        with shown.stage("check") as step:
            quality = stages.check(started, built, (), step)
        with shown.stage("publish") as step:
            manifest = stages.publish(started, built.path, quality, step)
        answer = {"release": manifest.id, "world": manifest.world, "rows": manifest.rows, "seconds": shown.seconds}
        answer["quality"] = quality.summary()
        show(answer, as_json, f"published {manifest.id} ({manifest.world}), quality {quality.score:.1f}")


@app.command()
def rebuild(
    bronze: Annotated[bool, typer.Option("--bronze", help="recreate bronze from the raw payloads alone")] = False,
    world: WorldOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Recreate bronze from raw: the same rows, hence the same gold."""
    if not bronze:
        raise typer.BadParameter("say what to rebuild: --bronze")
    settings = settings_of(world=world, lake=lake)
    with told():
        from pipelines import stages
        from pipelines.ingest import rebuild as rebuild_bronze
        from pipelines.progress import Stages
        from pipelines.report import sources_dict, sources_text

        started = stages.start(settings)
        with Stages(quiet=as_json).stage("rebuild") as step:
            reports = list(rebuild_bronze(started.settings, started.lake, progress=step))
        show(sources_dict(reports) if as_json else None, as_json, "" if as_json else sources_text(reports))


@app.command()
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
    with told():
        from pipelines.console import answer, prompt

        if query is None:
            prompt(settings, release)
        else:
            typer.echo(answer(settings, release, query, "json" if as_json else "csv" if csv else "table"))


@app.command()
def verify(world: WorldOption = None, lake: LakeOption = None, now: NowOption = None, as_json: JsonOption = False) -> None:
    """Check the release, its objects, the catalogue, the journal and its audit copy; PASS or FAIL. An empty lake is FAIL."""
    settings = settings_of(world=world, lake=lake, now=now)
    with told():
        from pipelines.verify import verify as verify_all

        checks = verify_all(settings)
        passed = all(check.passed for check in checks)
        lines = [f"{'ok  ' if check.passed else 'FAIL'}  {check.name:<34} {check.detail}" for check in checks]
        answer = {"passed": passed, "checks": [check.__dict__ for check in checks]}
        show(answer, as_json, "\n".join([*lines, "PASS" if passed else "FAIL"]))
        if not passed:
            raise typer.Exit(1)


@app.command()
def halt(
    reason: Annotated[str, typer.Option(help="why; everyone reads it")],
    by: Annotated[str, typer.Option(help="who stops the desk")],
    world: WorldOption = None,
    lake: LakeOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """The emergency stop: nothing leaves the desk, what works is cancelled. Needs no database; stopping twice is stopping once."""
    settings = settings_of(world=world, lake=lake, now=now)
    with told():
        from dataclasses import asdict

        from models_py.kernel.lake import open_lake
        from models_py.ledger.halt import flag_path, stop

        stopped = stop(flag_path(open_lake(settings)), reason=reason, by=by, at=settings.clock.now())
        show(asdict(stopped), as_json, f"stopped since {stopped.since} by {', '.join(stopped.by)}: {stopped.reason}")


@app.command()
def resume(
    reason: Annotated[str, typer.Option(help="why it is safe again")],
    by: Annotated[list[str], typer.Option(help="who lifts the stop; give two people")],
    world: WorldOption = None,
    lake: LakeOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lift the emergency stop: two people and a reason."""
    settings = settings_of(world=world, lake=lake, now=now)
    with told():
        from contextlib import closing

        from models_py.kernel.lake import open_lake
        from models_py.ledger import halt as stops
        from models_py.ledger.journal_sql import open_journal
        from models_py.ledger.positions import following

        opened = open_lake(settings)
        flag = stops.flag_path(opened)
        with closing(open_journal(settings, opened)) as journal:
            stands = stops.effective(following(journal).book().halt, flag)
            stops.resume(journal, flag, halt=stands, reason=reason, by=by, at=settings.clock.now())
        show({"is_halted": False, "reason": reason, "by": by}, as_json, f"resumed by {', '.join(by)}: {reason}")


@app.command()
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
    with told():
        from pipelines.replay import replay as replay_history

        answer, text = replay_history(settings, release, _day(first), _day(last), out, quiet=as_json)
        show(answer, as_json, text)


@app.command(name="app")
def dashboard(world: WorldOption = None, lake: LakeOption = None, port: Annotated[int | None, typer.Option(help="port")] = None) -> None:
    """The dashboard, on loopback unless MACRO_API_HOST says otherwise."""
    settings = settings_of(world=world, lake=lake, dashboard_port=port)
    from models_py.kernel.settings import ROOT

    os.environ |= {"MACRO_WORLD": settings.world, "MACRO_LAKE": settings.lake}
    page = str(ROOT / "app" / "dashboard" / "Home.py")
    options = ["--server.address", settings.api_host, "--server.port", str(settings.dashboard_port), "--server.headless", "true"]
    command = [sys.executable, "-m", "streamlit", "run", page, *options, "--browser.gatherUsageStats", "false"]
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter and page


@app.command()
def api(world: WorldOption = None, lake: LakeOption = None, port: Annotated[int | None, typer.Option(help="port")] = None) -> None:
    """The HTTP API, on loopback unless MACRO_API_HOST says otherwise; its contract is at /docs."""
    settings = settings_of(world=world, lake=lake, api_port=port)
    import uvicorn

    from app.api.main import create_app

    uvicorn.run(create_app(settings), host=settings.api_host, port=settings.api_port, log_level="warning")


@app.command()
def bench(as_json: JsonOption = False) -> None:
    """Measured workloads of this machine: one JSON line each."""
    with told():
        from pipelines.bench import rows

        for row in rows():
            typer.echo(json.dumps(row))


@sandbox_app.command("serve")
def sandbox_serve(
    now: NowOption = None,
    port: Annotated[int, typer.Option(help="port; 0 takes a free one")] = 8900,
    faults: Annotated[str, typer.Option(help="fault plan: a shipped name or a YAML file")] = "calm",
) -> None:
    """Serve the simulated sources on loopback until interrupted."""
    settings = settings_of(now=now, sandbox_faults=faults)
    with told():
        from threading import Event

        from pipelines.sandbox.server import serve

        with serve(settings, plan=faults, port=port) as served:
            typer.echo(f"SIMULATED sources at {served.base_url}, seed {settings.seed}; Ctrl-C ends")
            try:
                Event().wait()
            except KeyboardInterrupt:
                typer.echo("")


@sandbox_app.command("score")
def sandbox_score(
    seeds: Annotated[int, typer.Option(help="how many seeds; the default one first")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Moments of simulated worlds against the published ones: share inside their bands, by seed."""
    with told():
        import polars as pl

        from pipelines import tables
        from pipelines.sandbox.score import by_seed, default_seeds, score

        shares = by_seed(score(default_seeds(seeds))).with_columns(pl.col(pl.Float64).round(4))
        rows = [tuple(str(cell) for cell in row) for row in shares.iter_rows()]
        show(shares.to_dicts(), as_json, tables.text("SIMULATED: moments inside their bands", shares.columns, rows, numbers=2))


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"not a date: {text!r}; write YYYY-MM-DD") from error


if __name__ == "__main__":
    app()
