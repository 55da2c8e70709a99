"""History from a date on, in as many runs as it takes; and what a daily run asks for once it is there."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from models_py.kernel.errors import ConfigError
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import ROOT, Settings
from pipelines import stages
from pipelines.backfill import as_dict, as_text, backfill
from pipelines.connectors import CatalogueRow
from pipelines.ingest import ingest
from tests.pipelines.lake_rows import outcomes, rows
from tests.pipelines.source_server import Answer, serving, sgs_body

FIRST = date(2020, 1, 1)
NOW, LATER = "2031-03-14T11:45:00+00:00", "2031-03-14T12:30:00+00:00"
SERIES = tuple(CatalogueRow(f"s{code}", "bcb_sgs", str(code), "daily", revisable=False) for code in range(1, 7))


def calm(target: str, number: int) -> Answer:
    """Each window has the value of its first day."""
    first = target.split("dataInicial=")[1][:10]
    return Answer(sgs_body(first, "5.10"))


def run(folder: Path, source, now: str = NOW, first: date = FIRST):
    started = stages.start(Settings(lake=str(folder), now=now, workers=1))
    return backfill(started, {"bcb_sgs": source.endpoint}, first, series=SERIES)


def test_a_backfill_asks_for_every_window_once(tmp_path):
    with serving(calm) as source:
        done = run(tmp_path, source)
    # years to 2029 in one piece and what is longer than 3,500 days in another, then 2030 and 2031
    assert len(source.asked) == len(set(source.asked)) == 6 * 4
    assert (done.is_complete, done.is_resumed) == (True, False)
    assert len(rows(open_lake(Settings(lake=str(tmp_path))), "observations")) == 24


def test_a_backfill_that_is_killed_goes_on_where_it_stopped(tmp_path):
    def fatal(target: str, number: int) -> Answer:
        if len(source.asked) == 10:
            os.kill(child, signal.SIGKILL)
        return calm(target, number)

    with serving(fatal) as source:
        child = os.fork()
        if child == 0:
            run(tmp_path / "killed", source)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status)
    lake = open_lake(Settings(lake=str(tmp_path / "killed")))
    answered = outcomes(lake, "bcb_sgs")["ok"]
    assert 8 <= answered <= 10
    with serving(calm) as source:
        done = run(tmp_path / "killed", source, LATER)
        assert (len(source.asked), done.is_resumed, done.is_complete) == (24 - answered, True, True)
        run(tmp_path / "whole", source)
    values = [{(row["source_key"], row["source_date"], row["value"]) for row in rows(one, "observations")}
              for one in (lake, open_lake(Settings(lake=str(tmp_path / "whole"))))]
    assert values[0] == values[1]


def test_a_backfill_whose_source_went_down_is_not_complete_and_asks_again_only_for_what_failed(tmp_path):
    with serving(lambda target, number: Answer(b"", 503) if "sgs.4/" in target else calm(target, number)) as source:
        done = run(tmp_path, source)
    assert (done.is_complete, as_dict(done)["status"]) == (False, "DEGRADED")
    assert "not complete: run it again" in as_text(done)
    failed = sum(report.counts["failed"] for report in done.reports)
    assert failed >= 4
    with serving(calm) as source:
        again = run(tmp_path, source, LATER)
    assert (len(source.asked), again.is_resumed, again.is_complete) == (failed, True, True)
    assert "taken up from 2031-03-14 11:45 UTC, complete" in as_text(again)


def test_a_backfill_that_is_complete_begins_anew_and_asks_only_for_what_is_not_final(tmp_path):
    with serving(calm) as source:
        run(tmp_path, source)
    with serving(calm) as source:
        done = run(tmp_path, source, LATER)
    assert not done.is_resumed
    assert Counter(target.split("dataInicial=")[1][:10] for target in source.asked) == {"01/01/2031": 6}


def test_a_backfill_from_another_date_is_another_backfill(tmp_path):
    with serving(lambda target, number: Answer(b"", 503)) as source:
        assert not run(tmp_path, source).is_complete
    with serving(calm) as source:
        assert not run(tmp_path, source, LATER, date(2025, 1, 1)).is_resumed


def test_a_backfill_from_after_the_clock_is_a_wrong_call(tmp_path):
    with serving(calm) as source, pytest.raises(ConfigError, match="2031-04-01 has nothing to fetch"):
        run(tmp_path, source, first=date(2031, 4, 1))


def test_a_daily_run_asks_only_for_windows_that_can_still_change_and_its_overlap_catches_a_revision(tmp_path):
    def daily(now: str, answer) -> tuple[set[str], Counter]:
        settings = Settings(lake=str(tmp_path), now=now, start=FIRST)
        with serving(answer) as source:
            (report,) = ingest(settings, open_lake(settings), {"bcb_sgs": source.endpoint}, series=SERIES[:1])
        return {target.split("dataInicial=")[1][:10] for target in source.asked}, Counter(report.counts)

    def revised(target: str, number: int) -> Answer:
        return Answer(sgs_body("01/01/2030", "5.11")) if "dataInicial=01/01/2030" in target else calm(target, number)

    asked, _ = daily("2031-01-20T11:45:00+00:00", calm)
    assert len(asked) == 4
    # last year's window is asked for until 45 days after its end: a revision of January 2030 is a new vintage
    asked, counts = daily("2031-01-21T11:45:00+00:00", revised)
    assert asked == {"01/01/2030", "01/01/2031"}
    assert (counts["ok"], counts["unchanged"]) == (1, 1)
    told = [row["value"] for row in rows(open_lake(Settings(lake=str(tmp_path))), "observations") if row["source_date"] == date(2030, 1, 1)]
    assert sorted(told) == [5.10, 5.11]
    daily("2031-02-20T11:45:00+00:00", revised)
    asked, _ = daily("2031-02-21T11:45:00+00:00", revised)
    assert asked == {"01/01/2031"}


def macro(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "MACRO_LAKE": str(folder), "MACRO_WORLD": "sandbox", "MACRO_NOW": "2024-06-28T11:45:00Z"}
    command = [sys.executable, "-m", "pipelines.cli", "backfill", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_command_says_what_is_wrong_with_its_use(tmp_path):
    assert macro(tmp_path, "--from", "2024-13-01").returncode == 2
    assert macro(tmp_path, "--from", "2031-01-01", "--source", "us_treasury").returncode == 2
    unknown = macro(tmp_path, "--from", "2024-01-01", "--source", "nobody")
    assert (unknown.returncode, "nobody" in unknown.stderr) == (2, True)


@pytest.mark.slow
def test_the_command_tells_how_far_it_is_as_json(tmp_path):
    told = macro(tmp_path, "--from", "2024-01-01", "--source", "us_treasury", "--json")
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    assert (answer["from"], answer["complete"], answer["resumed"], answer["status"]) == ("2024-01-01", True, False, "OK")
    assert answer["sources"][0]["rows"]["observations"] > 1000
