"""Who may import whom: every import of the three packages against the dependency rule of the architecture."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for package in ("models_py", "pipelines", "app") for path in (ROOT / package).rglob("*.py"))

# what each part of models_py may import of models_py, beside itself
ALLOWED: dict[str, set[str]] = {
    "kernel": set(),
    "quant": {"kernel"},
    "gold": {"kernel", "quant"},
    "nlp": {"kernel", "quant"},
    "strategies": {"kernel.registry", "quant", "nlp", "signals"},
    "agents": {"kernel.registry", "quant", "nlp", "signals"},
    "signals": {"kernel", "quant"},
    "portfolio": {"kernel", "quant"},
    "risk": {"kernel", "quant"},
    "ledger": {"kernel"},
    "execution": {"kernel", "quant", "ledger"},
    "desk": {"kernel", "quant", "gold", "nlp", "agents", "strategies", "signals", "portfolio", "risk", "ledger", "execution"},
    "backtest": {"kernel", "quant", "gold", "agents", "strategies", "signals", "portfolio", "risk", "ledger", "execution", "desk"},
}
# what a strategy or agent must never reach: files, clocks, settings, databases, the network
IMPURE = {"duckdb", "pathlib", "os", "httpx", "fsspec", "time", "sqlalchemy", "open", "prefect", "random", "sqlite3"}


def imports(path: Path) -> Iterator[str]:
    """Absolute names a module imports, wherever in it."""
    package = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: -node.level]) + "." if node.level else ""
            yield from (f"{base}{node.module or ''}.{alias.name}".replace("..", ".") for alias in node.names)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_nothing_imports_app_and_app_never_imports_pipelines(path):
    part = path.relative_to(ROOT).parts[0]
    for name in imports(path):
        if name.split(".")[0] == "app" and part != "app":
            assert named(path) == "pipelines/cli_serve.py", f"{named(path)} imports {name}"      # the command line starts the server
        assert not (part == "app" and name.split(".")[0] == "pipelines"), f"{named(path)} imports {name}"


@pytest.mark.parametrize("path", [file for file in FILES if file.parts[len(ROOT.parts)] == "models_py"], ids=named)
def test_models_import_from_left_to_right_and_no_orchestrator_or_web_framework(path):
    parts = path.relative_to(ROOT).parts
    mine = parts[1].removesuffix(".py")
    for name in imports(path):
        names = name.split(".")
        assert names[0] not in {"prefect", "dlt", "dbt", "streamlit", "fastapi", "pipelines"}, f"{named(path)} imports {name}"
        if names[0] != "models_py" or mine == "__init__" or len(names) < 2 or names[1] == mine:
            continue
        allowed = ALLOWED[mine]
        assert names[1] in allowed or ".".join(names[1:3]) in allowed, f"{named(path)} imports {name}: {mine} may import {sorted(allowed)}"


@pytest.mark.parametrize(
    "path", sorted([*(ROOT / "models_py" / "strategies").glob("*.py"), *(ROOT / "models_py" / "agents").glob("*.py")]), ids=named
)
def test_strategies_and_agents_are_pure(path):
    assert not IMPURE & {name.split(".")[0] for name in imports(path)}


@pytest.mark.parametrize("path", sorted((ROOT / "dbt_project").rglob("*.py")), ids=named)
def test_dbt_python_models_import_quant_and_nlp_only(path):
    ours = [name for name in imports(path) if name.split(".")[0] in {"models_py", "pipelines", "app"}]
    assert all(name.split(".")[1] in {"quant", "nlp"} for name in ours), ours


@pytest.mark.parametrize("path", FILES, ids=named)
def test_only_the_sandbox_and_its_tests_know_the_truth_door(path):
    if "sandbox" not in path.parts:
        assert "_sandbox/truth" not in path.read_text()
        allowed = {"pipelines/endpoints.py", "pipelines/cli_sandbox.py"}
        assert named(path) in allowed or not any(name.startswith("pipelines.sandbox") for name in imports(path))
