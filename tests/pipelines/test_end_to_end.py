"""The whole run on a small world: repeated, killed, rebuilt, and with sources in trouble."""

import hashlib
import signal
import subprocess
import sys
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest

from models_py.gold import open_release
from models_py.gold.manifest import current_id, read_manifest
from models_py.kernel.clock import instant
from models_py.kernel.errors import QualityError
from models_py.kernel.lake import open_lake
from models_py.kernel.seeds import read
from models_py.kernel.settings import ROOT
from models_py.ledger.audit import open_audit, verify
from models_py.ledger.journal_sql import open_journal
from models_py.ledger.positions import fold
from pipelines import stages
from pipelines.connectors import Endpoint, connectors
from pipelines.endpoints import endpoints
from pipelines.ingest import rebuild
from pipelines.trade import trade
from tests.world import NOW, SmallWorld, copied, run_stages, settings_at

pytestmark = pytest.mark.slow

DATA = ("observations", "quotes", "curves", "marks", "returns", "factors", "frontier", "series", "instruments", "calendar", "documents")


def gold(world: SmallWorld) -> dict[str, list[str]]:
    """Hashes of every data table of the current release."""
    manifest = read_manifest(open_lake(world.settings))
    return {table: [item.sha256 for item in manifest.objects[table]] for table in DATA}


def head(world: SmallWorld) -> str:
    with closing(open_journal(world.settings, open_lake(world.settings))) as journal:
        last = journal.head
        assert last is not None
        return last.hash


@pytest.fixture
def world(small_world: SmallWorld, tmp_path: Path) -> SmallWorld:
    return copied(small_world, tmp_path / "lake")


def test_the_first_run_leaves_scores_fills_a_result_and_an_order(small_world):
    with closing(open_journal(small_world.settings, open_lake(small_world.settings))) as journal:
        book = fold(journal.events())
    assert len(book.decisions) == 3
    status = {score["strategy"]: score["status"] for score in book.last_decision["scores"]}
    assert {status[name] for name in ("fx_usdbrl_momentum", "rates_br_carry_rolldown", "inflation_br_focus_gap")} <= {"OK", "NO DATA"}
    assert set(status.values()) <= {"OK", "NO DATA", "NOT BUILT"}
    assert all("not built: " in s["reason"] for s in book.last_decision["scores"] if s["status"] == "NOT BUILT")
    assert sum(score["status"] == "OK" for score in book.last_decision["scores"]) >= 2
    assert book.fills
    assert book.positions
    assert book.nav != small_world.settings.nav_brl
    assert book.risk["limits"]


def test_a_second_run_at_the_same_instant_adds_nothing(world):
    before, events = gold(world), head(world)
    run_stages(world.settings)
    assert gold(world) == before
    assert head(world) == events
    assert [item.sha256 for item in read_manifest(open_lake(world.settings)).objects["observations"]] == before["observations"]


def test_bronze_made_again_from_raw_alone_gives_the_same_gold(world):
    before = gold(world)
    lake = open_lake(world.settings)
    lake.fs.rm(lake.path("bronze"), recursive=True)
    run = stages.start(world.settings)
    reports = rebuild(run.settings, run.lake)
    assert sum(report.quarantined for report in reports) == 0
    built = stages.build(run)
    stages.publish(run, built.path, stages.check(run, built, reports))
    assert gold(world) == before


def killed(point: str, world: SmallWorld) -> None:
    """Run in a process that ends itself by SIGKILL at a point; fails when it ends in another way."""
    command = [sys.executable, "-m", "tests.pipelines.killer", point, str(world.lake), str(world.settings.now)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr[-2000:]


@pytest.fixture
def next_day(world: SmallWorld) -> SmallWorld:
    """The world one day later, not yet run."""
    return SmallWorld(settings_at(world.lake, "2024-07-01T08:45:00-03:00"), world.release_id)


def undisturbed(small_world: SmallWorld, folder: Path) -> tuple[dict[str, list[str]], str]:
    clean = copied(small_world, folder)
    after = SmallWorld(settings_at(clean.lake, "2024-07-01T08:45:00-03:00"), clean.release_id)
    run_stages(after.settings)
    return gold(after), head(after)


@pytest.fixture(scope="module")
def expected(small_world, tmp_path_factory):
    return undisturbed(small_world, tmp_path_factory.mktemp("undisturbed"))


@pytest.mark.parametrize("point", ["raw", "bronze", "build", "gold/releases", "gold/CURRENT"])
def test_killed_before_the_release_is_whole_the_old_one_stands_and_a_re_run_ends_the_same(next_day, expected, point):
    before = current_id(open_lake(next_day.settings))
    killed(point, next_day)
    assert current_id(open_lake(next_day.settings)) == before
    with open_release(next_day.settings) as release:
        assert release.verify() == []
    run_stages(next_day.settings)
    assert (gold(next_day), head(next_day)) == expected


def test_killed_between_journal_and_audit_the_tail_is_copied_and_no_order_is_doubled(next_day, expected):
    killed("audit", next_day)
    trade(stages.start(next_day.settings))
    assert (gold(next_day), head(next_day)) == expected
    lake = open_lake(next_day.settings)
    with closing(open_journal(next_day.settings, lake)) as journal:
        verify(journal, open_audit(next_day.settings, lake))
        orders = [event.payload["order_id"] for event in journal.events() if event.kind == "order"]
    assert len(orders) == len(set(orders))


def test_a_source_that_is_down_is_named_the_score_falls_and_the_run_goes_on(small_world, tmp_path):
    plan = tmp_path / "down.yaml"
    plan.write_text("faults:\n  - {kind: source_down, source: bcb_focus, from: 2022-01-01, to: 2030-01-01}\n")
    settings = settings_at(tmp_path / "lake", sandbox_faults=str(plan), minimum_quality=0)
    run = stages.start(settings)
    with endpoints(run.settings) as served:
        reports = stages.ingest(run, served)
    focus = next(report for report in reports if report.source == "bcb_focus")
    assert focus.errors
    assert focus.errors[0].kind in {"SourceDown", "RateLimited"}
    built = stages.build(run)
    quality = stages.check(run, built, reports)
    assert quality.score < 100
    assert "bcb_focus" in quality.worst
    by_hand = stages.check(run, built, stages.standing(run))             # `macro build` asks no source, and judges them no better
    assert by_hand.score <= quality.score
    assert by_hand.worst == quality.worst


def test_after_a_good_day_a_source_that_is_down_leaves_its_last_readings_with_their_age(next_day, tmp_path):
    plan = tmp_path / "down.yaml"
    plan.write_text("faults:\n  - {kind: source_down, source: us_treasury, from: 2024-06-29, to: 2030-01-01}\n")
    settings = next_day.settings.model_copy(update={"sandbox_faults": str(plan)})
    release_id = run_stages(settings)
    assert release_id != next_day.release_id
    with open_release(settings) as release:
        friday, monday = (datetime.fromisoformat(f"{day}T08:45:00-03:00") for day in ("2024-06-28", "2024-07-01"))
        panel = release.panel(["us_ust_10y", "usdbrl_ptax"], [friday, monday])
        assert panel["us_ust_10y"].n_unique() == 1                   # Thursday's yield, still
        ages = panel["us_ust_10y__age"].to_list()
        assert ages[1] == ages[0] + 1
        assert panel["usdbrl_ptax"].n_unique() == 2
        manifest = read_manifest(open_lake(settings))
    assert 80 <= manifest.quality["score"] < 100


def test_below_eighty_nothing_is_published_and_the_release_before_stays(world):
    before = current_id(open_lake(world.settings))
    run = stages.start(settings_at(world.lake, "2024-07-22T08:45:00-03:00"))      # three weeks, and no source answers
    reports = stages.ingest(run, {source: Endpoint("http://127.0.0.1:1", "0" * 32) for source in connectors() if source != "files"})
    assert not any(report.counts["ok"] for report in reports)
    built = stages.build(run)
    with pytest.raises(QualityError, match="below 80"):
        stages.check(run, built, reports)
    assert current_id(open_lake(world.settings)) == before


def test_every_series_that_the_sandbox_promises_by_then_has_readings(small_world):
    with open_release(small_world.settings) as release:
        held = set(release.sql("select distinct series_id from observations")["series_id"])
    rows = [row for row in read("series").iter_rows(named=True) if "sandbox" in row["worlds"].split()]
    promised = {row["series_id"] for row in rows if (row["since"] or "") <= NOW[:10]}
    assert len(promised) > 500
    assert promised - held == set()


def test_every_reading_leads_back_to_bytes_that_hash_to_its_name(small_world):
    with open_release(small_world.settings) as release:
        rows = release.sql("select distinct raw_sha256 from observations union select distinct raw_sha256 from quotes")
    lake = open_lake(small_world.settings)
    for (sha,) in rows.iter_rows():
        assert hashlib.sha256(lake.read("raw/objects", sha[:2], sha)).hexdigest() == sha


def test_settled_sessions_lie_before_the_run_and_fills_after_their_decisions(small_world):
    with closing(open_journal(small_world.settings, open_lake(small_world.settings))) as journal:
        events = list(journal.events())
    decided = {event.payload["decision_id"]: event for event in events if event.kind == "decision"}
    orders = {event.payload["order_id"]: event.payload for event in events if event.kind == "order"}
    settled = [date.fromisoformat(event.payload["session"]) for event in events if event.kind == "marks"]
    fills = [event for event in events if event.kind == "fill"]
    assert fills
    assert max(settled) < date.fromisoformat(NOW[:10])
    for fill in fills:
        decision = decided[orders[fill.payload["order_id"]]["decision_id"]]
        closed = datetime.fromisoformat(f"{fill.payload['session']}T18:00:00-03:00")
        assert decision.seq < fill.seq
        assert fill.payload["session"] == decision.payload["session"]
        assert instant(decision.payload["decision_at"]) < closed, "decided before the close it is filled at"
