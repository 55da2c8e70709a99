"""Commands that read a curve of a release: `curve`, and `path`, the policy path it implies."""

from enum import StrEnum
from typing import Annotated

import typer

from pipelines.cli_options import JsonOption, LakeOption, ReleaseOption, WorldOption, command, day, group, settings_of, show, told

app = group()
KnownOption = Annotated[str | None, typer.Option("--as-of", help="instant with offset; what was public then; default the release's own")]
DateOption = Annotated[str | None, typer.Option("--date", help="reference date, YYYY-MM-DD; default the newest known")]


class Method(StrEnum):
    flat = "flat"
    step = "step"
    smooth = "smooth"
    svensson = "svensson"
    nelson_siegel = "nelson-siegel"


class Committee(StrEnum):
    copom = "copom"
    fomc = "fomc"


@command(app)
def curve(
    curve_id: Annotated[str, typer.Argument(help="br_di1, br_pre, br_real, us_ust, or br_breakeven")] = "br_di1",
    known: KnownOption = None,
    reference: DateOption = None,
    method: Annotated[Method, typer.Option(help="how it is read between its nodes")] = Method.flat,
    tenors: Annotated[str | None, typer.Option(help="business days, comma-separated; default the nodes")] = None,
    world: WorldOption = None,
    lake: LakeOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """A zero curve as it was known: rates, discount factors, forwards; flat forward, steps at meetings, smooth, or a fitted form."""
    settings = settings_of(world=world, lake=lake)
    try:
        wanted = None if tenors is None else [int(part) for part in tenors.split(",")]
    except ValueError as error:
        raise typer.BadParameter(f"not whole numbers of business days: {tenors!r}") from error
    with told(settings):
        from pipelines.curve_report import as_text
        from pipelines.curve_report import curve as read_curve

        answer = read_curve(settings, release, curve_id, known, day(reference), method.value, wanted)
        show(answer, as_json, "" if as_json else as_text(answer))


@command(app)
def path(
    committee: Annotated[Committee, typer.Argument(help="whose meetings")] = Committee.copom,
    known: KnownOption = None,
    reference: DateOption = None,
    meetings: Annotated[int, typer.Option(min=1, help="how many of the next meetings")] = 8,
    world: WorldOption = None,
    lake: LakeOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """The policy rate that a curve implies after each meeting, and the probabilities of its moves by quarter points."""
    settings = settings_of(world=world, lake=lake)
    with told(settings):
        from pipelines.curve_report import as_text
        from pipelines.curve_report import path as implied_path

        answer = implied_path(settings, release, committee.value, known, day(reference), meetings)
        show(answer, as_json, "" if as_json else as_text(answer))
