from datetime import date

import pytest

from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from pipelines import loading, quarantine
from pipelines.connectors import CatalogueRow, Observation, Parsed, bcb_sgs
from pipelines.ingest import ingest, replay
from pipelines.quarantine import Quarantine
from tests.pipelines.lake_rows import rows
from tests.pipelines.source_server import Answer, serving

ODD = b'[{"data":"01/03/2031","valor":"0.42","unidade":"%"}]'
SERIES = [CatalogueRow("br_ipca_mom", "bcb_sgs", "433", "monthly", revisable=False)]
KEY = "433 2000-01-01..2036-12-31"


@pytest.fixture
def run(tmp_path):
    """Ingest the odd payload on a day of March 2031."""

    def ingested(day: int = 14):
        settings = Settings(lake=str(tmp_path / "lake"), now=f"2031-03-{day}T11:45:00+00:00", start=date(2031, 1, 1))
        lake = open_lake(settings)
        with serving(lambda target, number: Answer(ODD)) as source:
            (report,) = ingest(settings, lake, {"bcb_sgs": source.endpoint}, series=SERIES)
        return settings, lake, report

    return ingested


def mended(payload) -> Parsed:
    """A parser that knows the new field."""
    return Parsed(observations=[Observation("433", date(2031, 3, 1), 0.42)])


def test_a_payload_that_cannot_be_parsed_is_kept_whole_with_the_reason_and_the_code(run):
    _, lake, report = run()
    (entry,) = Quarantine(lake).entries("bcb_sgs").values()
    assert (entry.source, entry.key, entry.error) == ("bcb_sgs", KEY, "PayloadError")
    assert "unknown field unidade" in entry.reason
    assert entry.code == quarantine.code_digest()
    assert lake.read("raw", "objects", entry.raw_sha256[:2], entry.raw_sha256) == ODD
    assert (report.counts["ok"], report.counts["drifted"], report.quarantined) == (0, 1, 1)
    assert rows(lake, "observations") == []


def test_the_same_bytes_the_next_day_are_still_an_error_and_one_entry(run):
    run(14)
    _, lake, report = run(15)
    assert (report.counts["drifted"], report.counts["unchanged"], report.quarantined) == (1, 0, 1)
    assert "unknown field unidade" in report.errors[0].reason
    assert len(Quarantine(lake).entries("bcb_sgs")) == 1


def test_replay_with_the_same_code_changes_nothing(run):
    settings, lake, _ = run()
    (report,) = replay(settings, lake)
    assert report.quarantined == 1
    assert "unknown field unidade" in report.errors[0].reason


def test_replay_with_a_better_parser_loads_the_payload_as_of_its_own_fetch(run, monkeypatch):
    settings, lake, _ = run()
    monkeypatch.setattr(bcb_sgs, "parse", mended)
    (report,) = replay(settings, lake, sources=["bcb_sgs"])
    assert (report.quarantined, report.rows["observations"], report.errors) == (0, 1, ())
    (row,) = rows(lake, "observations")
    assert (row["value"], row["fetched_at"].isoformat()) == (0.42, "2031-03-14T11:45:00+00:00")
    assert Quarantine(lake).entries("bcb_sgs") == {}
    assert replay(settings, lake)[0].rows["observations"] == 0


def test_the_next_run_tries_again_by_itself_once_the_code_has_changed(run, monkeypatch):
    run(14)
    monkeypatch.setattr(bcb_sgs, "parse", mended)
    for module in (loading, quarantine):
        monkeypatch.setattr(module, "code_digest", lambda: "another")
    _, lake, report = run(15)
    assert (report.quarantined, report.rows["observations"]) == (0, 1)
    assert rows(lake, "observations")[0]["fetched_at"].day == 14


def test_an_entry_whose_payload_was_loaded_before_it_was_resolved_is_resolved_not_loaded_twice(run, monkeypatch):
    settings, lake, _ = run()
    monkeypatch.setattr(bcb_sgs, "parse", mended)
    with monkeypatch.context() as patch:
        patch.setattr(Quarantine, "resolve", lambda self, entry: None)        # as if killed in between
        replay(settings, lake)
    assert len(Quarantine(lake).entries("bcb_sgs")) == 1
    (report,) = replay(settings, lake)
    assert (report.quarantined, report.rows["observations"]) == (0, 0)
    assert len(rows(lake, "observations")) == 1


def test_a_payload_whose_bytes_were_lost_is_named_and_the_others_are_read(run, monkeypatch):
    settings, lake, _ = run()
    (entry,) = Quarantine(lake).entries("bcb_sgs").values()
    lake.fs.rm_file(lake.path("raw", "objects", entry.raw_sha256[:2], entry.raw_sha256))
    monkeypatch.setattr(bcb_sgs, "parse", mended)
    (report,) = replay(settings, lake)
    assert report.quarantined == 1
    assert f"not in the lake: raw/objects/{entry.raw_sha256[:2]}/{entry.raw_sha256}" in report.errors[0].reason
