"""The rows of one file that one map row reads: fields of our schema, dates, and what the traps say to drop.

A row without a value is nothing, whatever its date; a value without a date is an error unless the map announces it. The frame
has the line in the file, `written` (the file's date), `source_date` (the reference date), the fields, and `reason` (why a row is
dropped, null where it is kept).
"""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl

from pipelines.import_map import columns, corrections, dates, marks
from pipelines.import_map.errors import in_file
from pipelines.import_map.grammar import MapRow
from pipelines.import_map.reader import LINE, Table

TEXTS = frozenset({
    "symbol", "maturity_code", "code", "name", "instrument", "contract", "series", "option_type", "style", "delta", "document_id",
    "published_at", "meeting_end", "body", "label", "language", "source_url",
})
DATES = frozenset({"maturity", "issue", "expiry", "target"})
PRICES = frozenset({"value", "settlement", "previous", "rate", "ask_rate", "bid_rate", "price", "vol", "premium", "strike", "change"})
PRIMARY = ("value", "settlement", "rate", "price", "vol", "premium")

Lookup = Callable[[str, str], pl.DataFrame]


def read(row: MapRow, table: Table, lookup: Lookup) -> pl.DataFrame:
    """Rows with a value, and the undated ones the map announces.

    Args:
        lookup: (target, field) to a frame of `key` and `date`, for a reference rule that joins a calendar.
    Raises:
        ImportMapError: with file, line and column.
    """
    table = _without_footer(row, table)
    mask = columns.chosen(table, row)
    fields = pl.DataFrame([_field(row, table, name, column, mask).alias(name) for name, column in row.fields.items()])
    frame = fields.with_columns(table.lines.alias(LINE), _written(row, table, mask).alias("written"))
    frame = frame.filter(mask).with_columns(_said(row, fields.filter(mask)).alias("said"))
    undated = frame.filter(pl.col("written").is_null() & _any_field(row))
    _announced(row, table, undated)
    kept = frame.filter("said", pl.col("written").is_not_null()) if not _withdraws(row) else frame.filter(pl.col("written").is_not_null())
    kept = marks.drop(row, corrections.apply(row, _referenced(row, table, kept, lookup)), primary(row))
    lost = undated.with_columns(pl.lit(np.datetime64("1900-01-01")).cast(pl.Date).alias("source_date"), pl.lit("undated").alias("reason"))
    return pl.concat([kept, lost.select(kept.columns)], how="vertical_relaxed") if lost.height else kept


def primary(row: MapRow) -> str:
    """The field whose presence makes a row count."""
    if row.kind == "document":
        return "body" if "body" in row.fields else next(iter(row.fields))
    if row.kind == "calendar":
        return next(iter(row.fields))
    return next((name for name in PRIMARY if name in row.fields), next(iter(row.fields)))


def scaled(row: MapRow, name: str, values: pl.Series) -> pl.Series:
    """A price-like field in our unit: multiplied by the map's scale, divided where that is exact (1.25 % is 0.0125)."""
    scale = row.scales.get(name, row.scale if name in PRICES else 1.0)
    if row.traps.factor is not None and row.traps.below is not None:
        values = pl.select(pl.when(values < row.traps.below).then(values * row.traps.factor).otherwise(values))[:, 0]
    inverse = round(1 / scale) if scale else 0
    exact = scale < 1 and abs(scale * inverse - 1) < 1e-12
    plain = values.to_numpy()                             # numpy divides; polars multiplies by the reciprocal
    return pl.Series(values.name, plain / inverse if exact else plain * scale).fill_nan(None)


def _without_footer(row: MapRow, table: Table) -> Table:
    """The table less a last line that carries no date, where the map says that there may be one."""
    if not row.traps.footer or dates.is_dated(table, row, table.frame.height - 1):
        return table
    return replace(table, frame=table.frame.head(-1))


def _withdraws(row: MapRow) -> bool:
    return row.rule.main.anchor == "column"


def _field(row: MapRow, table: Table, name: str, column: str, mask: pl.Series) -> pl.Series:
    if name == "body":
        return columns.cells(table, column, row).cast(pl.String)
    if row.kind == "calendar" or name in TEXTS:
        return columns.text(table, column, row)
    if name in DATES:
        raw = columns.cells(table, column, row)
        if raw.dtype != pl.String:
            return raw.cast(pl.Date)
        form = row.date_format if "%" in row.date_format else "%Y-%m-%d"
        said = columns.text(table, column, row)
        read_as = said.str.to_date(form, strict=False)
        wrong = said.is_not_null() & read_as.is_null() & mask
        if wrong.any():
            at = wrong.arg_max() or 0
            raise in_file(table.key, table.lines[at], column, f"{said[at]!r} is not a date of the form {form}", map_line=row.line)
        return read_as
    return scaled(row, name, columns.numbers(table, column, row))


def _written(row: MapRow, table: Table, mask: pl.Series) -> pl.Series:
    if row.date_format == "integer":
        return dates.keys(table, row.date_column, row)
    return dates.written(table, row.date_column, row, mask)


def _said(row: MapRow, fields: pl.DataFrame) -> pl.Series:
    return fields[primary(row)].is_not_null()


def _any_field(row: MapRow) -> pl.Expr:
    if row.kind == "calendar":
        return pl.any_horizontal(pl.col(name).is_not_null() for name in row.fields)
    return pl.col("said")


def _announced(row: MapRow, table: Table, undated: pl.DataFrame) -> None:
    if undated.height == row.traps.undated:
        return
    if row.traps.undated:
        reason = f"{undated.height} rows without a date, the map says {row.traps.undated}"
        raise in_file(table.key, None, row.date_column, reason, map_line=row.line)
    raise in_file(table.key, undated[LINE][0], row.date_column, "a value without a date", map_line=row.line)


def _referenced(row: MapRow, table: Table, frame: pl.DataFrame, lookup: Lookup) -> pl.DataFrame:
    rule = row.reference
    if rule.join:
        target, name = rule.join
        joined = frame.join(lookup(target, name), left_on="written", right_on="key", how="left", maintain_order="left")
        if joined["date"].null_count():
            lost = joined.filter(pl.col("date").is_null())
            reason = f"{lost['written'][0]} is no {name} of {target}"
            raise in_file(table.key, lost[LINE][0], row.date_column, reason, map_line=row.line)
        return joined.rename({"date": "source_date"})
    if rule.column:
        other = dates.written(table, rule.column, row, columns.chosen(table, row))
        by_line = pl.DataFrame({LINE: table.lines, "source_date": other})
        return frame.join(by_line, on=LINE, how="left", maintain_order="left")
    days = frame["written"].to_numpy().astype("datetime64[D]")
    ends = dates.period_end(table, row.date_column, row, days, frame[LINE].to_numpy().astype(np.int64))
    return frame.with_columns(pl.Series("source_date", ends).cast(pl.Date))


def stated_at(row: MapRow, table: Table) -> pl.Series:
    """Text of the column that a rule `column:NAME` reads the publication from."""
    return columns.text(table, row.rule.main.name, row)


def series_id(row: MapRow, name: str) -> str:
    """The id of one of the series a starred target stands for: the name in lower case, other characters as underscores."""
    return row.target_id.replace("*", re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_"))


def series_ids(row: MapRow, frame: pl.DataFrame) -> pl.Series:
    """The series id of each row: the target, or for a starred one the cell of its series column."""
    if "series" not in frame.columns:
        return pl.repeat(row.target_id, frame.height, dtype=pl.String, eager=True).alias("series_id")
    names = frame["series"].unique().drop_nulls().to_list()
    return frame["series"].replace_strict(names, [series_id(row, name) for name in names], return_dtype=pl.String).alias("series_id")


def primary_column(row: MapRow) -> str:
    """The file's column behind the primary field."""
    return row.fields[primary(row)]
