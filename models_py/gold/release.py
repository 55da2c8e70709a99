"""A published release, open for reading: SQL, decision panels and as-of cuts over immutable objects.

A reader resolves CURRENT once and stays with that release until it asks again. The SQL connection is in memory and speaks UTC. On
disk and on S3 alike it may open the folder of gold objects (`models_py.gold.objects`) and nothing else, no other file and no address,
and `sql` takes queries alone, so that no object can be written over.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

import duckdb
import polars as pl

from models_py.gold import asof, objects, panel
from models_py.gold.asof import AsOf, Vintages
from models_py.gold.columns import SAO_PAULO, Columns, columns, open_columns
from models_py.gold.histories import Histories, open_histories
from models_py.gold.manifest import Manifest, read_manifest
from models_py.gold.readings import Readings
from models_py.gold.views import define
from models_py.kernel.clock import instant
from models_py.kernel.errors import LakeError, MacroError, UnknownSeries
from models_py.kernel.lake import Lake, open_lake
from models_py.kernel.settings import Settings
from models_py.quant.frontier import frontier

HELD = """
select series_id, reference_date, available_at, vintage, value
from (from gold.observations union all by name from gold.factors)
where series_id in (select unnest(?)) and held_at <= ?
order by series_id, available_at, reference_date, vintage
"""

WRITES = re.compile(r"\b(copy|export|attach)\b", re.IGNORECASE)          # EXPLAIN ANALYZE does what it explains


class NotAQuery(MacroError):
    """SQL that is no query."""


class Release:
    """One release. `id`, `world_id` and `manifest` say what it is; `sql`, `panel` and `as_of` read it."""

    def __init__(self, lake: Lake, manifest: Manifest, settings: Settings) -> None:
        self.lake, self.manifest, self.settings = lake, manifest, settings
        self.id, self.world_id = manifest.id, manifest.world
        self._frontier: dict[str, pl.DataFrame] = {}
        self._vintages: dict[tuple[str, tuple[str, ...] | None, datetime | None], Vintages] = {}
        self._connection = connect(lake, manifest)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own for another thread, which reaches the lake's gold objects alone."""
        cursor = self._connection.cursor()
        cursor.execute("set search_path = 'gold,main'")
        return cursor

    def sql(self, query: str, parameters: Sequence[Any] = ()) -> pl.DataFrame:
        """The answer to a query over `gold.<table>` (the schema may be left out).

        Raises:
            NotAQuery: a statement that could write a file, or is not known to be none.
        """
        cursor = self.cursor()
        check_queries(cursor, query)
        return cursor.execute(query, list(parameters)).pl()

    @cached_property
    def catalogue(self) -> dict[str, dict[str, Any]]:
        """`gold.series` by series_id: units, sources and grades of every series and factor."""
        return {row["series_id"]: row for row in self.sql("select * from gold.series").to_dicts()}

    def table_of(self, series_id: str) -> str:
        """The table that holds a series: observations or factors.

        Raises:
            UnknownSeries: the release's catalogue has no such id.
        """
        if series_id not in self.catalogue:
            raise UnknownSeries(f"no series {series_id!r} in release {self.id}")
        return "factors" if self.catalogue[series_id]["kind"] == "factor" else "observations"

    @cached_property
    def columns(self) -> Columns:
        """The frontier of all series as memory-mapped columns."""
        return open_columns(self.lake, self.manifest, self.sql)

    @cached_property
    def histories(self) -> Histories:
        """All vintages of all series and factors as memory-mapped arrays."""
        return open_histories(self.lake, self.manifest, self.sql)

    def columns_held(self, series_ids: Sequence[str], held: datetime) -> Columns:
        """The frontier of some series as columns, of what the lake had at `held`; made anew each time."""
        rows = self.sql(HELD, (list(series_ids), held))
        return columns(pl.DataFrame(frontier(rows.to_arrow())))

    def frontier(self, series_id: str) -> pl.DataFrame:
        """Steps of a series' latest reading: available_at, reference_date, value, known_at; oldest first.

        Raises:
            UnknownSeries: the release's catalogue has no such id.
        """
        if series_id not in self._frontier:
            self.table_of(series_id)
            query = "select available_at, reference_date, value, known_at from gold.frontier where series_id = ? order by available_at"
            self._frontier[series_id] = self.sql(query, (series_id,))
        return self._frontier[series_id]

    def vintages(self, table: str, ids: tuple[str, ...] | None, held: datetime | None = None) -> Vintages:
        """All vintages of some ids that the lake had at `held` (default: all it has), loaded once."""
        if (table, ids, held) not in self._vintages:
            self._vintages[table, ids, held] = asof.load(self, table, ids, held)
        return self._vintages[table, ids, held]

    def panel(self, needs: Sequence[str], decisions: Sequence[datetime], held: str | datetime | None = None) -> pl.DataFrame:
        """What was known at each decision: see `models_py.gold.panel`."""
        return panel.frame(needs, decisions, self.readings(needs, decisions, held))

    def readings(self, needs: Sequence[str], decisions: Sequence[datetime], held: str | datetime | None = None) -> Readings:
        """The same as arrays: see `models_py.gold.panel.read`."""
        return panel.read(self, needs, decisions, self.settings.pause, None if held is None else instant(held))

    def as_of(self, known: str | datetime, held: str | datetime | None = None) -> AsOf:
        """The release as it was known at an instant with an offset; with `held`, of what the lake had then."""
        return asof.as_of(self, known, held)

    def decisions(self, first: date, last: date) -> list[datetime]:
        """Decision instants of the B3 sessions from first to last, both included."""
        query = "select decision_at from gold.calendar where market = 'b3' and is_session and calendar_date between ? and ? order by 1"
        return [instant(at) for at in self.sql(query, (first, last))["decision_at"].unique(maintain_order=True)]

    @staticmethod
    def session(decision_at: datetime) -> date:
        """The B3 session a decision is made on and executed in."""
        return decision_at.astimezone(SAO_PAULO).date()

    def verify(self) -> list[str]:
        """Objects whose bytes do not give their name; empty when the release is whole."""
        items = {item.sha256: item.path for objects in self.manifest.objects.values() for item in objects}
        return [path for sha, path in items.items() if hashlib.sha256(self.lake.read(path)).hexdigest() != sha]

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> "Release":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_release(settings: Settings, release_id: str | None = None) -> Release:
    """The current release of the settings' world, or the one named.

    Raises:
        LakeError: nothing is published, or the release belongs to another world.
    """
    lake = open_lake(settings, make=False)
    manifest = read_manifest(lake, release_id)
    if manifest.world != settings.world_id:
        raise LakeError(f"release {manifest.id} is of world {manifest.world}, settings say {settings.world_id}")
    return Release(lake, manifest, settings)


def check_queries(cursor: duckdb.DuckDBPyConnection, text: str) -> None:
    """Refuse SQL that is more than one query.

    Raises:
        NotAQuery: a statement that could write a file, or is not known to be none; or a second query.
    """
    statements = cursor.extract_statements(text)
    for statement in statements:
        if not _is_query(statement):
            raise NotAQuery(f"a release answers queries alone, not {statement.type.name}: {statement.query.strip()[:80]!r}")
    written = [statement.query for statement in statements if statement.query]
    if len(written) + (len(written) < len(statements)) > 1:                   # what DuckDB makes of one pivot has no text
        raise NotAQuery(f"one query is answered at a time, found more: {text.strip()[:80]!r}")


def _is_query(statement: duckdb.Statement) -> bool:
    match statement.type:
        case duckdb.StatementType.SELECT:
            return True
        case duckdb.StatementType.EXPLAIN:
            return WRITES.search(statement.query) is None
        case duckdb.StatementType.CREATE:
            return not statement.query               # DuckDB's own, the type that a pivot needs
        case _:
            return False


def connect(lake: Lake, manifest: Manifest, limits: Mapping[str, str | int | bool] | None = None) -> duckdb.DuckDBPyConnection:
    """A private in-memory connection with the views and macros of a release; its configuration is locked.

    Args:
        limits: settings of DuckDB made before that, such as its memory.
    Raises:
        LakeError: an object cannot be had from its server (`models_py.gold.objects.fetch`).
    """
    connection = duckdb.connect(":memory:", config=dict(limits or {}))
    connection.execute("set global timezone = 'UTC'")  # cursors inherit the global one only
    connection.execute("set parquet_metadata_cache = true")  # objects never change
    objects.fetch(lake, (item for items in manifest.objects.values() for item in items))
    connection.execute("set allowed_directories = [?]", [str(objects.folder(lake))])
    define(connection, manifest, lambda item: str(objects.place(lake, item)))
    connection.execute("set search_path = 'gold,main'")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection
