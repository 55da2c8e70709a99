"""Document and calendar rows of a file, in the bronze shape.

A document is `<target>_<key>`: its key is the column mapped to document_id, else the meeting, else the date; a repeated key gets
`_2`. A calendar entry is one JSON object: `date` and the map's fields, numbers in our unit. Columns that a document or quote
carries beside its text or prices (label, source_url, name) are documents of kind `<target>_attributes`.
"""

import hashlib
import json
from collections.abc import Mapping

import polars as pl

from pipelines.import_map import availability, rows
from pipelines.import_map.context import Context
from pipelines.import_map.grammar import MapRow
from pipelines.import_map.marks import DUPLICATE, UNDATED
from pipelines.import_map.reader import LINE

COLUMNS = ("source_key", "source_date", "document_id", "language", "text", "published_at", "availability")
_BESIDE = ("label", "source_url", "name")
_LANGUAGE = r"^[a-z]{2}$"


def parse(row: MapRow, key: str, context: Context) -> pl.DataFrame:
    """Documents or calendar entries that one map row reads from one file."""
    frame = rows.read(row, context.table(row, key), context.calendar_dates).sort(pl.col("source_date"), LINE)
    if row.traps.by_text:
        frame = _by_text(frame, rows.primary(row))
    frame = availability.dated(row, frame.with_columns(pl.lit(row.target_id).alias("series_id")), context, key)
    frame = frame.with_columns(_named(row, frame))
    text = pl.col(rows.primary(row)) if row.kind == "document" else _entries(row, frame)
    language = row.unit if row.kind == "document" and pl.Series([row.unit]).str.contains(_LANGUAGE)[0] else None
    told = pl.col("language") if "language" in frame.columns else pl.lit(language, pl.String)
    out = frame.with_columns(text.alias("text"), pl.lit(row.target_id).alias("source_key"), told.alias("language")).select(COLUMNS)
    return pl.concat([out, attributes(row, frame, pl.col("document_id"))]) if row.kind == "document" else out


def attributes(row: MapRow, frame: pl.DataFrame, name: pl.Expr) -> pl.DataFrame:
    """What stands beside the text or price of each kept row, as JSON documents; an empty frame where nothing does."""
    beside = [field for field in _BESIDE if field in row.fields and (row.kind == "document" or frame.schema[field] == pl.String)]
    kept = frame.filter(pl.col("reason").is_null()) if beside else frame.clear()
    records = kept.select(beside).iter_rows(named=True) if beside else iter(())
    return kept.with_columns(
        pl.lit(f"{row.target_id}_attributes").alias("source_key"),
        pl.format("{}:attributes", name).alias("document_id"),
        pl.lit(None, pl.String).alias("language"),
        pl.Series("text", [_json(record) for record in records], dtype=pl.String),
    ).select(COLUMNS)


def _named(row: MapRow, frame: pl.DataFrame) -> pl.Series:
    named = next((name for name in ("document_id", "meeting") if name in frame.columns), None)
    own = frame["source_date"].cast(pl.String)
    if named and (row.kind == "document" or not _is_date(frame[named])):
        own = frame[named].cast(pl.String)
    whole = own.str.replace(r"\.0$", "")
    count = pl.DataFrame({"key": whole}).select(pl.col("key").cum_count().over("key"))[:, 0]
    suffix = pl.select(pl.when(count > 1).then(pl.format("_{}", count)).otherwise(pl.lit("")))[:, 0]
    return (row.target_id + "_" + whole.fill_null("undated") + suffix).alias("document_id")


def _by_text(frame: pl.DataFrame, body: str) -> pl.DataFrame:
    """Documents named by the sha256 of their text; a text that repeats is dropped after its first."""
    again = pl.col(body).is_duplicated() & ~pl.col(body).is_first_distinct()
    return frame.with_columns(
        frame[body].map_elements(_hashed, return_dtype=pl.String).alias("document_id"),
        pl.when(again).then(pl.lit(DUPLICATE)).otherwise("reason").alias("reason"),
    )


def _is_date(column: pl.Series) -> bool:
    return bool(column.drop_nulls().str.contains(r"^\d{4}-\d{2}-\d{2}").all())


def _entries(row: MapRow, frame: pl.DataFrame) -> pl.Series:
    dates = frame.select(pl.when(pl.col("reason").ne_missing(UNDATED)).then(pl.col("source_date").cast(pl.String)))[:, 0]
    columns: dict[str, list[object]] = {"date": dates.to_list()}
    for name in row.fields:
        if name not in ("value", "date"):
            columns[name] = _typed(row, name, frame[name]).to_list()
    return pl.Series([_json(dict(zip(columns, cells, strict=True))) for cells in zip(*columns.values(), strict=True)], dtype=pl.String)


def _typed(row: MapRow, name: str, column: pl.Series) -> pl.Series:
    numbers = column.cast(pl.Float64, strict=False)
    if numbers.null_count() > column.null_count():
        return column
    whole = numbers.cast(pl.Int64, strict=False)
    if name not in rows.PRICES and (whole.cast(pl.Float64) == numbers).all():
        return whole
    return rows.scaled(row, name, numbers)


def _json(record: Mapping[str, object]) -> str:
    return json.dumps({name: value for name, value in record.items() if value is not None}, ensure_ascii=False)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
