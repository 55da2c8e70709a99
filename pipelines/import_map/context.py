"""What one file needs of the others: the map, tables read before, release dates, and which files the map's patterns found.

`find` gives the vaulted bytes of a key, so that a file is parsed the same way years later without the folder. Tables are kept
while they are in use; results that other files ask for again (dates, vintages) are kept for the run.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import cached_property

import polars as pl

from models_py.kernel.errors import ImportMapError
from models_py.quant.release_calendars import Releases
from pipelines.import_map import reader, rows
from pipelines.import_map.errors import MAP, in_map
from pipelines.import_map.grammar import ImportMap, MapRow, parse
from pipelines.import_map.releases import release_dates
from pipelines.import_map.vintages import Panel

Find = Callable[[str], bytes | None]
_TABLES = 8


class Context:
    """One run's view of a folder. `keys` are the files that were vaulted, `revisable` the series that the catalogue calls so."""

    def __init__(self, find: Find, keys: Iterable[str], revisable: frozenset[str], *, tests: bool = False) -> None:
        body = find(MAP)
        if body is None:
            raise ImportMapError(f"{MAP}: not vaulted; it is the first file of a folder to be fetched")
        self.map: ImportMap = parse(body, tests=tests)
        self.revisable = revisable
        self._find = find
        self._keys = tuple(sorted(set(keys)))
        self._tables: OrderedDict[tuple[str, int], reader.Table] = OrderedDict()
        self._panels: dict[str, Panel] = {}
        self._dates: dict[tuple[int, str], pl.DataFrame] = {}

    def files(self, row: MapRow) -> tuple[str, ...]:
        """Keys of the files a row reads, in order of name."""
        if not any(sign in row.file for sign in "*?["):
            return (row.file,)
        found = tuple(key for key in self._keys if row.reads(key))
        if not found:
            raise in_map(row.line, "file", f"no file matches {row.file!r}")
        return found

    def body(self, key: str, row: MapRow) -> bytes:
        found = self._find(key)
        if found is None:
            raise in_map(row.line, "file", f"{key} was not fetched")
        return found

    def table(self, row: MapRow, key: str) -> reader.Table:
        """The table of a file, read as the row's format says."""
        place = (key, row.line if row.format.kind == "xml" else hash(row.format))
        if place not in self._tables:
            self._tables[place] = reader.read(key, self.body(key, row), row.format, (*row.fields.values(), row.date_column))
            while len(self._tables) > _TABLES:
                self._tables.popitem(last=False)
        self._tables.move_to_end(place)
        return self._tables[place]

    def rows(self, row: MapRow, key: str) -> pl.DataFrame:
        """The rows of a file that a map row reads, with their reference dates and drop reasons."""
        return rows.read(row, self.table(row, key), self.calendar_dates)

    def panel(self, row: MapRow) -> Panel:
        """All vintages of a row's files, as numbers."""
        if row.file not in self._panels:
            siblings = [other for other in self.map.rows if other.file == row.file and other.kind == "vintage"]
            tables = ((key, self.table(row, key)) for key in self.files(row))
            self._panels[row.file] = Panel.read(tables, siblings, self.map.skipped_columns.get(row.file, ()))
        return self._panels[row.file]

    def kept(self, row: MapRow) -> pl.DataFrame:
        """Every series and reference date a row speaks for: `series_id`, `source_date`, the rows it keeps or calls closed days."""
        frames = [self._speaks_for(row, key) for key in self.files(row)]
        return pl.concat(frames).unique()

    def calendar_dates(self, target: str, name: str) -> pl.DataFrame:
        """Keys (whole numbers) of a calendar's field and the dates they have."""
        found = self.map.of(target)
        if not found:
            raise ImportMapError(f"{MAP}: a reference rule joins {target!r}, which no row gives")
        frames = [self.rows(row, key) for row in found for key in self.files(row)]
        frame = pl.concat(frames).select(pl.col(name).cast(pl.Float64).cast(pl.Int64).alias("key"), pl.col("source_date").alias("date"))
        return frame.unique("key", keep="first", maintain_order=True)

    @cached_property
    def releases(self) -> Releases:
        """Release dates that the folder itself tells."""
        return release_dates(self.map, lambda row: pl.concat([self.rows(row, key) for key in self.files(row)]))

    def _speaks_for(self, row: MapRow, key: str) -> pl.DataFrame:
        if (row.line, key) not in self._dates:
            frame = self.rows(row, key).filter(pl.col("reason").is_null() | (pl.col("reason") == "closed_day"))
            series = rows.series_ids(row, frame)
            self._dates[(row.line, key)] = frame.select(series, pl.col("source_date")).unique()
        return self._dates[(row.line, key)]
