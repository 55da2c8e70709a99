"""A build: what it tells, what it leaves, and how it says what failed."""

import os
from types import SimpleNamespace

import pytest

from models_py.kernel.errors import BuildError
from models_py.kernel.lake import open_lake
from pipelines import transform
from tests.dbt import small
from tests.dbt.lake import load, observation


def node(name, status, message=None, kind="model"):
    return SimpleNamespace(
        node=SimpleNamespace(name=name, resource_type=kind, config=SimpleNamespace(meta={})),
        status=status,
        execution_time=0.1234,
        failures=None,
        message=message,
    )


def outcome(*nodes, success=False, exception=None):
    return SimpleNamespace(success=success, exception=exception, result=SimpleNamespace(results=nodes) if nodes else None)


def built_with(monkeypatch, tmp_path, answer):
    monkeypatch.setattr(transform, "_invoke", lambda scratch, progress: answer)
    chosen = small.settings(tmp_path)
    lake = open_lake(chosen)
    lake.local("build").joinpath("draft.duckdb").touch()
    return transform.build(chosen, lake, "r1")


def test_the_error_names_the_nodes_that_failed_and_the_first_message(monkeypatch, tmp_path):
    answer = outcome(
        node("curves", "success"), node("quotes", "error", "Binder\n  Error: no column"), node("unique", "fail", "Got 2", "test")
    )
    with pytest.raises(BuildError, match=r"2 of 3 nodes failed: quotes, unique; first: quotes: Binder Error: no column"):
        built_with(monkeypatch, tmp_path, answer)


def test_a_project_that_cannot_be_read_is_an_error_with_its_reason(monkeypatch, tmp_path):
    with pytest.raises(BuildError, match=r"dbt did not run: Parsing Error in dbt_project\.yml"):
        built_with(monkeypatch, tmp_path, outcome(exception=ValueError("Parsing Error in dbt_project.yml")))


@pytest.mark.slow
def test_a_build_is_a_file_of_its_run_and_tells_each_node(tmp_path):
    chosen = small.settings(tmp_path)
    load(tmp_path / "sandbox", "observations", [observation("433", "2024-01-01", 0.42, small.NOW)])
    lake, seen, before = open_lake(chosen), [], dict(os.environ)
    result = transform.build(chosen, lake, "20240301T114500Z", progress=lambda what, done, total: seen.append((what, done, total)))
    assert result.path == lake.local("build") / "20240301T114500Z.duckdb"
    assert {one.kind for one in result.results} == {"model", "test", "operation"}
    assert all(one.passed for one in result.results)
    assert [done for _, done, _ in seen] == list(range(1, len(seen) + 1))
    assert "observations" in {what for what, _, _ in seen}
    assert dict(os.environ) == before
    # the parsed project stays for the next build, and nothing but the build itself lies beside it
    assert (lake.local("build") / "target" / "partial_parse.msgpack").exists()
    assert not (lake.local("build") / "draft.duckdb").exists()
