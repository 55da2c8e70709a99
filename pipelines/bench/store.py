"""W3: observations as text become sorted Parquet, and five questions are asked of it.

Ours reads them into a build, checks them and publishes: objects by year of knowledge, named by their bytes, a manifest, CURRENT.
The peers write one file. All start from the same shuffled CSV; types, nulls and finite values are checked by each that can.
"""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from models_py.gold import Release, open_release
from models_py.gold.write import PARQUET, write
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from pipelines.bench.inputs import REFERENCES, VINTAGES, vintaged
from pipelines.bench.measure import absent, answered, row
from pipelines.bench.postgres import has_postgres, postgres

ROWS, SOURCES = 10_000_000, 11
POSTGRES_SHARE = 5                      # it loads a fifth, and says so in its n
LOAD, QUERIES = "W3 load", "W3 five queries"
TYPES = {
    "series_id": "varchar", "source": "varchar", "reference_date": "date", "available_at": "timestamptz", "vintage": "integer",
    "value": "double",
}  # fmt: skip
READ = f"select * from read_csv(?, header = true, columns = {TYPES})"  # noqa: S608 - constants
ORDER = "series_id, available_at, reference_date, source, vintage, value"
NULL = " or ".join(f"{name} is null" for name in TYPES if name != "value")
BROKEN = f"select count(*) from gold.observations where not isfinite(value) or {NULL}"  # noqa: S608 - constants
ASKED = (
    "select series_id, avg(value) as mean from observations group by series_id order by series_id",
    "select date_trunc('month', reference_date) as month, avg(value) as mean from observations "
    "where series_id = 's007' group by month order by month",
    "select series_id, max(reference_date) as newest from observations group by series_id order by series_id",
    "select source, count(*) as n, avg(value) as mean from observations "
    "where reference_date between date '2015-01-01' and date '2015-12-31' group by source order by source",
    "select value from observations where series_id = 's011' and reference_date = date '2016-03-15' order by vintage",
)
POSTGRES = (
    "create table observations (series_id text, source text, reference_date date, available_at timestamptz, vintage int, value float8)",
    "create index on observations (series_id, available_at, reference_date)",
)


def text(folder: Path, seed: int, size: int) -> Path:
    """The observations as CSV, in no order."""
    made = pl.DataFrame(vintaged(seed, series=-(-size // (REFERENCES * VINTAGES)), decisions=1).readings).head(size)
    number = pl.col("series_id").str.slice(1).cast(pl.Int32)
    sourced = made.with_columns(source=pl.format("source{}", number % SOURCES)).select(*TYPES)
    shuffled = sourced.sample(fraction=1.0, shuffle=True, seed=seed)
    path = folder / f"observations{size}.csv"
    shuffled.write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%S%:z")
    return path


class Loads:
    """Each contestant's way from the CSV to what it stores; the value is where that lies."""

    def __init__(self, folder: Path, csv: Path) -> None:
        self._folder, self._csv, self._numbers = folder, csv, count()

    def ours(self) -> Settings:
        """A published release."""
        settings = Settings(lake=str(self._folder / f"ours{next(self._numbers)}"), world="sandbox", now="2026-01-05T11:45:00+00:00")
        with duckdb.connect() as build:
            build.execute("set timezone = 'UTC'")
            build.execute("create schema gold")
            build.execute(f"create table gold.observations as {READ}", [str(self._csv)])
            [(broken,)] = build.execute(BROKEN).fetchall()
            assert not broken
            write(open_lake(settings), build, published_at=settings.clock.now(), commit="bench", quality={}, bronze_held_at=None)
        return settings

    def arrow(self) -> Path:
        """One file of pyarrow."""
        types = {"reference_date": pa.date32(), "available_at": pa.timestamp("us", tz="UTC"), "vintage": pa.int32(), "value": pa.float64()}
        table = pa_csv.read_csv(self._csv, convert_options=pa_csv.ConvertOptions(column_types=types, strings_can_be_null=True))
        assert not any(table[name].null_count for name in TYPES if name != "value")
        assert pc.all(pc.is_finite(table["value"])).as_py()
        path = self._folder / f"arrow{next(self._numbers)}.parquet"
        pq.write_table(table.sort_by([(name, "ascending") for name in ORDER.split(", ")]), path, compression="zstd")
        return path

    def duck(self) -> Path:
        """One file of DuckDB."""
        path = self._folder / f"duck{next(self._numbers)}.parquet"
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute(f"copy ({READ} order by {ORDER}) to '{path}' ({PARQUET})", [str(self._csv)])
        return path


def rows(folder: Path, seed: int, settings: Settings, size: int = ROWS) -> Iterator[dict[str, Any]]:
    """Rows of W3 load and W3 five queries."""
    csv = text(folder, seed, size)
    loads = Loads(folder, csv)
    given, peak = answered(loads.ours)
    arrow_file, peak_arrow = answered(loads.arrow)
    duck_file, peak_duck = answered(loads.duck)
    objects = sorted(Path(open_lake(given).path("gold/objects")).glob("*.parquet"))
    files = {"ours": [str(path) for path in objects], "pyarrow": [str(arrow_file)], "DuckDB": [str(duck_file)]}
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        found = {who: _content(connection, paths) for who, paths in files.items()}
    for who, work, high in (("pyarrow", loads.arrow, peak_arrow), ("DuckDB", loads.duck, peak_duck), ("ours", loads.ours, peak)):
        check = "reference" if who == "DuckDB" else "equal" if found[who] == found["DuckDB"] else "rows differ"
        disk = sum(Path(path).stat().st_size for path in files[who]) / size
        yield row(LOAD, who, size, "rows", work, check=check, peak_mb=high, note=f"{len(files[who])} files, {disk:.2f} bytes a row")
    with open_release(given) as release, duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"create view observations as from read_parquet('{duck_file}')")
        yield from _queries(release, connection)
    yield from _on_postgres(text(folder, seed, size // POSTGRES_SHARE), size // POSTGRES_SHARE)


def _queries(release: Release, connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    ways: dict[str, Callable[[str], pl.DataFrame]] = {
        "ours": release.sql, "DuckDB on one Parquet file": lambda query: connection.execute(query).pl(),
    }  # fmt: skip
    wanted = [connection.execute(query).pl() for query in ASKED]
    for who, ask in ways.items():
        found, peak = answered(partial(_all, ask))
        yield row(QUERIES, who, len(ASKED), "queries", partial(_all, ask), check=_same(found, wanted), peak_mb=peak, runs=5)


def _same(found: list[pl.DataFrame], wanted: list[pl.DataFrame]) -> str:
    """`equal` but for the order in which numbers are added up, or the first answer that is other."""
    for number, (one, other) in enumerate(zip(found, wanted, strict=True), start=1):
        means = [name for name in other.columns if other[name].dtype == pl.Float64]
        close = [np.allclose(one[name].to_numpy(), other[name].to_numpy(), 1e-12, 1e-12, equal_nan=True) for name in means]
        if not one.drop(means).equals(other.drop(means)) or not all(close):
            return f"answer {number} differs"
    return "equal"


def _all(ask: Callable[[str], pl.DataFrame]) -> list[pl.DataFrame]:
    return [ask(query) for query in ASKED]


def _on_postgres(csv: Path, size: int) -> Iterator[dict[str, Any]]:
    if not has_postgres():
        yield from (absent(workload, "PostgreSQL", "not installed") for workload in (LOAD, QUERIES))
        return
    with postgres() as source:
        disk = asyncio.run(_load(source, csv))
        yield row(LOAD, "PostgreSQL, asyncpg", size, "rows", lambda: asyncio.run(_load(source, csv)), check="rows counted", peak_mb=None,
                  note=f"{disk / size:.2f} bytes a row with its index")  # fmt: skip
        yield row(QUERIES, "PostgreSQL", len(ASKED), "queries", lambda: asyncio.run(_ask(source)), check="not compared: fewer rows",
                  peak_mb=None, note=f"over {size} rows")  # fmt: skip


async def _load(source: str, csv: Path) -> int:
    import asyncpg

    connection = await asyncpg.connect(source)
    try:
        await connection.execute("drop table if exists observations")
        await connection.execute(POSTGRES[0])
        await connection.copy_to_table("observations", source=csv, format="csv", header=True)
        await connection.execute(POSTGRES[1])
        await connection.execute("analyze observations")
        return int(await connection.fetchval("select pg_total_relation_size('observations')"))
    finally:
        await connection.close()


async def _ask(source: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(source)
    try:
        for query in ASKED:
            await connection.fetch(query)
    finally:
        await connection.close()


def _content(connection: duckdb.DuckDBPyConnection, paths: list[str]) -> Any:
    """Rows of files and a digest of them that does not depend on their order."""
    names = ", ".join(TYPES)
    return connection.execute(f"select count(*), bit_xor(hash({names})) from read_parquet(?)", [paths]).fetchone()  # noqa: S608
