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
    ],
)
def test_a_bad_question_is_a_problem_that_names_the_value(client, path, status, word):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert word in answer.json()["detail"]


def test_an_empty_lake_is_unavailable_and_says_what_to_run(tmp_path: Path):
    answer = TestClient(create_app(Settings(lake=str(tmp_path)))).get("/health")
    assert answer.status_code == 503
    assert "macro run" in answer.json()["detail"]


def test_the_contract_lists_every_route_with_its_answers(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/health", "/series/{series_id}"} <= set(paths)
    assert "known" in {parameter["name"] for parameter in paths["/series/{series_id}"]["get"]["parameters"]}
