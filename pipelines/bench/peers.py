"""What a user would build instead of the API, without a framework: one function on the same server, over PostgreSQL or DuckDB.

    /one?id=s001&at=2015-06-01T11:40:00.000000+00:00            the latest value of a series
    /all?at=…                                                   of every series

`uvicorn --factory pipelines.bench.peers:postgres`, with BENCH_SOURCE the server's address or the Parquet file of the frontier.
`constant` answers as many bytes without looking: what the server itself and the clients cost.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import duckdb
import orjson

Application = Callable[[Any, Any, Any], Awaitable[None]]
Question = Callable[[dict[str, str]], Awaitable[bytes]]
POOL = 10

ONE = "select reference_date, value from frontier where series_id = $1 and available_at <= $2 order by available_at desc limit 1"
ALL = """
select names.series_id, latest.value from names
left join lateral (
    select value from frontier where frontier.series_id = names.series_id and available_at <= $1 order by available_at desc limit 1
) as latest on true
order by names.series_id
"""
ALL_ASOF = """
select names.series_id, frontier.value from (select series_id, $1::timestamptz as at from names) as names
asof left join frontier on names.series_id = frontier.series_id and names.at >= frontier.available_at order by names.series_id
"""


def postgres() -> Application:
    """Over PostgreSQL with asyncpg: a pool of ten, statements prepared, an index on (series_id, available_at)."""
    import asyncpg

    pools: list[Any] = []
    opening = asyncio.Lock()

    async def pool() -> Any:
        async with opening:
            if not pools:
                pools.append(await asyncpg.create_pool(os.environ["BENCH_SOURCE"], min_size=POOL, max_size=POOL))
        return pools[0]

    async def one(asked: dict[str, str]) -> bytes:
        found = await (await pool()).fetchrow(ONE, asked["id"], datetime.fromisoformat(asked["at"]))
        return _one(asked["id"], found and found["reference_date"], found and found["value"])

    async def every(asked: dict[str, str]) -> bytes:
        found = await (await pool()).fetch(ALL, datetime.fromisoformat(asked["at"]))
        return orjson.dumps({row["series_id"]: row["value"] for row in found})

    return _application({"/one": one, "/all": every})


def duck() -> Application:
    """Over DuckDB: the frontier in memory, sorted, a cursor a thread."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'; set global timezone = 'UTC'")
    loaded = "create table frontier as select * from read_parquet(?) order by series_id, available_at"
    connection.execute(loaded, [os.environ["BENCH_SOURCE"]])
    connection.execute("create table names as select distinct series_id from frontier order by series_id")
    threads = ThreadPoolExecutor(2)

    def ask(query: str, parameters: list[Any]) -> list[Any]:
        return connection.cursor().execute(query, parameters).fetchall()

    async def one(asked: dict[str, str]) -> bytes:
        found = await asyncio.get_running_loop().run_in_executor(threads, ask, ONE, [asked["id"], datetime.fromisoformat(asked["at"])])
        return _one(asked["id"], *(found[0] if found else (None, None)))

    async def every(asked: dict[str, str]) -> bytes:
        found = await asyncio.get_running_loop().run_in_executor(threads, ask, ALL_ASOF, [datetime.fromisoformat(asked["at"])])
        return orjson.dumps(dict(found))

    return _application({"/one": one, "/all": every})


def constant() -> Application:
    """As many bytes as ours, always the same."""
    sizes = {"/one": 350, "/all": 14_000}

    def of(size: int) -> Question:
        body = b"x" * size

        async def answer(asked: dict[str, str]) -> bytes:
            return body

        return answer

    return _application({path: of(size) for path, size in sizes.items()})


def _one(series_id: str, reference_date: Any, value: float | None) -> bytes:
    return orjson.dumps({"series_id": series_id, "reference_date": reference_date, "value": value})


def _application(questions: dict[str, Question]) -> Application:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        asked = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        body = await questions[scope["path"]](asked)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return application
