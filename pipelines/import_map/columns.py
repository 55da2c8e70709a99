"""Cells of a map's column references, and numbers from them.

A reference is a column's name; `#2` or `field 2` the second column; `12-19` characters of a fixed-width line; `header 1-8` and
`header field 2` parts of the line apart; `A / B` and `A - B` (spaces needed, and no column of that whole name) row by row.
"""

import re
from collections.abc import Sequence

import polars as pl

from pipelines.import_map.errors import in_file
from pipelines.import_map.formats import Format
from pipelines.import_map.grammar import Condition, MapRow
from pipelines.import_map.reader import WHOLE, Table

BLANKS = ("", ".", "-", "NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL", "None", "nd", "n.d.")


def cells(table: Table, reference: str, row: MapRow) -> pl.Series:
    """A column as the file has it.

    Raises:
        ImportMapError: the file has no such column.
    """
    frame = table.frame
    if reference in table.columns:
        return frame[reference]
    if number := re.fullmatch(r"(?:#|field )(\d+)", reference):
        place = int(number[1]) - 1
        if 0 <= place < len(table.columns):
            return frame[table.columns[place]]
    elif span := re.fullmatch(r"(\d+)(?:-(\d+))?", reference):
        if WHOLE in frame.columns:
            first, last = int(span[1]), int(span[2] or span[1])
            return frame[WHOLE].str.slice(first - 1, last - first + 1)
    elif part := re.fullmatch(r"header (?:field (\d+)|(\d+)-(\d+))", reference):
        text = _header(table, part)
        if text is not None:
            return pl.repeat(text, frame.height, dtype=pl.String, eager=True)
    raise in_file(table.key, None, reference, f"no such column; the file has {_listed(table)}", map_line=row.line)


def text(table: Table, reference: str, row: MapRow) -> pl.Series:
    """A column as trimmed text, null where blank."""
    column = cells(table, reference, row)
    if column.dtype.is_temporal():
        return column.dt.strftime("%Y-%m-%d")
    if column.dtype != pl.String:
        return column.cast(pl.String)
    trimmed = pl.col("cell").str.strip_chars()
    return column.to_frame("cell").select(pl.when(trimmed != "").then(trimmed).alias(reference))[:, 0]


def numbers(table: Table, reference: str, row: MapRow) -> pl.Series:
    """A column or expression as numbers, null where blank.

    Raises:
        ImportMapError: with file, line and column, where a cell is no number.
    """
    if reference not in table.columns and (parts := re.fullmatch(r"(.+?) ([/-]) (.+)", reference)):
        left, right = numbers(table, parts[1], row), numbers(table, parts[3], row)
        return _finite(table, reference, row, left / right if parts[2] == "/" else left - right, left.is_not_null() & right.is_not_null())
    column = cells(table, reference, row)
    if not (column.dtype.is_numeric() or column.dtype in (pl.String, pl.Boolean)):
        raise in_file(table.key, None, reference, f"holds {column.dtype}, not numbers", map_line=row.line)
    value, said = _number(pl.col("cell"), column.dtype, table.format)
    both = column.to_frame("cell").select(value.alias("value"), said.alias("said"))
    return _finite(table, reference, row, both["value"], both["said"])


def matrix(table: Table, names: Sequence[str], row: MapRow) -> pl.DataFrame:
    """Many columns, by name, as numbers at once.

    Raises:
        ImportMapError: with file, line and column, where one is missing or a cell is no number.
    """
    parts = {name: _number(pl.col(name), cells(table, name, row).dtype, table.format) for name in names}
    wrong = table.frame.select((said & ~value.is_finite().fill_null(False)).any().alias(name) for name, (value, said) in parts.items())
    for name in names:
        if wrong[name][0]:
            numbers(table, name, row)
    return table.frame.select(value.alias(name) for name, (value, _) in parts.items())


def _number(cell: pl.Expr, dtype: pl.DataType, form: Format) -> tuple[pl.Expr, pl.Expr]:
    """A cell as a number, null where blank; and whether the cell says anything."""
    if dtype != pl.String:
        value = cell.cast(pl.Float64)
        return pl.when(value.is_not_nan()).then(value), value.is_not_nan().fill_null(False)
    stripped = cell.str.strip_chars()
    said = stripped.is_not_null() & ~stripped.is_in(BLANKS)
    plain = stripped.str.replace_all(form.thousands, "", literal=True) if form.thousands else stripped
    if form.decimal != ".":
        plain = plain.str.replace_all(form.decimal, ".", literal=True)
    return pl.when(said).then(plain.cast(pl.Float64, strict=False)), said


def chosen(table: Table, row: MapRow) -> pl.Series:
    """Mask of the rows that the map's row filter keeps."""
    mask = pl.repeat(True, table.frame.height, dtype=pl.Boolean, eager=True)
    for condition in row.conditions:
        mask &= _meets(text(table, condition.column, row), condition)
    return mask


def _meets(column: pl.Series, condition: Condition) -> pl.Series:
    if condition.high is None:
        return (column == condition.low).fill_null(False)
    same_length = column.str.len_chars() == len(condition.low)
    return ((column >= condition.low) & (column <= condition.high) & same_length).fill_null(False)


def _finite(table: Table, reference: str, row: MapRow, value: pl.Series, said: pl.Series) -> pl.Series:
    wrong = said & ~value.is_finite().fill_null(False)
    if row.conditions and wrong.any():
        wrong &= chosen(table, row)
    if wrong.any():
        at = wrong.arg_max()
        assert at is not None
        found = cells(table, reference, row)[at] if reference in table.columns or reference.startswith("#") else value[at]
        raise in_file(table.key, table.lines[at], reference, f"{found!r} is not a number", map_line=row.line)
    return value.alias(reference)


def _header(table: Table, part: re.Match[str]) -> str | None:
    if part[1]:
        fields = table.header.split(table.format.separator)
        return fields[int(part[1]) - 1].strip() if int(part[1]) <= len(fields) else None
    piece = table.header[int(part[2]) - 1 : int(part[3])]
    return piece.strip() or None


def _listed(table: Table) -> str:
    names = [repr(name) for name in table.columns]
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return ", ".join(names[:12]) + more if names else "no names"
