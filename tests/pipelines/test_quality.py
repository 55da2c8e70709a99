"""The door of a release: every check in one table, failures by name, and a score."""

import duckdb
import pytest

from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from pipelines.checks import SCHEMA
from pipelines.quality import check
from pipelines.scoring import WEIGHTS
from pipelines.transform import BuildResult, NodeResult, build
from tests.dbt import small
from tests.pipelines.test_scoring import Report

SESSIONS = {row["source_date"] for row in small.quotes()}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def quality():
    settings, _, built = small.built()
    return check(settings, built, settings.now, [])


def rows(quality, kind):
    return [row for row in quality.table.to_pylist() if row["kind"] == kind]


def test_tests_expectations_scores_and_series_stand_in_one_table(quality):
    assert quality.table.schema == SCHEMA
    assert {row["kind"] for row in quality.table.to_pylist()} == {"test", "identity", "expectation", "score", "series"}
    assert "no_future_knowledge" in {row["name"] for row in rows(quality, "test")}
    assert not {row["name"] for row in rows(quality, "test")} & {row["name"] for row in rows(quality, "identity")}
    assert {row["name"] for row in rows(quality, "score") if row["source"] == "b3"} == {*WEIGHTS, "score"}


def test_an_identity_says_how_much_it_compared_and_one_without_inputs_that_it_was_not_checked(quality):
    found = {row["name"]: row for row in rows(quality, "identity")}
    settled = found["settlements_are_the_price_of_their_rate"]
    assert (settled["status"], settled["severity"], settled["source"], settled["failures"]) == ("pass", "warn", "b3", 0)
    assert settled["rows_checked"] == 5 * len(SESSIONS)                # five contracts, none at its expiry
    assert settled["worst_gap"] <= 0.0051
    missing = found["weights_of_the_ipca_groups_sum_to_one"]
    assert (missing["status"], missing["rows_checked"], missing["value"]) == ("not checked", 0, None)
    assert missing["detail"].endswith("not checked: inputs missing")


def test_a_small_lake_breaks_nothing_and_its_score_is_the_mean_of_its_sources(quality):
    assert quality.failures == ()
    sources = [row["value"] for row in rows(quality, "score") if row["name"] == "score"]
    assert quality.score == pytest.approx(sum(sources) / len(sources), abs=1e-3)
    assert 0 < quality.score < 80  # most of what the sandbox promises is not in two months of a few series


def test_what_is_promised_and_missing_is_named(quality):
    status = {row["name"]: row["status"] for row in rows(quality, "series")}
    assert (status["usdbrl_ptax"], status["us_vix"], status["di1"], status["frc"]) == ("OK", "MISSING", "OK", "MISSING")
    assert "MISSING" in quality.worst


def test_the_summary_is_what_a_manifest_and_a_report_need(quality):
    summary = quality.summary()
    assert quality.score - 0.01 < summary["score"] <= quality.score + 1e-6
    assert set(summary["dimensions"]) == set(WEIGHTS)
    assert set(summary["sources"]) == {
        "anbima", "b3", "bcb_focus", "bcb_ptax", "bcb_sgs", "cftc", "fred", "us_treasury", "yahoo"
    }  # fmt: skip
    assert summary["failed"] == 0


def test_a_source_that_is_down_lowers_the_score(quality):
    settings, _, built = small.built()
    down = check(settings, built, settings.now, [Report("us_treasury", {"failed": 3})])
    assert down.score < quality.score
    assert down.failures == ()


def test_an_empty_lake_scores_nothing(tmp_path):
    chosen = small.settings(tmp_path)
    built = build(chosen, open_lake(chosen), "empty")
    assert check(chosen, built, chosen.now, []).score == 0.0


def test_an_empty_lake_of_files_scores_nothing(tmp_path):
    chosen = Settings(world="files", lake=str(tmp_path), now=small.NOW)
    built = build(chosen, open_lake(chosen), "empty")
    quality = check(chosen, built, chosen.now, [])
    assert (quality.score, quality.failures, quality.worst) == (0.0, (), "nothing is promised or nothing came")


def test_an_expectation_that_fails_is_a_failure_with_the_values_found(tmp_path):
    settings = small.built()[0]
    with small.copied(tmp_path) as (path, connection):
        connection.execute("update gold.observations set availability = 'guessed' where series_id = 'br_cdi'")
        connection.execute("update gold.curves set zero_rate = 13.65 where curve_id = 'br_di1' and tenor_bd = 252")
    found = {failure.name: failure for failure in check(settings, path, settings.now, []).failures}
    assert "guessed" in str(found["observations.availability in [published, scheduled, assumed, observed]"])
    (curve,) = [failure for name, failure in found.items() if name.startswith("curves.zero_rate between")]
    assert (curve.status, "13.65" in str(curve)) == ("fail", True)


def test_two_values_with_one_timestamp_are_told_and_stop_nothing(tmp_path):
    settings = small.built()[0]
    with small.copied(tmp_path) as (path, connection):
        connection.execute("""
            insert into silver.int_observation_contests (series_id, reference_date, learned_at, rows_found, lowest, highest)
            values ('us_payrolls', '2024-01-31', '2024-02-02 13:30:00+00', 2, 157700, 157800)
        """)
    quality = check(settings, path, settings.now, [])
    (told,) = rows(quality, "contest")
    assert (told["name"], told["source"], told["status"]) == ("us_payrolls", "fred", "warn")
    assert told["detail"] == "2024-01-31 at 2024-02-02 13:30:00+00: 157700.0 and 157800.0"
    assert quality.failures == ()


def test_a_dbt_test_that_failed_is_a_failure_and_one_that_warned_is_not():
    settings, _, built = small.built()
    failed = NodeResult("no_future_knowledge", "test", "fail", 0.1, 3, "Got 3 results, configured to fail if != 0", {})
    warned = NodeResult("rows_arrive", "test", "warn", 0.1, 1, "Got 1 result, configured to warn if != 0", {})
    quality = check(settings, BuildResult(built.path, (failed, warned)), settings.now, [])
    assert [str(failure) for failure in quality.failures] == [
        "no_future_knowledge (fail, 3 found): Got 3 results, configured to fail if != 0"
    ]
    assert {row["name"]: row["status"] for row in rows(quality, "test")} == {"no_future_knowledge": "fail", "rows_arrive": "warn"}


def test_the_build_can_be_opened_again_after_the_check(quality):
    with duckdb.connect(str(small.built()[2].path)) as connection:
        assert connection.sql("select count(*) > 0 from gold.series").fetchone() == (True,)
