"""The desk's part of a run: what a first run walks, what a late one may do, what a second one adds."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from models_py import desk
from models_py.kernel.lake import open_lake
from models_py.ledger.journal_sql import open_journal
from models_py.ledger.positions import following
from pipelines.book_report import book_text
from pipelines.stages import Run
from pipelines.trade import trade
from tests.desk.world import publish, tables

# 9 June 2021 was a Wednesday; its window closes at 16:00 in São Paulo
MORNING = datetime(2021, 6, 9, 11, 45, tzinfo=UTC)


@pytest.fixture(scope="module")
def made_tables(made):
    return tables(made)


@pytest.fixture
def lake(made_tables, tmp_path):
    return publish(tmp_path, made_tables, now=MORNING)


def run(release, at: datetime) -> dict:
    settings = release.settings.model_copy(update={"now": at})
    return trade(Run(settings, open_lake(settings), at))


def journalled(release):
    with closing(open_journal(release.settings, open_lake(release.settings))) as journal:
        book = following(journal).book()
        orders = [event.payload for event in journal.events() if event.kind == "order"]
        return book, orders, journal.head.hash


def days(book) -> list[tuple[str, bool, bool]]:
    return [(d["session"], d["catch_up"], d["sends"]) for d in book.decisions.values()]


def test_a_first_run_walks_three_sessions_and_trades_those_that_were_over(lake):
    run(lake, MORNING)
    book, orders, _ = journalled(lake)
    assert days(book) == [("2021-06-07", True, True), ("2021-06-08", True, True), ("2021-06-09", False, True)]
    assert book.fills
    assert {fill["session"] for fill in book.fills} <= {"2021-06-07", "2021-06-08"}
    assert {order["session"] for order in orders if order["state"] == "sent"} >= {"2021-06-09"}


def test_a_second_run_at_the_same_instant_adds_nothing(lake):
    run(lake, MORNING)
    *_, head = journalled(lake)
    run(lake, MORNING)
    assert journalled(lake)[2] == head


@pytest.mark.parametrize(("clock", "late"), [("15:59", False), ("16:00", True), ("20:00", True), ("23:59", True)])
def test_a_run_is_late_once_the_settlement_window_is_over(lake, clock, late):
    run(lake, MORNING)
    next_day = datetime.fromisoformat(f"2021-06-10T{clock}:00-03:00")
    told = run(lake, next_day)
    book, orders, _ = journalled(lake)
    assert days(book)[-1] == ("2021-06-10", late, not late)
    sent = [order for order in orders if order["session"] == "2021-06-10"]
    assert bool(sent) != late
    assert ("nothing was sent for it" in book_text(told)) == late
    moved = [line["contract"] for line in book.last_decision["lines"] if line["end"] != line["held"]]
    assert bool(moved) != late
    assert all("window of 2021-06-10 was over" in line["why"] for line in book.last_decision["lines"]) == late


def test_a_late_run_leaves_the_next_session_to_its_own_instant_and_never_fills_in_the_past(lake):
    run(lake, MORNING)
    run(lake, MORNING + timedelta(days=1, hours=12))
    run(lake, MORNING + timedelta(days=2))
    book, orders, _ = journalled(lake)
    assert days(book)[-2:] == [("2021-06-10", True, False), ("2021-06-11", False, True)]
    assert {order["session"] for order in orders if order["state"] == "sent"} >= {"2021-06-11"}
    assert "2021-06-10" not in {fill["session"] for fill in book.fills}


def test_sessions_missed_are_written_down_and_only_the_open_one_is_traded(lake):
    run(lake, MORNING)
    run(lake, datetime.fromisoformat("2021-06-16T09:30:00-03:00"))
    book, orders, _ = journalled(lake)
    assert days(book)[3:] == [
        ("2021-06-10", True, False), ("2021-06-11", True, False), ("2021-06-14", True, False), ("2021-06-15", True, False),
        ("2021-06-16", False, True),
    ]  # fmt: skip
    assert {order["session"] for order in orders} <= {"2021-06-07", "2021-06-08", "2021-06-09", "2021-06-16"}
    assert [session.isoformat() for session, _ in book.navs][-1] == "2021-06-15"


def test_a_first_run_that_was_cut_off_is_finished_as_it_was_begun(lake, monkeypatch, made_tables, tmp_path_factory):
    whole = publish(tmp_path_factory.mktemp("whole"), made_tables, now=MORNING)
    run(whole, MORNING)
    real, calls = desk.step, []

    def dies(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(desk, "step", dies)
    with pytest.raises(KeyboardInterrupt):
        run(lake, MORNING)
    monkeypatch.setattr(desk, "step", real)
    run(lake, MORNING)
    assert journalled(lake)[2] == journalled(whole)[2]


def test_a_first_run_in_the_evening_walks_its_own_day_too(lake):
    run(lake, datetime.fromisoformat("2021-06-09T18:00:00-03:00"))
    book, orders, _ = journalled(lake)
    assert days(book)[-1] == ("2021-06-09", True, True)
    assert {order["session"] for order in orders} >= {"2021-06-09"}
