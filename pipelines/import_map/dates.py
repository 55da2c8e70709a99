"""Dates as a file writes them, and the reference dates they stand for.

`date_format` is `native` (a date column of Parquet), `integer` (a key joined elsewhere) or strftime text; a format without a
day or month means the first. Offsets (`%z`) are checked and the wall date kept.
"""

import re

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.quant.periods import Days, month_end, month_start, quarter_end, year_end
from pipelines.import_map.columns import cells, text
from pipelines.import_map.errors import in_file
from pipelines.import_map.grammar import MapRow
from pipelines.import_map.reader import Table
from pipelines.import_map.reference import Reference

_OFFSET = r"(Z|[+-]\d{2}:?\d{2})$"


def written(table: Table, column: str, row: MapRow, mask: pl.Series) -> pl.Series:
    """The date each chosen row carries (null where blank), as pl.Date; for bars the label's date after the rule's hours.

    Raises:
        ImportMapError: with file, line and column, where a cell is no date of the map's format.
    """
    raw = cells(table, column, row)
    if row.date_format == "native":
        if raw.dtype == pl.Date:
            return raw
        if isinstance(raw.dtype, pl.Datetime):
            return raw.dt.replace_time_zone(None).cast(pl.Date)
        raise in_file(table.key, None, column, f"holds {raw.dtype}, the map says native dates", map_line=row.line)
    said = text(table, column, row)
    moments = _moments(said, row.date_format)
    wrong = said.is_not_null() & moments.is_null() & mask
    if wrong.any():
        at = wrong.arg_max()
        assert at is not None
        reason = f"{said[at]!r} is not a date of the form {row.date_format}"
        raise in_file(table.key, table.lines[at], column, reason, map_line=row.line)
    return moments.dt.offset_by(f"{row.reference.hours}h").cast(pl.Date)


def is_dated(table: Table, row: MapRow, place: int) -> bool:
    """Whether the date cell of one row reads as a date of the map's format."""
    said = text(table, row.date_column, row)
    return _moments(said.gather([place]), row.date_format).is_not_null()[0] if 0 <= place < said.len() else True


def keys(table: Table, column: str, row: MapRow) -> pl.Series:
    """Integer keys of a column (`21.0` is 21), null where blank.

    Raises:
        ImportMapError: a cell is no whole number.
    """
    said = text(table, column, row)
    number = said.cast(pl.Float64, strict=False)
    whole = number.cast(pl.Int64, strict=False)
    wrong = said.is_not_null() & ~(number == whole.cast(pl.Float64)).fill_null(False)
    if wrong.any():
        at = wrong.arg_max()
        assert at is not None
        raise in_file(table.key, table.lines[at], column, f"{said[at]!r} is not an integer", map_line=row.line)
    return whole


def _moments(said: pl.Series, form: str) -> pl.Series:
    if "%z" in form:
        offset = said.str.contains(_OFFSET)
        said = pl.select(pl.when(offset).then(said.str.replace(_OFFSET, "")))[:, 0]
        form = form.replace("%z", "")
    if not re.search(r"%[HIM]", form.replace("%m", "")):
        for part in ("m", "d"):
            if f"%{part}" not in form:
                form, said = f"{form} %{part}", said + " 01"
        return said.str.to_date(form, strict=False).cast(pl.Datetime("us"))
    return said.str.to_datetime(form, strict=False, time_unit="us")


def period_end(table: Table, column: str, row: MapRow, dates: Days, lines: NDArray[np.int64]) -> Days:
    """Reference dates of the file's dates.

    Raises:
        ImportMapError: a rule that starts from the first of a period meets another day.
    """
    rule = row.reference
    if rule.from_start:
        wrong = dates != _first(rule, dates)
        if wrong.any():
            reason = f"{dates[wrong][0]} does not begin a {rule.period}"
            raise in_file(table.key, int(lines[wrong][0]), column, reason, map_line=row.line)
    righted = _righted(rule, dates)
    match rule.period:
        case "month":
            return month_end(righted)
        case "quarter":
            return quarter_end(righted)
        case "year":
            return year_end(righted)
    return righted


def _first(rule: Reference, dates: Days) -> Days:
    match rule.period:
        case "quarter":
            return month_start(quarter_end(dates), -2)
        case "year":
            return dates.astype("datetime64[Y]").astype("datetime64[D]")
        case _:
            return month_start(dates)


def _righted(rule: Reference, dates: Days) -> Days:
    out = dates.copy()
    for wrong in rule.wrong:
        after = np.roll(dates, 1)
        here = (dates == np.datetime64(wrong.found)) & (after == np.datetime64(wrong.after))
        here[:1] = False
        out[here] = np.datetime64(wrong.right)
    return out
