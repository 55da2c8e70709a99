"""Which file's value counts where several give one series and date: the lowest priority number, then the earlier map line.

Where the better rows are vintages and this one says of which month its single vintage is, its value is not lost: it is one more
vintage at the end of that month, if it differs from the last.
"""

import polars as pl

from pipelines.import_map.context import Context
from pipelines.import_map.grammar import MapRow
from pipelines.import_map.marks import SUPERSEDED
from pipelines.import_map.vintages import last_values

_KEY = ("series_id", "source_date")


def superseded(row: MapRow, frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The rows with `reason` set where a better row speaks, and a column `is_later_vintage`.

    Args:
        frame: with `series_id`, `source_date`, `value` (observations) and `reason`.
    """
    frame = frame.with_columns(pl.lit(False).alias("is_later_vintage"))
    speaking = {other.line: other for target in frame["series_id"].unique() for other in context.map.of(target)}
    better = [other for _, other in sorted(speaking.items()) if _outranks(other, row)]
    plain = [context.kept(other) for other in better if other.kind != "vintage"]
    if plain:
        frame = _drop(frame, pl.concat(plain).unique())
    vintaged = [last_values(context.panel(other), other) for other in better if other.kind == "vintage"]
    if vintaged:
        last = pl.concat(vintaged).unique(_KEY, keep="first", maintain_order=True)
        if row.traps.latest_vintage is None or row.kind == "vintage":
            return _drop(frame, last.select(_KEY))
        frame = _later_vintage(frame, last)
    return frame


def _outranks(other: MapRow, row: MapRow) -> bool:
    return other.shape == row.shape and (other.priority, other.line) < (row.priority, row.line)


def _drop(frame: pl.DataFrame, spoken: pl.DataFrame) -> pl.DataFrame:
    marked = frame.join(spoken.with_columns(pl.lit(True).alias("spoken")), on=_KEY, how="left", maintain_order="left")
    reason = pl.when(pl.col("reason").is_null() & pl.col("spoken")).then(pl.lit(SUPERSEDED)).otherwise(pl.col("reason"))
    return marked.with_columns(reason.alias("reason")).drop("spoken")


def _later_vintage(frame: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    joined = frame.join(last.rename({"value": "last"}).with_columns(pl.lit(True).alias("had")), on=_KEY, how="left", maintain_order="left")
    differs = pl.col("had").fill_null(False) & pl.col("value").ne_missing(pl.col("last"))
    repeats = pl.col("had").fill_null(False) & ~differs & pl.col("reason").is_null()
    return joined.with_columns(
        (differs & pl.col("reason").is_null()).alias("is_later_vintage"),
        pl.when(repeats).then(pl.lit(SUPERSEDED)).otherwise(pl.col("reason")).alias("reason"),
    ).drop("last", "had")
