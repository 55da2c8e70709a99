"""What a release costs as observations grow: the frontier of them all, and publishing them with the columns readers map.

Each size is built in a file of its own and measured once. Seconds and processor time that grow in step with the rows, and bytes a
row that do not grow, are what is looked for.
"""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from models_py.gold.write import write
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from models_py.quant.frontier import frontier
from pipelines.bench.inputs import REFERENCES, VINTAGES, vintaged
from pipelines.bench.measure import answered

SIZES = (1_000_000, 5_000_000, 20_000_000, 50_000_000)
BLOCK = 98                              # series made at a time, two million rows
READINGS = (
    "select series_id, reference_date, available_at, vintage, value from gold.observations "
    "order by series_id, available_at, reference_date, vintage"
)


def rows(folder: Path, seed: int, settings: Settings, sizes: tuple[int, ...] = SIZES) -> Iterator[dict[str, Any]]:
    """Rows of scale: frontier and publish at each size."""
    for size in sizes:
        file = folder / f"build{size}.duckdb"
        with duckdb.connect(str(file)) as build:
            build.execute("set timezone = 'UTC'")
            _fill(build, seed, size)
            yield _once("scale frontier", size, partial(_frontier, build))
            given = Settings(lake=str(folder / f"lake{size}"), world="sandbox", now="2026-01-05T11:45:00+00:00")
            yield _once("scale publish", size, partial(_publish, build, given))
        file.unlink()


def _fill(build: duckdb.DuckDBPyConnection, seed: int, size: int) -> None:
    """`size` observations, every series with all its vintages but the last ones."""
    build.execute("create schema gold")
    left, block = size, 0
    while left > 0:
        series = min(BLOCK, -(-left // (REFERENCES * VINTAGES)))
        build.register("made", vintaged(seed + block, series=series, decisions=1).readings)
        into = "insert into gold.observations" if block else "create table gold.observations as"
        build.execute(
            f"{into} select 'b{block:02d}' || series_id as series_id, reference_date, null::date as target_date, available_at, "  # noqa: S608
            "available_at as held_at, vintage, value from made limit ?",
            [left],
        )
        left, block = left - series * REFERENCES * VINTAGES, block + 1
    build.execute("create table gold.factors as from gold.observations limit 0")


def _frontier(build: duckdb.DuckDBPyConnection) -> str:
    steps = frontier(build.execute(READINGS).to_arrow_table())
    build.register("steps", steps)
    build.execute("create table gold.frontier as from steps")
    return f"{steps.num_rows} steps"


def _publish(build: duckdb.DuckDBPyConnection, given: Settings) -> str:
    lake, at = open_lake(given), given.clock.now()
    manifest = write(lake, build, published_at=at, commit="bench", quality={}, bronze_held_at=at)
    parts = manifest.objects["observations"]
    disk = sum(item.size for item in parts)
    return f"{len(parts)} objects, {disk / sum(item.rows for item in parts):.2f} bytes an observation"


def _once(workload: str, size: int, work: Any) -> dict[str, Any]:
    wall, processor = time.perf_counter(), time.process_time()
    note, peak = answered(work)
    seconds, cpu = time.perf_counter() - wall, time.process_time() - processor
    who = f"ours, {size / 1e6:g} M"
    return {"workload": workload, "who": who, "n": size, "seconds": round(seconds, 2), "rate": round(size / seconds), "unit": "rows/s",
            "cpu": round(cpu, 2), "peak_mb": peak, "check": "", "note": f"{note}; one run"}  # fmt: skip
