"""Queries of users: what they may ask, and that nothing they ask harms the others."""

import io
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Timer

import polars as pl
import pytest
from pydantic import SecretStr

from models_py.kernel.lake import open_lake
from tests.app.published import SHA, client_of

KEY = "quant-0123456789abcdef0123456789"
KEYS = SecretStr(f"bea:sql+read:{sha256(KEY.encode()).hexdigest()}")


@pytest.fixture(scope="module")
def asked(every_table):
    """A client with a key for SQL: one process, half a second, 96 MB, 100 rows."""
    limits = {"api_keys": KEYS, "sql_workers": 1, "sql_seconds": 0.5, "sql_memory": "96MB", "sql_rows": 100}
    with client_of(every_table.model_copy(update=limits), headers={"X-API-Key": KEY}) as client:
        yield client


def ask(client, query, status=200, **more):
    answer = client.post("/sql", json={"query": query, **more})
    assert answer.status_code == status, answer.text
    return answer.json()


def rows(client, query, **more):
    return [tuple(row.values()) for row in ask(client, query, **more)["items"]]


def test_a_query_is_answered_with_types_and_where_it_comes_from(asked):
    body = ask(asked, "select series_id, value, available_at from observations where series_id = 'x' order by available_at")
    assert body["columns"] == [
        {"name": "series_id", "type": "VARCHAR"}, {"name": "value", "type": "DOUBLE"},
        {"name": "available_at", "type": "TIMESTAMP WITH TIME ZONE"},
    ]  # fmt: skip
    assert body["items"][0] == {"series_id": "x", "value": 1.0, "available_at": "2023-12-10T12:00:00+00:00"}
    assert (len(body["items"]), body["truncated"], body["simulated"], body["commit"]) == (3, False, True, "abc123")


def test_the_as_of_macros_answer(asked):
    assert rows(asked, "select value from series_asof(['x'], '2024-01-10T11:59:59+00:00')") == [(1.0,)]
    assert "offset" in ask(asked, "from series_asof(['x'], '2024-01-10 12:00:00')", 422)["detail"]


def test_values_are_handed_over_apart_from_the_query(asked):
    wanted = "select count(*) from observations where series_id = ?"
    assert rows(asked, wanted, parameters=["x"]) == [(3,)]
    assert rows(asked, wanted, parameters=["x' or 1=1 --"]) == [(0,)]
    assert rows(asked, "select $a + 1", parameters={"a": 1}) == [(2,)]


def test_rows_beyond_the_limit_are_left_out_and_that_is_told(asked):
    assert len(ask(asked, "from range(100)")["items"]) == 100
    body = ask(asked, "from range(1000000000000)")
    assert (len(body["items"]), body["truncated"]) == (100, True)
    assert len(ask(asked, "from range(50)", limit=7)["items"]) == 7
    assert len(ask(asked, "from range(1000)", limit=5000)["items"]) == 100


def test_csv_and_parquet_have_the_same_rows(asked):
    query = {"query": "select 'a,b' as t, date '2024-01-02' as d, null as n, 1.5 as v from range(2)"}
    text = asked.post("/sql", json=query, headers={"Accept": "text/csv"})
    assert text.text == 't,d,n,v\n"a,b",2024-01-02,,1.5\n"a,b",2024-01-02,,1.5\n'
    assert (text.headers["x-truncated"], text.headers["x-commit"]) == ("false", "abc123")
    binary = asked.post("/sql", json=query | {"limit": 1}, headers={"Accept": "application/vnd.apache.parquet"})
    assert pl.read_parquet(io.BytesIO(binary.content)).select("t").to_series().to_list() == ["a,b"]
    assert binary.headers["x-truncated"] == "true"


def test_values_that_json_lacks_are_told_all_the_same(asked):
    query = """
        select
            'infinity'::timestamptz as a, 'nan'::double as b, interval 1 day as c, map {1: 2} as d, 'xy'::blob as e, sum(2) as f,
            'infinity'::date as g, 1.5::decimal(9, 2) as h, [1, null] as i, {'k': date '2024-01-02'} as j
    """
    assert ask(asked, query)["items"] == [
        {"a": "9999-12-31T23:59:59.999999", "b": None, "c": "1 day, 0:00:00", "d": {"1": 2}, "e": "7879", "f": 2, "g": "9999-12-31",
         "h": "1.50", "i": [1, None], "j": {"k": "2024-01-02"}}
    ]  # fmt: skip
    assert "cast it" in ask(asked, "select 170141183460469231731687303715884105727::hugeint as f", 422)["detail"]
    refused = asked.post("/sql", json={"query": "select interval 1 day as c"}, headers={"Accept": "application/vnd.apache.parquet"})
    assert "cast it" in refused.json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "create table t as select 1", "drop view observations", "delete from observations", "insert into series select * from series",
        "update series set title = 'x'", "copy (select 1) to 'out.csv'", "export database 'out'", "attach 'x.db'", "install httpfs",
        "load httpfs", "set memory_limit = '10GB'", "set enable_external_access = true", "reset lock_configuration",
        "call pragma_version()", "begin; select 1", "checkpoint", "vacuum", "use main", "select 1; drop view observations",
        "explain analyze copy (select 1) to 'out.csv'", "prepare a as select 1", "create macro f(x) as x",
        "create secret s (type s3)", "select 1; select 2", "from observations; from series",
    ],
)  # fmt: skip
def test_only_queries_are_answered(asked, query):
    assert ask(asked, query, 422)["title"] == "Query refused"


@pytest.mark.parametrize(
    "source",
    [
        "read_csv('/etc/passwd')", "read_text('/etc/hostname')", "'/etc/passwd'", "read_blob('{objects}/../../raw/secret')",
        "read_text('{objects}/../releases/*.json')", "read_text('{objects}/../CURRENT')", "glob('/tmp/*')", "glob('{objects}/../*')",
        "parquet_scan('../x.parquet')", "'https://example.com/x.parquet'", "read_json('http://127.0.0.1:1/x')", "read_csv('/dev/stdin')",
        "read_text('/proc/self/environ')", "sniff_csv('/etc/passwd')", "sqlite_scan('/x.db', 't')", "query('copy (select 1) to ''x''')",
    ],
)  # fmt: skip
def test_no_file_but_gold_objects_and_no_address_is_read(asked, every_table, source):
    lake = open_lake(every_table)
    lake.write(b"secret", "raw", "secret")
    ask(asked, f"select * from {source.format(objects=lake.path('gold/objects'))}", 422)


def test_python_and_the_environment_are_out_of_reach(asked, monkeypatch):
    monkeypatch.setenv("MACRO_API_KEYS", KEYS.get_secret_value())
    settings, asked_for = pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [1]})
    assert len(settings) == len(asked_for)
    for name in ("settings", "asked", "connection", "os.environ"):
        ask(asked, f"select * from {name}", 422)
    ask(asked, "select getenv('MACRO_API_KEYS')", 422)
    assert "quant" not in str(ask(asked, "from duckdb_settings()"))
    assert rows(asked, "from duckdb_secrets()") == []


def test_a_query_over_its_time_is_ended_and_the_next_one_answered(asked):
    started = time.monotonic()
    assert ask(asked, "select count(*) from range(1000000000000)", 422)["title"] == "Query too long"
    # one function over one long value heeds no interrupt: its process is ended
    body = ask(asked, "select list_sort(range(1, 4000000)), list_sort(range(1, 4000001)), list_sort(range(1, 4000002))", 422)
    assert body["title"] in ("Query too long", "Query too large")
    assert time.monotonic() - started < 60
    assert rows(asked, "select 1") == [(1,)]


def test_a_process_that_heeds_nothing_is_ended_and_replaced(asked):
    assert rows(asked, "select 1") == [(1,)]
    pool = asked.app.state.sql
    [stuck] = pool._idle.queue
    os.kill(stuck.process.pid, signal.SIGSTOP)
    assert ask(asked, "select 1", 422)["title"] == "Query too long"
    assert stuck.process.poll() is not None
    assert rows(asked, "select 1") == [(1,)]
    [other] = pool._idle.queue
    other.process.kill()
    other.process.wait()
    assert rows(asked, "select 1") == [(1,)]


def test_a_query_under_which_a_worn_process_ends_is_asked_of_another(asked):
    assert rows(asked, "select 1") == [(1,)]
    [worn] = asked.app.state.sql._idle.queue
    os.kill(worn.process.pid, signal.SIGSTOP)
    ending = Timer(0.2, worn.process.kill)
    ending.start()
    assert rows(asked, "select 2") == [(2,)]
    ending.join()


@pytest.mark.parametrize(
    "query",
    [
        "select list(repeat('x', 1000000)) from range(1000)",
        "select repeat('x', 1000000) from range(3000)",
        "select range from range(100000000) order by hash(range)",
        "select a.range, b.range from range(30000000) a join range(30000000) b using (range)",
    ],
)
def test_a_query_over_its_memory_is_refused_and_the_next_one_answered(asked, query):
    assert ask(asked, query, 422)["title"] in ("Query too large", "Query too long")
    assert rows(asked, "select 1") == [(1,)]


def test_more_than_may_wait_are_told_to_come_back(every_table):
    limits = {"api_keys": KEYS, "sql_workers": 1, "sql_seconds": 1.0}
    with client_of(every_table.model_copy(update=limits), headers={"X-API-Key": KEY}) as client:
        assert rows(client, "select 1") == [(1,)]

        def slow(_: int):
            return client.post("/sql", json={"query": "select count(*) from range(1000000000000)"})

        with ThreadPoolExecutor(12) as threads:
            answers = list(threads.map(slow, range(12)))
        assert {answer.status_code for answer in answers} == {422, 503}
        assert all(answer.headers["retry-after"] == "5" for answer in answers if answer.status_code == 503)
        assert client.get("/series").status_code == 200
        assert rows(client, "select 1") == [(1,)]


@pytest.mark.parametrize(
    "body",
    [{}, {"query": ""}, {"query": "select 1", "limit": 0}, {"query": "select 1", "rows": 5}, {"query": 1}, {"query": "x" * 20001}, []],
)
def test_a_question_that_cannot_be_read_is_a_problem(asked, body):
    answer = asked.post("/sql", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_a_body_larger_than_a_query_may_be_is_refused(asked):
    answer = asked.post("/sql", content=b'{"query": "' + b"x" * 2**18 + b'"}', headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"], answer.headers["connection"]) == (413, "application/problem+json", "close")
    assert (answer.json()["title"], answer.json()["type"]) == ("Content too large", "urn:macro-desk:problem:content-too-large")
    small = asked.post("/sql", content=b'{"query": "select 1"}' + b" " * 200_000, headers={"Content-Type": "application/json"})
    assert small.status_code == 200


def test_columns_of_one_name_are_refused(asked):
    assert "one name" in ask(asked, "select 1 as a, 2 as a", 422)["detail"]


def test_a_release_that_is_not_there_is_not_found(asked):
    assert ask(asked, "select 1", 404, release="../../etc")["title"] == "Not found"


def test_nothing_was_written(asked, every_table):
    lake = open_lake(every_table)
    names = {Path(name).name for name in lake.glob("gold/objects/*")}
    assert all(len(name.removesuffix(".parquet")) == 64 for name in names)
    assert rows(asked, "select count(*) from observations where raw_sha256 = ?", parameters=[SHA]) == [(5,)]
