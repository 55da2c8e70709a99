"""What a fact is looked up in: gold-like frames and bronze, from parsed files or from a published release."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
import polars as pl

from models_py.gold import Release
from models_py.kernel.lake import Lake
from pipelines.connectors import Endpoint, Payload, Request, files
from pipelines.import_map.context import Context

FETCHED = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """observations: series_id, reference_date, value, available_at · quotes: instrument_id, field, reference_date, value ·
    documents: document_id, kind, meeting_date, text, available_at · bronze: the three shapes as loaded, dropped rows included."""

    observations: pl.DataFrame
    quotes: pl.DataFrame
    documents: pl.DataFrame
    bronze: Mapping[str, pl.DataFrame]
    known: Context
    history: Path


def requests(history: Path, *, tests: bool = False) -> list[Request]:
    return list(files.plan((), date(2010, 1, 1), date(2030, 1, 1), Endpoint(history.as_uri()), tests=tests))


def body(request: Request) -> bytes:
    return Path(unquote(urlsplit(request.url).path)).read_bytes()


def payload(request: Request, content: bytes) -> Payload:
    return Payload(files.SOURCE, request.key, request.url, content, 200, "", FETCHED, request.key, request.key)


def parsed(history: Path, catalogue: pl.DataFrame | None = None, *, tests: bool = False) -> World:
    """Every file of a folder through the connector, in the order of its plan."""
    planned = requests(history, tests=tests)
    bodies = {request.key: body(request) for request in planned}
    known = files.context(bodies.get, bodies, catalogue, tests=tests)
    tables: dict[str, list[pl.DataFrame]] = {"observations": [], "quotes": [], "documents": []}
    for request in planned:
        found = files.parse(payload(request, bodies[request.key]), known)
        for shape, frames in tables.items():
            frame = pl.DataFrame(pl.from_arrow(getattr(found, shape)))
            frames.append(frame.with_columns(pl.lit(request.key).alias("raw_sha256")))
    bronze = {shape: pl.concat(frames) for shape, frames in tables.items()}
    return _from_bronze(bronze, known, history)


def _from_bronze(bronze: Mapping[str, pl.DataFrame], known: Context, history: Path) -> World:
    kept = {shape: frame.filter(~pl.col("availability").str.starts_with("dropped")) for shape, frame in bronze.items()}
    return World(
        kept["observations"].rename({"source_key": "series_id", "source_date": "reference_date", "published_at": "available_at"}),
        kept["quotes"].rename({"symbol": "instrument_id", "source_date": "reference_date", "published_at": "available_at"}),
        kept["documents"].rename({"source_key": "kind", "source_date": "meeting_date", "published_at": "available_at"}),
        bronze, known, history,
    )


def released(release: Release, lake: Lake, known: Context, history: Path) -> World:
    """The same frames from gold, and bronze from the lake's complete loads."""
    return World(
        release.sql("select series_id, reference_date, target_date, value, available_at from gold.observations"),
        release.sql("select instrument_id, field, reference_date, value, available_at from gold.quotes"),
        release.sql("select document_id, kind, meeting_date, text, available_at from gold.documents"),
        {shape: _loaded(lake, shape) for shape in ("observations", "quotes", "documents")}, known, history,
    )


def _loaded(lake: Lake, shape: str) -> pl.DataFrame:
    complete = {name.rsplit("__", 1)[-1].removesuffix(".jsonl") for name in lake.glob("bronze/_dlt_loads/*.jsonl")}
    names = [lake.path(name) for name in lake.glob(f"bronze/{shape}/*.parquet") if ".".join(Path(name).name.split(".")[:2]) in complete]
    with duckdb.connect() as connection:
        connection.execute("set global timezone = 'UTC'")
        return connection.execute("select * from read_parquet(?)", [names]).pl()
