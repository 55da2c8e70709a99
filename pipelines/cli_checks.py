"""Commands about what the data say of themselves: `catalogue`, `quality` and `quarantine`, a group each."""

from typing import Annotated

import typer

from pipelines.cli_options import (
    HistoryOption,
    JsonOption,
    LakeOption,
    NowOption,
    ReleaseOption,
    WorldOption,
    command,
    group,
    settings_of,
    show,
    told,
)

catalogue = group("What the series are, and what they must say of one another.")
quality = group("What the score is made of.")
quarantine = group("Payloads that could not be read.")
SourceOption = Annotated[list[str] | None, typer.Option("--source", help="only this source; may be given more than once")]


@command(catalogue)
def identities(
    world: WorldOption = None, lake: LakeOption = None, release: ReleaseOption = None, as_json: JsonOption = False
) -> None:
    """Every identity among published figures: what the current release found, rows compared, the worst; exit 1 when one fails."""
    settings = settings_of(world=world, lake=lake)
    with told(settings):
        from models_py.gold import open_release
        from models_py.gold.manifest import current_id
        from models_py.kernel.lake import open_lake
        from pipelines.identities import as_text, found_by

        if release is None and current_id(open_lake(settings, make=False)) is None:
            found = found_by(None)
        else:
            with open_release(settings, release) as opened:
                found = found_by(opened)
        show(found, as_json, as_text(found))
        if any(one["status"] == "fail" for one in found):
            raise typer.Exit(1)


@command(catalogue)
def check(
    source: SourceOption = None,
    again: Annotated[bool, typer.Option("--again", help="also codes that were confirmed before")] = False,
    world: WorldOption = None,
    lake: LakeOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold the codes that are not certain against the sources' own titles; what differs is never loaded live. Exit 1 unless all agree."""
    settings = settings_of(world=world, lake=lake, now=now)
    with told(settings):
        from dataclasses import asdict

        from pipelines import confirmations, stages, tables
        from pipelines.endpoints import endpoints
        from pipelines.ingest import catalogue as rows_of

        started = stages.start(settings)
        with endpoints(started.settings) as served:
            asked = {name: endpoint for name, endpoint in served.items() if not source or name in source}
            rows = [row for row in rows_of(started.settings) if row.source in asked]
            found = confirmations.check(started.settings, started.lake, asked, rows, again=again)
        lines = [(one.source, one.key, one.status, one.must_say, one.title) for one in found]
        title = f"{sum(one.status == 'confirmed' for one in found)} of {len(found)} codes in doubt are confirmed in {settings.world_id}"
        show([asdict(one) for one in found], as_json, tables.text(title, ("source", "code", "status", "must say", "says"), lines))
        if any(one.status != "confirmed" for one in found):
            raise typer.Exit(1)


@command(quality)
def explain(
    source: Annotated[str | None, typer.Option(help="only this source")] = None,
    world: WorldOption = None,
    lake: LakeOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """What lowers the score of the last build, or of a release, in points, and what to do; a build that was refused is told as well."""
    settings = settings_of(world=world, lake=lake)
    with told(settings):
        from dataclasses import asdict

        from models_py.gold import open_release
        from models_py.kernel.lake import open_lake
        from pipelines import last_check
        from pipelines.explain import as_text, losses, trouble

        if release is None:
            last = last_check.read(open_lake(settings, make=False))
            checks, score, what = last.checks, last.score, f"the build of {last.at:%Y-%m-%d %H:%MZ}"
        else:
            with open_release(settings, release) as opened:
                checks, score, what = opened.sql("select * from gold.quality"), float(opened.manifest.quality["score"]), opened.id
        if source is not None and source not in set(checks["source"].drop_nulls()):
            raise typer.BadParameter(f"nothing of source {source!r} was checked")
        heading = f"{settings.world_id}, {what}: {score:.1f} of 100, nothing is published below {settings.minimum_quality:g}"
        answer = {"of": what, "score": score, "minimum": settings.minimum_quality}
        answer |= {"lost": [asdict(one) for one in losses(checks, source)], "checks": trouble(checks, source).to_dicts()}
        show(answer, as_json, as_text(checks, heading, source))


@command(quarantine, "list")
def list_(source: SourceOption = None, world: WorldOption = None, lake: LakeOption = None, as_json: JsonOption = False) -> None:
    """Payloads that could not be read, with the reason; their bytes stay in the lake."""
    settings = settings_of(world=world, lake=lake)
    with told(settings):
        from dataclasses import asdict

        from models_py.kernel.lake import open_lake
        from pipelines import tables
        from pipelines.quarantine import Quarantine
        from pipelines.vault import Vault

        opened = open_lake(settings, make=False)
        kept = [one for name in source or Vault(opened).sources() for one in Quarantine(opened).entries(name).values()]
        rows = [(one.source, one.key, f"{one.fetched_at:%Y-%m-%d %H:%M}", one.raw_sha256[:12], one.reason) for one in kept]
        text = tables.text(f"{len(kept)} payloads in quarantine", ("source", "key", "fetched", "bytes", "reason"), rows)
        show([asdict(one) for one in kept], as_json, text)


@command(quarantine)
def replay(
    source: SourceOption = None,
    world: WorldOption = None,
    lake: LakeOption = None,
    now: NowOption = None,
    history: HistoryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read once more, from their bytes, the payloads in quarantine and load what can be read now; exit 1 while some cannot."""
    settings = settings_of(world=world, lake=lake, now=now, history=history)
    with told(settings):
        from pipelines import stages
        from pipelines.ingest import replay as read_again
        from pipelines.progress import Stages
        from pipelines.report import sources_dict, sources_text
        from pipelines.vault import Vault

        started = stages.start(settings)
        if unknown := sorted(set(source or ()) - set(Vault(started.lake).sources())):
            raise typer.BadParameter(f"nothing was ever fetched of {', '.join(unknown)}")
        with Stages(quiet=as_json).stage("quarantine") as step:
            reports = list(read_again(started.settings, started.lake, sources=source, progress=step))
        show({"sources": sources_dict(reports)} if as_json else None, as_json, "" if as_json else sources_text(reports))
        if any(report.quarantined for report in reports):
            raise typer.Exit(1)
