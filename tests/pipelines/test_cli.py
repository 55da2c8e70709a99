"""The command line as users use it: exit codes, JSON, messages."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from models_py.kernel.settings import ROOT
from tests.world import SmallWorld, copied


def macro(*arguments: str, environment: dict[str, str] | None = None, seconds: int = 120) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MACRO_")} | (environment or {})
    command = [sys.executable, "-m", "pipelines.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=seconds, check=False)


COMMANDS = [
    "run", "ingest", "build", "rebuild", "sql", "verify", "replay", "lineage", "snapshot", "backup", "restore", "halt", "resume", "app",
    "api", "bench",
]


@pytest.mark.parametrize("command", [*COMMANDS, "sandbox serve", "sandbox score"])
def test_every_command_has_help(command):
    told = macro(*command.split(), "--help")
    assert told.returncode == 0
    assert "Usage:" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["run", "--now", "2026-11-24"], "offset"),
        (["run", "--now", "yesterday"], "ISO"),
        (["run", "--world", "moon"], "moon"),
        (["rebuild"], "--bronze"),
        (["replay", "--from", "01/02/2020"], "YYYY-MM-DD"),
        (["fly"], "fly"),
    ],
)
def test_wrong_use_exits_with_two_and_names_the_value(arguments, word, tmp_path: Path):
    told = macro(*arguments, environment={"MACRO_LAKE": str(tmp_path)})
    assert told.returncode == 2
    assert word in told.stderr


def test_an_empty_lake_fails_and_says_what_to_run(tmp_path: Path):
    for arguments in (["sql", "select 1"], ["verify"], ["replay"]):
        told = macro(*arguments, environment={"MACRO_LAKE": str(tmp_path)})
        assert told.returncode == 1, arguments
        assert "macro run" in told.stdout + told.stderr
    assert not list(tmp_path.iterdir())                              # looking makes nothing


@pytest.mark.parametrize(
    ("world", "environment", "word"),
    [
        ("files", {}, "MACRO_HISTORY"),
        ("live", {}, "MACRO_FRED_API_KEY"),
        ("sandbox", {"MACRO_SANDBOX_FAULTS": "no_such_plan"}, "no_such_plan"),
    ],
)
@pytest.mark.parametrize("command", ["run", "ingest"])
def test_what_cannot_run_is_told_before_anything_is_made(command, world, environment, word, tmp_path: Path):
    told = macro(command, "--world", world, environment={"MACRO_LAKE": str(tmp_path), **environment})
    assert told.returncode == 2
    assert word in told.stderr
    assert "Traceback" not in told.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["run", "ingest", "build"])
def test_a_clock_before_the_current_release_is_refused(small_world: SmallWorld, command):
    told = macro(command, "--now", "2024-06-27T08:45:00-03:00", environment=small_world.environment)
    assert told.returncode == 2
    assert small_world.release_id in told.stderr


def test_sql_answers_as_table_json_and_csv(small_world: SmallWorld):
    query = "select series_id, count(*) as n from observations where series_id = 'usdbrl_ptax' group by 1"
    table = macro("sql", query, environment=small_world.environment)
    assert "usdbrl_ptax" in table.stdout
    [row] = json.loads(macro("sql", query, "--json", environment=small_world.environment).stdout)
    assert row["series_id"] == "usdbrl_ptax"
    assert row["n"] > 500
    assert macro("sql", query, "--csv", environment=small_world.environment).stdout.splitlines()[0] == "series_id,n"


def test_sql_that_is_wrong_or_reaches_out_fails_in_one_line(small_world: SmallWorld):
    for query in ("select nonsense from", "select * from read_csv('/etc/passwd')"):
        told = macro("sql", query, environment=small_world.environment)
        assert told.returncode == 1
        assert "Traceback" not in told.stderr


def test_verify_passes_on_a_good_lake(small_world: SmallWorld):
    told = macro("verify", "--json", environment=small_world.environment, seconds=400)
    answer = json.loads(told.stdout)
    assert told.returncode == 0, told.stdout
    assert answer["passed"]
    assert len(answer["checks"]) >= 8


@pytest.mark.parametrize("harm", ["object", "raw", "journal"])
def test_verify_fails_on_what_rotted_or_was_tampered_with(small_world: SmallWorld, tmp_path: Path, harm):
    world = copied(small_world, tmp_path / "lake")
    root = world.lake / "sandbox"
    if harm == "object":
        victim = max((root / "gold" / "objects").glob("*.parquet"), key=lambda path: path.stat().st_size)
        content = bytearray(victim.read_bytes())
        content[len(content) // 2] ^= 1
        victim.write_bytes(bytes(content))
    elif harm == "raw":
        for victim in (root / "raw" / "objects").rglob("*"):
            if victim.is_file():
                victim.write_bytes(b"not what it was")
    else:
        segment = sorted((root / "desk" / "audit").glob("*.jsonl"))[0]
        segment.write_text(segment.read_text().replace("usdbrl", "usdxxx"))
    told = macro("verify", environment=world.environment, seconds=400)
    assert told.returncode == 1
    assert told.stdout.strip().endswith("FAIL")


def test_the_deployment_points_at_the_daily_flow_on_weekdays_in_sao_paulo():
    deployment = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"][0]
    path, name = deployment["entrypoint"].split(":")
    assert (ROOT / path).exists()
    assert f"def {name}(" in (ROOT / path).read_text()
    assert deployment["schedules"] == [{"cron": "45 8 * * 1-5", "timezone": "America/Sao_Paulo", "active": True}]


SHOWN = (
    "SIMULATED: no evidence about markets", "Gold, instants in UTC", " observations ", " of 100   completeness", "Scores",
    "fx_usdbrl_momentum", "Targets, before stops", "Orders", "Fills", "Positions", "P&L, BRL", "NAV ", "VaR 99 %", "TAPER13",
    "COVID20", "FISCAL24", "Limits", "seconds: ingest ",
)  # fmt: skip


def test_macro_run_prints_everything_and_leaves_a_named_flow_run_with_two_artifacts(small_world: SmallWorld, tmp_path: Path):
    """The second run of the world, through the command that people use; what the orchestrator recorded is read from its database."""
    world = copied(small_world, tmp_path / "lake")
    told = macro("run", environment=world.environment, seconds=300)
    assert told.returncode == 0, told.stderr[-3000:]
    assert not [words for words in (*SHOWN, world.release_id) if words not in told.stdout]
    assert {line.split(":")[0] for line in told.stderr.splitlines()} >= {"ingest", "build", "check", "publish", "trade"}
    with closing(sqlite3.connect(world.lake / "sandbox" / "prefect" / "prefect.db")) as recorded:
        assert recorded.execute("select name, state_name from flow_run").fetchall() == [
            ("daily sandbox:20100104 2024-06-28T11:45+00:00", "Completed")
        ]
        assert {name.split(" ")[0].split("-")[0] for (name,) in recorded.execute("select name from task_run")} == {
            "ingest", "build", "check", "publish", "trade",
        }
        assert sorted(key for (key,) in recorded.execute("select key from artifact")) == ["book", "quality"]
