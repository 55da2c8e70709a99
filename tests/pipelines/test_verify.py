"""What `verify` says: each line can fail, names what is wrong, and is laid out for people and programs."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from threading import Thread

import orjson
import polars as pl
import pytest

from models_py.gold import Release, open_release
from models_py.gold.write import write
from models_py.kernel.errors import MacroError
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from pipelines import verify_known, verify_running, verify_stored
from pipelines.serving import Served
from pipelines.verify import Check, as_text, verify
from tests.gold.conftest import NOW, connect, observations

ROWS = [
    ("x", "2023-12-01", "2023-12-10T12:00:00+00:00", 1.0),
    ("x", "2024-01-01", "2024-01-12T12:00:00+00:00", 2.0),
    ("x", "2024-01-01", "2024-01-29T12:00:00+00:00", None),
    ("y", "2023-12-01", "2024-01-30T12:00:00+00:00", 3.0),
]
QUOTES = """
create table gold.quotes as
select 'd' as instrument_id, date '2024-01-02' as reference_date, timestamptz '2024-01-03 00:00:00+00' as available_at
"""
CHECKS = "create table gold.quality as select unnest(['x', 'y']) as name, 'series' as kind, 'OK' as status"
Made = Callable[..., Release]


@pytest.fixture
def made(tmp_path) -> Made:
    """Publish the rows, changed by SQL, into a lake of their own, and open them."""
    numbers = count()

    def make(*changes: str, score: float = 100.0, at: datetime = NOW, **settings: object) -> Release:
        given = Settings(lake=str(tmp_path / f"lake{next(numbers)}"), **{"now": at, "world": "sandbox", **settings})
        with connect(observations(ROWS)) as build:
            for change in (QUOTES, CHECKS, *changes):
                build.execute(change)
            write(open_lake(given), build, published_at=at, commit="test", quality={"score": score}, bronze_held_at=at)
        return open_release(given)

    return make


def answer(check, *given) -> tuple[bool, str]:
    try:
        return check(*given)
    except MacroError as error:
        return False, str(error)


def test_an_object_whose_bytes_are_others_is_named(made):
    release = made()
    assert verify_stored.objects(release)[0]
    victim = release.manifest.objects["frontier"][0]
    release.lake.write(b"other", victim.path)
    assert answer(verify_stored.objects, release) == (False, f"1 of 10 do not: {victim.path}")


def test_rows_that_the_manifest_does_not_count_are_told(made):
    release = made()
    assert verify_stored.contents(release) == (True, "8 tables")
    one = release.manifest.objects["series"][0]
    object.__setattr__(one, "rows", one.rows + 1)
    assert verify_stored.contents(release) == (False, "series has 3 rows, the manifest says 4")


def test_a_table_that_the_desk_needs_or_a_source_sent_is_missed_by_name(made):
    release = made()
    assert verify_stored.filled(release, release.lake) == (False, "empty or missing: instruments, factors, curves, marks, returns")
    release.lake.write(b"", "bronze/documents/load.parquet")
    assert verify_stored.filled(release, release.lake)[1].endswith("returns, documents")


def test_a_column_of_another_type_or_a_null_breaks_the_contract(made, monkeypatch):
    wanted = {"series_id": ("VARCHAR", True), "kind": ("VARCHAR", False), "unit": ("VARCHAR", False), "first_date": ("DATE", False),
              "last_date": ("DATE", False), "observations": ("INTEGER", True)}  # fmt: skip
    contracts = {"series": wanted}
    monkeypatch.setattr(verify_stored, "contracted", lambda: contracts)
    assert verify_stored.contracts(made()) == (True, "1 tables")
    for change, told in (
        ("update gold.series set observations = null where series_id = 'x'", "series.observations is null in 1 rows"),
        ("alter table gold.series alter observations type double", "series: observations DOUBLE for INTEGER"),
        ("alter table gold.series drop unit", "series: unit missing for VARCHAR"),
        ("alter table gold.series add note varchar", "series: note VARCHAR for nothing"),
        ("create or replace table gold.series as select unit, * exclude unit from gold.series", "series: order of columns nothing"),
        ("drop table gold.series", "series is missing"),
    ):
        passed, found = verify_stored.contracts(made(change))
        assert not passed
        assert told.removesuffix(" nothing") in found, found


def test_contracts_are_read_from_every_gold_table():
    assert {"observations", "quotes", "frontier", "curves", "returns"} <= verify_stored.contracted().keys()
    assert verify_stored.contracted()["frontier"]["available_at"] == ("TIMESTAMP WITH TIME ZONE", True)
    assert verify_stored.contracted()["frontier"]["value"] == ("DOUBLE", False)


def test_the_catalogue_is_the_worlds_and_nothing_else_is_observed(made, monkeypatch):
    passed, told = verify_stored.catalogue(made())
    assert (passed, "build again" in told) == (False, True)
    monkeypatch.setattr(verify_stored, "of_world", lambda name, world: pl.DataFrame({"series_id": ["x", "y"]}))
    assert verify_stored.catalogue(made()) == (True, "3 series and factors, 2 with readings")
    told = verify_stored.catalogue(made("delete from gold.series where series_id = 'x'"))[1]
    assert told == "1 series of the seed are not in the release, build again: x"
    monkeypatch.setattr(verify_stored, "of_world", lambda name, world: pl.DataFrame({"series_id": ["y"]}))
    told = verify_stored.catalogue(made("delete from gold.series where series_id = 'x'"))[1]
    assert told == "1 ids have readings and are not in the catalogue: x"


def test_a_score_below_the_minimum_fails(made):
    assert verify_stored.quality(made(score=80.0)) == (True, "score 80.0, minimum 80")
    assert not verify_stored.quality(made(score=79.9))[0]


def test_sources_that_fell_silent_or_are_late_and_a_live_desk_without_a_release_are_stale(made):
    assert verify_stored.freshness(made()) == (True, "newest knowledge 2024-01-30 12:00Z; of 2 promised 0 late or missing")
    passed, told = verify_stored.freshness(made("update gold.quality set status = 'LATE' where name = 'y'"))
    assert (passed, told.endswith("1 late or missing: y")) == (False, True)
    silent = datetime(2024, 2, 7, 12, tzinfo=UTC)                      # six business days after the thirtieth of January
    assert "nothing newer" in verify_stored.freshness(made(at=silent))[1]
    assert verify_stored.freshness(made(at=datetime(2024, 2, 6, 12, tzinfo=UTC)))[0]
    live = made(world="live", at=NOW)
    for now, expected in ((datetime(2024, 2, 5, 12, tzinfo=UTC), True), (datetime(2024, 2, 6, 12, tzinfo=UTC), False)):
        live.settings = live.settings.model_copy(update={"now": now})
        assert verify_stored.freshness(live)[0] is expected, now


def test_an_observation_known_twice_at_one_instant_is_named(made):
    assert verify_known.vintages(made())[0]
    doubled = made("insert into gold.observations select * from gold.observations where series_id = 'y'")
    assert verify_known.vintages(doubled) == (False, "y 2023-12-01 is known twice at one instant")


def test_a_frontier_that_is_not_the_histories_last_row_fails_both_ways_of_looking(made):
    release = made()
    assert verify_known.steps(release) == (True, "4 sampled readings equal the as-of history")
    assert verify_known.spots(release)[0]
    wrong = made("update gold.frontier set value = 1.5 where series_id = 'x' and value = 1.0")
    assert not verify_known.steps(wrong)[0]
    passed, told = verify_known.spots(wrong)
    assert (passed, told.startswith("x at ")) == (False, True)


def test_a_withdrawal_that_the_panel_forgot_is_found(made):
    passed, told = verify_known.spots(made("delete from gold.frontier where series_id = 'x' and available_at >= '2024-01-29'"))
    assert not passed
    assert "the panel says 2.0, its rows 1.0" in told


def test_a_payload_that_is_gone_or_other_breaks_lineage(made):
    release = made("update gold.observations set raw_sha256 = sha256('what was sent')")
    sha = release.sql("select any_value(raw_sha256) as sha from gold.observations")["sha"][0]
    release.lake.write(b"what was sent", "raw/objects", sha[:2], sha)
    assert verify_known.payloads(release, release.lake) == (True, "1 raw payloads found and re-hashed")
    assert "no row of bronze" in answer(verify_known.walk, release, release.lake)[1]
    release.lake.write(b"what was not", "raw/objects", sha[:2], sha)
    assert not verify_known.payloads(release, release.lake)[0]
    assert not answer(verify_known.walk, release, release.lake)[0]


@contextmanager
def answering(answers):
    """A server on loopback that gives each path its status, headers and body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = answers[self.path.partition("?")[0]]
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_orchestrator_is_asked_where_it_is_configured(made, monkeypatch):
    settings, lake = made().settings, made().lake
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    assert list(verify_running.services(settings)) == ["service: lake"]
    with answering({"/api/health": (200, {}, b"true"), "/bad/health": (503, {}, b"no")}) as url:
        for path, expected in (("/api", (True, f"{url}/api answers 200")), ("/bad", (False, f"{url}/bad answers 503"))):
            monkeypatch.setenv("PREFECT_API_URL", url + path)
            assert verify_running.services(settings)["service: Prefect"](settings, lake) == expected
    assert verify_running.services(settings)["service: Prefect"](settings, lake)[0] is False


def test_a_journal_elsewhere_is_asked_whether_it_answers(made, tmp_path):
    lake = made().lake
    there = made().settings.model_copy(update={"journal": f"sqlite:///{tmp_path}/journal.db"})
    assert verify_running.services(there)["service: journal"](there, lake) == (True, f"sqlite at {tmp_path}/journal.db, empty")
    away = there.model_copy(update={"journal": "postgresql://desk@127.0.0.1:1/desk"})
    [line] = [check for check in verify(away) if check.name == "service: journal"]
    assert not line.passed


@pytest.mark.parametrize(
    ("health", "values", "told"),
    [
        (200, {"x": 1.0, "y": 3.0, "never_there": None}, "of 3 series"),
        (503, {"x": 1.0, "y": 3.0, "never_there": None}, "/health answered 503"),
        (200, {"x": 2.0, "y": 3.0, "never_there": None}, "other values"),
    ],
)
def test_a_call_of_the_api_says_what_the_release_says(made, monkeypatch, health, values, told):
    release = made()
    days = {"x": ("2023-12-01", "2023-12-10"), "y": ("2023-12-01", "2024-01-30"), "never_there": (None, None)}
    items = [
        {"series_id": name, "reference_date": days[name][0], "value": values[name], "known_on": days[name][1], "age_bd": None}
        for name in sorted(values)
    ]
    own = {"X-Release": str(release.id)}
    with answering({"/health": (health, own, b"{}"), "/latest": (200, own, orjson.dumps({"items": items}))}) as url:

        @contextmanager
        def served(settings):
            yield Served(url, 0)

        monkeypatch.setattr(verify_running, "serving", served)
        passed, found = verify_running.api(release)
    assert (passed, told in found) == (told == "of 3 series", True), found


def test_an_api_of_another_release_or_none_fails(made, monkeypatch):
    release = made()
    with answering({"/health": (200, {"X-Release": "other"}, b"{}"), "/latest": (200, {}, b"{}")}) as url:

        @contextmanager
        def served(settings):
            yield Served(url, 0)

        monkeypatch.setattr(verify_running, "serving", served)
        assert "of release other" in verify_running.api(release)[1]
    assert verify_running.api(release)[0] is False                         # nobody listens there any more


def test_lines_say_pass_or_fail_details_start_in_one_column_and_the_verdict_comes_last():
    lines = as_text([Check("short", True, "fine"), Check("a much longer name", False, "broken")]).splitlines()
    assert lines == ["PASS  short               fine", "FAIL  a much longer name  broken", "FAIL"]


def test_an_empty_lake_fails(tmp_path):
    checks = verify(Settings(lake=str(tmp_path / "empty"), world="sandbox"))
    assert [(check.name, check.passed) for check in checks] == [("service: lake", False), ("release", False)]
    assert as_text(checks).endswith("FAIL")


def test_a_table_that_cannot_be_read_fails_its_lines_and_the_others_go_on(made):
    release = made("drop table gold.quotes")
    told = {check.name: check for check in verify(release.settings)}
    assert not told["release: freshness"].passed
    assert told["point in time: vintages"].passed
