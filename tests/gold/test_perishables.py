"""Sessions that a source drops. November 2026: the exchange is closed on the 2nd and the 20th."""

from datetime import date, datetime, time

import pytest

from models_py.gold.perishables import Held, standing, stands, write
from models_py.kernel.errors import NaiveCutoff
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings


def november(*days: int) -> tuple[date, ...]:
    return tuple(date(2026, 11, day) for day in days)


BONDS = Held("anbima", "bonds", 5, time(21), november(12, 13, 17))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}:00-03:00")


def test_a_session_that_is_due_and_not_held_is_missed_and_the_source_keeps_it_for_some_sessions_more():
    found = stands(BONDS, at("18T20:00"))
    assert (found.missed, found.lost, found.newest) == (((date(2026, 11, 16), 3),), (), date(2026, 11, 17))
    assert found.sessions_left == 3


def test_todays_session_is_missed_from_the_hour_it_is_due():
    assert stands(BONDS, at("18T21:00")).missed == ((date(2026, 11, 16), 3), (date(2026, 11, 18), 5))


def test_what_the_source_has_dropped_is_lost_and_days_without_session_do_not_count():
    found = stands(BONDS, at("24T08:45"))                    # kept are 17, 18, 19, 23 and 24: the 20th is a holiday
    assert found.lost == november(16)
    assert found.missed == ((date(2026, 11, 18), 2), (date(2026, 11, 19), 3), (date(2026, 11, 23), 4))
    assert found.sessions_left == 2


def test_what_goes_with_the_next_session_has_one_left():
    assert stands(Held("anbima", "curve", 5, time(21), november(12, 16, 17, 18)), at("19T12:00")).missed == ((date(2026, 11, 13), 1),)


def test_nothing_is_missed_before_the_first_session_that_was_held():
    assert stands(Held("anbima", "bonds", 5, time(21), november(17, 18)), at("18T22:00")).missed == ()


def test_a_lake_that_holds_everything_has_as_many_sessions_as_the_source_keeps():
    assert stands(Held("anbima", "bonds", 5, time(21), november(17, 18)), at("18T22:00")).sessions_left == 5


def test_an_instant_without_offset_is_refused():
    with pytest.raises(NaiveCutoff, match="anbima bonds"):
        stands(BONDS, datetime(2026, 11, 18))  # noqa: DTZ001 - what is refused


def test_a_lake_tells_first_what_goes_first(tmp_path):
    lake = open_lake(Settings(lake=str(tmp_path)))
    assert standing(lake, at("18T20:00")) == []
    write(lake, "b3_bulletin", [Held("b3_bulletin", "ConsolidatedTradesDerivatives", 21, time(23), november(13, 17))])
    write(lake, "anbima", [Held("anbima", "vna", 1, time(21), november(17)), BONDS])
    found = [(one.source, one.kind, one.sessions_left) for one in standing(lake, at("18T20:00"))]
    assert found == [("anbima", "vna", 1), ("anbima", "bonds", 3), ("b3_bulletin", "ConsolidatedTradesDerivatives", 19)]
