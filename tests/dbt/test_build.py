"""The whole project built by dbt: on an empty lake, on a small one, and with errors planted in it."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from models_py.kernel.errors import BuildError
from models_py.kernel.lake import open_lake
from pipelines.transform import build
from tests.conftest import ROOT
from tests.dbt import small
from tests.dbt.lake import load, observation

pytestmark = pytest.mark.slow

KEYS = {
    "observations": "series_id, reference_date, target_date, available_at",
    "quotes": "instrument_id, field, reference_date, available_at",
    "factors": "series_id, reference_date, available_at",
    "curves": "curve_id, reference_date, available_at, tenor_bd",
    "frontier": "series_id, available_at",
    "calendar": "market, known_from, calendar_date",
    "series": "series_id",
    "instruments": "instrument_id",
}


@pytest.fixture(scope="module")
def gold():
    with duckdb.connect(str(small.built()[2].path), read_only=True) as connection:
        connection.execute("set global timezone = 'UTC'")
        yield connection


def contents(connection, table):
    """Digest of a table's rows in the order in which they are stored."""
    return hashlib.sha256(repr(connection.sql(f"from gold.{table}").fetchall()).encode()).hexdigest()


def test_every_model_and_test_passes_on_a_small_lake():
    results = small.built()[2].results
    assert {result.status for result in results if result.kind == "model"} == {"success"}
    assert [result.name for result in results if not result.passed] == []


def test_plain_dbt_build_from_the_root_builds_the_lake_of_the_environment_and_tries_the_arithmetic(tmp_path):
    small.fill(tmp_path / "lake")
    told = {
        "MACRO_LAKE": str(tmp_path / "lake"),
        "MACRO_BUILD": str(tmp_path / "dev.duckdb"),
        "DBT_TARGET_PATH": str(tmp_path / "target"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
    }
    dbt = Path(sys.executable).with_name("dbt")
    run = subprocess.run([dbt, "build"], cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-4000:]
    docs = subprocess.run([dbt, "docs", "generate"], cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    assert docs.returncode == 0, docs.stdout[-4000:]
    catalogue = json.loads((tmp_path / "target" / "catalog.json").read_text())["nodes"]
    assert set(catalogue["model.macro.observations"]["columns"]) >= {"series_id", "reference_date", "available_at", "value"}
    assert (tmp_path / "target" / "index.html").is_file()
    assert " unit tests" in run.stdout
    with duckdb.connect(str(tmp_path / "dev.duckdb"), read_only=True) as connection:
        assert connection.sql("select count(*) from gold.observations").fetchone()[0] > 500


def test_an_empty_lake_builds_and_holds_no_observation(tmp_path):
    chosen = small.settings(tmp_path)
    result = build(chosen, open_lake(chosen), "empty")
    assert [one.name for one in result.results if not one.passed] == []
    with duckdb.connect(str(result.path), read_only=True) as connection:
        assert connection.sql("select (select count(*) from gold.observations), (select count(*) > 0 from gold.calendar)").fetchone() == (
            0,
            True,
        )


@pytest.mark.parametrize("table", KEYS)
def test_gold_is_stored_in_the_order_of_its_key(gold, table):
    assert gold.sql(f"from gold.{table}").fetchall() == gold.sql(f"from gold.{table} order by {KEYS[table]}").fetchall()


def test_what_was_printed_is_there_in_our_unit_with_every_vintage(gold):
    payrolls = gold.sql(
        "select reference_date, vintage, value, availability from gold.observations where series_id = 'us_payrolls' order by all"
    )
    december, january = date(2023, 12, 31), date(2024, 1, 31)
    assert payrolls.fetchall() == [
        (december, 1, 157232.0, "published"),
        (december, 2, 157347.0, "published"),
        (january, 1, 157700.0, "published"),
    ]
    ipca = gold.sql("select value from gold.observations where series_id = 'br_ipca_mom' and reference_date = '2024-01-31'")
    assert ipca.fetchone() == (0.0042,)


def test_the_frontier_holds_observations_and_factors_and_no_row_for_a_revision_of_an_old_month(gold):
    rows = gold.sql("select reference_date, value from gold.frontier where series_id = 'us_payrolls' order by available_at").fetchall()
    assert rows == [(date(2023, 12, 31), 157232.0), (date(2024, 1, 31), 157700.0)]
    assert gold.sql("select count(*) > 0 from gold.frontier where series_id = 'br_di1_252bd'").fetchone() == (True,)


def test_sessions_and_business_days_are_those_of_the_calendars(gold):
    carnival = gold.sql("""
        select market, is_business_day, is_session from gold.calendar
        where calendar_date = '2024-02-12' and calendar_date between known_from and known_until and market in ('br', 'b3', 'us_nyse')
        order by market
    """).fetchall()
    assert carnival == [("b3", False, False), ("br", False, False), ("us_nyse", True, True)]
    # [2025-02-03, 2027-01-04) has 479 business days, 20 November included; on the list of 2023 it has 481
    counted = gold.sql("""
        select known_until > '9000-01-01' as is_last,
            max(business_day) filter (calendar_date = '2027-01-04') - max(business_day) filter (calendar_date = '2025-02-03')
        from gold.calendar where market = 'br' group by all order by all
    """).fetchall()
    assert counted == [(False, 481), (True, 479)]
    ((decision_at,),) = gold.sql(
        "select decision_at from gold.calendar where market = 'b3' and is_session and calendar_date = '2024-02-14'"
    ).fetchall()
    assert decision_at.isoformat() == "2024-02-14T11:45:00+00:00"


def test_the_same_bronze_gives_the_same_gold(tmp_path, gold):
    chosen = small.settings(tmp_path)
    small.fill(tmp_path)
    again = build(chosen, open_lake(chosen), "again")
    with duckdb.connect(str(again.path), read_only=True) as connection:
        connection.execute("set global timezone = 'UTC'")
        assert {table: contents(connection, table) for table in KEYS} == {table: contents(gold, table) for table in KEYS}


def test_files_of_a_killed_load_are_not_read(tmp_path):
    chosen = small.settings(tmp_path)
    world = small.fill(tmp_path)
    torn = load(world, "observations", [observation("433", "2024-01-01", 99.0, small.NOW)], complete=False)
    torn.write_bytes(torn.read_bytes()[:100])
    result = build(chosen, open_lake(chosen), "torn")
    with duckdb.connect(str(result.path), read_only=True) as connection:
        assert connection.sql("select max(value) from gold.observations where series_id = 'br_ipca_mom'").fetchone() == (0.0056,)


def test_a_failing_test_is_named_with_what_it_found_and_the_environment_is_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setenv("MACRO_LAKE", "elsewhere")
    monkeypatch.delenv("MACRO_BUILD", raising=False)
    chosen = small.settings(tmp_path / "lake")
    load(tmp_path / "lake" / "sandbox", "observations", [observation("433", "2024-01-01", 1325.0, small.NOW)])
    lake = open_lake(chosen)
    named = "observations_lie_within_the_bounds_of_their_unit: 1 found: series_id br_ipca_mom, reference_date 2024-01-31, .* value 13.25"
    with pytest.raises(BuildError, match=named):
        build(chosen, lake, "bad")
    assert (os.environ["MACRO_LAKE"], "MACRO_BUILD" in os.environ) == ("elsewhere", False)
    assert not (lake.local("build") / "bad.duckdb").exists()


CDI = "where series_id = 'br_cdi' and reference_date = '2024-01-10'"
PLANTED = {
    # 23:00 of the eve in São Paulo
    "no_future_knowledge": """update gold.observations set available_at = '2024-01-10 02:00:00+00'
        where series_id = 'usdbrl_ptax' and reference_date = '2024-01-10'""",
    "an_observation_has_one_row_a_knowledge_time": f"insert into gold.observations (from gold.observations {CDI})",
    "observations_lie_within_the_bounds_of_their_unit": f"update gold.observations set value = 11.65 {CDI}",
    "no_rate_moves_further_in_a_day_than_any_ever_did": """update gold.observations set value = 0.05
        where series_id = 'us_sofr' and reference_date = '2024-01-10'; update gold.observations set value = 0.0005
        where series_id = 'us_sofr' and reference_date <> '2024-01-10'""",
    "later_vintages_of_an_observation_are_known_later": """update gold.observations set vintage = 3 - vintage
        where series_id = 'us_payrolls' and reference_date = '2023-12-31'""",
    "finite_observations_value": f"update gold.observations set value = 'nan' {CDI}",
    "one_target_a_survey_day": f"""insert into gold.observations
        select * replace (unnest([date '2024-12-31', date '2025-12-31']) as target_date) from gold.observations {CDI}""",
    # Friday's survey on the evening of that Friday
    "surveys_are_known_from_the_monday_after": """update gold.observations set available_at = '2024-01-12 21:00:00+00'
        where series_id = 'br_focus_ipca_12m_smoothed' and reference_date = '2024-01-12'""",
    "sessions_of_b3_have_one_decision_each": """update gold.calendar set decision_at = null
        where market = 'b3' and calendar_date = '2024-02-14'""",
    "curves_discount_decreasing": """update gold.curves set discount_factor = 0.95
        where curve_id = 'br_di1' and reference_date = '2024-02-15' and tenor_bd > 500""",
    "settlements_follow_from_what_else_was_published": """update silver.int_settlements_termed
        set settlement = settlement + 0.05 where instrument_id = 'di1f26' and reference_date = '2024-02-15'""",
    "curves_are_believable": """update silver.int_curve_nodes set zero_rate = 0.30
        where curve_id = 'br_di1' and reference_date = '2024-02-15' and tenor_bd < 250""",
    "a_quote_has_one_row_a_knowledge_time": "insert into gold.quotes (from gold.quotes limit 1)",
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_fails_the_test_that_is_there_for_it(name, tmp_path):
    with small.copied(tmp_path) as (_, connection):
        connection.execute(PLANTED[name])
        compiled = next((small.built()[1].local("build") / "target" / "compiled" / "macro").rglob(f"{name}.sql"))
        found = connection.sql(compiled.read_text()).fetchall()
    assert found, name


@pytest.mark.parametrize("name", PLANTED)
def test_a_test_that_catches_a_planted_error_finds_nothing_without_it(name, tmp_path):
    with small.copied(tmp_path) as (_, connection):
        compiled = next((small.built()[1].local("build") / "target" / "compiled" / "macro").rglob(f"{name}.sql"))
        assert connection.sql(compiled.read_text()).fetchall() == []


BOUNDS = "observations_lie_within_the_bounds_of_their_unit"


@pytest.mark.parametrize(
    ("series", "day"),
    [
        ("br_ipca_mom", "2024-01-31"), ("br_ipca_mom", "2023-12-31"), ("us_ust_10y", "2024-01-10"), ("us_ust_1m", "2024-01-10"),
        ("br_cdi", "2024-01-10"), ("br_cdi_daily", "2024-01-10"), ("br_selic_target", "2024-01-10"), ("us_sofr", "2024-01-10"),
    ],
)  # fmt: skip
def test_one_percentage_left_undivided_among_decimals_fails_the_build(tmp_path, series, day):
    with small.copied(tmp_path) as (_, connection):
        connection.execute(f"update gold.observations set value = 100 * value where series_id = '{series}' and reference_date = '{day}'")
        compiled = next((small.built()[1].local("build") / "target" / "compiled" / "macro").rglob(f"{BOUNDS}.sql"))
        assert [row[:2] for row in connection.sql(compiled.read_text()).fetchall()] == [(series, date.fromisoformat(day))]


def test_every_rate_and_change_left_in_percent_fails_the_build(tmp_path):
    decimals = "(select series_id from gold.series where starts_with(unit, 'decimal'))"
    with small.copied(tmp_path) as (_, connection):
        wanted = connection.sql(f"select distinct series_id from gold.observations where series_id in {decimals}").fetchall()
        connection.execute(f"update gold.observations set value = 100 * value where series_id in {decimals}")
        compiled = next((small.built()[1].local("build") / "target" / "compiled" / "macro").rglob(f"{BOUNDS}.sql"))
        found = {row[0] for row in connection.sql(compiled.read_text()).fetchall()}
    assert found == {name for (name,) in wanted}
    assert len(found) > 15


def test_every_model_has_tests_and_every_gold_model_three(gold):
    nodes = json.loads((small.built()[1].local("build") / "target" / "manifest.json").read_text())
    tested: dict[str, int] = {}
    for node in [*nodes["nodes"].values(), *nodes["unit_tests"].values()]:
        if node["resource_type"] in ("test", "unit_test"):
            for parent in node["depends_on"]["nodes"]:
                tested[parent] = tested.get(parent, 0) + 1
    models = [node for node in nodes["nodes"].values() if node["resource_type"] == "model"]
    assert sorted(node["name"] for node in models if not tested.get(node["unique_id"])) == []
    assert sorted(node["name"] for node in models if node["schema"] == "gold" and tested.get(node["unique_id"], 0) < 3) == []
    assert sorted(node["name"] for node in models if not node["description"]) == []


@pytest.mark.parametrize("path", sorted((ROOT / "dbt_project" / "models").rglob("*.sql")), ids=lambda path: path.stem)
def test_the_grain_is_the_first_line_of_every_model(path):
    assert path.read_text().startswith("-- Grain: ")
