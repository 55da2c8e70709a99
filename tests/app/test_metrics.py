"""What a monitor is told, with a release and without."""

from pathlib import Path
from threading import Thread

import httpx
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from app.api import wire
from models_py.kernel.settings import Settings
from pipelines.listening import listen
from tests.app.published import client_of


def scraped(client) -> dict[tuple, float]:
    """Samples by name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(sample.name, *sorted(sample.labels.items())): sample.value for family in families for sample in family.samples}


def test_the_release_is_told_in_numbers(api, every_table):
    found, health = scraped(api), api.get("/health").json()
    assert found[("macro_release_info", ("commit", "abc123"), ("release", health["release_id"]), ("world", "sandbox:20100104"))] == 1
    assert found[("macro_quality_score",)] == 90.5
    assert found[("macro_quality_minimum",)] == 80
    assert found[("macro_table_rows", ("table", "series"))] == health["rows"]["series"]


def test_answers_are_counted_by_route_not_by_path(every_table):
    with client_of(every_table) as client:
        for name in ("x", "nope", "also_nope"):
            client.get(f"/series/{name}")
        client.get("/no/such/path")
        found = scraped(client)
    route = "/series/{series_id}"
    key = ("macro_http_requests_total", ("method", "GET"), ("route", route))
    assert {status: found.get((*key, ("status", status))) for status in ("200", "404", "500")} == {"200": 1, "404": 2, "500": None}
    assert found[("macro_http_requests_total", ("method", "any"), ("route", "none"), ("status", "404"))] == 1
    assert found[("macro_http_request_seconds_count", ("route", route))] == 3


def test_without_a_release_the_monitor_is_answered_and_told_nothing_of_one(tmp_path: Path):
    with client_of(Settings(lake=str(tmp_path), world="sandbox")) as client:
        assert [name for name, *_ in scraped(client) if name.startswith("macro_release")] == []


def test_a_monitor_needs_no_key(every_table):
    keyed = every_table.model_copy(update={"api_keys": SecretStr("a:read:" + "0" * 64)})
    with client_of(keyed) as client:
        assert client.get("/series").status_code == 401
        assert client.get("/metrics").status_code == 200


def test_answers_past_the_framework_are_counted_too(every_table):
    server = wire.server(every_table.model_copy(update={"api_port": 0}))
    with listen("127.0.0.1", 0) as opened:
        thread = Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{opened.getsockname()[1]}"
        with httpx.Client(base_url=address) as client:
            for _ in range(3):
                assert client.get("/series/x").status_code == 200
            found = scraped(client)
        server.should_exit = True
        thread.join()
    counted = found[("macro_http_requests_total", ("method", "GET"), ("route", "/series/{series_id}"), ("status", "200"))]
    assert counted + found[("macro_http_wire_total",)] == 3
    assert found[("macro_http_wire_total",)] >= 1
