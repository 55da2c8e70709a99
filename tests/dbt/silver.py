"""The silver models over a few bronze rows in memory: what dbt builds, without dbt."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from models_py.quant.release_times import release_times
from tests.dbt import compiled
from tests.dbt.lake import arrow

_UNTIL_RELEASES = ("int_catalogue", "stg_observations", "stg_quotes", "int_release_events", "int_release_calendar")
_AFTER_RELEASES = (
    "int_rounds",
    "int_learned_observations",
    "int_observation_contests",
    "int_observation_vintages",
    "int_set_asides",
    "int_learned_quotes",
    "int_quote_contests",
    "int_quote_vintages",
    "stg_documents",
    "int_document_contests",
    "int_document_vintages",
)


class Silver:
    """One in-memory database: seeds are read once, bronze is replaced by each `build`."""

    def __init__(self, extra_series: Iterable[Mapping[str, Any]] = ()) -> None:
        self.connection = compiled.connect()
        for name in ("series", "meetings", "releases", "instruments", "set_asides"):
            compiled.seed(self.connection, name)
        for row in extra_series:
            columns = compiled.declared("seeds")["series"]
            values = ", ".join("null" if row.get(name) is None else f"'{row[name]}'::{kind}" for name, kind in columns.items())
            self.connection.execute(f"insert into seeds_series values ({values})")

    def build(
        self,
        observations: Sequence[Mapping[str, Any]] = (),
        quotes: Sequence[Mapping[str, Any]] = (),
        documents: Sequence[Mapping[str, Any]] = (),
        asked: Sequence[Mapping[str, Any]] = (),
        *,
        world: str = "sandbox",
        now: str | None = None,
    ) -> duckdb.DuckDBPyConnection:
        """Bronze rows through the silver models; the answer has them all as views."""
        given = {"observations": observations, "quotes": quotes, "documents": documents, "asked": asked}
        for table, rows in given.items():
            self._replace(table, arrow(table, rows))
        latest = "(select max(fetched_at) from (from observations select fetched_at union all from quotes select fetched_at))"
        at = f"'{now}'::timestamptz" if now else latest
        self.connection.execute(f"create or replace table run as select '{world}' as world, {at} as now_at")
        self._views(_UNTIL_RELEASES)
        events, calendar = (self.connection.sql(f"from {name}").to_arrow_table() for name in ("int_release_events", "int_release_calendar"))
        self._replace("int_release_times", release_times(events, calendar))
        self._views(_AFTER_RELEASES)
        return self.connection

    def vintages(self, observations: Sequence[Mapping[str, Any]], **how: Any) -> list[tuple[Any, ...]]:
        """(series_id, reference_date, target_date, available_at, vintage, value, availability) in order of the key."""
        built = self.build(observations, **how)
        return built.sql("""
            select series_id, reference_date, target_date, available_at, vintage, value, availability
            from int_observation_vintages order by series_id, reference_date, target_date, vintage
        """).fetchall()

    def _replace(self, name: str, table: pa.Table) -> None:
        self.connection.register("given", table)
        self.connection.execute(f"create or replace table {name} as from given")
        self.connection.unregister("given")

    def _views(self, names: Iterable[str]) -> None:
        for name in names:
            self.connection.execute(f"create or replace view {name} as {compiled.model(name)}")
