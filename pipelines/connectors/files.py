"""A folder of CSV, Parquet and other files with an import map: bulk history and vendor drops (`docs/import-map.md`).

The map is the first payload, so that bronze can be made again from raw alone. A payload is one file; every map row that reads it
gives rows. What the rest of the lake needs to know:

- Values are in our unit, source_key is our series id (quotes: the target, with our instrument id as symbol), source_date the
  reference date by the map's rule, published_at and availability are filled: staging renames, scales and dates nothing.
- Bronze has every value a file holds. One that the import must not use has availability `dropped:<reason>` and no published_at;
  reasons are `closed_day`, `bad_value`, `bad_tick`, `outside_window`, `superseded`, `duplicate`, `undated`.
- Where several files give one series and date, the better priority has been chosen here: the others are `superseded`.
- A null value is one that a later vintage withdrew.
- A URL carries `#map=<digest>` of the map rows that read the file: with another map it is another request, and is loaded again.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import polars as pl
import pyarrow as pa

from models_py.kernel import seeds
from models_py.kernel.errors import ImportMapError
from pipelines.connectors import LINEAGE_COLUMNS, SHAPES, CatalogueRow, Endpoint, Parsed, Payload, Request
from pipelines.import_map import counts, documents, observations, quotes
from pipelines.import_map.context import Context, Find
from pipelines.import_map.errors import MAP, in_map
from pipelines.import_map.grammar import ImportMap, MapRow
from pipelines.import_map.grammar import parse as parse_map
from pipelines.import_map.releases import COPOM, FOMC, PRINT, PROJECTION

SOURCE = "files"
LIVE_URL = "file:///"                                    # a folder of one's own: MACRO_HISTORY

_FIRST = (PROJECTION, PRINT, COPOM, FOMC)


def plan(
    series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint, *, tests: bool = False
) -> Sequence[Request]:
    """The map, then every file that it names, those that others need first. Files are read whole whatever the window.

    Args:
        endpoint: `base_url` is the folder as a file URL.
        tests: also files of priority 9.
    Raises:
        ImportMapError: the folder has no map, the map cannot be read, or a file that it names is missing.
    """
    folder = Path(unquote(urlsplit(endpoint.base_url).path))
    if not (folder / MAP).is_file():
        raise ImportMapError(f"{folder}: no {MAP}")
    mapped = parse_map((folder / MAP).read_bytes(), tests=tests)
    requests = [Request(SOURCE, MAP, (folder / MAP).as_uri())]
    planned = dict.fromkeys(key for row in _in_order(mapped) for key in _files(folder, row))
    return requests + [Request(SOURCE, key, f"{(folder / key).as_uri()}#map={mapped.digest(key)}") for key in planned]


def context(find: Find, keys: Iterable[str] = (), catalogue: pl.DataFrame | None = None, *, tests: bool = False) -> Context:
    """What `parse` needs beside one payload: the map, the other files, the catalogue's revisable series.

    Args:
        find: the latest vaulted bytes of a key.
        keys: keys of all vaulted files, for patterns (`vintages/*.csv.gz`).
        catalogue: rows with `series_id` and `revisable`; default the seed `series`.
    """
    rows = seeds.read("series") if catalogue is None else catalogue
    revisable = rows.filter(pl.col("revisable").cast(pl.String) == "true")["series_id"]
    return Context(find, keys, frozenset(revisable), tests=tests)


def parse(payload: Payload, known: Context) -> Parsed:
    """Rows of one file, for every map row that reads it, as Arrow tables of the bronze shapes without lineage.

    Raises:
        ImportMapError: the file disagrees with its map; names file, line and column.
    """
    frames: dict[str, list[pl.DataFrame]] = {"observations": [], "quotes": [], "documents": []}
    for row in known.map.reading(payload.key):
        counts.check(row, payload.key, known)
        if row.shape == "observations":
            frames["observations"].append(observations.parse(row, payload.key, known))
        elif row.shape == "quotes":
            quoted, beside = quotes.parse(row, payload.key, known)
            frames["quotes"].append(quoted)
            frames["documents"].append(beside)
        else:
            frames["documents"].append(documents.parse(row, payload.key, known))
    return Parsed(**{shape: _arrow(shape, found) for shape, found in frames.items()})


class _Rank(NamedTuple):
    needed_by_others: bool
    priority: int
    line: int


def _in_order(mapped: ImportMap) -> list[MapRow]:
    def rank(row: MapRow) -> _Rank:
        return _Rank(not (row.target_id in _FIRST or row.kind == "calendar"), row.priority, row.line)

    return sorted(mapped.rows, key=rank)


def _files(folder: Path, row: MapRow) -> list[str]:
    found = sorted(path.relative_to(folder).as_posix() for path in folder.glob(row.file) if path.is_file())
    if not found:
        raise in_map(row.line, "file", f"no file {row.file} in {folder}")
    return found


def _arrow(shape: str, frames: Sequence[pl.DataFrame]) -> pa.Table:
    schema = pa.schema([column for column in SHAPES[shape] if column.name not in LINEAGE_COLUMNS])
    found = [frame for frame in frames if frame.height]
    if not found:
        return schema.empty_table()
    table = pl.concat(found).with_columns(pl.lit(SOURCE).alias("source")).select(schema.names).to_arrow()
    return table.cast(schema)
