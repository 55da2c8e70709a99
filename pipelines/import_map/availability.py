"""When each row became known, and how we know: `published_at` and `availability` by the map's rule.

A series that the catalogue calls revisable and whose file keeps no vintages is dated by the next release, assumed: the value of
the file is not the one first printed. A dropped row has no instant; its availability says why.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.kernel.errors import ConfigError
from models_py.quant.periods import Days, month_end
from models_py.quant.release_calendars import Releases, on_day
from models_py.quant.release_rule import NEVER, at, next_period, resolve
from models_py.quant.wall_clock import Instants
from pipelines.import_map.context import Context
from pipelines.import_map.errors import in_file, in_map
from pipelines.import_map.grammar import MapRow
from pipelines.import_map.reader import LINE

INSTANT = pl.Datetime("us", "UTC")
_OFFSET = r"(Z|[+-]\d{2}:?\d{2})$"


def dated(row: MapRow, frame: pl.DataFrame, context: Context, key: str) -> pl.DataFrame:
    """The rows with `published_at` and `availability`.

    Args:
        frame: with `source_date`, `reason`, the line; `value` for rules that look at changes, `series_id` for revisable ones.
    """
    days = frame["source_date"].to_numpy().astype("datetime64[D]")
    instants, assumed = _instants(row, frame, days, context, key)
    published = pl.Series("published_at", instants).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    grade = pl.when(pl.Series(assumed)).then(pl.lit("assumed")).otherwise(pl.lit(row.grade))
    dropped = pl.col("reason").is_not_null()
    return frame.with_columns(
        pl.when(~dropped).then(published).alias("published_at"),
        pl.when(dropped).then("dropped:" + pl.col("reason")).otherwise(grade).alias("availability"),
    )


def _instants(row: MapRow, frame: pl.DataFrame, days: Days, context: Context, key: str) -> tuple[Instants, NDArray[np.bool_]]:
    certain = np.zeros(days.shape, dtype=np.bool_)
    if row.rule.main.anchor == "column":
        return _of_column(row, frame, key), certain
    if row.rule.main.anchor == "file":
        return _of_file(row, days, context.table(row, key).tags, key), certain
    releases = context.releases if row.rule.main.anchor == "release" else None
    try:
        if "published_at" in frame.columns:
            return _of_publication(row, frame, key, releases), certain
        waits = _revised(row, frame, context)
        reference = _with_later(row, days)
        if waits.any():
            reference = np.where(waits, next_period(reference, row.frequency, row.rule.main.zone or "UTC"), reference)
        instants, assumed = resolve(row.rule.text, reference, releases=releases, changed=_changed(row, frame))
    except ConfigError as error:
        raise in_map(row.line, "availability_rule", str(error)) from error
    # a meeting no calendar announced is known when its day is over
    unannounced = np.isin(days, np.array(row.traps.extraordinary, dtype="datetime64[D]"))
    return np.where(unannounced, (days + 1).astype("datetime64[us]"), instants), assumed | waits


def _of_publication(row: MapRow, frame: pl.DataFrame, key: str, releases: Releases | None) -> Instants:
    published = frame["published_at"].str.to_date(row.date_format, strict=False)
    if published.null_count():
        line = frame[LINE][published.is_null().arg_max() or 0]
        raise in_file(key, line, row.fields["published_at"], "no date of publication", map_line=row.line)
    days = published.to_numpy().astype("datetime64[D]")
    if row.rule.main.anchor == "release" and row.rule.main.minutes is None:
        return on_day(row.rule.main.name, days, releases)
    return at(days, row.rule.text)


def _with_later(row: MapRow, days: Days) -> Days:
    if row.traps.published_with is None:
        return days
    period, later = (month_end(np.array([f"{month}-01"], dtype="datetime64[D]"))[0] for month in row.traps.published_with)
    return np.where(days == period, later, days)


def _revised(row: MapRow, frame: pl.DataFrame, context: Context) -> NDArray[np.bool_]:
    if row.kind != "observation" or row.rule.main.anchor == "never":
        return np.zeros(frame.height, dtype=np.bool_)
    return frame["series_id"].is_in(context.revisable).to_numpy()


def _changed(row: MapRow, frame: pl.DataFrame) -> NDArray[np.bool_] | None:
    """Where a kept value differs from the kept one before it; rows are in order of date."""
    if not row.rule.changes_only:
        return None
    kept = frame["reason"].is_null()
    last = frame.select(pl.when(kept).then(pl.col("value")).forward_fill().shift(1))[:, 0]
    return (kept & last.is_not_null() & (frame["value"] != last).fill_null(False)).to_numpy()


def _of_column(row: MapRow, frame: pl.DataFrame, key: str) -> Instants:
    name = row.rule.main.name
    said = frame["stated_at"]
    if row.rule.main.minutes is not None:
        instants = said.str.to_date("%Y-%m-%d", strict=False)
    else:
        plain = said.str.replace(" ", "T", literal=True)
        instants = pl.select(pl.when(plain.str.contains(_OFFSET)).then(plain.str.replace(r"Z$", "+00:00")))[:, 0]
        instants = instants.str.to_datetime("%+", strict=False, time_unit="us").cast(INSTANT)
    wrong = instants.is_null()
    if wrong.any():
        place = wrong.arg_max() or 0
        wanted = "a date" if row.rule.main.minutes is not None else "an ISO instant with an offset"
        raise in_file(key, frame[LINE][place], name, f"{said[place]!r} is not {wanted}", map_line=row.line)
    if row.rule.main.minutes is not None:
        return at(instants.to_numpy().astype("datetime64[D]"), row.rule.text)
    return instants.dt.replace_time_zone(None).to_numpy().astype("datetime64[us]")


def _of_file(row: MapRow, days: Days, tags: Mapping[str, str], key: str) -> Instants:
    clause = row.rule.main
    found = tags.get(clause.name)
    expected = str(clause.instant.astype("datetime64[s]")) + "Z" if clause.instant is not None else None
    if found != expected:
        raise in_file(key, None, clause.name, f"is {found!r}, the map says {expected!r}", map_line=row.line)
    return np.full(days.shape, clause.instant if clause.instant is not None else NEVER)


def later_vintage(row: MapRow, frame: pl.DataFrame, rule: str) -> pl.DataFrame:
    """Rows that are one more vintage: known at the end of the file's own month, at the time of day of the vintages' rule."""
    month: date | None = row.traps.latest_vintage
    if month is None:
        return frame
    end = month_end(np.array([month], dtype="datetime64[D]"))
    instant = pl.Series(at(end, rule)).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")[0]
    here = pl.col("is_later_vintage")
    return frame.with_columns(
        pl.when(here).then(pl.lit(instant)).otherwise(pl.col("published_at")).alias("published_at"),
        pl.when(here).then(pl.lit("assumed")).otherwise(pl.col("availability")).alias("availability"),
        pl.when(here).then(pl.lit(end[0].item())).otherwise(pl.col("vintage_date")).alias("vintage_date"),
    )
