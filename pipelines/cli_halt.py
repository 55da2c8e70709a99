"""Commands of the emergency stop: `halt`, `resume`."""

from typing import Annotated

import typer

from pipelines.cli_options import JsonOption, LakeOption, NowOption, WorldOption, command, group, settings_of, show, told

app = group()


@command(app)
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
    with told(settings):
        from dataclasses import asdict

        from models_py.kernel.lake import open_lake
        from models_py.ledger.halt import flag_path, stop

        stopped = stop(flag_path(open_lake(settings)), reason=reason, by=by, at=settings.clock.now())
        show(asdict(stopped), as_json, f"stopped since {stopped.since} by {', '.join(stopped.by)}: {stopped.reason}")


@command(app)
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
    with told(settings):
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
