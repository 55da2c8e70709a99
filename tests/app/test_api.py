"""The API as its clients use it: clocks, problems, pages, forms, ETags, where an answer comes from."""

import io
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from models_py.gold.write import write
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from tests.app.published import NOW, build, client_of, publish_all

PROBLEM = "application/problem+json"
PARQUET = "application/vnd.apache.parquet"
BEFORE, AFTER = "2024-01-10T08:59:59.999999-03:00", "2024-01-10T09:00:00-03:00"


def values(api, path, column="value", **parameters):
    answer = api.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return [row[column] for row in answer.json()["items"]]


def test_a_series_is_what_was_known_at_the_instant_asked_for(api):
    assert values(api, "/series/x/observations", known=BEFORE) == [1.0]
    assert values(api, "/series/x/observations", known=AFTER) == [1.5]
    assert values(api, "/series/x/observations") == [1.5, 2.0]


def test_with_held_a_series_is_what_this_lake_had(api):
    assert values(api, "/series/x/observations", held="2024-01-20T08:59:59Z") == [1.5]
    assert values(api, "/series/x/observations", held="2024-01-20T09:00:00Z") == [1.5, 2.0]
    assert values(api, "/series/x/observations", held="2024-01-10T12:30:00Z") == [1.0]
    assert values(api, "/series/x/latest", held="2024-01-10T12:30:00Z") == [1.0]


def test_without_an_instant_the_cut_off_is_the_release(api):
    body = api.get("/series/x/observations").json()
    assert datetime.fromisoformat(body["known"]) == NOW
    assert body["held"] is None


def test_every_answer_says_where_it_comes_from(api, every_table):
    answer = api.get("/series/x/observations", params={"known": BEFORE, "held": BEFORE})
    body = answer.json()
    assert answer.headers["x-release"] == body["release_id"]
    assert answer.headers["x-world"] == body["world"] == "sandbox:20100104"
    assert answer.headers["x-commit"] == body["commit"] == "abc123"
    assert answer.headers["x-simulated"] == "true"
    assert body["simulated"] is True
    assert answer.headers["x-known"] == answer.headers["x-held"] == "2024-01-10T11:59:59.999999+00:00"


def test_rows_come_as_csv_and_parquet_where_those_are_accepted(api):
    text = api.get("/series/x/observations", headers={"Accept": "text/csv"})
    assert text.headers["content-type"].startswith("text/csv")
    head, first, _ = text.text.strip().split("\n")
    assert head == "series_id,reference_date,target_date,available_at,held_at,vintage,value,availability,raw_sha256"
    assert first.startswith("x,2023-12-01,,2024-01-10T12:00:00.000000+00:00,2024-01-10T13:00:00.000000+00:00,2,1.5,published,")
    binary = api.get("/series/x/observations", headers={"Accept": f"{PARQUET}, */*;q=0.1"})
    assert binary.headers["content-type"] == PARQUET
    frame = pl.read_parquet(io.BytesIO(binary.content))
    assert frame["value"].to_list() == [1.5, 2.0]
    assert frame["available_at"].to_list()[1] == datetime(2024, 1, 12, 12, tzinfo=UTC)
    told = pl.read_parquet_metadata(io.BytesIO(binary.content))
    assert told["release_id"] == binary.headers["x-release"]
    assert told["simulated"] == "True"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/*", "text/csv"),
        ("application/json;q=0.2, text/csv;q=0.9", "text/csv"),
        ("application/*;q=0.5, application/json;q=0", PARQUET),
        ("", "application/json"),
    ],
)
def test_the_form_is_the_one_accept_ranks_highest(api, accept, form):
    assert api.get("/latest?ids=x", headers={"Accept": accept}).headers["content-type"].split(";")[0] == form


def test_a_form_that_is_not_given_is_refused(api):
    answer = api.get("/latest?ids=x", headers={"Accept": "image/png"})
    assert (answer.status_code, answer.headers["content-type"]) == (406, PROBLEM)
    assert answer.json()["offered"] == ["application/json", "text/csv", PARQUET]
    assert api.get("/health", headers={"Accept": "text/csv"}).status_code == 406


def test_an_unchanged_answer_is_not_sent_again(api):
    first = api.get("/series/x/observations")
    for tags in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        again = api.get("/series/x/observations", headers={"If-None-Match": tags})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["x-release"] == first.headers["x-release"]
    assert api.get("/series/x/observations", headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_etag_is_of_the_question_and_the_form_in_whatever_order_it_is_asked(api):
    def tag(path, **headers):
        return api.get(path, headers=headers).headers["etag"]

    assert tag("/latest?ids=x&known=2024-01-20T00:00:00Z") == tag("/latest?known=2024-01-20T00:00:00Z&ids=x")
    tags = {
        tag("/latest?ids=x"), tag("/latest?ids=y"), tag("/latest?ids=x", Accept="text/csv"), tag("/series/x/latest"),
        tag("/latest?ids=x&known=2024-01-20T00:00:00Z"), tag("/latest?ids=x&held=2024-01-20T00:00:00Z"),
    }  # fmt: skip
    assert len(tags) == 6


def test_what_does_not_hang_on_a_release_has_an_etag_of_its_bytes(api):
    etag = api.get("/releases").headers["etag"]
    assert api.get("/releases", headers={"If-None-Match": etag}).status_code == 304


def test_pages_follow_each_other_without_a_row_twice_or_left_out(api):
    whole = api.get("/quotes").json()["items"]
    rows, path = [], "/quotes?limit=3"
    while path:
        answer = api.get(path)
        rows += answer.json()["items"]
        assert (answer.json()["next"] is None) == ("link" not in answer.headers)
        path = answer.links["next"]["url"] if answer.links else None
    assert rows == whole
    assert [(row["instrument_id"], row["field"], row["reference_date"]) for row in whole] == [
        ("di1f27", "open_interest", "2024-01-08"),
        ("di1f27", "settlement", "2024-01-08"),
        ("di1f27", "settlement", "2024-01-09"),
        ("di1f29", "settlement", "2024-01-09"),
    ]


def test_a_cursor_stays_with_its_release_when_another_is_published(tmp_path: Path):
    settings = publish_all(tmp_path / "lake")
    client = client_of(settings)
    first = client.get("/quotes", params={"limit": 1})
    with build() as connection:
        connection.execute("delete from gold.quotes")
        write(open_lake(settings), connection, published_at=NOW.replace(hour=13), commit="later", quality={"score": 99.0},
              bronze_held_at=NOW)  # fmt: skip
    assert client.get("/quotes").json()["items"] == []
    second = client.get("/quotes", params={"limit": 1, "cursor": first.json()["next"]})
    assert second.headers["x-release"] == first.headers["x-release"] != client.get("/quotes").headers["x-release"]
    assert [row["field"] for row in second.json()["items"]] == ["settlement"]
    named = client.get("/quotes", params={"release": first.headers["x-release"]})
    assert len(named.json()["items"]) == 4


@pytest.mark.parametrize("cursor", ["x", "%%%", "bnVsbA", "W10", "WzEsMiwzXQ"])
def test_what_is_no_cursor_is_refused(api, cursor):
    answer = api.get("/quotes", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["title"]) == (400, "Bad cursor")


def test_a_cursor_of_another_question_is_refused(api):
    cursor = api.get("/quotes?limit=1").json()["next"]
    for path in ("/marks", "/quotes?field=settlement", "/quotes?known=2024-01-20T00:00:00Z"):
        joined = f"{path}{'&' if '?' in path else '?'}limit=1&cursor={cursor}"
        assert api.get(joined).status_code == 400
    assert api.get(f"/quotes?limit=2&cursor={cursor}").status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/series/nope", 404, "nope"),
        ("/series/x;drop table/observations", 404, "not a series id"),
        ("/latest?ids=x,nope", 404, "nope"),
        ("/latest", 422, "ids"),
        ("/latest?ids=", 422, "ids"),
        ("/series/x?known=2024-01-10", 422, "2024-01-10"),
        ("/series/x?known=2024-01-10T09:00:00", 422, "offset"),
        ("/series/x?held=2024-01-10T09:00:00", 422, "offset"),
        ("/series/x?known='; drop table x --", 422, "drop"),
        ("/series/x?known=2024-01-31T09:00:00.000001-03:00", 400, "2024-01-31T12:00:00.000001+00:00"),
        ("/series/x?held=2024-01-31T09:00:00.000001-03:00", 400, "held 2024-01-31T12:00:00.000001+00:00"),
        ("/series/x?known=9999-12-31T00:00:00Z", 400, "2024-01-31T12:00:00+00:00"),
        ("/series/x?known=", 422, "ISO"),
        ("/series/x?known=0001-01-01T00:00:00Z", 422, "0001-01-02"),
        ("/series/x?known=0001-01-02T00:00:00%2B14:00", 422, "0001-01-02"),
        ("/latest?ids=x&held=9999-12-31T23:00:00-03:00", 422, "9999-12-31"),
        ("/series/x/latest?known=2024-01-01' or 1=1 --", 422, "or 1=1"),
        ("/series/x' or '1'='1/observations", 404, "or '1'='1"),
        ("/series/x?release=x'y", 404, "x'y"),
        ("/series?order_by=title;drop table series", 422, "order_by"),
        ("/series/x?release=../../raw", 404, "../../raw"),
        ("/series/x?release=20240131T120000Z-000000000000", 404, "20240131T120000Z-000000000000"),
        ("/series/x/observations?first=2024-02-01&last=2024-01-01", 422, "after"),
        ("/series/x/observations?limit=0", 422, "limit"),
        ("/series/x/observations?limit=20001", 422, "20001"),
        ("/series/x/observations?first=01/02/2024", 422, "01/02/2024"),
        ("/series?frequncy=monthly", 422, "frequncy"),
        ("/curves/nope", 404, "nope"),
        ("/curves/c?reference_date=2024-01-06", 404, "2024-01-06"),
        ("/documents/nope", 404, "nope"),
        ("/instruments/nope", 404, "nope"),
        ("/lineage/nope/2024-01-01", 404, "nope"),
        ("/releases/nope", 404, "nope"),
        ("/runs/nope", 404, "nope"),
        ("/strategies/nope", 404, "nope"),
        ("/calendar?market=mars", 422, "mars"),
        ("/book", 404, "macro run"),
        ("/", 404, "GET /: "),
        ("/no/such/path", 404, "/docs"),
    ],
)
def test_a_bad_question_is_a_problem_that_names_the_value(api, path, status, word):
    answer = api.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    body = answer.json()
    assert word in body["detail"]
    assert body["status"] == status
    assert body["type"].startswith("urn:macro-desk:problem:")
    assert body["instance"] == path.split("?")[0]


def test_a_problem_has_typed_fields(api):
    later = api.get("/series/x?known=2025-01-01T00:00:00Z").json()
    assert (later["title"], later["known"]) == ("Not yet known", "2025-01-01T00:00:00+00:00")
    assert later["published_at"] == "2024-01-31T12:00:00+00:00"
    [wrong] = api.get("/series/x/observations?limit=0").json()["errors"]
    assert (wrong["field"], wrong["value"]) == ("query.limit", "0")


def test_what_is_not_asked_with_get_is_refused_and_told(api):
    answer = api.post("/series/x")
    assert (answer.status_code, answer.headers["content-type"], answer.headers["allow"]) == (405, PROBLEM, "GET")


def test_a_fault_of_our_own_is_a_problem_that_shows_nothing_of_its_inside(api, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret inside")

    monkeypatch.setattr("app.api.cut.current_release", broken)
    answer = api.get("/series/x")
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert "secret" not in answer.text


def test_an_empty_lake_is_unavailable_and_says_what_to_run(tmp_path: Path):
    for path in ("/health", "/series", "/quality", "/sources"):
        answer = client_of(Settings(lake=str(tmp_path))).get(path)
        assert answer.status_code == 503
        assert "macro run" in answer.json()["detail"]


def test_values_of_a_question_are_never_read_as_sql(api):
    for text in ("x' or 1=1 --", "'; drop view gold.quotes; --", 'x" union select 1 --', "%", "read_csv('/etc/passwd')"):
        assert values(api, "/quotes", instrument_id=text) == []
        assert values(api, "/instruments", "family", family=text) == []
        assert values(api, "/quality/checks", "name", status=text[:10]) == []
        assert values(api, "/series", "series_id", q=text) == []
        assert api.get("/documents/x", params={"known": text}).status_code == 422
        assert api.get(f"/curves/{text}").status_code in (404, 422)
    assert len(values(api, "/quotes")) == 4


def test_an_answer_is_made_once_a_release(api, monkeypatch):
    first = api.get("/quotes").content

    def gone(*_: object, **__: object) -> None:
        raise duckdb.Error("asked again")

    monkeypatch.setattr("app.api.tables.page", gone)
    assert api.get("/quotes").content == first
    assert api.get("/quotes?limit=2").status_code == 500
