"""Arrays of a release that readers map into memory: one uncompressed Arrow file a kind, under the local `cache`.

A file is named by the Parquet objects it was made from. `publish` leaves it there; a reader that finds none (another machine, a
cleared cache) makes it again. It holds nothing that the release does not, and may be deleted at any time.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from models_py.gold.manifest import Manifest
from models_py.kernel.lake import Lake

Span = dict[str, tuple[int, int]]
Arrays = dict[str, NDArray[Any]]
KEEP = 4                        # files of a kind: the current release's, and those that readers may still have open


def open_mapped(
    lake: Lake, manifest: Manifest, kind: str, tables: Iterable[str], make: Callable[[], tuple[Mapping[str, tuple[int, int]], Arrays]]
) -> tuple[Span, Arrays]:
    """The arrays of a kind, and which part of them is a series'; made if they are not yet there."""
    folder = lake.local("cache", kind)
    objects = "".join(item.sha256 for table in tables for item in manifest.objects.get(table, ()))
    path = folder / f"{hashlib.sha256(objects.encode()).hexdigest()[:32]}.arrow"
    if not path.exists():
        _write(path, *make())
        newest = sorted(folder.glob("*.arrow"), key=lambda found: found.stat().st_mtime, reverse=True)
        for old in newest[KEEP:]:
            if old != path:
                old.unlink(missing_ok=True)
    table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    span = {series: (start, end) for series, start, end in json.loads(table.schema.metadata[b"span"])}
    return span, {name: table.column(name).combine_chunks().to_numpy() for name in table.column_names}


def spans(series: pl.Series) -> Span:
    """Where each id lies in a sorted column."""
    counted = pl.DataFrame({"series_id": series}).select(pl.col("series_id").rle()).unnest("series_id")
    ends = counted["len"].cum_sum().to_list()
    return {name: (end - length, end) for (length, name), end in zip(counted.rows(), ends, strict=True)}


def _write(path: Path, span: Mapping[str, tuple[int, int]], arrays: Arrays) -> None:
    table = pa.table(arrays).replace_schema_metadata({"span": json.dumps([[series, *ends] for series, ends in span.items()])})
    aside = path.with_name(f".{path.name}.{uuid4().hex}")
    with pa.OSFile(str(aside), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    aside.replace(path)
