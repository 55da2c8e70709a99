"""Parsed rows as Arrow tables of the bronze schemas, with lineage: each row knows its payload, its poll and its place in it.

The check is ours, since dlt looks at column names only: names, types and nulls must be those of the schema, and a value is a
finite number or null. What does not fit is a PayloadError, and its payload goes to quarantine.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from models_py.kernel.errors import PayloadError
from pipelines.connectors import LINEAGE_COLUMNS, SHAPES, Parsed, Payload


def tables(parsed: Parsed, payload: Payload) -> dict[str, pa.Table]:
    """Tables by shape, without the empty ones.

    Raises:
        PayloadError: a column or value that does not fit the schema.
    """
    found = {shape: getattr(parsed, shape) for shape in SHAPES}
    return {shape: _with_lineage(_body(shape, rows, payload), shape, payload) for shape, rows in found.items() if len(rows)}


def _body(shape: str, rows: Sequence[Any] | pa.Table, payload: Payload) -> pa.Table:
    schema = pa.schema([column for column in SHAPES[shape] if column.name not in (*LINEAGE_COLUMNS, "source")])
    if isinstance(rows, pa.Table):
        missing = [name for name in schema.names if name not in rows.column_names]
        unknown = [name for name in rows.column_names if name not in (*schema.names, "source")]
        if missing or unknown:
            raise _misfit(payload, shape, f"columns missing {missing}, unknown {unknown}")
        table = rows.select(schema.names)
        wrong = [f"{one.name} {found.type}" for one, found in zip(schema, table.schema, strict=True) if one.type != found.type]
        if wrong:
            raise _misfit(payload, shape, f"columns of another type: {', '.join(wrong)}")
    else:
        table = pa.table([_column(one, rows, shape, payload) for one in schema], names=schema.names)
    _check(table, schema, shape, payload)
    return table


def _column(column: pa.Field, rows: Sequence[Any], shape: str, payload: Payload) -> pa.Array:
    try:
        return pa.array([getattr(row, column.name) for row in rows], column.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        raise _misfit(payload, shape, f"{column.name}: {error}") from error


def _check(table: pa.Table, schema: pa.Schema, shape: str, payload: Payload) -> None:
    for column in schema:
        if not column.nullable and table[column.name].null_count:
            raise _misfit(payload, shape, f"{column.name} is null")
    if "value" in table.column_names and not pc.all(pc.is_finite(table["value"]), min_count=0).as_py():
        raise _misfit(payload, shape, "a value is NaN or infinite")


def _with_lineage(table: pa.Table, shape: str, payload: Payload) -> pa.Table:
    size = table.num_rows
    lineage = {
        "source": pa.repeat(pa.scalar(payload.source), size),
        "fetched_at": pa.repeat(pa.scalar(payload.fetched_at, SHAPES[shape].field("fetched_at").type), size),
        "poll_id": pa.repeat(pa.scalar(payload.poll_id), size),
        "raw_sha256": pa.repeat(pa.scalar(payload.raw_sha256), size),
        "position": pa.array(np.arange(size, dtype=np.int32)),
    }
    columns = [lineage[name] if name in lineage else table[name] for name in SHAPES[shape].names]
    return pa.table(columns, schema=SHAPES[shape])


def _misfit(payload: Payload, shape: str, reason: str) -> PayloadError:
    return PayloadError(payload.source, payload.key, f"rows do not fit {shape}: {reason}")
