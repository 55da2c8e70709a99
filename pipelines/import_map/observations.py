"""Observation and vintage rows of a file, in the bronze shape.

source_key is the series id, source_date the reference date, value in our unit. Bronze has every value the file holds; the ones
the import must not use are marked `dropped:<reason>`.
"""

import polars as pl

from pipelines.import_map import availability, priorities, rows, vintages
from pipelines.import_map.context import Context
from pipelines.import_map.errors import in_file
from pipelines.import_map.grammar import MapRow
from pipelines.import_map.marks import DUPLICATE
from pipelines.import_map.reader import LINE

COLUMNS = ("source_key", "source_date", "target", "value", "vintage_date", "published_at", "availability")


def parse(row: MapRow, key: str, context: Context) -> pl.DataFrame:
    """Rows that one map row reads from one file."""
    return _vintage(row, key, context) if row.kind == "vintage" else _plain(row, key, context)


def _plain(row: MapRow, key: str, context: Context) -> pl.DataFrame:
    table = context.table(row, key)
    frame = rows.read(row, table, context.calendar_dates)
    if row.rule.main.anchor == "column":
        stated = pl.DataFrame({LINE: table.lines, "stated_at": rows.stated_at(row, table)})
        frame = frame.join(stated, on=LINE, how="left", maintain_order="left")
    frame = frame.with_columns(_ids(row, key, frame), pl.lit(None, pl.Date).alias("vintage_date"))
    target = pl.col("target").cast(pl.String) if "target" in frame.columns else pl.lit(None, pl.String)
    frame = frame.with_columns(target.alias("target")).sort("source_date", LINE)
    frame = priorities.superseded(row, frame, context)
    frame = availability.dated(row, frame, context, key)
    vintaged = [other for other in context.map.of(row.target_id) if other.kind == "vintage"]
    if vintaged:
        frame = availability.later_vintage(row, frame, vintaged[0].rule.text)
    frame = _without_repeats(row, key, frame)
    return frame.rename({"series_id": "source_key"}).select(COLUMNS)


def _vintage(row: MapRow, key: str, context: Context) -> pl.DataFrame:
    panel = context.panel(row)
    place = panel.place(key)
    month = panel.vintages[place].month
    frame = vintages.changes(panel, place, row).rename({"source_key": "series_id"})
    frame = priorities.superseded(row, frame.with_columns(pl.lit(None, pl.String).alias("reason")), context)
    by_month = frame.select("reason").with_columns(pl.lit(month.astype(object)).cast(pl.Date).alias("source_date"))
    known = availability.dated(row, by_month, context, key)
    frame = frame.with_columns(
        known["published_at"], known["availability"], pl.lit(month.astype(object)).cast(pl.Date).alias("vintage_date"),
        pl.lit(None, pl.String).alias("target"),
    )
    return frame.rename({"series_id": "source_key"}).select(COLUMNS)


def _ids(row: MapRow, key: str, frame: pl.DataFrame) -> pl.Series:
    if "series" not in frame.columns:
        return rows.series_ids(row, frame)
    unnamed = ~frame["series"].str.contains(r"[A-Za-z0-9]").fill_null(False)
    if unnamed.any():
        raise in_file(key, frame[LINE][unnamed.arg_max() or 0], row.fields["series"], "no series", map_line=row.line)
    ids = rows.series_ids(row, frame)
    wrong = ~ids.str.contains(r"^[a-z][a-z0-9_]{1,62}$")
    if wrong.any():
        place = wrong.arg_max() or 0
        raise in_file(key, frame[LINE][place], row.fields["series"], f"{ids[place]!r} cannot be a series id", map_line=row.line)
    return ids


def _without_repeats(row: MapRow, key: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Mark a kept row that repeats another; two values for one key are an error."""
    kept = frame.filter(pl.col("reason").is_null())
    name = ("series_id", "source_date", "target", "published_at")
    repeats = kept.filter(pl.struct(name).is_duplicated())
    if repeats.is_empty():
        return frame
    values = repeats.group_by(name, maintain_order=True).agg(pl.col("value").n_unique().alias("values"), pl.col(LINE).max())
    torn = values.filter(pl.col("values") > 1)
    if torn.height:
        first = torn.row(0, named=True)
        reason = f"{first['series_id']} has two values for {first['source_date']}"
        raise in_file(key, first[LINE], row.fields["value"], reason, map_line=row.line)
    first_lines = repeats.group_by(name).agg(pl.col(LINE).min())[LINE]
    again = pl.col(LINE).is_in(repeats[LINE].implode()) & ~pl.col(LINE).is_in(first_lines.implode())
    return frame.with_columns(
        pl.when(again).then(pl.lit("dropped:" + DUPLICATE)).otherwise(pl.col("availability")).alias("availability"),
        pl.when(~again).then(pl.col("published_at")).alias("published_at"),
    )
