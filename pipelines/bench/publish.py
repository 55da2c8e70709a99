"""W3: publishing. Rows of a build become sorted, content-addressed Parquet by year of knowledge, a manifest and CURRENT.

The peer is DuckDB writing the same rows in the same order to one Parquet file: no years, no digests, no sync, nothing to roll back.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import duckdb

from models_py.gold.manifest import Manifest
from models_py.gold.write import PARQUET, write
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from pipelines.bench.inputs import REFERENCES, VINTAGES, vintaged
from pipelines.bench.measure import answered, row

ROWS = 2_000_000
OBSERVATIONS = """
create table gold.observations as
select series_id, reference_date, reference_date as target_date, available_at, available_at as held_at, vintage, value from readings limit ?
"""
ORDER = "series_id, available_at, reference_date, target_date, held_at, vintage, value"


def rows(folder: Path, seed: int, settings: Settings, size: int = ROWS) -> Iterator[dict[str, Any]]:
    """Rows of W3: publish `size` observations into a lake of its own."""
    numbers = count()
    with duckdb.connect() as build:
        build.execute("set timezone = 'UTC'")
        build.register("readings", vintaged(seed, series=-(-size // (REFERENCES * VINTAGES)), decisions=1).readings)
        build.execute("create schema gold")
        build.execute(OBSERVATIONS, [size])

        def ours() -> tuple[Manifest, Path]:
            given = Settings(lake=str(folder / f"ours{next(numbers)}"), world="sandbox", now="2026-01-05T11:45:00+00:00")
            lake, at = open_lake(given), given.clock.now()
            return write(lake, build, published_at=at, commit="bench", quality={}, bronze_held_at=at), Path(lake.path("gold/objects"))

        def theirs() -> Path:
            path = folder / f"theirs{next(numbers)}.parquet"
            build.execute(f"copy (select * from gold.observations order by {ORDER}) to '{path}' ({PARQUET})")  # noqa: S608 - constants
            return path

        (theirs_path, peak_theirs), ((manifest, objects), peak) = answered(theirs), answered(ours)
        same = _content(build, str(objects / "*.parquet")) == _content(build, str(theirs_path))
        parts = manifest.objects["observations"]
        disk = sum(item.size for item in parts)
        yield row("W3 publish", "ours", size, "rows", ours, check="equal" if same else "rows differ", peak_mb=peak,
                  note=f"{len(parts)} objects, {disk / size:.1f} bytes a row")  # fmt: skip
        yield row("W3 publish", "DuckDB copy, one file", size, "rows", theirs, check="reference", peak_mb=peak_theirs,
                  note=f"{theirs_path.stat().st_size / size:.1f} bytes a row")  # fmt: skip


def _content(connection: duckdb.DuckDBPyConnection, paths: str) -> Any:
    """Rows of files and a digest of them that does not depend on their order."""
    return connection.execute("select count(*), bit_xor(hash(o)) from read_parquet(?) as o", [paths]).fetchone()
