"""Columns that appear, go, change their name or their type: set aside whole, told by name, and read to the same gold after a fix."""

import json
from datetime import date

import pytest

from models_py.kernel.errors import PayloadError
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from pipelines.connectors import CatalogueRow, Observation, Parsed, bcb_sgs
from pipelines.connectors._answers import read_json
from pipelines.ingest import ingest, replay
from pipelines.quarantine import Quarantine
from tests.dbt.silver import Silver
from tests.pipelines.lake_rows import rows
from tests.pipelines.source_server import Answer, serving

SERIES = [CatalogueRow("br_ipca_mom", "bcb_sgs", "433", "monthly", revisable=False)]
GOOD = [{"data": "01/01/2031", "valor": "0.56"}, {"data": "01/02/2031", "valor": "0.42"}]
DRIFTED = {
    "new": ([row | {"unidade": "%"} for row in GOOD], "unidade"),
    "dropped": ([{"data": row["data"]} for row in GOOD], "valor"),
    "renamed": ([{"data": row["data"], "value": row["valor"]} for row in GOOD], "valor"),
    "retyped": ([row | {"valor": float(row["valor"])} for row in GOOD], "not text"),
}


def run(folder, body, day=14):
    settings = Settings(lake=str(folder), now=f"2031-03-{day}T11:45:00+00:00", start=date(2031, 1, 1))
    lake = open_lake(settings)
    with serving(lambda target, number: Answer(json.dumps(body).encode())) as source:
        (report,) = ingest(settings, lake, {"bcb_sgs": source.endpoint}, series=SERIES)
    return settings, lake, report


def gold(lake):
    """What a build makes of bronze, the name of the bytes aside."""
    return Silver().vintages(rows(lake, "observations"), now="2031-03-20T11:45:00+00:00")


def mended(payload) -> Parsed:
    """A parser that knows every one of the new forms; a column that went is found under its other name, or as a blank."""
    found = [(row["data"], row.get("valor", row.get("value"))) for row in read_json(payload)]
    days = [date(int(day[6:]), int(day[3:5]), int(day[:2])) for day, _ in found]
    values = [None if said is None else float(said) for _, said in found]
    return Parsed(observations=[Observation("433", day, value) for day, value in zip(days, values, strict=True)])


@pytest.mark.parametrize("kind", DRIFTED)
def test_a_column_that_drifts_puts_the_payload_aside_and_says_which(kind, tmp_path):
    body, named = DRIFTED[kind]
    _, lake, report = run(tmp_path, body)
    (entry,) = Quarantine(lake).entries("bcb_sgs").values()
    assert named in entry.reason
    assert (report.counts["drifted"], report.quarantined, rows(lake, "observations")) == (1, 1, [])
    assert json.loads(lake.read("raw", "objects", entry.raw_sha256[:2], entry.raw_sha256)) == body


@pytest.mark.parametrize("kind", ["new", "renamed", "retyped"])
def test_after_the_fix_a_replay_gives_the_gold_of_a_source_that_never_drifted(kind, tmp_path, monkeypatch):
    _, undisturbed, _ = run(tmp_path / "undisturbed", GOOD)
    settings, lake, _ = run(tmp_path / "drifted", DRIFTED[kind][0])
    assert gold(lake) == []
    monkeypatch.setattr(bcb_sgs, "parse", mended)
    (report,) = replay(settings, lake, sources=["bcb_sgs"])
    assert (report.quarantined, report.rows["observations"]) == (0, 2)
    assert gold(lake) == gold(undisturbed)
    assert [row[5] for row in gold(lake)] == [0.0056, 0.0042]
    assert replay(settings, lake)[0].rows["observations"] == 0                    # and once more doubles nothing
    assert gold(lake) == gold(undisturbed)


def test_a_parser_that_broke_and_was_mended_leaves_bronze_as_if_it_had_never_broken(tmp_path, monkeypatch):
    later = [*GOOD, {"data": "01/03/2031", "valor": "0.16"}]
    _, undisturbed, _ = run(tmp_path / "undisturbed", GOOD)
    run(tmp_path / "undisturbed", later, day=15)

    def broken(payload):
        raise PayloadError(payload.source, payload.key, "a parser that cannot read any of it")

    with monkeypatch.context() as patch:
        patch.setattr(bcb_sgs, "parse", broken)
        run(tmp_path / "broken", GOOD)
        settings, lake, report = run(tmp_path / "broken", later, day=15)
        assert (report.quarantined, rows(lake, "observations")) == (2, [])
    (report,) = replay(settings, lake)
    assert (report.quarantined, report.rows["observations"]) == (0, 5)
    assert rows(lake, "observations") == rows(undisturbed, "observations")        # column by column, payload and place included
    assert gold(lake) == gold(undisturbed)


def test_a_column_that_is_gone_for_good_leaves_blanks_and_no_value(tmp_path, monkeypatch):
    settings, lake, _ = run(tmp_path, DRIFTED["dropped"][0])
    monkeypatch.setattr(bcb_sgs, "parse", mended)
    (report,) = replay(settings, lake)
    assert (report.quarantined, report.rows["observations"], gold(lake)) == (0, 2, [])
