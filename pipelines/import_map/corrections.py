"""Rows that a file dates a day early or whose columns stand one row late, put right as the map's trap says."""

import polars as pl

from pipelines.import_map.grammar import MapRow


def apply(row: MapRow, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows, in the file's order, with columns and reference dates corrected."""
    late = row.traps.late
    if late:
        here = pl.col("source_date").is_between(late.first, late.last)
        names = [name for name in late.columns if name in frame.columns]
        frame = frame.with_columns(pl.when(here).then(pl.col(name).shift(-1)).otherwise(pl.col(name)).alias(name) for name in names)
    if row.traps.early:
        day = pl.col("source_date")
        frame = frame.with_columns(pl.when(day.is_in(row.traps.early)).then(day.dt.offset_by("1d")).otherwise(day).alias("source_date"))
    if row.traps.redated:
        value, day_of_value = row.traps.redated
        field = next((name for name in ("value", "rate", "settlement") if name in frame.columns), frame.columns[0])
        repeated = pl.struct(pl.col("written")).is_duplicated()
        here = repeated & (pl.col(field).cast(pl.Float64, strict=False) == value)
        frame = frame.with_columns(pl.when(here).then(pl.lit(day_of_value)).otherwise(pl.col("source_date")).alias("source_date"))
    return frame
