"""Writing a release: Parquet objects that are new, then the manifest and the catalogue for plain DuckDB, then CURRENT.

Bytes are a function of the rows alone: a total order, one codec, one row-group size and one DuckDB version. Tables that carry
`available_at` are split by its year, so that a release costs only what changed and its objects prove that the past did not move.
"""

import filecmp
import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
from filelock import Timeout

from models_py.gold import objects as stored
from models_py.gold.columns import open_columns
from models_py.gold.histories import open_histories
from models_py.gold.manifest import Ahead, GoldObject, Manifest, current_id, read_manifest
from models_py.gold.views import write_catalogue
from models_py.kernel.errors import PublishError
from models_py.kernel.lake import Lake
from models_py.kernel.locks import only_one

# Row groups of 122,880 keep one series' read small; version v1 is smaller than v2 on these columns (measured, docs/decisions.md)
PARQUET = "format parquet, compression zstd, row_group_size 122880"
FIRST = ("series_id", "instrument_id", "curve_id", "surface_id", "document_id", "market", "field", "available_at", "reference_date")
LOCK_SECONDS = 60
# the years of instants by way of their days: by way of the zone they cost as much as the copies
EPOCH, DAY = date(1970, 1, 1), 86_400_000_000           # microseconds
BEFORE = 1_000_000                                      # days, more than there are from year 1 to 1970: division rounds to zero

Progress = Callable[[str, int, int], None]


def write(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    *,
    published_at: datetime,
    commit: str,
    quality: Mapping[str, Any],
    bronze_held_at: datetime | None,
    note: str = "",
    progress: Progress | None = None,
    enlist: Callable[[Manifest], AbstractContextManager[object]] | None = None,
) -> Manifest:
    """Publish every table of the connection's schema `gold`, and make it the current release.

    Publishing what is already current (same objects, same instant) changes nothing.

    Args:
        enlist: held while CURRENT is replaced; has the release entered elsewhere first (`models_py.gold.ducklake.enlisted`).
    Raises:
        PublishError: another publisher holds the lock, the current release is later or was built from newer bronze, or there
            is no table.
    """
    try:
        with only_one(lake, "publish", LOCK_SECONDS) as lock:
            _refuse_older(lake, published_at, bronze_held_at)
            tables = _tables(connection)
            objects: dict[str, tuple[GoldObject, ...]] = {}
            latest: dict[str, str | None] = {}
            ahead: dict[str, Ahead] = {}
            for number, (table, columns) in enumerate(tables.items()):
                if progress:
                    progress(table, number, len(tables))
                objects[table] = tuple(_copy(lake, connection, table, columns))
                latest[table] = None
                if "available_at" in columns:
                    latest[table], later = _knowledge(connection, table, published_at)
                    ahead |= {table: later} if later.rows else {}
            manifest = Manifest(lake.world_id, published_at, commit, objects, dict(quality), bronze_held_at, latest, note, ahead=ahead)
            is_new = current_id(lake) != manifest.id
            if is_new:
                lake.write(manifest.to_json(), "gold/releases", f"{manifest.id}.json")
                write_catalogue(lake, manifest)
                for leave, needed in ((open_columns, {"frontier"}), (open_histories, {"observations", "factors"})):
                    if needed <= tables.keys():
                        leave(lake, manifest, lambda query: connection.execute(query).pl())
            with enlist(manifest) if enlist else nullcontext():
                lock.check()
                if is_new:
                    lake.write(f"{manifest.id}\n".encode(), "gold/CURRENT")
            return manifest
    except Timeout as error:
        raise PublishError(f"another publisher holds the lock of {lake.root} for more than {LOCK_SECONDS} s") from error


def _refuse_older(lake: Lake, published_at: datetime, bronze_held_at: datetime | None) -> None:
    if current_id(lake) is None:
        return
    current = read_manifest(lake)
    if published_at < current.published_at:
        raise PublishError(f"current release {current.id} is later than {published_at.isoformat()}: releases go forward in time")
    if current.bronze_held_at and (bronze_held_at is None or bronze_held_at < current.bronze_held_at):
        raise PublishError(
            f"current release {current.id} was built from bronze fetched at {current.bronze_held_at.isoformat()}, "
            f"this build from {bronze_held_at and bronze_held_at.isoformat()}: it is older and is not published"
        )


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    rows = connection.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'gold' "
        "and table_name in (select table_name from information_schema.tables where table_schema = 'gold' and table_type = 'BASE TABLE') "
        "order by table_name, ordinal_position"
    ).fetchall()
    tables: dict[str, list[str]] = {}
    for table, column in rows:
        tables.setdefault(table, []).append(column)
    if not tables:
        raise PublishError("the build holds no gold table")
    return tables


def _knowledge(connection: duckdb.DuckDBPyConnection, table: str, published_at: datetime) -> tuple[str | None, Ahead]:
    """The newest knowledge at the release's instant, and what counts from a later one only ("infinity", never, is neither)."""
    told = "strftime({} at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ')"
    known, later = "available_at <= $1", "available_at > $1 and available_at < timestamptz '9999-12-01 00:00:00+00'"
    newest, rows, until = connection.execute(
        f"select {told.format(f'max(available_at) filter (where {known})')}, count(*) filter (where {later}), "  # noqa: S608
        f'{told.format(f"max(available_at) filter (where {later})")} from gold."{table}"',
        [published_at],
    ).fetchall()[0]
    return newest, Ahead(rows, until or "")


def _copy(lake: Lake, connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> list[GoldObject]:
    order = [column for column in FIRST if column in columns]
    order += [column for column in columns if column not in order]
    sorted_by = ", ".join(f'"{column}"' for column in order)
    if "available_at" not in columns:
        return [_object(lake, connection, f'select * from gold."{table}" order by {sorted_by}', None)]  # noqa: S608
    days = connection.execute(
        f'select distinct (epoch_us(available_at) + {BEFORE} * {DAY}) // {DAY} from gold."{table}" where isfinite(available_at)'  # noqa: S608
    ).fetchall()
    years = sorted({(EPOCH + timedelta(days=day - BEFORE)).year for (day,) in days})
    if not years:
        return [_object(lake, connection, f'select * from gold."{table}" order by {sorted_by}', None)]  # noqa: S608
    span = "available_at >= timestamptz '{0:04d}-01-01 00:00:00+00' and available_at < timestamptz '{1}-01-01 00:00:00+00'"
    return [
        _object(
            lake,
            connection,
            f"select * from gold.\"{table}\" where {span.format(year, year + 1)} order by {sorted_by}",  # noqa: S608
            year,
        )
        for year in years
    ]


def _object(lake: Lake, connection: duckdb.DuckDBPyConnection, query: str, year: int | None) -> GoldObject:
    aside = lake.local("gold", "objects") if lake.is_local else lake.local("build")
    temporary = Path(aside) / f".{uuid4().hex}.parquet"
    try:
        [(rows,)] = connection.execute(f"copy ({query}) to '{temporary}' ({PARQUET})").fetchall()
        with temporary.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        found = GoldObject(digest, int(rows), temporary.stat().st_size, year)
        if not _held(lake, found, temporary):
            lake.keep(temporary, found.path)
        if not lake.is_local:
            temporary.replace(stored.place(lake, found))
        return found
    finally:
        temporary.unlink(missing_ok=True)


def _held(lake: Lake, found: GoldObject, made: Path) -> bool:
    """Whether the lake has the object already; on disk as it was just made, so that a damaged one is written again."""
    if not lake.exists(found.path):
        return False
    return not lake.is_local or filecmp.cmp(made, lake.path(found.path), shallow=False)
