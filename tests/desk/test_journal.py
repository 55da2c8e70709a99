"""The journal: append-only, chained, idempotent; its copy; the emergency stop."""

import multiprocessing
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_py.kernel.errors import JournalError
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from models_py.ledger import halt
from models_py.ledger.audit import AuditCopy, open_audit, verify
from models_py.ledger.halt import StillHalted
from models_py.ledger.journal import Draft, Event, MemoryJournal, check_chain
from models_py.ledger.journal_sql import SqlJournal, open_journal

AT = datetime(2025, 2, 3, 11, 45, tzinfo=UTC)


def note(number: int, text: str = "x") -> Draft:
    return Draft("note", f"note:{number}", {"text": text, "number": number}, AT)


@pytest.fixture
def journal(tmp_path: Path) -> SqlJournal:
    return SqlJournal(f"sqlite:///{tmp_path / 'journal.db'}", "sandbox:1")


@pytest.fixture
def copy(tmp_path: Path) -> AuditCopy:
    return open_audit(Settings(lake=str(tmp_path), seed=1), open_lake(Settings(lake=str(tmp_path), seed=1)))


def test_memory_and_database_give_one_chain(journal):
    memory = MemoryJournal("sandbox:1")
    for number in range(5):
        memory.append(note(number))
        journal.append(note(number))
    assert list(memory.events()) == list(journal.events())


def test_the_same_event_twice_is_there_once_and_another_under_its_key_is_refused(journal):
    journal.append(note(1))
    journal.append(note(1))
    assert len(list(journal.events())) == 2                          # genesis and the note
    with pytest.raises(JournalError, match="other content"):
        journal.append(note(1, "y"))


@pytest.mark.parametrize("statement", ["update journal set body = '{}' where seq = 2", "delete from journal where seq = 2"])
def test_the_database_refuses_to_change_or_forget(journal, statement):
    journal.append(note(1))
    with sqlite3.connect(journal.engine.url.database) as connection, pytest.raises(sqlite3.Error, match="append-only"):
        connection.execute(statement)


def test_a_row_put_in_by_hand_that_does_not_continue_the_chain_is_refused(journal):
    journal.append(note(1))
    with sqlite3.connect(journal.engine.url.database) as connection, pytest.raises(sqlite3.Error, match="continue the chain"):
        connection.execute("insert into journal values (9, 'x', 'note', 'k', '{}', 'p', 'h')")


def test_a_journal_of_another_world_is_refused(journal):
    journal.append(note(1))
    with pytest.raises(JournalError, match="belongs to sandbox:1, not live"):
        SqlJournal(str(journal.engine.url), "live")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3), st.sampled_from(["at", "kind", "key", "body", "previous", "hash"]), st.integers(0, 10_000), st.integers(1, 60))
def test_one_changed_byte_anywhere_breaks_the_chain(row, name, place, shift):
    memory = MemoryJournal("sandbox:1")
    memory.append(note(1), note(2), note(3))
    events = list(memory.events())
    text = getattr(events[row], name)
    place %= len(text)
    changed = text[:place] + chr((ord(text[place]) - 32 + shift) % 95 + 32) + text[place + 1 :]
    if changed == text:
        return
    fields = {field: getattr(events[row], field) for field in Event.__dataclass_fields__} | {name: changed}
    events[row] = Event(**fields)
    with pytest.raises(JournalError):
        check_chain(events)


def test_a_missing_row_breaks_the_chain():
    memory = MemoryJournal("sandbox:1")
    memory.append(note(1), note(2))
    events = list(memory.events())
    with pytest.raises(JournalError, match="jumps"):
        check_chain([events[0], events[2]])


def _write(url: str, writer: int) -> None:
    mine = SqlJournal(url, "sandbox:1")
    for number in range(20):
        mine.append(Draft("note", f"note:{writer}:{number}", {"n": number}, AT))


def test_two_writers_at_once_make_one_unbroken_chain(journal):
    url = str(journal.engine.url)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(url, writer)) for writer in range(2)]
    for process in writers:
        process.start()
    for process in writers:
        process.join(60)
    assert [process.exitcode for process in writers] == [0, 0]
    assert check_chain(journal.events()) == 41


def test_a_tail_that_was_not_copied_is_copied_at_the_next_start(journal, copy):
    journal.append(note(1))
    copy.sync(journal)
    journal.append(note(2), note(3))                                # killed before the copy
    assert copy.sync(journal) == 2
    assert verify(journal, copy) == 4


def test_a_journal_that_contradicts_its_copy_is_an_alarm(journal, copy, tmp_path):
    journal.append(note(1), note(2))
    copy.sync(journal)
    other = SqlJournal(f"sqlite:///{tmp_path / 'other.db'}", "sandbox:1")
    other.append(note(1), note(2, "rewritten"))
    with pytest.raises(JournalError, match="differs"):
        copy.sync(other)
    shorter = SqlJournal(f"sqlite:///{tmp_path / 'shorter.db'}", "sandbox:1")
    shorter.append(note(1))
    with pytest.raises(JournalError, match="shortened"):
        copy.sync(shorter)


def test_the_journal_of_a_lake_lies_beside_its_releases(tmp_path):
    given_settings = Settings(lake=str(tmp_path), seed=1)
    opened = open_journal(given_settings, open_lake(given_settings))
    opened.append(note(1))
    assert (tmp_path / "sandbox" / "desk" / "journal.db").exists()


def test_a_stop_needs_no_database_and_stands_until_two_people_lift_it(tmp_path):
    flag, journal = tmp_path / "desk" / "HALT", MemoryJournal("sandbox:1")
    stopped = halt.stop(flag, reason="wrong curve", by="ana", at=AT)
    assert halt.effective(halt.Halt(), flag).is_halted
    with pytest.raises(StillHalted, match="two people"):
        halt.resume(journal, flag, halt=stopped, reason="fixed", by=["ana"], at=AT)
    halt.resume(journal, flag, halt=stopped, reason="fixed", by=["ana", "bruno"], at=AT)
    assert not halt.effective(halt.Halt(), flag).is_halted


def test_a_flag_that_cannot_be_read_stops_the_desk(tmp_path):
    (tmp_path / "HALT").write_text("")
    assert halt.read_flag(tmp_path / "HALT").is_halted
