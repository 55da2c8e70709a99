"""Each route against the rows written down in `published`."""

import json
from datetime import date

import polars as pl
import pytest

from app.api.routes.calendar import scheduled
from models_py.kernel.lake import open_lake
from tests.app.published import SHA, client_of, journal_a_session, log_polls, publish_all


def items(api, path, *columns, **parameters):
    answer = api.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    rows = answer.json()["items"]
    return [row[columns[0]] if len(columns) == 1 else tuple(row[column] for column in columns) for row in rows]


def test_health_names_the_release_its_world_and_its_quality(api):
    answer = api.get("/health")
    body = answer.json()
    assert (body["status"], body["world"], body["simulated"]) == ("ok", "sandbox:20100104", True)
    assert (body["quality_score"], body["minimum_quality"], body["age_seconds"]) == (90.5, 80.0, 0.0)
    assert body["rows"]["observations"] == 5
    assert answer.headers["x-release"] == body["release_id"]


def test_health_is_degraded_below_the_minimum(every_table):
    strict = client_of(every_table.model_copy(update={"minimum_quality": 91.0}))
    assert strict.get("/health").json()["status"] == "degraded"


def test_the_catalogue_is_filtered_and_says_what_each_series_said_last(api):
    assert items(api, "/series", "series_id", "value", "reference_date") == [
        ("f", 0.25, "2024-01-01"), ("x", 2.0, "2024-01-01"), ("y", None, None),
    ]  # fmt: skip
    assert items(api, "/series", "value", known="2024-01-11T00:00:00Z") == [None, 1.5, 10.0]
    assert items(api, "/series", "series_id", kind="series") == ["x", "y"]
    assert items(api, "/series", "series_id", q="PRI") == ["x"]
    assert items(api, "/series", "series_id", source="fred", frequency="quarterly") == ["y"]
    assert items(api, "/series", "series_id", country="us", category="inflation") == []
    assert items(api, "/series", "series_id", unit="decimal", grade="market") == ["x"]
    assert items(api, "/factors", "series_id", "note") == [("f", "long less short")]
    [x] = api.get("/series/x").json()["items"]
    assert (x["unit"], x["source_key"], x["revisable"], x["known_on"], x["age_bd"]) == ("decimal", "433", True, "2024-01-12", 13)


def test_an_age_counts_business_days_from_the_first_print_of_the_reading(api):
    # 1 Dec first known on Sunday 10 Dec; to Tuesday 12 Dec one business day has passed, Monday
    [read] = api.get("/series/x/latest", params={"known": "2023-12-12T12:00:00Z"}).json()["items"]
    assert read == {"series_id": "x", "reference_date": "2023-12-01", "value": 1.0, "known_on": "2023-12-10", "age_bd": 1}


def test_the_latest_readings_come_in_the_order_asked_for(api):
    assert items(api, "/latest", "series_id", "value", ids="y,x,f", known="2024-01-14T00:00:00Z") == [("y", 10.0), ("x", 2.0), ("f", 0.25)]
    assert items(api, "/latest", "value", ids="y", known="2023-01-01T00:00:00Z") == [None]
    assert items(api, "/latest", "value", ids="f,x", held="2024-01-19T00:00:00Z") == [None, 1.5]


def test_observations_stand_as_known_with_where_they_come_from(api):
    [first, second] = api.get("/series/x/observations").json()["items"]
    assert first == {
        "series_id": "x", "reference_date": "2023-12-01", "target_date": None, "available_at": "2024-01-10T12:00:00+00:00",
        "held_at": "2024-01-10T13:00:00+00:00", "vintage": 2, "value": 1.5, "availability": "published", "raw_sha256": SHA,
    }  # fmt: skip
    assert second["reference_date"] == "2024-01-01"
    assert items(api, "/series/x/observations", "value", first="2023-12-02") == [2.0]
    assert items(api, "/series/x/observations", "value", last="2023-12-01") == [1.5]
    assert items(api, "/series/f/observations", "value") == [0.25]
    assert items(api, "/series/y/observations", "value") == []
    assert items(api, "/series/y/observations", "value", known="2024-01-14T00:00:00Z") == [10.0]


def test_vintages_tell_all_that_was_said_withdrawals_included(api):
    assert items(api, "/series/x/vintages", "reference_date", "vintage", "value") == [
        ("2023-12-01", 1, 1.0), ("2023-12-01", 2, 1.5), ("2024-01-01", 1, 2.0),
    ]  # fmt: skip
    assert items(api, "/series/y/vintages", "value") == [10.0, None]
    assert items(api, "/series/x/vintages", "value", known="2024-01-09T00:00:00Z") == [1.0]
    assert items(api, "/series/x/vintages", "value", held="2024-01-11T00:00:00Z") == [1.0, 1.5]
    assert items(api, "/series/x/vintages", "value", first="2024-01-01", last="2024-01-31") == [2.0]


def test_a_panel_reads_five_minutes_before_each_decision(api):
    # x is revised at 12:00 UTC of 10 Jan, after that day's decision at 11:45; 1 Jan is known at 12:00 of 12 Jan
    body = api.get("/panel", params={"ids": "x", "first": "2024-01-10", "last": "2024-01-15"}).json()
    assert body["decision_at"] == [f"2024-01-{day}T11:45:00+00:00" for day in (10, 11, 12, 15)]
    assert body["columns"]["x"]["value"] == [1.0, 1.5, 1.5, 2.0]
    assert body["columns"]["x"]["new"] == [True, False, False, True]


def test_without_sessions_a_panel_is_the_last_decision_due(api):
    body = api.get("/panel", params={"ids": "y,x", "known": "2024-01-12T11:44:59Z"}).json()
    assert body["decision_at"] == ["2024-01-11T11:45:00+00:00"]
    assert {name: column["value"] for name, column in body["columns"].items()} == {"y": [10.0], "x": [1.5]}
    assert api.get("/panel", params={"ids": "x"}).json()["decision_at"] == ["2024-01-31T11:45:00+00:00"]


def test_a_panel_of_what_the_lake_had_lacks_what_came_late(api):
    body = api.get("/panel", params={"ids": "x", "first": "2024-01-15", "last": "2024-01-15", "held": "2024-01-15T12:00:00Z"}).json()
    assert body["columns"]["x"]["value"] == [1.5]


def test_pages_of_a_panel_are_the_panel(api):
    whole = api.get("/panel", params={"ids": "x", "first": "2024-01-10", "last": "2024-01-15"})
    seen, path = {"decision_at": [], "value": [], "new": []}, "/panel?ids=x&first=2024-01-10&last=2024-01-15&limit=3"
    while path:
        answer = api.get(path)
        seen["decision_at"] += answer.json()["decision_at"]
        seen["value"] += answer.json()["columns"]["x"]["value"]
        seen["new"] += answer.json()["columns"]["x"]["new"]
        path = answer.links["next"]["url"] if answer.links else None
    column = whole.json()["columns"]["x"]
    assert seen == {"decision_at": whole.json()["decision_at"], "value": column["value"], "new": column["new"]}


def test_a_panel_as_csv_has_a_row_a_decision(api):
    text = api.get("/panel?ids=x&first=2024-01-11&last=2024-01-12", headers={"Accept": "text/csv"}).text.strip().split("\n")
    assert text[0] == "decision_at,x,x__age,x__new"
    assert text[1].startswith("2024-01-11T11:45:00.000000+00:00,1.5,")
    assert len(text) == 3


def test_a_snapshot_is_everything_known(api):
    everything = items(api, "/snapshot", "series_id", "reference_date", "value")
    assert everything == [("f", "2024-01-01", 0.25), ("x", "2023-12-01", 1.5), ("x", "2024-01-01", 2.0)]
    assert items(api, "/snapshot", "series_id", "value", known="2024-01-11T00:00:00Z") == [("x", 1.5), ("y", 10.0)]
    assert items(api, "/snapshot", "series_id", "value", held="2024-01-11T00:00:00Z") == [("x", 1.5), ("y", 10.0)]


def test_a_curve_is_cut_whole_and_by_default_the_last_one_known(api):
    assert items(api, "/curves/c", "reference_date", "tenor_bd", "zero_rate") == [("2024-01-08", 252, 0.6)]
    before = {"known": "2024-01-10T00:00:00Z"}
    assert items(api, "/curves/c", "tenor_bd", "discount_factor", **before) == [(252, 0.8), (504, 0.64)]
    assert items(api, "/curves/c", "tenor_bd", held="2024-01-10T00:00:00Z") == [252, 504]
    assert items(api, "/curves/c", "tenor_bd", limit=1, **before) == [252]
    assert items(api, "/curves/c", "reference_date", reference_date="2024-01-05") == ["2024-01-05"]
    assert items(api, "/curves/c", "reference_date", known="2024-01-06T00:00:00Z") == ["2024-01-05"]
    assert api.get("/curves/c", params={"known": "2024-01-01T00:00:00Z"}).status_code == 404
    assert items(api, "/curves", "curve_id", "last_date", "sessions") == [("c", "2024-01-08", 2)]
    assert items(api, "/curves", "curve_id", known="2024-01-01T00:00:00Z") == []
    assert items(api, "/curves/c/history", "reference_date", "tenor_bd", **before) == [
        ("2024-01-05", 252), ("2024-01-08", 252), ("2024-01-08", 504),
    ]  # fmt: skip
    assert items(api, "/curves/c/history", "reference_date", first="2024-01-06") == ["2024-01-08"]


def test_quotes_marks_and_returns_are_as_known(api):
    assert items(api, "/quotes", "value", instrument_id="di1f27", field="settlement") == [74000.5, 74100.5]
    assert items(api, "/quotes", "value", instrument_id="di1f27,di1f29", reference_date="2024-01-09") == [74100.5, 60000.5]
    assert items(api, "/quotes", "value", field="settlement", known="2024-01-09T00:00:00Z") == [74000.5]
    assert items(api, "/quotes", "value", held="2024-01-09T10:00:00Z", field="settlement") == [74000.5]
    assert items(api, "/marks", "instrument_id", "price", "point_value") == [("di1f27", 74000.5, 1.0), ("dolg24", 4.9, 50000.0)]
    assert items(api, "/marks", "dv01", instrument_id="dolg24") == [None]
    assert items(api, "/marks", "price", known="2024-01-08T00:00:00Z") == []
    assert items(api, "/returns", "instrument_id", "excess_return", "carry") == [("usdbrl", 0.001, None)]
    assert items(api, "/returns", "instrument_id", first="2024-01-09") == []


def test_instruments_are_found_by_family_and_maturity(api):
    assert items(api, "/instruments", "instrument_id") == ["di1", "di1f27", "dolg24"]
    assert items(api, "/instruments", "instrument_id", family="di1", first="2026-01-01") == ["di1f27"]
    assert items(api, "/instruments/di1f27", "maturity_date", "lot", "accretes") == [("2027-01-04", 5, True)]


def test_a_calendar_gives_each_day_once_with_its_decision(api):
    days = items(api, "/calendar", "calendar_date", "is_session", "decision_at", market="b3", first="2024-01-12", last="2024-01-13")
    assert days == [("2024-01-12", True, "2024-01-12T11:45:00+00:00"), ("2024-01-13", False, None)]
    assert items(api, "/calendar", "calendar_date", market="br") == []
    ordinals = items(api, "/calendar", "business_day", market="b3", first="2024-01-08", last="2024-01-12")
    assert [later - ordinals[0] for later in ordinals] == [0, 1, 2, 3, 4]


def test_scheduled_dates_hold_figures_meetings_and_elections(api):
    # IBGE published the IPCA of January 2021 on 9 February; the COPOM met on 22 March 2023, its 253rd, and the simulated one,
    # whose calendar this release has, on the Wednesday nearest to the 17th
    figures = {"kind": "release", "calendar": "ibge_ipca", "last": "2021-02-28"}
    assert items(api, "/calendar/releases", "scheduled_date", "reference_date", **figures) == [("2021-02-09", "2021-01-31")]
    march = {"calendar": "copom", "first": "2023-03-01", "last": "2023-03-31"}
    assert items(api, "/calendar/releases", "scheduled_date", "number", **march) == [("2023-03-15", None)]
    real = scheduled("live").filter(pl.col("calendar") == "copom", pl.col("scheduled_date").dt.strftime("%Y-%m") == "2023-03")
    assert real.select("scheduled_date", "number").rows() == [(date(2023, 3, 22), 253)]
    assert items(api, "/calendar/releases", "kind", first="2002-10-06", last="2002-10-06") == ["election"]


def test_documents_are_as_known_corrections_apart(api):
    assert items(api, "/documents", "document_id", "vintage") == [("copom_min_259", 2), ("fomc_stmt_2312", 1)]
    assert items(api, "/documents", "document_id", kind="copom_min", language="pt") == ["copom_min_259"]
    assert items(api, "/documents", "document_id", first="2023-12-14") == []
    assert items(api, "/documents/copom_min_259", "text") == ["Ata corrigida"]
    assert items(api, "/documents/copom_min_259", "text", known="2024-01-01T00:00:00Z") == ["Ata"]
    assert api.get("/documents/copom_min_259", params={"known": "2023-12-19T10:59:59Z"}).status_code == 404


def test_quality_is_told_by_source_by_series_and_by_check(api):
    assert items(api, "/quality", "source", "dimension", "value") == [("bcb_sgs", "score", 90.5), ("bcb_sgs", "timeliness", 80.0)]
    assert items(api, "/quality", "source", source="fred") == []
    assert items(api, "/quality/series", "series_id", status="STALE") == ["y"]
    assert items(api, "/quality/series", "status", source="bcb_sgs") == ["OK"]
    assert items(api, "/quality/checks", "name", "failures", status="fail") == [("quotes.value finite", 2)]
    assert items(api, "/quality/checks", "name", kind="test") == ["not_null_x"]


def test_releases_are_listed_newest_first_and_told_whole(tmp_path):
    settings = publish_all(tmp_path / "lake")
    lake = open_lake(settings)
    manifest = json.loads(lake.read(lake.glob("gold/releases/*.json")[0]))
    old = {**manifest, "published_at": "2024-01-30T12:00:00+00:00", "id": f"20240130T120000Z-{manifest['digest'][:12]}"}
    lake.write(json.dumps(old).encode(), "gold/releases", f"{old['id']}.json")
    api = client_of(settings)
    assert items(api, "/releases", "release_id", "is_current") == [(manifest["id"], True), (old["id"], False)]
    first = api.get("/releases?limit=1").json()
    assert [row["release_id"] for row in api.get("/releases", params={"limit": 1, "cursor": first["next"]}).json()["items"]] == [old["id"]]
    assert api.get("/releases?cursor=nothing").status_code == 400
    whole = api.get("/releases/current").json()
    assert (whole["release_id"], whole["digest"], whole["quality_score"]) == (manifest["id"], manifest["digest"], 90.5)
    assert {item["year"]: item["rows"] for item in whole["objects"]["observations"]} == {2023: 2, 2024: 3}
    assert api.get(f"/releases/{old['id']}").json()["is_current"] is False


@pytest.fixture
def polled(tmp_path):
    """A lake with two runs in the log of polls, the second of which failed for one source."""
    settings = publish_all(tmp_path / "lake")
    log_polls(settings)
    return settings


def test_runs_tell_what_was_asked_and_which_release_came_of_it(polled):
    api = client_of(polled)
    [newest, older] = api.get("/runs").json()["items"]
    assert (newest["run_id"], older["run_id"]) == ("20240131T120000.000000Z", "20240130T120000.000000Z")
    assert newest["release_id"] == api.get("/health").json()["release_id"]
    assert older["release_id"] is None
    outcomes = {one["source"]: one["outcomes"] for one in newest["sources"]}
    assert outcomes == {"bcb_sgs": {"failed": 1}, "fred": {"ok": 1, "unchanged": 1}}
    assert newest["sources"][0]["reasons"] == ["433: connection refused"]
    assert newest["sources"][1]["size"] == 14
    assert api.get(f"/runs/{older['run_id']}").json() == older


def test_sources_tell_their_last_run_and_their_last_success(polled):
    sources = {row["source"]: row for row in client_of(polled).get("/sources").json()["items"]}
    assert sorted(sources) == ["bcb_sgs", "computed", "fred"]
    assert (sources["bcb_sgs"]["series"], sources["bcb_sgs"]["last_date"]) == (1, "2024-01-01")
    assert (sources["bcb_sgs"]["quality_score"], sources["fred"]["quality_score"]) == (90.5, None)
    assert sources["bcb_sgs"]["last_run"]["outcomes"] == {"failed": 1}
    assert sources["bcb_sgs"]["last_success"] == "2024-01-30T12:00:01+00:00"
    assert sources["fred"]["last_success"] == "2024-01-31T12:00:04+00:00"
    assert sources["computed"]["last_run"] is None


def test_the_desk_is_as_its_journal_has_it(tmp_path):
    settings = publish_all(tmp_path / "lake")
    journal_a_session(settings)
    api = client_of(settings)
    # five contracts gained 10 points each, less 10 of cost
    book = api.get("/book").json()
    assert (book["nav"], book["capital"], book["pnl"]["day"]["total"], book["halted"]) == (1040.0, 1000.0, 40.0, False)
    assert book["pnl_by_strategy"] == {"carry": 40.0}
    [position] = api.get("/positions").json()["items"]
    assert (position["contract"], position["quantity"], position["value"], position["by_strategy"]) == ("di1f27", 5, 370050.0, {"carry": 5})
    assert items(api, "/performance", "session", "nav", "flow") == [("2024-01-30", 1040.0, 1000.0)]
    assert items(api, "/decisions", "decision_id", "release_id") == [("d1", "r")]
    assert api.get("/decisions/d1").json()["content"]["scores"] == []
    assert api.get("/decisions/nope").status_code == 404
    assert items(api, "/orders", "order_id", "state") == [("o1", "filled")]
    assert items(api, "/orders", "state", known="2024-01-31T10:00:00Z") == ["sent"]
    assert items(api, "/fills", "price", "cost") == [(74000.0, 10.0)]
    assert api.get("/fills?known=2024-01-31T10:00:00Z").json()["items"] == []
    assert api.get("/book?known=2024-01-01T00:00:00Z").status_code == 404


def test_strategies_and_agents_are_as_declared(api):
    codes = dict(items(api, "/strategies", "name", "code"))
    assert codes["fx_usdbrl_momentum"] == "FX_BR_02"
    one = api.get("/strategies/fx_usdbrl_momentum").json()
    assert one["legs"] == {"usdbrl": 1.0}
    assert one["case"].startswith("Long BRL")
    assert "monetary" in items(api, "/agents", "name")
    assert api.get("/agents/monetary").json()["asset_classes"] == ["rates_br"]


def test_lineage_ends_at_the_bytes_whose_hash_is_taken_anew(polled):
    api = client_of(polled)
    [first, second] = api.get("/lineage/x/2023-12-01").json()["items"]
    assert (first["value"], second["value"], second["raw_sha256"], second["size"]) == (1.0, 1.5, SHA, 7)
    assert [poll["outcome"] for poll in second["polls"]] == ["ok", "failed", "ok", "unchanged"]
    known = api.get("/lineage/x/2023-12-01", params={"known": "2024-01-01T00:00:00Z"}).json()["items"]
    assert [one["vintage"] for one in known] == [1]
    held = api.get("/lineage/x/2023-12-01", params={"held": "2024-01-10T12:59:59Z"}).json()["items"]
    assert [one["vintage"] for one in held] == [1]
    open_lake(polled).write(b"other", "raw", "objects", SHA[:2], SHA)
    damaged = api.get("/lineage/x/2023-12-01")
    assert (damaged.status_code, damaged.headers["content-type"]) == (503, "application/problem+json")


@pytest.mark.slow
def test_lineage_of_a_number_ends_at_the_bytes_it_was_read_from(small_world):
    api = client_of(small_world.settings)
    body = api.get("/lineage/usdbrl_ptax/2024-06-20").json()
    [found] = body["items"]
    assert (body["id"], found["read"][0]["source"], found["vintage"]) == ("usdbrl_ptax", "bcb_sgs", 1)
    assert found["polls"][0]["outcome"] == "ok"
    assert found["size"] > 0
    before = api.get("/lineage/usdbrl_ptax/2024-06-20", params={"known": "2024-06-20T00:00:00Z"})
    assert before.json()["items"] == []
    [factor] = api.get("/lineage/br_di1_252bd/2024-06-20").json()["items"]
    assert factor["raw_sha256"] is None
    assert "252" in factor["formula"]
