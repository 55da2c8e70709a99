"""A small release made by hand: rows written down here, published through the real writer."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from models_py.gold import Release, open_release
from models_py.gold.write import write
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from models_py.quant.frontier import frontier

OBSERVATION = {
    "series_id": pl.String, "reference_date": pl.Date, "target_date": pl.Date, "available_at": pl.Datetime("us", "UTC"),
    "held_at": pl.Datetime("us", "UTC"), "vintage": pl.Int32, "value": pl.Float64, "availability": pl.String, "raw_sha256": pl.String,
}
CURVE = {
    "curve_id": pl.String, "reference_date": pl.Date, "tenor_bd": pl.Int32, "available_at": pl.Datetime("us", "UTC"),
    "held_at": pl.Datetime("us", "UTC"), "vintage": pl.Int32, "zero_rate": pl.Float64, "discount_factor": pl.Float64,
    "method": pl.String, "grade": pl.String,
}
NOW = datetime(2024, 1, 31, 12, tzinfo=UTC)

Row = tuple[str, str, str, float | None] | tuple[str, str, str, float | None, str]
Publish = Callable[..., Release]


def observations(rows: list[Row]) -> pl.DataFrame:
    """Rows (series, day described, instant of knowledge, value, instant the lake had it: by default the end).

    Vintages are numbered within the key in order of knowledge.
    """
    count: dict[tuple[str, str], int] = {}
    table = []
    for series, day, known, value, *had in sorted(rows, key=lambda row: (row[0], row[1], row[2])):
        count[series, day] = count.get((series, day), 0) + 1
        at = datetime.fromisoformat(known).astimezone(UTC)
        held = datetime.fromisoformat(had[0]).astimezone(UTC) if had else NOW
        table.append((series, date.fromisoformat(day), None, at, held, count[series, day], value, "published", "0" * 64))
    return pl.DataFrame(table, OBSERVATION, orient="row")


def connect(rows: pl.DataFrame, curves: pl.DataFrame | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory build with the gold tables a release needs to be read."""
    steps = frontier(rows.sort("series_id", "available_at", "reference_date", "vintage").to_arrow())
    series = pl.DataFrame({"series_id": sorted({*rows["series_id"], "never_there"}), "kind": "series", "unit": "decimal"}).with_columns(
        first_date=date(1900, 1, 1), last_date=date(2100, 1, 1), observations=pl.lit(99, pl.Int32)      # a snapshot counts anew
    )
    factors = rows.clear()
    curves = pl.DataFrame([], CURVE) if curves is None else curves
    connection = duckdb.connect()
    connection.execute("set global timezone = 'UTC'")
    connection.execute("create schema gold")
    for name, frame in {"observations": rows, "factors": factors, "series": series, "curves": curves}.items():
        connection.register("frame", frame.to_arrow())
        connection.execute(f"create table gold.{name} as select * from frame")
    connection.register("steps", steps)
    connection.execute("create table gold.frontier as select * from steps")
    connection.execute(
        "create table gold.calendar as select 'b3' as market, d::date as calendar_date, isodow(d) < 6 as is_session, "
        "timezone('America/Sao_Paulo', d + interval '8 hours 45 minutes') as decision_at "
        "from range(timestamp '2023-12-01', timestamp '2024-02-01', interval 1 day) as t(d)"
    )
    return connection


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Publish rows as a release of a lake of its own and open it."""

    def make(rows: list[Row], curves: pl.DataFrame | None = None, at: datetime = NOW, held: datetime = NOW) -> Release:
        settings = Settings(lake=str(tmp_path / "lake"), now=at)
        write(
            open_lake(settings), connect(observations(rows), curves),
            published_at=at, commit="test", quality={"score": 100.0}, bronze_held_at=held,
        )
        return open_release(settings)

    return make
