"""SQL as people type it: one query, a pipe, a prompt on a terminal, and through make."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from select import select

import pytest

from models_py.kernel.settings import ROOT
from tests.gold.conftest import publish

__all__ = ["publish"]

ROWS = [
    ("usdbrl_ptax", "2024-01-02", "2024-01-02T16:15:00+00:00", 4.8916),
    ("usdbrl_ptax", "2024-01-03", "2024-01-03T16:15:00+00:00", 4.9206),
]
MACRO = f"{sys.executable} -m pipelines.cli"


@pytest.fixture
def environment(publish) -> dict[str, str]:
    """Variables of a process that reads a release of two rows."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MACRO_")}
    return clean | {"MACRO_LAKE": publish(ROWS).settings.lake}


def asked(environment: dict[str, str], *command: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """A command with something piped into it."""
    return subprocess.run(command, cwd=ROOT, env=environment, input=typed, capture_output=True, text=True, timeout=120, check=False)


def on_a_terminal(environment: dict[str, str], *command: str, typed: str) -> tuple[int, str]:
    """A command with a person at the keyboard, who waits for a prompt before each line: exit code, and all that is on the screen."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True) as process:
        os.close(theirs)
        lines, screen = iter([*typed.splitlines(keepends=True), "\x04"]), b""
        while True:
            assert select([ours], [], [], 120)[0], screen
            try:
                shown = os.read(ours, 4096)
            except OSError:                  # the other end is closed: the command is over
                break
            screen += shown
            if screen.count(b"macro> ") and screen.endswith(b"macro> "):
                os.write(ours, next(lines).encode())
    os.close(ours)
    return process.returncode, screen.decode()


QUERY = "select count(*) as rows_known from observations"


def test_queries_of_a_pipe_are_answered_in_turn_and_the_last_may_go_without_a_semicolon(environment):
    told = asked(environment, *MACRO.split(), "sql", "--json", typed=f"{QUERY};\nselect max(value) as top\nfrom observations")
    assert told.returncode == 0, told.stderr
    assert [json.loads(line) for line in told.stdout.splitlines()] == [[{"rows_known": 2}], [{"top": 4.9206}]]
    assert "SIMULATED" in told.stderr


def test_a_wrong_query_of_a_pipe_fails_and_ends_it(environment):
    told = asked(environment, *MACRO.split(), "sql", "--csv", typed=f"select nonsense;\n{QUERY};")
    assert told.returncode == 1
    assert "nonsense" in told.stderr
    assert told.stdout == ""


def test_a_terminal_gets_a_prompt_that_survives_a_wrong_query(environment):
    code, screen = on_a_terminal(environment, *MACRO.split(), "sql", typed=f"select nonsense;\ncopy series to 'x.csv';\n{QUERY};\n")
    assert code == 0, screen
    assert "answers queries alone" in screen
    assert "rows_known" in screen
    assert screen.index("nonsense") < screen.index("rows_known")


def test_make_sql_hands_one_query_over_as_typed(environment):
    query = """select series_id, '$5 "quoted"' as text from observations where value > 4.9"""
    told = asked(environment | {"Q": query}, "make", "-s", "-o", "setup", f"MACRO={MACRO}", "sql")
    assert told.returncode == 0, told.stderr
    assert '$5 "quoted"' in told.stdout
    assert "usdbrl_ptax" in told.stdout


def test_make_sql_without_a_query_reads_a_pipe(environment):
    told = asked(environment, "make", "-s", "-o", "setup", f"MACRO={MACRO}", "sql", typed=QUERY)
    assert told.returncode == 0, told.stderr
    assert "rows_known" in told.stdout


def test_make_sql_without_a_query_opens_a_prompt_on_a_terminal(environment):
    code, screen = on_a_terminal(environment, "make", "-s", "-o", "setup", f"MACRO={MACRO}", "sql", typed=f"{QUERY};\n")
    assert code == 0, screen
    assert "rows_known" in screen


def test_a_query_is_answered_in_one_form(environment, tmp_path: Path):
    told = asked(environment, *MACRO.split(), "sql", QUERY, "--json", "--csv")
    assert told.returncode == 2
    assert "--csv" in told.stderr
