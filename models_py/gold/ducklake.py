"""Releases as snapshots of a DuckLake, its catalogue in Postgres, for people and programs that speak SQL and not our code.

A release is one transaction: every gold table is put in place of its forerunner over the very objects of the release, which are listed
and not copied, and the snapshot bears the release's id as its message. A snapshot is read as it was, whatever was published since:

    attach 'ducklake:postgres:<url>' as desk (metadata_schema '<schema>', snapshot_version <n>, read_only); from desk.gold.series;

A catalogue has a schema for each lake, named by world and address. Publishing holds an advisory lock of it from the first look at
what is newest until CURRENT is replaced, so that two machines cannot pass each other. Snapshots are never expired: decisions
refer to releases, and objects are the releases' to keep.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from models_py.gold.manifest import Manifest
from models_py.kernel import s3
from models_py.kernel.errors import ConfigError, LakeDown, LakeError, PublishError
from models_py.kernel.extensions import install
from models_py.kernel.lake import Lake
from models_py.kernel.settings import Settings

LOCK_SECONDS = 60
AUTHOR = "macro-desk"
_NEWEST = "select snapshot_id, commit_message from desk.snapshots() where author = $1 order by snapshot_id desc limit 1"
_NAMED = "select max(snapshot_id) from desk.snapshots() where author = $1 and commit_message = $2"


def schema(lake: Lake) -> str:
    """Schema of the catalogue's tables of a lake."""
    address = hashlib.sha256(lake.uri().encode()).hexdigest()[:8]
    return re.sub(r"\W", "_", f"{lake.world_id}_{address}").lower()


@contextmanager
def enlisted(settings: Settings, lake: Lake, manifest: Manifest) -> Iterator[int]:
    """Have a release in the catalogue, and nobody else publish while the block lasts; the value is its snapshot.

    Raises:
        PublishError: the catalogue has a later release, another publisher does not end, or the transaction failed.
        LakeDown: the catalogue cannot be reached.
        ConfigError: no catalogue is set, or the extra is missing.
    """
    with _locked(settings, lake), _attached(settings, lake) as connection:
        newest = connection.execute(_NEWEST, [AUTHOR]).fetchone()
        if newest is not None and newest[1] == manifest.id:
            yield int(newest[0])
            return
        if newest is not None and newest[1].split("-")[0] > manifest.id.split("-")[0]:
            raise PublishError(f"the catalogue holds {newest[1]}, later than {manifest.id}: releases go forward in time")
        try:
            _publish(connection, lake, manifest)
        except duckdb.Error as error:
            raise PublishError(f"release {manifest.id} is not in the catalogue: {_hushed(error, settings)}") from None
        named = connection.execute(_NAMED, [AUTHOR, manifest.id]).fetchall()
        yield int(named[0][0])


@contextmanager
def opened(settings: Settings, lake: Lake, release_id: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads a release from the catalogue, as `desk.gold.<table>`.

    Raises:
        LakeError: the catalogue has no such release.
        LakeDown: it cannot be reached.
    """
    with _attached(settings, lake) as connection:
        [[snapshot]] = connection.execute(_NAMED, [AUTHOR, release_id]).fetchall()
        if snapshot is None:
            raise LakeError(f"no release {release_id!r} in the catalogue's schema {schema(lake)}")
        connection.execute("detach desk")
        _attach(connection, settings, lake, f", snapshot_version {snapshot}, read_only")
        yield connection


def _publish(connection: duckdb.DuckDBPyConnection, lake: Lake, manifest: Manifest) -> None:
    connection.execute("begin")
    try:
        connection.execute("create schema if not exists desk.gold")
        for table, items in manifest.objects.items():
            uris = [lake.uri(item.path) for item in items]
            connection.execute(f'create or replace table desk.gold."{table}" as from read_parquet({_text(uris[0])}) limit 0')
            for uri in uris:
                connection.execute(f"call ducklake_add_data_files('desk', {_text(table)}, {_text(uri)}, schema => 'gold')")
        connection.execute(f"call desk.set_commit_message('{AUTHOR}', {_text(manifest.id)}, extra_info => {_text(manifest.commit)})")
        connection.execute("commit")
    except duckdb.Error:
        connection.execute("rollback")
        raise


@contextmanager
def _attached(settings: Settings, lake: Lake) -> Iterator[duckdb.DuckDBPyConnection]:
    install("ducklake", "postgres_scanner", *(() if lake.is_local else ("httpfs",)))
    with duckdb.connect() as connection:
        connection.execute("set global timezone = 'UTC'")
        connection.execute("load ducklake")
        connection.execute("load postgres")
        if not lake.is_local:
            connection.execute("load httpfs")
            connection.execute(s3.duckdb_secret(settings, settings.lake))
        _attach(connection, settings, lake)
        yield connection


def _attach(connection: duckdb.DuckDBPyConnection, settings: Settings, lake: Lake, how: str = "") -> None:
    place = f"data_path {_text(lake.uri('gold/ducklake') + '/')}, metadata_schema '{schema(lake)}'"
    try:
        connection.execute(f"attach {_text('ducklake:postgres:' + _url(settings))} as desk ({place}{how})")
    except duckdb.Error as error:
        raise LakeDown(f"the catalogue cannot be opened: {_hushed(error, settings)}") from None


@contextmanager
def _locked(settings: Settings, lake: Lake) -> Iterator[None]:
    """An advisory lock of the lake's schema; Postgres frees it with its connection."""
    try:
        import psycopg
    except ImportError as error:
        raise ConfigError("profile cluster needs the extra cluster: pip install 'macro-desk[cluster]'") from error
    try:
        held = psycopg.connect(_url(settings), autocommit=True)
    except psycopg.Error as error:
        raise LakeDown(f"the catalogue cannot be reached: {_hushed(error, settings)}") from None
    with held:
        try:
            held.execute(f"set lock_timeout = '{LOCK_SECONDS}s'")
            held.execute("select pg_advisory_lock(hashtext(%s))", [schema(lake)])
        except psycopg.errors.LockNotAvailable as error:
            raise PublishError(f"another publisher holds the catalogue's {schema(lake)} for more than {LOCK_SECONDS} s") from error
        yield


def _url(settings: Settings) -> str:
    if settings.catalogue is None:
        raise ConfigError("profile cluster needs a catalogue: set MACRO_CATALOGUE=postgresql://user:password@host/database")
    return settings.catalogue.get_secret_value()


def _hushed(error: Exception, settings: Settings) -> str:
    """An error's words without the catalogue's address, which holds a password."""
    return " ".join(str(error).replace(_url(settings), "MACRO_CATALOGUE").split())


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
