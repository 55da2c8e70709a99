"""Every command of the tree, whichever there are: help, exit codes, `--json`. No list to keep."""

from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from pipelines.cli import app
from tests.gold.conftest import publish

__all__ = ["publish"]


def commands(group: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Leaves of the tree with their path."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


TREE = dict(commands(typer.main.get_command(app)))
each = pytest.mark.parametrize("path", TREE, ids=" ".join)


def test_the_tree_has_the_commands_people_are_told_of():
    told = {"run", "ingest", "backfill", "build", "rebuild", "sql", "verify", "replay", "bench", "halt", "resume", "app", "api"}
    assert {" ".join(path) for path in TREE} >= told | {"sandbox serve", "sandbox score"}


@each
def test_a_command_tells_what_it_does_and_its_exit_codes(path):
    told = CliRunner().invoke(app, [*path, "--help"])
    assert told.exit_code == 0
    assert TREE[path].help.strip()
    assert "Exit codes: 0 done, 1 failed, 2 wrong use" in told.stdout


@each
def test_every_option_of_a_command_is_explained(path):
    dumb = [option.name for option in TREE[path].params if not (getattr(option, "help", "") or "").strip()]
    assert dumb == []


@each
def test_a_command_answers_in_json_when_asked(path):
    assert any("--json" in option.opts for option in TREE[path].params)


@each
def test_an_option_that_does_not_exist_is_wrong_use(path):
    told = CliRunner().invoke(app, [*path, "--no-such-option"])
    assert told.exit_code == 2
    assert "--no-such-option" in told.stderr


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("MACRO_START", "soon", ("MACRO_START", "soon")),
        ("MACRO_LOG_LEVEL", "chatty", ("MACRO_LOG_LEVEL", "CHATTY")),
        ("MACRO_BUILD_MEMORY", "lots", ("MACRO_BUILD_MEMORY", "lots")),
        ("MACRO_PROFILE", "warehouse", ("MACRO_PROFILE", "warehouse")),
        ("MACRO_API_PORT", "99999", ("MACRO_API_PORT", "99999")),
    ],
)
@each
def test_a_setting_that_cannot_be_used_is_wrong_use_and_named_with_its_value(path, variable, value, words, monkeypatch):
    monkeypatch.setenv(variable, value)
    monkeypatch.setenv("COLUMNS", "400")
    needed = [[*option.opts[:1], "2024-01-02"][option.param_type_name == "argument" :] for option in TREE[path].params if option.required]
    told = CliRunner().invoke(app, [*path, *(word for words in needed for word in words)])
    assert told.exit_code == 2, told.output
    assert all(word in told.stderr for word in words)


def test_an_instant_without_an_offset_is_wrong_use_wherever_it_is_given(publish, tmp_path):
    lake = publish([("x", "2024-01-02", "2024-01-03T12:00:00+00:00", 1.0)]).settings.lake
    told = CliRunner().invoke(app, ["snapshot", "--as-of", "2024-01-10", "--out", str(tmp_path / "x.duckdb"), "--lake", lake])
    assert told.exit_code == 2
    assert "offset" in told.stderr


def test_an_option_that_cannot_be_used_is_named_as_it_was_typed(monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    told = CliRunner().invoke(app, ["api", "--port", "99999"])
    assert told.exit_code == 2
    assert "--port: " in told.stderr
    assert "99999" in told.stderr
