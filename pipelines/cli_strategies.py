"""`strategies`: what the desk can trade in a world, and what the others wait for."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from pipelines import tables
from pipelines.cli_options import JsonOption, LakeOption, NowOption, ReleaseOption, WorldOption, command, group, settings_of, show, told

if TYPE_CHECKING:
    from models_py.desk.roll import Entry

app = group()


@command(app)
def strategies(
    world: WorldOption = None, lake: LakeOption = None, now: NowOption = None, release: ReleaseOption = None, as_json: JsonOption = False
) -> None:
    """Every strategy: its inputs here, its first score, the share of sessions with a position, and why it is off."""
    settings = settings_of(world=world, lake=lake, now=now)
    with told(settings):
        from models_py.desk.roll import roll
        from models_py.gold import open_release

        opened = open_release(settings, release)
        entries = roll(opened, opened.manifest.published_at.date())
        show({"release_id": opened.id, "world": opened.world_id, "strategies": [asdict(e) for e in entries]}, as_json, as_text(entries))


def as_text(entries: "tuple[Entry, ...]") -> str:
    """One line a strategy, then how many of the production set speak, then why the others do not."""
    rows = [
        (
            entry.code, entry.name, "yes" if entry.enabled else "no", f"{len(entry.needs) - len(entry.missing)}/{len(entry.needs)}",
            entry.grade or "", entry.status, entry.first.isoformat() if entry.first else "",
            "" if entry.active is None else f"{entry.active:.0%}",
        )
        for entry in entries
    ]  # fmt: skip
    columns = ("code", "strategy", "in production", "inputs", "grade", "status", "first score", "active")
    production = [entry for entry in entries if entry.enabled]
    able = sum(entry.first is not None for entry in production)
    why = [f"  {entry.code} {entry.name}: {entry.reason}" for entry in entries if entry.status != "OK"]
    told = f"{able} of {len(production)} in production speak in this world" + (". The others:" if why else "")
    return "\n".join([tables.text("Strategies", columns, rows), told, *why])
