"""Commands about what a lake holds and where it came from: `lineage`, `snapshot`, `backup`, `restore`."""

from pathlib import Path
from typing import Annotated

import typer

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
def lineage(
    wanted: Annotated[str, typer.Argument(metavar="ID", help="series, factor or contract, as br_ipca_mom or di1f27")],
    reference_date: Annotated[str, typer.Argument(help="reference date, YYYY-MM-DD")],
    world: WorldOption = None,
    lake: LakeOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """From a number back to the bytes it was read from, whose hash is taken anew: gold row, bronze row, request, raw object."""
    settings = settings_of(world=world, lake=lake)
    asked = day(reference_date)
    assert asked is not None
    with told(settings):
        from models_py.gold import open_release
        from models_py.gold.lineage import as_dict, as_text, origins
        from models_py.kernel.lake import open_lake

        with open_release(settings, release) as opened:
            found = origins(opened, open_lake(settings, make=False), wanted, asked)
            show([as_dict(one) for one in found] if as_json else None, as_json, as_text(opened, found))


@command(app)
def snapshot(
    known: Annotated[str, typer.Option("--as-of", help="instant with offset; what was public then goes into the file")],
    out: Annotated[Path, typer.Option("--out", "-o", help="file to write, a DuckDB database")],
    world: WorldOption = None,
    lake: LakeOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """One read-only DuckDB file of everything that was known at an instant, with the as-of macros, to hand to somebody else."""
    settings = settings_of(world=world, lake=lake)
    with told(settings):
        from models_py.gold import open_release
        from models_py.gold.snapshot import write_snapshot

        with open_release(settings, release) as opened:
            rows = write_snapshot(opened, known, out)
            label = "SIMULATED " if opened.manifest.simulated else ""
            text = f"{label}{out}: {sum(rows.values()):,} rows of release {opened.id} as known at {known}; read-only"
            show({"file": str(out), "release": opened.id, "known": known, "rows": rows}, as_json, text)


@command(app)
def backup(
    target: Annotated[str, typer.Argument(help="folder or URI such as s3://bucket/backup")],
    world: WorldOption = None,
    lake: LakeOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy raw payloads, polls and the journal elsewhere; a second backup into the same place copies what is new."""
    settings = settings_of(world=world, lake=lake, now=now)
    with told(settings):
        from dataclasses import asdict

        from pipelines.backup import backup as keep
        from pipelines.progress import Stages

        with Stages(quiet=as_json).stage("backup") as step:
            made = keep(settings, target, progress=step)
        show(asdict(made), as_json, f"{made.objects:,} payloads and {made.events:,} events of {made.world} are in {target}")


@command(app)
def restore(
    source: Annotated[str, typer.Argument(help="where `macro backup` wrote to")],
    world: WorldOption = None,
    lake: LakeOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fill an empty lake from a backup; then `macro rebuild --bronze` and `macro build` make the release it had."""
    settings = settings_of(world=world, lake=lake, now=now)
    with told(settings):
        from dataclasses import asdict

        from pipelines.backup import restore as fill
        from pipelines.progress import Stages

        with Stages(quiet=as_json).stage("restore") as step:
            made = fill(settings, source, progress=step)
        text = f"{made.objects:,} payloads and {made.events:,} events restored; now: macro rebuild --bronze && macro build"
        show(asdict(made), as_json, f"{text}   (release then: {made.release})")
