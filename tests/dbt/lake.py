"""A small lake for the build: bronze rows written the way the loader leaves them on disk."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.bronze import TABLES

_LOADS = count(1)


def at(text: str) -> datetime:
    """An instant from ISO text with an offset."""
    return datetime.fromisoformat(text).astimezone(UTC)


def observation(source_key: str, source_date: str, value: float | None, fetched_at: str, **more: Any) -> dict[str, Any]:
    """One bronze observation; the source is bcb_sgs unless said otherwise."""
    row = {"source": "bcb_sgs", "source_key": source_key, "source_date": source_date, "value": value, "fetched_at": fetched_at}
    return row | more


def inflation(until: date) -> dict[date, float]:
    """IPCA of every month (by its first day) from the simulated world's published index on, a plain 0.45 % up to a month, exclusive."""
    months = (date(2009 + k // 12, k % 12 + 1, 1) for k in count())
    return dict.fromkeys(takewhile(lambda month: month < until, months), 0.45)


def load(folder: Path, table: str, rows: Sequence[Mapping[str, Any]], *, complete: bool = True) -> Path:
    """Write rows as one load of a world's bronze folder; an incomplete load has files but no record."""
    number = next(_LOADS)
    load_id = f"1700000000.{number:06d}"
    path = folder / "bronze" / table / f"{load_id}.{number:010x}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(arrow(table, rows), path)
    if complete:
        record = folder / "bronze" / "_dlt_loads" / f"test__{load_id}.jsonl"
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps({"load_id": load_id, "schema_name": "test", "status": 0}))
    return path


def arrow(table: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows in a bronze shape; lineage that is not given is made up from the rest."""
    schema = TABLES[table]
    filled = [_filled(dict(row), position) for position, row in enumerate(rows)]
    return pa.table(
        {field.name: pa.array([_typed(row.get(field.name), field.type) for row in filled], field.type) for field in schema}, schema=schema
    )


def _filled(row: dict[str, Any], position: int) -> dict[str, Any]:
    digest = hashlib.sha256(f"{row.get('source')}|{row['fetched_at']}".encode()).hexdigest()
    return {"position": position, "raw_sha256": digest, "poll_id": digest[:16]} | row


def _typed(value: Any, kind: pa.DataType) -> Any:
    if isinstance(value, str) and pa.types.is_timestamp(kind):
        return at(value)
    if isinstance(value, str) and pa.types.is_date(kind):
        return date.fromisoformat(value)
    return value
