"""Prints on disk: one Parquet file a world, series one after another, opened without reading more than is asked for.

The file is named by a hash of the code and seeds that made it, so that a change of either makes another file.
"""

import json
import os
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from models_py.kernel.settings import ROOT
from pipelines.sandbox.world.prints import Prints

EXTRA = ("end_date", "mean", "sd", "min", "max", "respondents")
ROW_GROUP = 1 << 20


@cache
def code_hash() -> str:
    """Twelve hexadecimal digits of the sources of this package and of the seeds it reads."""
    total = sha256()
    for path in (*sorted(Path(__file__).parent.glob("*.py")),
                 *(ROOT / "dbt_project/seeds" / f"{name}.csv" for name in ("holidays", "releases"))):
        total.update(path.read_bytes())
    return total.hexdigest()[:12]


def write(path: Path, prints: Sequence[Prints]) -> None:
    """Write a world's prints; readers see the whole file or none."""
    index, start = [], 0
    for found in prints:
        index.append({"source": found.source, "key": found.key, "start": start, "rows": len(found), "decimals": found.decimals,
                      "meta": dict(found.meta), "extra": sorted(found.extra), "window_years": found.window_years})
        start += len(found)
    columns = {
        "source_date": np.concatenate([found.source_date.astype(np.int64) for found in prints]).astype(np.int32),
        "published_at": np.concatenate([found.published_at.astype(np.int64) for found in prints]),
        "value": np.concatenate([found.value for found in prints]),
        "vintage": np.concatenate([found.vintage for found in prints]),
    }
    for name in EXTRA:
        columns[name] = np.concatenate([
            found.extra[name].astype(np.int64).astype(np.float64) if name == "end_date" and name in found.extra
            else found.extra.get(name, np.full(len(found), np.nan)) for found in prints
        ])
    table = pa.table(columns).replace_schema_metadata({b"index": json.dumps(index).encode()})
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    pq.write_table(table, temporary, compression="lz4", row_group_size=ROW_GROUP)
    temporary.replace(path)


class Store:
    """A file of prints, read once into columns; a series is a view of them."""

    def __init__(self, path: Path) -> None:
        table = pq.read_table(path)
        rows = json.loads(table.schema.metadata[b"index"])
        self._columns = {name: table.column(name).to_numpy() for name in table.column_names}
        self._index = {(row["source"], row["key"]): row for row in rows}

    def keys(self, source: str) -> tuple[str, ...]:
        return tuple(sorted(key for name, key in self._index if name == source))

    def read(self, source: str, key: str) -> Prints:
        """Prints of a series; KeyError where there is none."""
        row = self._index[source, key]
        part = slice(row["start"], row["start"] + row["rows"])
        column = {name: self._columns[name][part] for name in ("source_date", "published_at", "value", "vintage",
                                                                  *row["extra"])}
        extra = {name: column[name] for name in row["extra"]}
        if "end_date" in extra:
            extra["end_date"] = extra["end_date"].astype(np.int64).astype("datetime64[D]")
        return Prints(
            source, key, column["source_date"].astype(np.int64).astype("datetime64[D]"),
            column["published_at"].astype("datetime64[us]"),
            column["value"], column["vintage"], row["decimals"], extra, row["meta"], row["window_years"],
        )
