"""Ingestion end to end: from the sandbox over HTTP, and from a folder with an import map."""

from collections import Counter
from datetime import date
from pathlib import Path

import fsspec
import numpy as np
import pytest

from models_py.kernel.clock import instant
from models_py.kernel.lake import Lake, open_lake
from models_py.kernel.settings import Settings
from pipelines.connectors import CatalogueRow, Endpoint
from pipelines.ingest import ingest, rebuild
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan
from pipelines.sandbox.server import listening
from pipelines.sandbox.service import Service
from pipelines.sandbox.view import NEW_YORK
from tests.pipelines.lake_rows import rows
from tests.sandbox.double import Double

NOW = "2024-03-01T11:45:00+00:00"
SOURCES = ("bcb_sgs", "bcb_focus", "fred", "us_treasury", "b3")


@pytest.fixture(scope="module")
def double() -> Double:
    return Double(date(2024, 12, 31))


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(lake=str(tmp_path / "lake"), now=NOW, start=date(2023, 6, 1))


def catalogue(double: Double) -> list[CatalogueRow]:
    frequency = {"1": "daily", "10813": "daily", "432": "daily", "226": "daily"}
    keys = [(source, key) for source in ("bcb_sgs", "fred", "us_treasury") for key in double.keys(source)]
    focus = [("bcb_focus", f"{key}|Mediana") for key in double.keys("bcb_focus")]
    return [CatalogueRow(key, source, key, frequency.get(key, "monthly"), revisable=False) for source, key in keys + focus]


def run(settings, double, now: str = NOW, pace: float = 0.0):
    fixed = settings.model_copy(update={"now": instant(now), "sandbox_pace": pace})
    service = Service(ServedClock(instant(now)), Plan("calm"), lambda until: double, pace=pace)
    with listening(service) as sandbox:
        endpoints = {source: sandbox.endpoint(source) for source in SOURCES}
        lake = open_lake(fixed)
        return lake, {report.source: report for report in ingest(fixed, lake, endpoints, series=catalogue(double))}


def test_every_source_of_the_sandbox_is_fetched_parsed_and_loaded(settings, double):
    lake, reports = run(settings, double)
    assert {name: report.errors for name, report in reports.items()} == dict.fromkeys(SOURCES, ())
    counted = Counter(row["source"] for row in rows(lake, "observations"))
    assert set(counted) == {"bcb_sgs", "bcb_focus", "fred", "us_treasury"}
    assert {row["source_key"] for row in rows(lake, "observations") if row["source"] == "fred"} == set(double.keys("fred"))
    sessions = {row["source_date"] for row in rows(lake, "quotes")}
    assert (min(sessions), max(sessions)) == (date(2023, 6, 1), date(2024, 2, 29))
    assert {row["symbol"][:3] for row in rows(lake, "quotes")} == {"DI1", "DAP", "DDI", "FRC", "DOL"}


def test_nothing_is_known_before_it_was_published(settings, double):
    lake, _ = run(settings, double)
    held = instant(NOW)
    assert all(row["published_at"] <= held for row in rows(lake, "quotes"))
    assert all(row["vintage_date"] <= held.date() for row in rows(lake, "observations") if row["source"] == "fred")


def test_vintages_of_the_sandbox_are_those_of_its_prints(settings, double):
    lake, _ = run(settings, double)
    found = [row for row in rows(lake, "observations") if row["source"] == "fred"]
    keys = [(row["source_key"], row["source_date"], row["vintage_date"]) for row in found]
    assert len(keys) == len(set(keys))
    told = {key: row["value"] for key, row in zip(keys, found, strict=True)}
    checked = 0
    for series in double.keys("fred"):
        prints = double.prints("fred", series)
        known = prints.published_at < np.datetime64(NOW[:19])
        first = prints.vintage[known] == 1
        for day, at, value, opens in zip(prints.source_date[known], prints.published_at[known], prints.value[known], first, strict=True):
            if day.item() < date(2023, 6, 1) or not np.isfinite(value):
                continue
            dated = instant(f"{at}+00:00").astimezone(NEW_YORK).date()
            held = {vintage: value for (key, of, vintage), value in told.items() if (key, of) == (series, day.item()) and vintage <= dated}
            assert held[max(held)] == value, (series, day, dated)
            assert not opens or list(held) == [dated], "its first print opens its first vintage"
            checked += 1
    assert checked > 100


def test_the_next_day_adds_the_news_alone(settings, double):
    run(settings, double)
    lake, reports = run(settings, double, "2024-03-04T11:45:00+00:00")
    new = {row["source_date"] for row in rows(lake, "quotes") if row["fetched_at"] == instant("2024-03-04T11:45:00+00:00")}
    assert date(2024, 3, 1) in new
    assert reports["b3"].counts["ok"] <= 3                                    # the news, and what was corrected since
    assert reports["b3"].settled > 150
    again = run(settings, double, "2024-03-04T11:45:00+00:00")[1]
    assert not any(sum(report.rows.values()) for report in again.values())


def test_real_limits_are_kept_where_the_sandbox_enforces_them(settings, double):
    quick = settings.model_copy(update={"start": date(2024, 2, 20)})
    _, reports = run(quick, double, pace=0.2)
    assert {name: report.errors for name, report in reports.items()} == dict.fromkeys(SOURCES, ())
    assert all(report.counts["failed"] == 0 for report in reports.values())


def test_a_folder_with_an_import_map_is_loaded_and_made_again_from_raw(tmp_path):
    folder = Path(__file__).resolve().parents[1] / "fixtures" / "history"
    settings = Settings(lake=str(tmp_path / "lake"), world="files", now="2023-12-29T11:45:00+00:00", history=folder)
    lake = open_lake(settings)
    (report,) = ingest(settings, lake, {"files": Endpoint(folder.as_uri())})
    assert report.errors == ()
    assert report.rows["observations"] > 0
    before = {table: rows(lake, table) for table in ("observations", "quotes", "documents")}
    assert report.rows == {table: len(found) for table, found in before.items()}
    (again,) = ingest(settings, lake, {"files": Endpoint(folder.as_uri())})
    assert (again.counts["ok"], sum(again.rows.values())) == (0, 0)
    rebuild(settings, lake)
    assert {table: rows(lake, table) for table in before} == before


def test_a_lake_that_is_no_folder_holds_the_same_rows(settings, double, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))                        # where private state of a remote lake is kept
    quick = settings.model_copy(update={"start": date(2024, 2, 20), "now": instant(NOW)})
    remote = Lake(f"/bucket-{tmp_path.name}/sandbox", "sandbox:7", fsspec.filesystem("memory"))
    lakes = {"folder": open_lake(quick), "object store": remote}
    service = Service(ServedClock(instant(NOW)), Plan("calm"), lambda until: double)
    with listening(service) as sandbox:
        endpoints = {source: sandbox.endpoint(source) for source in SOURCES}
        for lake in lakes.values():
            reports = ingest(quick, lake, endpoints, series=catalogue(double))
            assert all(report.is_clean for report in reports)
        again = ingest(quick, remote, endpoints, series=catalogue(double))
    assert not any(sum(report.rows.values()) for report in again)
    for table in ("observations", "quotes"):
        assert rows(remote, table) == rows(lakes["folder"], table)
    rebuild(quick, remote)
    assert rows(remote, "quotes") == rows(lakes["folder"], "quotes")
