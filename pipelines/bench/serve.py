"""W8: fifty clients ask over HTTP what a series said last at an instant, and what all series did: ours, and what one would build instead.

Every contestant runs in a process of its own on loopback. Questions are drawn with a seed: `each once` never repeats one, so that
nothing is answered from memory; `again` repeats two hundred, as pages and scripts do.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from models_py.kernel.settings import ROOT, Settings
from models_py.quant.frontier import frontier
from pipelines.bench.inputs import Vintaged, vintaged
from pipelines.bench.load import Answers, ask, one
from pipelines.bench.measure import absent
from pipelines.bench.panel import published
from pipelines.bench.postgres import await_port, has_postgres, postgres
from pipelines.listening import free_port
from pipelines.serving import serving

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CLIENTS, SECONDS, REPEATED, PROBES = 50, 10.0, 200, 20
VALUE, PANEL = "W8 serve, one value", "W8 serve, 250 columns"


def rows(
    folder: Path, seed: int, settings: Settings, series: int = 250, decisions: int = 4000, references: int = 4080, seconds: float = SECONDS,
    clients: int = CLIENTS,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Rows of W8."""
    made = vintaged(seed, series, decisions, references)
    steps = frontier(made.readings)
    published(folder / "lake", made, steps)().close()
    pq.write_table(steps, folder / "frontier.parquet")
    asked = Questions(made, steps, np.random.default_rng(seed))
    load = partial(ask, clients=clients, seconds=seconds)
    with serving(Settings(lake=str(folder / "lake"), world="sandbox")) as served:
        port, pid = served.port, served.pid
        one(port, asked.ours_value(0))                          # opens the release, as a server that runs has
        one(port, asked.ours_panel(0))
        checks = asked.check(port, asked.ours_value, _our_value), asked.check(port, asked.ours_panel, _our_panel)
        for workload, question, check in zip((VALUE, PANEL), (asked.ours_value, asked.ours_panel), checks, strict=True):
            for who, drawn in (("ours, each once", asked.fresh(question)), ("ours, again", asked.again(question))):
                yield _row(workload, who, load(port, drawn, pid=pid), check)
    for who, factory, source in _peers(folder, made, steps):
        if source is None:
            yield from (absent(workload, who, "not installed") for workload in (VALUE, PANEL))
            continue
        with _peer(factory, source) as (port, pid):
            for workload, question, read in ((VALUE, asked.peer_value, _peer_value), (PANEL, asked.peer_panel, _peer_panel)):
                check = "floor" if factory == "constant" else asked.check(port, question, read)
                yield _row(workload, who, load(port, asked.fresh(question), pid=pid), check)


class Questions:
    """Questions by number, and what they must be answered: the stored frontier, searched with numpy."""

    def __init__(self, made: Vintaged, steps: pa.Table, random: np.random.Generator) -> None:
        self._names = made.names
        self._ids = ",".join(made.names)
        self._which = random.integers(0, len(made.names), 10_007)
        self._when = random.choice(made.decisions[len(made.decisions) // 4 :], 10_007)
        self._pause = int(made.decisions[0] - made.cutoffs[0])
        at, value = steps["available_at"].cast(pa.int64()).to_numpy(), steps["value"].to_numpy()
        ends = np.searchsorted(np.asarray(steps["series_id"].to_pylist()), made.names, side="right")
        self._steps = [(at[start:end], value[start:end]) for start, end in zip((0, *ends[:-1]), ends, strict=True)]

    def ours_value(self, number: int) -> str:
        return f"/series/{self._names[self._series(number)]}/latest?known={_iso(self._cutoff(number))}"

    def ours_panel(self, number: int) -> str:
        return f"/panel?ids={self._ids}&known={_iso(self._cutoff(number) + self._pause)}"

    def peer_value(self, number: int) -> str:
        return f"/one?id={self._names[self._series(number)]}&at={_iso(self._cutoff(number))}"

    def peer_panel(self, number: int) -> str:
        return f"/all?at={_iso(self._cutoff(number))}"

    def fresh(self, question: Callable[[int], str]) -> Iterator[str]:
        """Questions that never come twice."""
        number = PROBES
        while True:
            number += 1
            yield question(number)

    def again(self, question: Callable[[int], str]) -> Iterator[str]:
        """Two hundred questions over and over."""
        return cycle([question(number) for number in range(REPEATED)])

    def check(self, port: int, question: Callable[[int], str], read: Callable[[bytes], list[float | None]]) -> str:
        """`equal`, or the first question of a few that is answered otherwise."""
        for number in range(PROBES):
            found = read(one(port, question(number)))
            wanted = [self._value(series, number) for series in ([self._series(number)] if len(found) == 1 else range(len(self._names)))]
            if found != wanted:
                return f"{question(number)[:80]}: {found[:3]} for {wanted[:3]}"
        return "equal"

    def _series(self, number: int) -> int:
        return int(self._which[number % len(self._which)])

    def _cutoff(self, number: int) -> int:
        """Instants differ by the number in microseconds: no step is nearer than that."""
        return int(self._when[number % len(self._when)]) - self._pause + number

    def _value(self, series: int, number: int) -> float | None:
        at, value = self._steps[series]
        step = int(np.searchsorted(at, self._cutoff(number), side="right")) - 1
        return None if step < 0 or np.isnan(value[step]) else float(value[step])


def _our_value(body: bytes) -> list[float | None]:
    return [item["value"] for item in json.loads(body)["items"]]


def _our_panel(body: bytes) -> list[float | None]:
    return [column["value"][0] for column in json.loads(body)["columns"].values()]


def _peer_value(body: bytes) -> list[float | None]:
    return [json.loads(body)["value"]]


def _peer_panel(body: bytes) -> list[float | None]:
    return list(json.loads(body).values())


def _row(workload: str, who: str, found: Answers, check: str) -> dict[str, Any]:
    failed = f", {found.failed} failed" if found.failed else ""
    note = f"p50 {found.p50} ms, p99 {found.p99} ms{failed}"
    rate = round(found.count / found.seconds, 1)
    return {"workload": workload, "who": who, "n": found.count, "seconds": round(found.seconds, 2), "rate": rate, "unit": "answers/s",
            "cpu": found.cpu, "peak_mb": None, "check": check, "note": note}  # fmt: skip


@contextmanager
def _peer(factory: str, source: str) -> Iterator[tuple[int, int]]:
    port = free_port("127.0.0.1", 0)
    command = [
        sys.executable, "-m", "uvicorn", "--factory", f"pipelines.bench.peers:{factory}", "--port", str(port), "--log-level", "error",
        "--no-access-log",
    ]  # fmt: skip
    with _running(command, {**os.environ, "BENCH_SOURCE": source}) as process:
        await_port(port)
        yield port, process.pid


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _peers(folder: Path, made: Vintaged, steps: pa.Table) -> Iterator[tuple[str, str, str | None]]:
    """Name, application, and where it reads from; None where the peer is not installed."""
    yield "uvicorn, constant bytes", "constant", "none"
    yield "DuckDB in memory", "duck", str(folder / "frontier.parquet")
    with ExitStack() as stack:
        source = stack.enter_context(_postgres(folder / "frontier.parquet")) if has_postgres() else None
        yield "PostgreSQL, asyncpg", "postgres", source


@contextmanager
def _postgres(frontier_file: Path) -> Iterator[str]:
    """A server with the frontier loaded and indexed."""
    with postgres() as source:
        asyncio.run(_load_postgres(source, frontier_file))
        yield source


async def _load_postgres(source: str, frontier_file: Path) -> None:
    import asyncpg

    text = frontier_file.with_suffix(".csv")
    with duckdb.connect() as local:
        local.execute("set timezone = 'UTC'")
        local.read_parquet(str(frontier_file)).select("series_id, available_at, reference_date, value").write_csv(str(text), header=False)
    connection = await asyncpg.connect(source)
    try:
        await connection.execute("create table frontier (series_id text, available_at timestamptz, reference_date date, value float8)")
        await connection.copy_to_table("frontier", source=text, format="csv")
        await connection.execute("create index on frontier (series_id, available_at) include (reference_date, value)")
        await connection.execute("create table names as select distinct series_id from frontier")
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()
        text.unlink()


def _iso(microseconds: int) -> str:
    return f"{EPOCH + timedelta(microseconds=microseconds):%Y-%m-%dT%H:%M:%S.%fZ}"
