"""What the Data page says of runs, sources, checks and lineage, over a lake whose rows and polls are written down in `published`."""

import json
from datetime import UTC, date, datetime, time

import pytest

from app.dashboard import data_lineage, data_sources, data_tables
from models_py.gold import open_release
from models_py.gold.perishables import Held, write
from models_py.kernel.errors import LakeError
from models_py.kernel.lake import open_lake
from tests.app.published import NOW, PAYLOAD, SHA, log_polls, publish_all

LATER = datetime(2024, 1, 31, 13, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path):
    settings = publish_all(tmp_path / "lake")
    log_polls(settings)
    return open_lake(settings)


@pytest.fixture
def release(lake, tmp_path):
    return open_release(publish_all(tmp_path / "lake"))


def sources(release, lake, known=LATER):
    found = data_sources.sources(release, lake, known, data_sources.log(lake, known))
    return {row["source"]: row for row in found.iter_rows(named=True)}


def test_a_source_that_failed_today_says_why_and_when_it_last_gave_data(release, lake):
    row = sources(release, lake)["bcb_sgs"]
    assert row["last_success"] == datetime(2024, 1, 30, 12, 0, 1, tzinfo=UTC)
    assert row["why"] == "433: failed, connection refused"
    assert (row["series"], row["quarantined"], row["sessions_left"]) == (1, 0, None)


def test_a_rewound_page_does_not_know_of_todays_failure(release, lake):
    row = sources(release, lake, datetime(2024, 1, 30, 18, tzinfo=UTC))["bcb_sgs"]
    assert (row["why"], row["last_success"]) == ("", datetime(2024, 1, 30, 12, 0, 1, tzinfo=UTC))


def test_a_poll_made_later_in_a_run_is_not_yet_known(release, lake):
    found = sources(release, lake, datetime(2024, 1, 31, 12, 0, 2, 500_000, tzinfo=UTC))
    assert (found["bcb_sgs"]["why"], found["fred"]["last_asked"]) == ("433: failed, connection refused", None)


def test_an_age_is_held_against_the_promise_of_its_series(release, lake):
    row = sources(release, lake)["bcb_sgs"]
    assert (row["worst"], row["age_bd"], row["max_age_bd"]) == ("x", 13, 45)  # known on Friday 12 January
    assert (row["on_time"], row["late"], row["stale"]) == (1, 0, 0)
    assert row["last_date"] == date(2024, 1, 1)
    late = data_sources.late_series(release, LATER)
    assert late.rows() == [("y", "fred", None, None, 130, "MISSING")]  # withdrawn: nothing stands


def test_payloads_set_aside_are_counted_until_they_are_read(release, lake):
    entry = {
        "poll_id": "p",
        "source": "fred",
        "key": "GDP",
        "raw_sha256": SHA,
        "fetched_at": "2024-01-31T12:00:03+00:00",
        "error": "PayloadError",
        "reason": "html",
        "code": "c",
        "resolved": False,
    }
    lake.write(json.dumps(entry).encode(), "quarantine", "fred", "p.json")
    lake.write(json.dumps(entry | {"poll_id": "q", "resolved": True}).encode(), "quarantine", "fred", "q.json")
    assert sources(release, lake)["fred"]["quarantined"] == 1


def test_a_run_counts_requests_by_their_last_answer_and_names_its_release(release, lake):
    found = data_sources.runs(lake, data_sources.log(lake, LATER)).to_dicts()
    newest, before = found
    assert newest["release"] == release.id
    assert (newest["sources"], newest["polls"], newest["unchanged"], newest["retried"], newest["wrong"]) == (2, 2, 1, 1, 1)
    assert newest["why"] == "bcb_sgs 433: failed, connection refused"
    assert (before["release"], before["ok"], before["wrong"]) == (None, 1, 0)


def test_scores_are_told_by_dimension_the_lowest_first(release):
    shown = data_tables.dimensions_shown(data_sources.dimensions(release))
    assert shown.rows() == [("bcb_sgs", "80.00", "90.50")]
    assert shown.columns == ["source", "timeliness", "score"]


def test_what_does_not_pass_is_shown_and_what_passes_is_not(release):
    found = data_sources.checks(release)
    assert found.select("name", "status").rows() == [("quotes.value finite", "fail")]
    assert data_tables.checks_shown(found)["fails"].to_list() == ["2"]


def test_a_number_leads_to_its_bytes_and_every_vintage_known_is_shown(release):
    found = data_lineage.chain(release, NOW, "x", date(2023, 12, 1))
    assert [one.vintage for one in found] == [2, 1]
    assert data_lineage.verdict(found, "decimal") == "150.00 %; 2 vintages, bytes hashed anew: the same"
    steps = data_lineage.frame(found).filter(vintage=2)
    assert steps.select("step").to_series().to_list() == ["gold", "poll", "raw"]
    assert steps.filter(step="raw")["what"].item() == f"{len(PAYLOAD)} bytes: hash taken anew, the same"
    assert [one.vintage for one in data_lineage.chain(release, datetime(2024, 1, 5, tzinfo=UTC), "x", date(2023, 12, 1))] == [1]


def test_bytes_that_are_not_those_stored_break_the_chain(release, lake):
    lake.write(b"other", "raw", "objects", SHA[:2], SHA)
    with pytest.raises(LakeError, match=SHA):
        data_lineage.chain(release, LATER, "x", date(2024, 1, 1))


def test_a_factor_leads_to_its_formula(release):
    found = data_lineage.chain(release, NOW, "f", date(2024, 1, 1))
    assert data_lineage.verdict(found, "decimal") == "25.00 %: computed, long less short"


def test_dates_offered_are_those_with_a_value_the_newest_first(release):
    assert data_lineage.days(release, NOW, "x") == [date(2024, 1, 1), date(2023, 12, 1)]
    assert data_lineage.days(release, NOW, "y") == []


def test_a_session_missed_is_told_with_the_sessions_left_and_one_gone_is_lost(release, lake):
    # Friday 19 to Wednesday 24 January 2024 without the 22nd; five kept: on the 25th the 22nd has two of them left
    held = Held("anbima", "bonds", 5, time(21), (date(2024, 1, 19), date(2024, 1, 23), date(2024, 1, 24)))
    write(lake, "anbima", [held])
    soon, late = (data_sources.perishables(lake, datetime(2024, 1, day, 15, tzinfo=UTC)) for day in (25, 31))
    assert soon.row(0) == ("anbima", "bonds", 5, date(2024, 1, 24), 2, ["2024-01-22"], [])
    assert data_tables.perishables_shown(late)["lost for good"].to_list() == ["2024-01-22"]
    assert sources(release, lake, datetime(2024, 1, 25, 15, tzinfo=UTC)).get("anbima") is None         
