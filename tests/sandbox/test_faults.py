"""The plan format: what a line says, when it is on, whom it meets, and what is refused."""

import json

import pytest

from models_py.kernel.clock import instant
from models_py.kernel.errors import ConfigError
from pipelines.sandbox.faults import load, parse, shipped
from tests.sandbox.conftest import AGENT, fred, sgs, sprd, treasury

DOWN = {"kind": "source_down"}


def struck(service, target, times=1):
    """Which of `times` equal calls were damaged."""
    found = []
    for _ in range(times):
        before = len(service.hits)
        with service.respond("GET", target, AGENT):
            found.append(len(service.hits) > before)
    return found


def test_the_shipped_plans_are_read_and_say_what_they_are_for():
    assert shipped() == ("bad_prices", "calm", "monday", "outage", "release_day", "vendor_rot")
    for name in shipped():
        plan = load(name)
        assert plan.trips
        assert plan.leaves
    used = {name: {fault.kind for fault in load(name).faults} for name in shipped()}
    assert used["calm"] == set()
    assert used["monday"] == {"http_status", "timeout", "rate_limit", "late_release"}
    assert used["release_day"] == {"html_instead_of_data", "connection_reset", "late_release", "corrected_print"}
    assert used["vendor_rot"] == {"schema_rename", "schema_extra_column", "column_missing", "column_order", "unit_change", "stale_payload",
                                  "wrong_series"}
    assert used["bad_prices"] == {"scale_error", "outlier", "identity_break", "curve_arbitrage"}
    assert used["outage"] == {"source_down"}


def test_a_plan_may_be_a_file_of_one_s_own(tmp_path):
    path = tmp_path / "mine.yaml"
    line = "{kind: http_status, source: fred, status: 429, when: {every: 7}, for: 3 requests, retry_after: 2}"
    path.write_text(f"seed: 7\nfaults:\n  - {line}\n")
    plan = load(path)
    fault = plan.faults[0]
    assert (plan.name, plan.seed, fault.when, fault.length, fault.options) == (
        "mine", 7, ("every", 7.0), (3.0, "requests"), {"status": 429, "retry_after": 2}
    )


@pytest.mark.parametrize(("line", "said"), [
    ({"kind": "no_such_kind"}, "fault 1: unknown kind 'no_such_kind'"),
    ({"kind": "empty_body", "colour": "red"}, r"empty_body has no option \['colour'\]"),
    ({"kind": "empty_body", "when": {"sometimes": 1}}, "when is one of"),
    ({"kind": "empty_body", "for": "3 fortnights"}, "for is a number of"),
    ({"kind": "empty_body", "at": "noon"}, "not a date or instant"),
    ({"kind": "empty_body", "at": "2024-01-01T10:00:00"}, "without offset"),
    ({"kind": "empty_body", "at": "2024-01-01", "from": "2024-01-01"}, "both at and from"),
])
def test_a_line_that_says_nothing_known_is_refused_with_its_place(line, said):
    with pytest.raises(ConfigError, match=said):
        parse({"faults": [line]}, "test")


def test_an_unknown_plan_names_the_known_ones():
    with pytest.raises(ConfigError, match="calm"):
        load("sunny")
    with pytest.raises(ConfigError, match="unknown"):
        parse({"fault": []}, "test")


@pytest.mark.parametrize(("fault", "met", "missed"), [
    ({"source": "b3", "match": "SPRD*"}, sprd("240228"), sprd("240228", "PR")),
    ({"source": "bcb_sgs", "key": "43?"}, sgs(433), sgs(1)),
    ({"source": "fred", "key": "DGS*"}, fred("/series/observations", series_id="DGS10"), fred("/series/observations", series_id="GDP")),
    ({"match": "*vintagedates*"}, fred("/series/vintagedates", series_id="GDP"), fred("/series", series_id="GDP")),
    ({"source": "us_treasury"}, treasury(2023), sgs(1)),
])
def test_a_fault_meets_the_source_path_file_or_series_that_it_names(make, fault, met, missed):
    service = make(faults=[{**DOWN, **fault}])
    assert (struck(service, met), struck(service, missed)) == ([True], [False])


def test_the_first_fault_that_matches_wins(make):
    service = make(faults=[{"kind": "empty_body", "key": "433"}, {"kind": "http_status", "source": "bcb_sgs"}])
    assert struck(service, sgs(433)) + struck(service, sgs(1)) == [True, True]
    assert [hit["kind"] for hit in service.hits] == ["empty_body", "http_status"]


@pytest.mark.parametrize(("now", "on"), [
    ("2024-02-26T02:59:00Z", False), ("2024-02-26T03:00:00Z", True), ("2024-02-28T02:59:00Z", True), ("2024-02-28T03:00:00Z", False),
])
def test_a_fault_lasts_from_midnight_in_the_source_s_zone_for_its_sessions(make, now, on):
    assert struck(make(now, [{**DOWN, "source": "b3", "at": "2024-02-26", "for": "2 sessions"}]), sprd("240223")) == [on]


def test_sessions_are_those_of_the_exchange(make):
    fault = {**DOWN, "source": "b3", "at": "2024-02-09", "for": "2 sessions"}         # Friday; carnival is closed to Wednesday noon
    assert struck(make("2024-02-13T12:00:00Z", [fault]), sprd("240208")) == [True]
    assert struck(make("2024-02-15T12:00:00Z", [fault]), sprd("240208")) == [False]


def test_from_to_and_a_bare_date_bound_the_time(make):
    between = {**DOWN, "from": "2024-02-01", "to": "2024-02-02"}
    instants = ("2024-02-01T02:00:00Z", "2024-02-02T23:00:00Z", "2024-02-03T04:00:00Z")
    assert [struck(make(now, [between]), sgs(433))[0] for now in instants] == [
        False, True, False]
    day = {**DOWN, "at": "2024-02-01"}
    assert [struck(make(now, [day]), sgs(433))[0] for now in ("2024-02-01T12:00:00Z", "2024-02-02T12:00:00Z")] == [True, False]


def test_a_length_without_a_start_counts_from_the_start_of_the_server(make):
    service = make("2024-02-26T12:00:00Z", [{**DOWN, "source": "b3", "for": "3 sessions"}])
    assert struck(service, sprd("240223")) == [True]
    service.moved(instant("2024-02-28T20:00:00Z"), None)
    assert struck(service, sprd("240223")) == [True]
    service.moved(instant("2024-02-29T12:00:00Z"), None)
    assert struck(service, sprd("240223")) == [False]


def test_a_length_in_releases_ends_with_the_series_next_one(make):
    fault = {**DOWN, "key": "433", "at": "2024-01-20", "for": "1 release"}
    assert struck(make("2024-02-10T12:29:00Z", [fault]), sgs(433)) == [True]          # January is printed at 12:30 UTC
    assert struck(make("2024-02-10T12:31:00Z", [fault]), sgs(433)) == [False]


def test_a_retry_gets_through_after_the_number_of_requests_that_fail(make):
    service = make(faults=[{**DOWN, "for": "3 requests"}])
    assert struck(service, sgs(433), times=5) == [True, True, True, False, False]
    assert struck(make(faults=[{**DOWN, "when": {"first": 2}}]), sgs(433), times=4) == [True, True, False, False]


def test_one_request_in_n_is_chosen_and_the_choice_does_not_hang_on_the_order(make):
    targets = [sgs(433, "01/01/2010", f"{1 + n % 28:02d}/{1 + n // 28:02d}/2020") for n in range(280)]
    fault = {**DOWN, "when": {"every": 7}, "for": "1 request"}
    forward, backward = make(faults=[fault]), make(faults=[fault])
    chosen = {target for target in targets if struck(forward, target)[0]}
    assert chosen == {target for target in reversed(targets) if struck(backward, target)[0]}
    assert 20 <= len(chosen) <= 65
    assert not any(struck(forward, target)[0] for target in chosen)                   # the second attempt gets through


def test_a_chance_is_drawn_for_each_attempt_and_repeats_in_another_process_s_place(make):
    fault = {**DOWN, "when": {"p": 0.5}}
    first, second = struck(make(faults=[fault]), sgs(433), times=40), struck(make(faults=[fault]), sgs(433), times=40)
    assert first == second
    assert 8 <= sum(first) <= 32


def test_the_plan_s_seed_stands_for_the_world_s(make):
    fault = {**DOWN, "when": {"p": 0.5}}
    one, other = make(faults=[fault]), make(faults=[fault])
    other.plan = parse({"seed": 8, "faults": [fault]}, "test")
    assert struck(one, sgs(433), times=40) != struck(other, sgs(433), times=40)


def test_hits_are_behind_the_door(make):
    service = make(faults=[DOWN])
    struck(service, fred("/series", series_id="GDP"))
    with service.respond("GET", "/_sandbox/truth/faults") as answer:
        said = json.loads(answer.body)
    assert said["hits"] == [{
        "fault": 0, "kind": "source_down", "source": "fred", "key": "GDP", "attempt": 0, "now": "2024-03-01T15:00:00+00:00",
        "request": said["hits"][0]["request"],
    }]
    assert "0123456789abcdef" not in said["hits"][0]["request"]
