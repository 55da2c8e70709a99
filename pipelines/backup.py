"""What a lake cannot make again, kept elsewhere: raw payloads, the poll log and the journal.

    <target>/<world>/raw/…  desk/audit/…     backup.json, written last: a backup without it is not whole

Bronze and gold follow from raw, so a restored lake is rebuilt (`macro rebuild --bronze`, `macro build`) to the digest of the release
that was current. A second backup into the same place copies what is new. Every payload's hash is checked on its way, both ways.
"""

import hashlib
import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, dataclass

import fsspec

from models_py.gold.manifest import current_id
from models_py.kernel.clock import instant
from models_py.kernel.errors import LakeError
from models_py.kernel.lake import Lake, open_lake
from models_py.kernel.s3 import storage_options
from models_py.kernel.settings import Settings
from models_py.ledger.audit import AuditCopy
from models_py.ledger.journal import Draft
from models_py.ledger.journal_sql import open_journal
from pipelines.progress import Step, silent

TOLD = "backup.json"
KEPT = ("raw/objects/*/*", "raw/polls/*/*.jsonl")


@dataclass(frozen=True)
class Backup:
    """What a backup holds: payloads, files of polls, events; the release that was current and the journal's last hash."""

    world: str
    made_at: str
    objects: int
    polls: int
    events: int
    release: str | None
    head: str | None


def backup(settings: Settings, target: str, *, progress: Step = silent) -> Backup:
    """Copy what is new into a folder or bucket.

    Raises:
        LakeError: a payload's bytes do not give its name, or the target holds the backup of another world.
        JournalError: the copy of the journal contradicts it.
    """
    lake, kept = open_lake(settings, make=False), _place(settings, target)
    _same_world(kept, lake.world_id)
    objects, polls = (_copy(lake, kept, lake.glob(pattern), pattern, progress) for pattern in KEPT)
    with closing(open_journal(settings, lake)) as journal:
        copy = AuditCopy(Lake(kept.path("desk/audit"), kept.world_id, kept.fs))
        copy.sync(journal)
        head = journal.head
    last = (head.seq, head.hash) if head else (0, None)
    made = Backup(lake.world_id, settings.clock.now().isoformat(), objects, polls, last[0], current_id(lake), last[1])
    kept.write(json.dumps(asdict(made), indent=1).encode(), TOLD)
    return made


def restore(settings: Settings, source: str, *, progress: Step = silent) -> Backup:
    """Fill an empty lake from a backup; bronze and gold are to be rebuilt after it.

    Raises:
        LakeError: there is no whole backup, it is of another world, the lake is not empty, or a payload is damaged.
        JournalError: the journal's copy does not give the head that was told.
    """
    kept = _place(settings, source)
    if not kept.exists(TOLD):
        raise LakeError(f"no whole backup in {kept.root}: {TOLD} is missing")
    _same_world(kept, settings.world_id)
    told = Backup(**json.loads(kept.read(TOLD)))
    looked_at = open_lake(settings, make=False)
    if looked_at.glob("raw/polls/*/*.jsonl") or looked_at.exists("gold/CURRENT") or looked_at.exists("desk"):
        raise LakeError(f"lake {looked_at.root} is not empty: restore into another folder")
    lake = open_lake(settings)
    for pattern in KEPT:
        _copy(kept, lake, kept.glob(pattern), pattern, progress)
    copy = AuditCopy(Lake(kept.path("desk/audit"), kept.world_id, kept.fs))
    events = list(copy.events())
    with closing(open_journal(settings, lake)) as journal:
        journal.append(*(Draft(event.kind, event.key, event.payload, instant(event.at)) for event in events))
        found = journal.head.hash if journal.head else None
    if found != told.head:
        raise LakeError(f"the restored journal ends in {found}, the backup says {told.head}")
    return told


def _place(settings: Settings, where: str) -> Lake:
    fs, root = fsspec.core.url_to_fs(where, **storage_options(settings, where))
    return Lake(f"{root.rstrip('/')}/{settings.world_id.replace(':', '-')}", settings.world_id, fs)


def _same_world(kept: Lake, world: str) -> None:
    if kept.exists(TOLD) and (found := json.loads(kept.read(TOLD))["world"]) != world:
        raise LakeError(f"backup {kept.root} is of world {found}, not {world}")


def _copy(source: Lake, target: Lake, names: Iterable[str], what: str, progress: Step) -> int:
    """Copy files the target does not have in this size; the number of files there are."""
    wanted = list(names)
    sizes = {name: target.size(name) for name in target.glob(what)}
    for place, name in enumerate(wanted, start=1):
        if sizes.get(name) != source.size(name):
            content = source.read(name)
            if name.startswith("raw/objects/") and hashlib.sha256(content).hexdigest() != name.rsplit("/", 1)[1]:
                raise LakeError(f"raw object {name.rsplit('/', 1)[1]} holds other bytes: {source.path(name)}")
            target.write(content, *name.split("/"))
        if place % 200 == 0 or place == len(wanted):
            progress(what.rsplit("/*", 1)[0], place, len(wanted))
    return len(wanted)
