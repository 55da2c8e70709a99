"""Vintages: files of one layout, each the whole history as a month knew it.

A row is emitted where a value differs from the vintage before: a first print, a revision, or null where a value that was there is
absent (withdrawn). The vintage's month is in the file's name; its day of publication is unknown, so the end of the month stands.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.kernel.errors import ImportMapError
from models_py.quant.periods import Days, month_end
from pipelines.import_map import columns, dates, rows
from pipelines.import_map.errors import in_map
from pipelines.import_map.grammar import MapRow
from pipelines.import_map.reader import Table

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Vintage:
    """One file: its month's end, dates as written and as reference dates, the panel's columns (NaN where blank), shape (dates, columns)."""

    key: str
    month: np.datetime64
    written: Days
    dates: Days
    values: Numbers


@dataclass(frozen=True)
class Panel:
    """All vintages of one pattern, oldest first, over the columns that some map row reads."""

    columns: tuple[str, ...]
    vintages: tuple[Vintage, ...]
    named: frozenset[str]
    common: frozenset[str]

    @classmethod
    def read(cls, tables: Iterable[tuple[str, Table]], siblings: Sequence[MapRow], skipped: Sequence[str]) -> "Panel":
        """A panel from tables, in any order.

        Args:
            siblings: the map rows of this pattern; they share date column, date format and reference rule.
            skipped: patterns of columns that `*` leaves out.
        """
        row = siblings[0]
        named = frozenset(sibling.fields["value"] for sibling in siblings if sibling.fields["value"] != "*")
        starred = any(sibling.fields["value"] == "*" for sibling in siblings)
        read: list[tuple[str, Days, Days, dict[str, Numbers]]] = []
        common: frozenset[str] | None = None
        for key, table in tables:
            here = frozenset(name for name in table.columns if name != row.date_column and not any(fnmatchcase(name, s) for s in skipped))
            common = here if common is None else common & here
            written, days, dated = _dates(row, table)
            wanted = sorted(named | here) if starred else sorted(named)
            cells = columns.matrix(table, wanted, row)
            read.append((key, written, days, {name: cells[name].to_numpy()[dated] for name in wanted}))
        common = (common or frozenset()) - named if starred else frozenset()
        names = tuple(sorted(named | common))
        vintages = [
            Vintage(key, month_of(row, key), written, days, np.column_stack([cells[name] for name in names]))
            for key, written, days, cells in read
        ]
        return cls(names, tuple(sorted(vintages, key=lambda vintage: vintage.month)), named, common)

    def place(self, key: str) -> int:
        """Which vintage a file is."""
        return next(place for place, vintage in enumerate(self.vintages) if vintage.key == key)

    def series(self, row: MapRow) -> dict[str, str]:
        """Series id by column, for the columns a map row stands for."""
        column = row.fields["value"]
        if column != "*":
            return {column: row.target_id}
        series = {name: rows.series_id(row, name) for name in sorted(self.common)}
        if len(set(series.values())) < len(series):
            twice = next(name for name, found in series.items() if list(series.values()).count(found) > 1)
            raise in_map(row.line, "target_id", f"column {twice!r} and another would both be {series[twice]!r}")
        return series

    def numbers(self, place: int, row: MapRow, names: Sequence[str]) -> Numbers:
        """A vintage's values in our unit, shape (dates, names)."""
        picked = self.vintages[place].values[:, [self.columns.index(name) for name in names]]
        flat = rows.scaled(row, "value", pl.Series(picked.ravel()))
        return flat.to_numpy().reshape(picked.shape)


def changes(panel: Panel, place: int, row: MapRow) -> pl.DataFrame:
    """What a vintage adds to the one before: `source_key`, `source_date`, `value` (null = withdrawn), by series and date."""
    series = panel.series(row)
    names = tuple(series)
    now, before = panel.vintages[place], panel.vintages[place - 1] if place else None
    days = np.unique(now.dates) if before is None else np.union1d(now.dates, before.dates)
    current = _spread(days, now.dates, panel.numbers(place, row, names))
    previous = np.full_like(current, np.nan) if before is None else _spread(days, before.dates, panel.numbers(place - 1, row, names))
    changed = ~((current == previous) | (np.isnan(current) & np.isnan(previous)))
    column, day = np.nonzero(changed.T)
    value = current[day, column]
    return pl.DataFrame({
        "source_key": pl.Series([series[name] for name in names], dtype=pl.String).gather(column),
        "source_date": pl.Series(days[day]).cast(pl.Date),
        "value": pl.Series(value).fill_nan(None),
    })


def last_values(panel: Panel, row: MapRow) -> pl.DataFrame:
    """The newest vintage of every date that any had: `series_id`, `source_date`, `value` (null where the newest has none)."""
    names = tuple(panel.series(row))
    days = np.unique(np.concatenate([vintage.dates for vintage in panel.vintages]))
    newest = panel.vintages[-1]
    values = _spread(days, newest.dates, panel.numbers(len(panel.vintages) - 1, row, names))
    frames = [
        pl.DataFrame({"source_date": pl.Series(days).cast(pl.Date), "value": pl.Series(values[:, place]).fill_nan(None)}).with_columns(
            pl.lit(panel.series(row)[name]).alias("series_id")
        )
        for place, name in enumerate(names)
    ]
    return pl.concat(frames).select("series_id", "source_date", "value")


def month_of(row: MapRow, key: str) -> np.datetime64:
    """The end of the month that a file's name carries (`2020-05`).

    Raises:
        ImportMapError: the name has none.
    """
    found = re.search(r"(\d{4})-(0[1-9]|1[0-2])(?!\d)", key.rsplit("/", 1)[-1])
    if found is None:
        raise in_map(row.line, "file", f"{key} carries no month (YYYY-MM) in its name")
    return np.datetime64(month_end(np.array([f"{found[0]}-01"], dtype="datetime64[D]"))[0])


def _dates(row: MapRow, table: Table) -> tuple[Days, Days, NDArray[np.bool_]]:
    mask = pl.repeat(True, table.frame.height, dtype=pl.Boolean, eager=True)
    written = dates.written(table, row.date_column, row, mask)
    dated = written.is_not_null().to_numpy()
    lines = table.lines.to_numpy().astype(np.int64)[dated]
    own = written.drop_nulls().to_numpy().astype("datetime64[D]")
    days = dates.period_end(table, row.date_column, row, own, lines)
    if np.unique(days).size < days.size:
        raise ImportMapError(f"{table.key}, column {row.date_column}: a date stands twice (map line {row.line})")
    return own, days, dated


def _spread(days: Days, dates_of: Days, values: Numbers) -> Numbers:
    out = np.full((days.size, values.shape[1]), np.nan)
    out[np.searchsorted(days, dates_of)] = values
    return out
