"""W2: what was known. A panel of all series on all decisions, everything known at one instant, one series' history as of a date.

The reference is the meaning of a panel written out: of the vintages known at a cut-off the last of each reference date, of those
that are no withdrawal the newest date. DuckDB answers it for a few decisions from the raw rows; polars and DuckDB then do the
whole panel as of the stored frontier, as a user would who had one.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from models_py.gold import Release, open_release
from models_py.gold.write import write
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from models_py.quant.frontier import frontier
from pipelines.bench.inputs import Vintaged, vintaged
from pipelines.bench.measure import answered, difference, row

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PROBES = 5
# the fastest form found for DuckDB: releases are at noon, so that instant + vintage orders rows as (instant, vintage) does
AS_KNOWN = """
select series_id, reference_date, last as value from (
    select series_id, reference_date, arg_max_null(value, epoch_us(available_at) + vintage) as last
    from readings where available_at <= make_timestamptz(?) {which} group by all)
where last is not null order by series_id, reference_date
"""
ALL, ONE = (AS_KNOWN.replace("{which}", which) for which in ("", "and series_id = ?"))
NEWEST = f"select series_id, arg_max(value, reference_date) as value from ({ALL}) group by series_id"  # noqa: S608 - a constant
ASOF = """
select f.value from (select series_id, cutoff from names cross join cutoffs) as d
asof left join frontier as f on d.series_id = f.series_id and d.cutoff >= f.available_at order by d.series_id, d.cutoff
"""


def rows(
    folder: Path, seed: int, settings: Settings, series: int = 250, decisions: int = 4000, asked: int = 200
) -> Iterator[dict[str, Any]]:
    """Rows of W2A (panel, and what its frontier costs), W2B (snapshot) and W2C (history)."""
    made = vintaged(seed, series, decisions)
    steps, peak = answered(lambda: frontier(made.readings))
    size = made.readings.num_rows
    yield row("W2A frontier", "ours", size, "rows", lambda: frontier(made.readings), check="see the panel", peak_mb=peak,
              note=f"{steps.num_rows} steps, once a release")  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for name, table in _tables(made, steps).items():
            connection.register("incoming", table)
            connection.execute(f"create table {name} as select * from incoming")  # noqa: S608 - names of _tables
        ours = published(folder, made, steps)
        yield from _panel(made, steps, connection, ours, size)
        yield from _snapshot(made, connection, ours)
        yield from _history(made, connection, ours, np.random.default_rng(seed), asked)


def _tables(made: Vintaged, steps: pa.Table) -> dict[str, pa.Table]:
    cutoffs = pa.array(made.cutoffs).cast(pa.timestamp("us", tz="UTC"))
    names = pa.table({"series_id": list(made.names)})
    return {"readings": made.readings, "frontier": steps, "names": names, "cutoffs": pa.table({"cutoff": cutoffs})}


def published(folder: Path, made: Vintaged, steps: pa.Table) -> Callable[[], Release]:
    """Publish the series as a release of their own; the value opens it."""
    settings = Settings(lake=str(folder), world="sandbox", now="2026-01-05T11:45:00+00:00", pause_minutes=5)
    with duckdb.connect() as build:
        build.execute("set timezone = 'UTC'")
        build.register("readings", made.readings)
        build.register("steps", steps)
        build.register("names", pa.table({"series_id": list(made.names)}))
        build.execute("create schema gold")
        build.execute("create table gold.series as select series_id, 'series' as kind from names")
        build.execute("create table gold.frontier as select * from steps")
        build.execute(
            "create table gold.observations as select series_id, reference_date, reference_date as target_date, available_at, "
            "available_at as held_at, vintage, value, 'recorded' as availability, null::varchar as raw_sha256 from readings"
        )
        build.execute("create table gold.factors as from gold.observations limit 0")
        build.register("mornings", pa.table({"decision_at": pa.array(made.decisions).cast(pa.timestamp("us", tz="UTC"))}))
        build.execute(
            "create table gold.calendar as select 'b3' as market, decision_at::date as calendar_date, true as is_session, decision_at "
            "from mornings"
        )
        lake, at = open_lake(settings), settings.clock.now()
        write(lake, build, published_at=at, commit="bench", quality={}, bronze_held_at=at)
    return lambda: open_release(settings)


def _panel(
    made: Vintaged, steps: pa.Table, connection: duckdb.DuckDBPyConnection, opened: Callable[[], Release], size: int
) -> Iterator[dict[str, Any]]:
    decisions = [EPOCH + timedelta(microseconds=int(at)) for at in made.decisions]
    shape, cells = (len(made.decisions), len(made.names)), len(made.decisions) * len(made.names)

    def first() -> pl.DataFrame:
        with opened() as release:
            return release.panel(made.names, decisions)

    release = opened()
    warm = partial(release.panel, made.names, decisions)
    told, peak_first = answered(first)
    values = told.select(made.names).to_numpy()
    probes = np.linspace(0, len(decisions) - 1, PROBES).astype(int)
    known = np.array([_newest(connection, made, made.cutoffs[probe]) for probe in probes])
    check = difference(values[probes], known)
    _, peak = answered(warm)
    note = "value, age and new-reading mark; checked from raw vintages on 5 decisions"
    arrays = partial(release.readings, made.names, decisions)
    same = difference(arrays().value.T, values)
    yield row("W2A panel", "ours, arrays", cells, "cells", arrays, check=same, peak_mb=answered(arrays)[1], note=note)
    yield row("W2A panel", "ours, frame", cells, "cells", warm, check=check, peak_mb=peak, note=note)
    yield row("W2A panel", "ours, opening the release", cells, "cells", first, check=check, peak_mb=peak_first, note=note)
    frame = pl.DataFrame(steps).select("series_id", "available_at", "value")
    cutoffs = pl.DataFrame({"cutoff": pl.Series(made.cutoffs).cast(pl.Datetime("us", "UTC"))})
    wanted = pl.DataFrame({"series_id": made.names}).join(cutoffs, how="cross")

    def polars() -> NDArray[np.float64]:
        found = wanted.join_asof(frame, left_on="cutoff", right_on="available_at", by="series_id", check_sortedness=False)
        return found["value"].to_numpy().reshape(shape[::-1]).T

    def ducks() -> NDArray[np.float64]:
        return connection.execute(ASOF).pl()["value"].to_numpy().reshape(shape[::-1]).T

    for who, work in (("polars join_asof, stored frontier", polars), ("DuckDB asof join, stored frontier", ducks)):
        found, peak = answered(work)
        yield row("W2A panel", who, cells, "cells", work, check=difference(found, values), peak_mb=peak, note="values only")
    probe = made.cutoffs[len(decisions) // 2]
    yield row("W2A panel", "DuckDB, raw vintages", len(made.names), "cells", lambda: _newest(connection, made, probe), check="reference",
              peak_mb=None, note=f"one decision of {len(decisions)}, from {size} rows")  # fmt: skip


def _newest(connection: duckdb.DuckDBPyConnection, made: Vintaged, cutoff: np.int64) -> NDArray[np.float64]:
    found = dict(connection.execute(NEWEST, [int(cutoff)]).fetchall())
    return np.array([found.get(name, np.nan) for name in made.names], float)


def _snapshot(made: Vintaged, connection: duckdb.DuckDBPyConnection, opened: Callable[[], Release]) -> Iterator[dict[str, Any]]:
    cutoff = int(made.cutoffs[int(len(made.cutoffs) * 0.6)])
    at = EPOCH + timedelta(microseconds=cutoff)
    ours = opened().as_of(at).snapshot
    readings = pl.DataFrame(made.readings).sort("series_id", "reference_date", "available_at", "vintage").lazy()

    def polars() -> pl.DataFrame:
        known = readings.filter(pl.col("available_at") <= at)
        return known.group_by("series_id", "reference_date").last().filter(pl.col("value").is_not_null()).collect()


    def theirs() -> pl.DataFrame:
        return connection.execute(ALL, [cutoff]).pl()

    (found, peak), (known, peak_theirs) = answered(ours), answered(theirs)
    same = difference(found["value"].to_numpy(), known["value"].to_numpy())
    yield row("W2B snapshot", "ours", len(known), "cells", ours, check=same, peak_mb=peak)
    found, peak = answered(polars)
    same = difference(found.sort("series_id", "reference_date")["value"].to_numpy(), known["value"].to_numpy())
    yield row("W2B snapshot", "polars, rows sorted", len(known), "cells", polars, check=same, peak_mb=peak)
    yield row("W2B snapshot", "DuckDB", len(known), "cells", theirs, check="reference", peak_mb=peak_theirs)


def _history(
    made: Vintaged, connection: duckdb.DuckDBPyConnection, opened: Callable[[], Release], random: np.random.Generator, count: int
) -> Iterator[dict[str, Any]]:
    names, places = random.choice(made.names, count).tolist(), random.integers(0, len(made.cutoffs), count)
    asked = [(name, int(made.cutoffs[place])) for name, place in zip(names, places, strict=True)]

    def ours(release: Release) -> list[NDArray[np.float64]]:
        return [release.as_of(EPOCH + timedelta(microseconds=at)).history(name)["value"].to_numpy() for name, at in asked]

    def cold() -> list[NDArray[np.float64]]:
        with opened() as release:
            return ours(release)

    def theirs() -> list[NDArray[np.float64]]:
        return [connection.execute(ONE, [at, name]).pl()["value"].to_numpy() for name, at in asked]

    release = opened()
    (known, peak_theirs), (found, peak_cold) = answered(theirs), answered(cold)
    _, peak = answered(lambda: ours(release))
    same = difference(np.concatenate(found), np.concatenate(known))
    distinct = len(set(names))
    yield row("W2C history", "ours", count, "histories", lambda: ours(release), check=same, peak_mb=peak)
    yield row("W2C history", "ours, opening the release", count, "histories", cold, check=same, peak_mb=peak_cold,
              note=f"reads {distinct} series from Parquet")  # fmt: skip
    yield row("W2C history", "DuckDB, table in memory", count, "histories", theirs, check="reference", peak_mb=peak_theirs)
