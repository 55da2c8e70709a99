"""The project's SQL as dbt would compile it, for small frames in memory: refs and sources are plain table names."""

from pathlib import Path
from typing import Any

import duckdb
import jinja2
import yaml

from tests.conftest import ROOT

PROJECT = ROOT / "dbt_project"


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined)
    environment.globals |= {
        "ref": lambda name: name,
        "source": lambda _source, name: f"{_source}_{name}" if _source == "seeds" else name,
        "config": lambda **_: "",
        "execute": False,
    }
    return environment


MACROS = "\n".join(path.read_text() for path in sorted((PROJECT / "macros").glob("*.sql")))
ENVIRONMENT = _environment()


def render(text: str, **names: Any) -> str:
    """SQL with the project's macros expanded."""
    return ENVIRONMENT.from_string(MACROS + "\n" + text).render(**names)


def model(name: str) -> str:
    """A model's SQL; `bronze` sources are named as the table, seeds `seeds_<name>`."""
    found = next((PROJECT / "models").rglob(f"{name}.sql"))
    return render(found.read_text())


def connect() -> duckdb.DuckDBPyConnection:
    """An in-memory database whose cursors say UTC, as the profile does."""
    connection = duckdb.connect()
    connection.execute("set global timezone = 'UTC'; set threads = 1")
    return connection


def declared(source: str) -> dict[str, dict[str, str]]:
    """Columns and types of a source's tables, as its YAML declares them."""
    files = sorted((PROJECT / "models" / "silver").glob("_*.yml"))
    sources = [entry for path in files for entry in yaml.safe_load(path.read_text())["sources"]]
    tables = [table for entry in sources if entry["name"] == source or entry.get("schema") == source for table in entry["tables"]]
    return {table["name"]: {column["name"]: column["data_type"] for column in table["columns"]} for table in tables}


def seed(connection: duckdb.DuckDBPyConnection, name: str, folder: Path = PROJECT / "seeds") -> None:
    """A seed as dbt reads it."""
    columns = declared("seeds")[name]
    connection.execute(
        f"create or replace table seeds_{name} as select * from read_csv(?, header = true, columns = {columns})",
        [str(folder / f"{name}.csv")],
    )
