"""The emergency stop. While it stands, nothing leaves the desk and what is working is cancelled.

It is a fold of `halt` events and, beside it, a flag file that works without any database: either one stops the desk. Stopping
twice is stopping once. To resume takes two people and a reason.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from models_py.kernel.clock import instant
from models_py.kernel.errors import JournalError, MacroError
from models_py.kernel.lake import Lake
from models_py.ledger.journal import Draft, Journal


class StillHalted(MacroError):
    """A resume that lacks its second person or its reason."""


@dataclass(frozen=True, slots=True)
class Halt:
    """Whether the desk is stopped; if so why, by whom and since when (UTC, ISO)."""

    is_halted: bool = False
    reason: str = ""
    by: tuple[str, ...] = ()
    since: str = ""


def flag_path(lake: Lake) -> Path:
    """The flag file of a world, on this machine's disk."""
    return lake.local("desk") / "HALT"


def advance(state: Halt, payload: Mapping[str, Any]) -> Halt:
    """The state after a `halt` event; a second stop keeps the first one's reason.

    Raises:
        JournalError: the event neither stops nor resumes.
    """
    match payload.get("action"):
        case "stop":
            return state if state.is_halted else Halt(True, payload["reason"], tuple(payload["by"]), payload["since"])
        case "resume":
            return Halt()
        case other:
            raise JournalError(f"halt event with action {other!r}")


def read_flag(flag: Path) -> Halt:
    """The flag file's state. A file that cannot be read stops the desk too: it was put there to stop it."""
    if not flag.exists():
        return Halt()
    try:
        content = json.loads(flag.read_text())
        return Halt(True, str(content["reason"]), tuple(content["by"]), str(content["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Halt(True, f"{flag} stands, unreadable")


def effective(journalled: Halt, flag: Path | None) -> Halt:
    """What holds: stopped if the journal or the flag file says so."""
    flagged = Halt() if flag is None else read_flag(flag)
    return journalled if journalled.is_halted or not flagged.is_halted else flagged


def stop(flag: Path, *, reason: str, by: str, at: datetime) -> Halt:
    """Stop the desk: write the flag file. Needs no database and no network; a flag that stands is left as it is."""
    flag.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps({"reason": reason, "by": [by], "since": instant(at).isoformat()})
    try:
        with flag.open("x") as file:
            file.write(content)
    except FileExistsError:
        pass
    return read_flag(flag)


def journal_stop(journal: Journal, halt: Halt, at: datetime) -> None:
    """Write a stop into the journal, once for each time it began."""
    payload = {"action": "stop", "reason": halt.reason, "by": list(halt.by), "since": halt.since}
    journal.append(Draft("halt", f"halt:stop:{halt.since or instant(at).isoformat()}", payload, at))


def resume(journal: Journal, flag: Path | None, *, halt: Halt, reason: str, by: Sequence[str], at: datetime) -> Halt:
    """Lift the stop: the journal first, then the flag file, so that a crash between leaves the desk stopped.

    Raises:
        StillHalted: fewer than two people sign, or no reason is given.
    """
    people = sorted({name.strip() for name in by if name.strip()})
    if len(people) < 2:
        raise StillHalted(f"resuming takes two people, found {people}")
    if not reason.strip():
        raise StillHalted("resuming takes a reason")
    if halt.is_halted:
        journal_stop(journal, halt, at)
        since = instant(at).isoformat()
        journal.append(Draft("halt", f"halt:resume:{since}", {"action": "resume", "reason": reason, "by": people, "since": since}, at))
    if flag is not None:
        flag.unlink(missing_ok=True)
    return Halt()
