"""Where a lake keeps what is private to this machine."""

from datetime import UTC, datetime
from pathlib import Path

import fsspec

from models_py.kernel.lake import Lake
from models_py.kernel.settings import Settings
from models_py.ledger.journal import Draft
from models_py.ledger.journal_sql import journal_exists, open_journal

AT = datetime(2024, 1, 2, tzinfo=UTC)


def remote(name: str) -> Lake:
    return Lake(f"/{name}/sandbox", "sandbox:1", fsspec.filesystem("memory"))


def test_two_remote_lakes_of_one_world_keep_two_books(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    settings, one, other = Settings(world="sandbox", seed=1), remote("one"), remote("other")
    assert not journal_exists(settings, one)
    journal = open_journal(settings, one)
    journal.append(Draft("note", "note:1", {"text": "mine"}, AT))
    journal.close()
    assert journal_exists(settings, one)
    assert not journal_exists(settings, other)
    assert one.base != other.base
    assert remote("one").base == one.base


def test_a_lake_on_disk_keeps_everything_below_itself(tmp_path: Path):
    lake = Lake(str(tmp_path / "sandbox"), "sandbox:1", fsspec.filesystem("file"))
    assert lake.base == tmp_path / "sandbox"
    assert lake.local("desk") == tmp_path / "sandbox" / "desk"
