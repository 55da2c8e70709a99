"""A process that runs the queries of users, one at a time: `python -m app.api.sql_worker <fd>`, started and ended by `app.api.sql`.

Being a process, it can be ended whatever a query does, and the system itself holds its memory: DuckDB neither interrupts a function
over one long value nor counts the text it makes. The connection reads the gold objects of one lake and nothing else. Of the parent it
gets a lake and questions through one socket; it has no environment of its own, so no key is in reach.
"""

import csv
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from models_py.gold.manifest import read_manifest
from models_py.gold.release import NotAQuery, check_queries, connect
from models_py.kernel.errors import LakeError
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings

LARGEST = 64 * 2**20                    # bytes of an answer
BATCH = 1000                            # rows taken at a time
PLAIN = (str, int, float, type(None))   # what CSV writes as it is


class Refused(Exception):
    """Why a query has no answer: `kind` is refused, long, memory or large."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


def serve(connection: Connection) -> None:
    """Answer until the parent hangs up. Each answer is a header in JSON and the bytes of the body."""
    settings = connection.recv()
    _warm(settings)
    _hold_memory(settings)
    connection.send_bytes(b"ready")
    while True:
        try:
            asked = json.loads(connection.recv_bytes())
        except EOFError:
            return
        try:
            head, body = _answer(settings, asked)
        except Refused as error:
            head, body = {"error": error.kind, "detail": str(error)}, b""
        connection.send_bytes(orjson.dumps(head))
        connection.send_bytes(body)


def _answer(settings: Settings, asked: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    with _refusals(), _opened(settings, asked["release_id"]).cursor() as cursor:
        cursor.execute("set search_path = 'gold,main'")
        check_queries(cursor, asked["query"])
        watch = Timer(settings.sql_seconds, cursor.interrupt)
        watch.start()
        try:
            cursor.execute(asked["query"], asked["parameters"])
            if cursor.description is None:
                raise Refused("refused", "nothing is asked")
            columns = {column[0]: str(column[1]) for column in cursor.description}
            if len(columns) < len(cursor.description):
                raise Refused("refused", f"two columns have one name: {', '.join(column[0] for column in cursor.description)}")
            make = _parquet if asked["media"] == "application/vnd.apache.parquet" else _text
            return make(cursor, columns, asked)
        finally:
            watch.cancel()


def _text(cursor: duckdb.DuckDBPyConnection, columns: Mapping[str, str], asked: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """JSON or CSV, of rows as Python has them."""
    rows: list[tuple[Any, ...]] = []
    while len(rows) <= asked["limit"] and (batch := cursor.fetchmany(min(BATCH, asked["limit"] + 1 - len(rows)))):
        rows += batch
    truncated, rows = len(rows) > asked["limit"], rows[: asked["limit"]]
    if asked["media"] == "text/csv":
        made = io.StringIO(newline="")
        writer = csv.writer(made, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([[value if isinstance(value, PLAIN) else _plain(value) for value in row] for row in rows])
        body = made.getvalue().encode()
    else:
        told = {"truncated": truncated, "columns": [{"name": name, "type": kind} for name, kind in columns.items()]}
        items = [dict(zip(columns, row, strict=True)) for row in rows]
        body = orjson.dumps({**asked["provenance"], **told, "items": items}, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    return _checked(body, len(rows), truncated)


def _parquet(cursor: duckdb.DuckDBPyConnection, columns: Mapping[str, str], asked: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    reader, batches, count = cursor.to_arrow_reader(BATCH), [], 0
    for batch in reader:
        batches.append(batch)
        count += batch.num_rows
        if count > asked["limit"]:
            break
    told = {name: str(value) for name, value in asked["provenance"].items() if value is not None}
    table = pa.Table.from_batches(batches, reader.schema).slice(0, asked["limit"]).replace_schema_metadata(told)
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    return _checked(file.getvalue(), table.num_rows, count > asked["limit"])


def _checked(body: bytes, rows: int, truncated: bool) -> tuple[dict[str, Any], bytes]:
    if len(body) > LARGEST:
        raise Refused("large", f"the answer has {len(body):,} bytes, at most {LARGEST:,} are given: ask for less")
    return {"rows": rows, "truncated": truncated}, body


def _plain(value: Any) -> str:
    """Text of what JSON and CSV do not have: instants as ISO, bytes in hexadecimal, the rest as Python writes it."""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return value.hex() if isinstance(value, bytes) else str(value)


@contextmanager
def _refusals() -> Iterator[None]:
    """Every way in which a query can fail, as the one error the parent is told."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise Refused("long", "the query took too long") from error
    except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError) as error:
        raise Refused("memory", "the query needs more memory than it may have") from error
    except (duckdb.Error, NotAQuery, LakeError) as error:
        raise Refused("refused", str(error)) from error
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        raise Refused("refused", f"a column cannot be given in this form, cast it: {error}") from error


@lru_cache(maxsize=2)
def _opened(settings: Settings, release_id: str) -> duckdb.DuckDBPyConnection:
    lake = open_lake(settings, make=False)
    limits: dict[str, str | int | bool] = {
        "memory_limit": settings.sql_memory, "threads": 1, "temp_directory": "", "max_temp_directory_size": "0KB",
        "python_enable_replacements": False, "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        "allow_community_extensions": False, "allow_persistent_secrets": False,
    }  # fmt: skip
    return connect(lake, read_manifest(lake, release_id), limits)


def _warm(settings: Settings) -> None:
    """Load what every query needs before memory is held."""
    _opened(settings, str(read_manifest(open_lake(settings, make=False)).id))
    pq.write_table(pa.table({"warm": [1]}), io.BytesIO(), compression="zstd")


def _hold_memory(settings: Settings) -> None:
    """Have the system refuse what DuckDB does not count: twice its limit beyond what stands now. Linux alone keeps to it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return
    import resource

    now = next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmData:"))
    most = now + 2 * _bytes(settings.sql_memory)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _bytes(text: str) -> int:
    number, unit = text.upper().replace(" ", ""), 1
    for name, size in (("K", 10), ("M", 20), ("G", 30), ("T", 40)):
        for suffix in (f"{name}IB", f"{name}B"):
            if number.endswith(suffix):
                number, unit = number.removesuffix(suffix), 2**size
    return int(float(number) * unit)


if __name__ == "__main__":
    os.nice(5)
    serve(Connection(int(sys.argv[1])))
