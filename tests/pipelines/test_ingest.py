import os
import signal
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from models_py.kernel.errors import ConfigError
from models_py.kernel.lake import Lake, open_lake
from models_py.kernel.settings import Settings
from pipelines.bronze import Bronze
from pipelines.connectors import CatalogueRow, Endpoint
from pipelines.ingest import ingest, rebuild
from pipelines.loading import Loader
from pipelines.polling import Poller
from pipelines.vault import Vault
from tests.pipelines.lake_rows import everything, outcomes, rows
from tests.pipelines.source_server import Answer, Source, b3_body, serving, sgs_body

NOW = "2031-03-14T11:45:00+00:00"
TOMORROW = "2031-03-15T11:45:00+00:00"
SERIES = (
    CatalogueRow("br_ipca_mom", "bcb_sgs", "433", "monthly", revisable=False),
    CatalogueRow("usdbrl_ptax", "bcb_sgs", "1", "daily", revisable=False),
    CatalogueRow("us_ust_20y", "us_treasury", "20 Yr", "daily", revisable=False),
)
ALL = ("bcb_sgs", "us_treasury", "b3")


@pytest.fixture
def make(tmp_path) -> Callable[..., tuple[Settings, Lake]]:
    """Settings and lake of a run at an instant; one lake a test, unless told otherwise."""

    def build(now: str = NOW, lake: str = "lake", **changes) -> tuple[Settings, Lake]:
        settings = Settings(lake=str(tmp_path / lake), now=now, start=date(2031, 3, 3), **changes)
        return settings, open_lake(settings)

    return build


def calm(target: str, number: int) -> Answer:
    """A source in good health: 433, 1, the par curve, and B3's files to the eve of the run."""
    if "bcdata.sgs.433" in target:
        return Answer(sgs_body("01/03/2031", "0.42"))
    if "bcdata.sgs.1/" in target:
        return Answer(sgs_body("03/03/2031", "5.10", "5.20", ""))
    if "daily-treasury" in target:
        return Answer(b'Date,"20 Yr","30 Yr"\n03/13/2031,4.10,4.50\n03/12/2031,4.00,')
    return Answer(b"PK\x05\x06" + bytes(18) if "SPRD310314" in target else b3_body(target))


def run(settings: Settings, lake: Lake, source: Source, sources=ALL, **options):
    endpoints = dict.fromkeys(sources, source.endpoint)
    return {report.source: report for report in ingest(settings, lake, endpoints, series=SERIES, **options)}


def with_fault(fault: Answer, where: str) -> Callable[[str, int], Answer]:
    return lambda target, number: fault if where in target else calm(target, number)


def test_a_run_loads_every_source_and_reports_what_it_did(make):
    settings, lake = make()
    with serving(calm) as source:
        reports = run(settings, lake, source)
    assert {name: dict(report.rows) for name, report in reports.items()} == {
        "bcb_sgs": {"observations": 4, "quotes": 0, "documents": 0},
        "us_treasury": {"observations": 4, "quotes": 0, "documents": 0},
        "b3": {"observations": 0, "quotes": 9 * 5, "documents": 0},           # 3 to 13 March: nine sessions, five figures each
    }
    assert {name: report.counts["ok"] for name, report in reports.items()} == {"bcb_sgs": 2, "us_treasury": 1, "b3": 9}
    assert reports["b3"].counts["empty"] == 1                                 # today's file is not out yet, and not due
    assert all(report.is_clean and str(report.last_success) == "2031-03-14 11:45:00+00:00" for report in reports.values())
    assert len(rows(lake, "observations")) == 8
    ipca = [row for row in rows(lake, "observations") if row["source_key"] == "433"]
    assert [(str(row["source_date"]), row["value"]) for row in ipca] == [("2031-03-01", 0.42)]


def test_every_row_leads_to_its_poll_and_its_bytes(make):
    settings, lake = make()
    with serving(calm) as source:
        run(settings, lake, source)
    polls = {poll["poll_id"]: poll for name in ALL for poll in lake.read_json_lines(f"raw/polls/{name}/*.jsonl")}
    for row in rows(lake, "observations") + rows(lake, "quotes"):
        poll = polls[row["poll_id"]]
        assert (poll["source"], poll["raw_sha256"]) == (row["source"], row["raw_sha256"])
        assert lake.exists("raw", "objects", row["raw_sha256"][:2], row["raw_sha256"])
    assert all(poll["url"].startswith("http://127.0.0.1/") for poll in polls.values())


def test_a_second_run_at_the_same_instant_adds_nothing(make):
    settings, lake = make()
    with serving(calm) as source:
        run(settings, lake, source)
    before = rows(lake, "observations"), rows(lake, "quotes"), lake.glob("bronze/*/*")
    with serving(calm) as source:                                             # another port: the same requests
        reports = run(settings, lake, source)
    assert (rows(lake, "observations"), rows(lake, "quotes"), lake.glob("bronze/*/*")) == before
    assert [report.counts["unchanged"] for report in reports.values()] == [2, 1, 5]
    assert [report.settled for report in reports.values()] == [0, 0, 4]       # sessions of 3 to 6 March are final
    assert not any(sum(report.rows.values()) for report in reports.values())


def test_a_value_that_changes_and_changes_back_is_loaded_three_times(make):
    values = []
    for day, value in enumerate(("0.42", "0.43", "0.43", "0.42"), start=14):
        settings, lake = make(f"2031-03-{day}T11:45:00+00:00")
        with serving(lambda target, number, value=value: Answer(sgs_body("01/03/2031", value))) as source:
            report = run(settings, lake, source, ["bcb_sgs"])["bcb_sgs"]
            values.append((report.counts["ok"], report.counts["unchanged"]))
    told = sorted((row["fetched_at"].day, row["value"]) for row in rows(lake, "observations") if row["source_key"] == "433")
    assert told == [(14, 0.42), (15, 0.43), (17, 0.42)]
    assert values == [(2, 0), (2, 0), (0, 2), (2, 0)]


def test_what_was_final_when_it_was_fetched_is_not_asked_for_again(make):
    settled = []
    for now in (NOW, "2031-03-14T23:45:00-03:00", "2031-03-20T11:45:00+00:00", "2031-03-21T11:45:00+00:00"):
        settings, lake = make(now)
        with serving(calm) as source:
            report = run(settings, lake, source, ["b3"])["b3"]
        assert report.settled + len(source.asked) == report.settled + report.requests
        settled.append(report.settled)
    # a file may be corrected on the next session: those fetched within a week are asked for once more
    assert settled == [0, 4, 5, 8]


def test_a_session_whose_file_is_overdue_is_late_by_name(make):
    settings, lake = make()
    empty = Answer(b"PK\x05\x06" + bytes(18))
    with serving(with_fault(empty, "SPRD310306")) as source:
        report = run(settings, lake, source, ["b3"])["b3"]
    assert report.counts["late"] == 1
    assert [str(issue) for issue in report.errors] == ["SPRD310306: late: nothing is out though it is due"]


FAULTS = {
    "down": (Answer(b"", 503), "failed", "status 503: empty body"),
    "hangs up": (Answer(b"x" * 99, cut=3), "failed", "RemoteProtocolError"),
    "HTML": (Answer(b"<html><title>Welcome</title></html>"), "drifted", "an HTML page instead of"),
    "empty": (Answer(b""), "drifted", "empty body"),
    "refuses": (Answer(b'{"erro":{"statusCode":400,"detail":"no"}}', 400), "refused", "no"),
    "wrong type": (Answer(b'[{"data":"02/03/2031","valor":5.1}]'), "drifted", "not text"),
    "NaN": (Answer(b'[{"data":"02/03/2031","valor":"NaN"}]'), "drifted", "not a number: 'NaN'"),
    "a new field": (Answer(b'[{"data":"02/03/2031","valor":"1","x":"1"}]'), "drifted", "unknown field x"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_source_in_trouble_is_named_and_the_others_go_on(make, fault):
    answer, outcome, reason = FAULTS[fault]
    settings, lake = make()
    with serving(with_fault(answer, "bcdata.sgs.433")) as source:
        reports = run(settings, lake, source)
    report = reports["bcb_sgs"]
    assert (report.counts[outcome], report.counts["ok"]) == (1, 1)
    (issue,) = report.errors
    assert issue.key == "433 2000-01-01..2036-12-31"
    assert reason in issue.reason
    assert report.quarantined == (outcome == "drifted")
    assert {row["source_key"] for row in rows(lake, "observations")} == {"1", "20 Yr", "30 Yr"}
    assert reports["us_treasury"].is_clean
    assert reports["b3"].is_clean


def test_a_slow_source_does_not_hold_the_others(make, monkeypatch):
    from pipelines.connectors import bcb_sgs
    from pipelines.connectors._limits import Host
    from pipelines.polling import PATIENCE

    monkeypatch.setattr(bcb_sgs, "HOST", Host(timeout=0.2 / PATIENCE))
    settings, lake = make()
    with serving(with_fault(Answer(b"[]", wait=0.6), "bcdata.sgs")) as source:
        reports = run(settings, lake, source)
    assert {issue.reason.split(" (")[0] for issue in reports["bcb_sgs"].errors} == {"no answer in 0.2 s"}
    assert reports["b3"].rows["quotes"] == 45


def test_a_source_that_is_down_is_given_up_after_five_requests(make):
    settings, lake = make(workers=1)
    with serving(lambda target, number: Answer(b"", 503)) as source:
        report = run(settings, lake, source, ["b3"])["b3"]
    assert report.counts["failed"] == 10
    assert len(source.asked) <= (5 + 2) * 4
    assert any("requests not made: 5 in a row got no answer" in issue.reason for issue in report.errors)
    settings, lake = make()
    with serving(calm) as source:                                             # and is back
        report = run(settings, lake, source, ["b3"])["b3"]
    assert report.rows["quotes"] == 45


def test_the_age_of_the_last_success_survives_an_outage(make):
    settings, lake = make()
    with serving(calm) as source:
        run(settings, lake, source, ["us_treasury"])
    settings, lake = make(TOMORROW)
    with serving(lambda target, number: Answer(b"", 503)) as source:
        report = run(settings, lake, source, ["us_treasury"])["us_treasury"]
    assert str(report.last_success) == "2031-03-14 11:45:00+00:00"


def test_rows_of_all_payloads_are_in_bronze_or_in_quarantine(make):
    settings, lake = make()
    with serving(with_fault(Answer(b'[{"data":"02/03/2031","valor":"x"}]'), "bcdata.sgs.1/")) as source:
        reports = run(settings, lake, source)
    for name in ALL:
        ok = outcomes(lake, name)["ok"]
        loaded = [row for row in rows(lake, "payloads") if row["source"] == name]
        assert ok == len(loaded) + reports[name].quarantined
        assert sum(row["observations"] + row["quotes"] + row["documents"] for row in loaded) == sum(reports[name].rows.values())
        assert sum(Bronze(settings, lake, name).rows().values()) == sum(reports[name].rows.values())


KILLS: dict[str, tuple[object, str, int]] = {
    "while polls are written": (Poller, "_remember", 5),
    "before the first load": (Bronze, "load", 1),
    "after the first load": (Loader, "waiting", 1),
    "while healing": (Bronze, "heal", 2),
}


@pytest.mark.parametrize("where", KILLS)
def test_a_killed_run_is_finished_by_the_next_with_the_same_rows(make, where):
    settings, undisturbed = make(lake="undisturbed")
    with serving(calm) as source:
        run(settings, undisturbed, source)
        settings, lake = make(lake="killed")
        child = os.fork()
        if child == 0:
            _kill_at(*KILLS[where])
            run(settings, lake, source)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status)
        run(settings, lake, source)
    for table in ("observations", "quotes", "payloads", "asked"):
        assert rows(lake, table) == rows(undisturbed, table)


def _kill_at(owner, name: str, number: int) -> None:
    """Kill this process when a method is entered for the n-th time."""
    whole, calls = getattr(owner, name), []

    def counted(*args, **kwargs):
        calls.append(name)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return whole(*args, **kwargs)

    setattr(owner, name, counted)


def test_bronze_is_made_again_from_raw_alone(make):
    with serving(with_fault(Answer(b'[{"data":"02/03/2031","valor":"x"}]'), "bcdata.sgs.1/")) as source:
        for now in (NOW, TOMORROW):
            settings, lake = make(now)
            run(settings, lake, source)
    before = {table: rows(lake, table) for table in ("observations", "quotes", "payloads", "asked")}
    for name in lake.glob("bronze/observations/*"):
        Path(lake.path(name)).write_bytes(b"damaged")
    reports = rebuild(settings, lake)
    assert {table: rows(lake, table) for table in before} == before
    assert {report.source: report.quarantined for report in reports} == {"b3": 0, "bcb_sgs": 1, "us_treasury": 0}


def test_a_rebuild_that_is_killed_is_finished_by_the_next_run(make):
    settings, lake = make()
    with serving(calm) as source:
        run(settings, lake, source)
        before = rows(lake, "observations"), rows(lake, "quotes")
        child = os.fork()
        if child == 0:
            _kill_at(Bronze, "load", 2)
            rebuild(settings, lake)
            os._exit(0)
        os.waitpid(child, 0)
        run(settings, lake, source)
    assert (rows(lake, "observations"), rows(lake, "quotes")) == before


def test_no_key_is_written_anywhere_in_the_lake(make, caplog, capfd):
    caplog.set_level("DEBUG")
    key = "deadbeefdeadbeefdeadbeefdeadbeef"
    dates = b'{"count":1,"offset":0,"limit":10000,"vintage_dates":["2031-02-12"]}'
    refusal = f'{{"error_code":400,"error_message":"Bad Request.  The key {key} is not registered."}}'.encode()
    settings, lake = make()
    with serving(lambda target, number: Answer(dates) if "vintagedates" in target else Answer(refusal, 400)) as source:
        endpoint = Endpoint(source.endpoint.base_url, key)
        series = [CatalogueRow("us_gdp", "fred", "GDP", "quarterly", revisable=True)]
        (report,) = ingest(settings, lake, {"fred": endpoint}, series=series)
    assert any(key in target for target in source.asked)
    assert report.counts["refused"] == 1
    written = everything(lake).replace(refusal, b"")                          # what the source itself sent is kept as sent
    assert key.encode() not in written
    assert b"api_key=***" in written
    assert key not in caplog.text + str(report) + "".join(capfd.readouterr())


def test_progress_is_told_by_source(make):
    told: list[tuple[str, int, int]] = []
    settings, lake = make()
    with serving(calm) as source:
        run(settings, lake, source, ["b3"], progress=lambda what, done, total: told.append((what, done, total)))
    assert ("b3", 10, 10) in told
    assert ("b3 rows", 9, 9) in told


def test_a_source_that_is_not_there_is_a_wrong_call(make):
    settings, lake = make()
    with pytest.raises(ConfigError, match="no source 'reuters' here; there are b3"):
        ingest(settings, lake, {"b3": Endpoint("http://127.0.0.1:1")}, sources=["reuters"], series=())
    assert ingest(settings, lake, {}, series=()) == []


def test_polls_say_what_came_of_each_request(make):
    settings, lake = make()
    with serving(with_fault(Answer(b"", 503), "bcdata.sgs.433")) as source:
        run(settings, lake, source, ["bcb_sgs"])
    assert outcomes(lake, "bcb_sgs") == {"ok": 1, "failed": 4}                 # four tries, each written down
    polls = list(lake.read_json_lines("raw/polls/bcb_sgs/*.jsonl"))
    failed = next(poll for poll in polls if poll["outcome"] == "failed")
    assert (failed["status"], failed["size"], failed["reason"]) == (503, 0, "status 503: empty body")
    assert {"poll_id", "source", "key", "url", "method", "body_sha256", "status", "content_type", "headers", "fetched_at", "raw_sha256",
            "size", "outcome"} <= set(failed)


def test_a_poll_tells_what_was_sent_and_what_came_with_the_answer(make):
    settings, lake = make()
    with serving(calm) as source:
        run(settings, lake, source, ["us_treasury"])
    poll = Vault(lake).polls("us_treasury")[0]
    assert poll.request_headers["user-agent"].startswith("Mozilla/5.0")
    assert poll.request_body is None
    assert int(poll.headers["content-length"]) == poll.size
