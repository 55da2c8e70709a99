"""The API as its clients use it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.api.main import create_app
from models_py.kernel.settings import Settings

ROWS = [
    ("x", "2023-12-01", "2023-12-10T12:00:00+00:00", 1.0),
    ("x", "2023-12-01", "2024-01-10T12:00:00+00:00", 1.5),
    ("x", "2024-01-01", "2024-01-12T12:00:00+00:00", 2.0),
]


@pytest.fixture
def client(publish) -> TestClient:
    return TestClient(create_app(publish(ROWS).settings))


def test_health_names_the_release_its_world_and_that_it_is_simulated(client):
    answer = client.get("/health")
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "ok"
    assert body["world"] == "sandbox:20100104"
    assert body["simulated"] is True
    assert body["rows"]["observations"] == 3
    assert answer.headers["x-release"] == body["release_id"]
    assert answer.headers["x-simulated"] == "true"


def test_a_series_is_what_was_known_at_the_instant_asked_for(client):
    before = client.get("/series/x", params={"known": "2024-01-10T08:59:59-03:00"}).json()["readings"]
    after = client.get("/series/x", params={"known": "2024-01-10T09:00:00-03:00"}).json()["readings"]
    assert [row["value"] for row in before] == [1.0]
    assert [row["value"] for row in after] == [1.5]


def test_without_an_instant_a_series_is_what_the_release_knew(client):
    body = client.get("/series/x").json()
    assert [row["value"] for row in body["readings"]] == [1.5, 2.0]
    assert datetime.fromisoformat(body["known"]) == datetime(2024, 1, 31, 12, tzinfo=UTC)


def test_an_unchanged_release_answers_not_modified(client):
    etag = client.get("/series/x").headers["etag"]
    again = client.get("/series/x", headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/series/nope", 404, "nope"),
        ("/series/x;drop table", 404, "not a series id"),
        ("/series/x?known=2024-01-10", 422, "2024-01-10"),
        ("/series/x?known=2024-01-10T09:00:00", 422, "offset"),
        ("/series/x?known='; drop table x --", 422, "drop"),
        ("/series/x?known=2024-01-31T09:00:00.000001-03:00", 400, "2024-01-31T12:00:00.000001+00:00"),
        ("/series/x?known=9999-12-31T00:00:00Z", 400, "2024-01-31T12:00:00+00:00"),
        ("/series/x?known=", 422, "ISO"),
        ("/", 404, "GET /: "),
        ("/series", 404, "/series"),
        ("/no/such/path", 404, "/docs"),
    ],
)
def test_a_bad_question_is_a_problem_that_names_the_value(client, path, status, word):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert word in answer.json()["detail"]


def test_a_cut_off_after_the_release_is_refused_with_both_instants(client):
    body = client.get("/series/x", params={"known": "2024-02-01T00:00:00-03:00"}).json()
    assert (body["known"], body["published_at"]) == ("2024-02-01T03:00:00+00:00", "2024-01-31T12:00:00+00:00")
    assert body["title"] == "NotYetKnown"


def test_a_cut_off_at_the_release_itself_is_answered(client):
    assert client.get("/series/x", params={"known": "2024-01-31T09:00:00-03:00"}).status_code == 200


def test_a_method_that_is_not_served_is_a_problem_that_says_which_is(client):
    answer = client.post("/series/x")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"] == "GET"


def test_a_fault_of_our_own_is_a_problem_that_shows_nothing_of_its_inside(publish, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret inside")

    app = create_app(publish(ROWS).settings)
    monkeypatch.setattr("app.api.release.current_release", broken)
    answer = TestClient(app, raise_server_exceptions=False).get("/series/x")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text


def test_an_empty_lake_is_unavailable_and_says_what_to_run(tmp_path: Path):
    answer = TestClient(create_app(Settings(lake=str(tmp_path)))).get("/health")
    assert answer.status_code == 503
    assert "macro run" in answer.json()["detail"]


def test_the_contract_lists_every_route_with_its_answers(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/health", "/series/{series_id}"} <= set(paths)
    asked = paths["/series/{series_id}"]["get"]
    assert "known" in {parameter["name"] for parameter in asked["parameters"]}
    for status in ("400", "404", "422", "503"):
        assert list(asked["responses"][status]["content"]) == ["application/problem+json"]
