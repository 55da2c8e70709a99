"""The pricing models over a few bronze rows in memory: curves, marks, returns and factors as dbt builds them, without dbt."""

import importlib.util
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import yaml

from tests.dbt import compiled
from tests.dbt.silver import Silver

MODELS = compiled.PROJECT / "models"
GOLD = ("curves", "marks", "returns", "factors")
KEYS = {
    "curves": ["curve_id", "reference_date", "available_at", "tenor_bd"],
    "marks": ["instrument_id", "reference_date", "available_at"],
    "returns": ["instrument_id", "reference_date", "available_at"],
    "factors": ["series_id", "reference_date", "available_at"],
}


@cache
def calendar() -> pa.Table:
    """The calendar model, built once a test run."""
    connection = compiled.connect()
    compiled.seed(connection, "holidays")
    connection.execute(f"create table int_calendar as {compiled.model('int_calendar')}")
    return connection.sql("from int_calendar where market = 'br'").to_arrow_table()


@cache
def _order(given: frozenset[str]) -> tuple[str, ...]:
    """The models that the priced gold tables need, upstream first, without those that are given."""
    done: list[str] = []

    def visit(name: str) -> None:
        if name in given or name in done:
            return
        path = _file(name)
        for other in re.findall(r"ref\(['\"](\w+)['\"]\)", path.read_text()):
            visit(other)
        done.append(name)

    for table in GOLD:
        visit(table)
    return tuple(done)


def _file(name: str) -> Path:
    return next(path for path in MODELS.rglob(f"{name}.*") if path.suffix in (".sql", ".py"))


@cache
def _python(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _relation(name: str) -> str:
    """Here the bronze table has the name of the gold one."""
    return "gold_observations" if name == "observations" else name


class _Dbt:
    """What a Python model is handed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def config(self, **_: Any) -> None:
        """Materialisation is ours."""

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        return self.connection.table(name)

    def source(self, _schema: str, name: str) -> duckdb.DuckDBPyRelation:
        return self.connection.table(f"seeds_{name}")


def build(observations: Sequence[Mapping[str, Any]], quotes: Sequence[Mapping[str, Any]], world: str, now: str) -> dict[str, pl.DataFrame]:
    """The priced gold tables of a world's bronze rows, sorted by key, and the observations and quotes they rest on."""
    silver = Silver()
    connection = silver.build(observations, quotes, world=world, now=now)
    connection.register("calendar_once", calendar())
    connection.execute("create table int_calendar as from calendar_once")
    for table in yaml.safe_load((MODELS / "silver" / "_seeds_priced.yml").read_text())["sources"][0]["tables"]:
        columns = {column["name"]: column["data_type"] for column in table["columns"]}
        path = compiled.PROJECT / "seeds" / f"{table['name']}.csv"
        read = f"select * from read_csv('{path}', header = true, columns = {columns})"
        connection.execute(f"create table seeds_{table['name']} as {read}")
    connection.execute(f"create table gold_observations as {compiled.model('observations')}")
    existing = {name for (name,) in connection.sql("select table_name from information_schema.tables").fetchall()}
    for name in _order(frozenset(existing)):
        path = _file(name)
        if path.suffix == ".py":
            connection.register("given", _python(path).model(_Dbt(connection), connection))
            connection.execute(f"create table {name} as from given")
            connection.unregister("given")
        else:
            connection.execute(f"create table {name} as {compiled.render(path.read_text(), ref=_relation)}")
    priced = {table: connection.sql(f"from {table}").pl().sort(KEYS[table]) for table in GOLD}
    return priced | {"observations": connection.table("gold_observations").pl(), "quotes": connection.table("int_quote_vintages").pl()}
