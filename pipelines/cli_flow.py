"""Commands that change the lake: `run`, `ingest`, `backfill`, `build`, `rebuild`."""

from typing import Annotated

import typer

from pipelines.cli_options import (
    HistoryOption,
    JsonOption,
    LakeOption,
    NowOption,
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
    with told(settings):
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


@command(app)
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
    with told(settings):
        from pipelines import stages
        from pipelines.endpoints import endpoints, ready
        from pipelines.progress import Stages
        from pipelines.report import sources_dict, sources_text, status_of

        ready(settings)
        started = stages.start(settings)
        with endpoints(started.settings, apart=True) as served:
            if unknown := sorted(set(source or ()) - set(served)):
                raise typer.BadParameter(f"no source {', '.join(unknown)} in the {settings.world} world; there are {', '.join(served)}")
            with Stages(quiet=as_json).stage("ingest") as step:
                reports = stages.ingest(started, served, source, step)
        answer = {"status": status_of(reports), "sources": sources_dict(reports)} if as_json else None
        show(answer, as_json, "" if as_json else sources_text(reports))
        if any(report.errors for report in reports):
            raise typer.Exit(1)


@command(app)
def backfill(
    since: Annotated[str, typer.Option("--from", help="first reference date, YYYY-MM-DD")],
    source: Annotated[list[str] | None, typer.Option(help="only this source; may be given more than once")] = None,
    world: WorldOption = None,
    now: NowOption = None,
    lake: LakeOption = None,
    history: HistoryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch history from a date on; run again after an interruption it goes on where it stopped. Exit 1 while anything is missing."""
    settings, first = settings_of(world=world, now=now, lake=lake, history=history), day(since)
    assert first is not None
    with told(settings):
        from pipelines import backfill as filling
        from pipelines import stages
        from pipelines.endpoints import endpoints, ready
        from pipelines.progress import Stages

        ready(settings)
        started = stages.start(settings)
        with endpoints(started.settings) as served, Stages(quiet=as_json).stage("backfill") as step:
            done = filling.backfill(started, served, first, source, progress=step)
        show(filling.as_dict(done) if as_json else None, as_json, "" if as_json else filling.as_text(done))
        if not done.is_complete or any(report.errors for report in done.reports):
            raise typer.Exit(1)


@command(app)
def build(world: WorldOption = None, now: NowOption = None, lake: LakeOption = None, as_json: JsonOption = False) -> None:
    """Build from bronze, check and publish; nothing is fetched and nothing is traded."""
    settings = settings_of(world=world, now=now, lake=lake)
    with told(settings):
        from pipelines import stages
        from pipelines.progress import Stages

        started, shown = stages.start(settings), Stages(quiet=as_json)
        with shown.stage("build") as step:
            built = stages.build(started, step)
        with shown.stage("check") as step:
            quality = stages.check(started, built, stages.standing(started), step)
        with shown.stage("publish") as step:
            manifest = stages.publish(started, built.path, quality, step)
        answer = {"release": manifest.id, "world": manifest.world, "rows": manifest.rows, "seconds": shown.seconds}
        answer["quality"] = quality.summary()
        show(answer, as_json, f"published {manifest.id} ({manifest.world}), quality {quality.score:.1f}")


@command(app)
def rebuild(
    bronze: Annotated[bool, typer.Option("--bronze", help="recreate bronze from the raw payloads alone")] = False,
    world: WorldOption = None,
    lake: LakeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Recreate bronze from raw: the same rows, hence the same gold."""
    settings = settings_of(world=world, lake=lake)
    if not bronze:
        raise typer.BadParameter("say what to rebuild: --bronze")
    with told(settings):
        from pipelines import stages
        from pipelines.ingest import rebuild as rebuild_bronze
        from pipelines.progress import Stages
        from pipelines.report import sources_dict, sources_text

        started = stages.start(settings)
        with Stages(quiet=as_json).stage("rebuild") as step:
            reports = list(rebuild_bronze(started.settings, started.lake, progress=step))
        show({"sources": sources_dict(reports)} if as_json else None, as_json, "" if as_json else sources_text(reports))
