"""Runs and what a source drops: the order of catch-up, and a missed session told by name by the run that finds it."""

from datetime import date, datetime

import pytest

from models_py.gold.perishables import standing
from models_py.kernel.errors import LostSession, MissedSession
from models_py.kernel.lake import Lake, open_lake
from models_py.kernel.settings import Settings
from pipelines.connectors import Request, anbima, b3_bulletin, connectors
from pipelines.connectors._perishing import Perishing
from pipelines.perishables import in_order, most_perishable_first, told
from pipelines.report import sources_dict, sources_text, status_of
from pipelines.reports import Tally
from pipelines.vault import PollLog
from tests.pipelines.polls import poll


def at(text: str) -> datetime:
    """A time of November 2026 in São Paulo; the exchange is closed on the 20th."""
    return datetime.fromisoformat(f"2026-11-{text}:00-03:00")


@pytest.fixture
def lake(tmp_path) -> Lake:
    return open_lake(Settings(lake=str(tmp_path)))


def polled(lake: Lake, when: datetime, answers: dict[str, str], source: str = "anbima") -> list[str]:
    """One run's polls by key and outcome; what the run tells then."""
    log = PollLog(lake, source, when)
    for key, outcome in answers.items():
        log.append(poll(key, when, outcome, source))
    log.flush()
    return [f"{type(error).__name__} {error}" for error in told(lake, connectors()[source], when)]


def test_a_missed_session_is_told_at_once_with_the_sessions_left(lake):
    assert polled(lake, at("13T21:30"), {"ms261112": "ok", "ms261113": "ok"}) == []
    found = polled(lake, at("17T21:30"), {"ms261116": "late", "ms261117": "ok"})
    assert found == ["MissedSession anbima bonds: not held and dropped soon: 2026-11-16 (4 sessions left)"]
    found = polled(lake, at("19T20:30"), {"ms261116": "failed", "ms261117": "unchanged", "ms261118": "ok"})
    assert found == ["MissedSession anbima bonds: not held and dropped soon: 2026-11-16 (2 sessions left)"]
    assert polled(lake, at("19T20:40"), {"ms261116": "ok"}) == []


def test_what_is_lost_is_told_by_the_first_run_that_finds_it_gone_and_stays_on_record(lake):
    polled(lake, at("13T21:30"), {"ms261113": "ok", "CZ-down 2026-11-13": "ok"})
    polled(lake, at("17T21:30"), {"ms261116": "late", "ms261117": "ok", "CZ-down 2026-11-16": "ok", "CZ-down 2026-11-17": "ok"})
    week = {f"{kind}{day}": "ok" for kind in ("ms2611", "CZ-down 2026-11-") for day in (18, 19, 23)}
    assert polled(lake, at("24T08:45"), week) == ["LostSession anbima bonds: lost for good, the source keeps 5 sessions: 2026-11-16"]
    assert polled(lake, at("24T09:45"), week) == []
    assert {one.kind: one.lost for one in standing(lake, at("24T10:00"))} == {"bonds": (date(2026, 11, 16),), "curve": ()}


def test_what_holds_the_last_session_alone_is_lost_with_the_next(lake):
    polled(lake, at("16T21:30"), {"vna": "ok"})
    missed = polled(lake, at("17T21:30"), {"vna": "failed"})
    assert missed == ["MissedSession anbima vna: not held and dropped soon: 2026-11-17 (1 session left)"]
    lost = polled(lake, at("18T21:30"), {"vna": "ok"})
    assert lost == ["LostSession anbima vna: lost for good, the source keeps 1 session: 2026-11-17"]


def test_a_token_without_its_file_holds_nothing(lake):
    name = "DerivativesOpenPosition"
    polled(lake, at("16T23:30"), {f"{name} token 2026-11-16": "ok", f"{name} file 2026-11-16": "ok"}, "b3_bulletin")
    found = polled(lake, at("17T23:30"), {f"{name} token 2026-11-17": "ok", f"{name} file 2026-11-17": "failed"}, "b3_bulletin")
    assert found == [f"MissedSession b3_bulletin {name}: not held and dropped soon: 2026-11-17 (21 sessions left)"]


def test_what_is_not_asked_for_any_more_is_not_missed(lake):
    polled(lake, at("02T21:30"), {"ms261030": "ok", "vna": "ok"})
    later = datetime.fromisoformat("2027-02-10T21:30:00-03:00")
    assert polled(lake, later, {"vna": "ok"})[0].startswith("LostSession anbima vna: ")
    assert {one.kind for one in standing(lake, later)} == {"vna"}


def test_catch_up_asks_first_for_what_is_dropped_first():
    keys = ["ima-sh-down 2026-11-13", "ms261118", "ms261117", "CZ-down 2026-11-17", "ima_completo"]
    ordered = in_order(anbima, [Request("anbima", key, f"https://…/{key}") for key in keys])
    assert [one.key for one in ordered] == ["ima_completo", "ms261117", "CZ-down 2026-11-17", "ms261118", "ima-sh-down 2026-11-13"]
    assert most_perishable_first(["fred", "b3_bulletin", "anbima", "b3"]) == ["anbima", "b3_bulletin", "fred", "b3"]


def test_every_source_that_drops_what_is_old_says_which_requests_ask_for_it():
    assert {name for name, module in connectors().items() if hasattr(module, "perishes")} == {
        name for name, module in connectors().items() if hasattr(module, "KEEPS_SESSIONS")
    }
    assert anbima.perishes("CZ-down 2026-11-17") == Perishing("curve", date(2026, 11, 17))
    assert anbima.perishes("ima-sh-down 2026-11-17") is None
    token = b3_bulletin.perishes("DerivativesOpenPosition token 2026-11-17")
    assert token == Perishing("DerivativesOpenPosition", date(2026, 11, 17), is_it=False)


def test_a_run_with_a_missed_session_is_degraded_and_says_so():
    calm, short = Tally("fred"), Tally("anbima")
    calm.count("ok")
    short.count("late")
    short.blame(MissedSession("anbima", "bonds", "not held and dropped soon: 2026-11-16 (2 sessions left)"))
    short.blame(LostSession("anbima", "curve", "lost for good, the source keeps 5 sessions: 2026-11-11"))
    reports = [tally.report(quarantined=0, seconds=0.0, last_success=at("18T21:30")) for tally in (calm, short)]
    assert [one["status"] for one in sources_dict(reports)] == ["OK", "DEGRADED"]
    assert status_of(reports) == "DEGRADED"
    text = sources_text(reports)
    assert "DEGRADED: anbima" in text
    assert "anbima MissedSession: bonds: not held and dropped soon: 2026-11-16 (2 sessions left)" in text
    assert "anbima LostSession: curve: lost for good, the source keeps 5 sessions: 2026-11-11" in text
