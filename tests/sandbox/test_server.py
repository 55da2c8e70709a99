"""The sandbox behind its socket: clock, door, labels, throttles, broken lines."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from models_py.kernel.clock import instant
from models_py.kernel.errors import ConfigError
from models_py.kernel.settings import Settings
from pipelines.sandbox.apart import serve_apart
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan
from pipelines.sandbox.server import listening, serve
from pipelines.sandbox.service import Service
from tests.sandbox.conftest import AGENT, FOCUS, NOW, SICONFI, XML, chart, fred, sgs, sprd, treasury

EVERY = (
    sgs(1), sgs(1, "", ""), sgs(433, "01/01/2030", "01/02/2030"), "/bcb_sgs/dados/serie/bcdata.sgs.99/dados", f"{FOCUS}?$top=2",
    f"{FOCUS}?%24top=2", f"{FOCUS}?$top=x", fred("/series", series_id="GDP"), fred("/series", series_id="NOPE"), treasury(2023),
    f"{XML}&field_tdr_date_value=2023", sprd("240229"), sprd("240224"), "/b3/nothing", "/nobody/knows", "/_sandbox/clock",
    "/_sandbox/truth/faults", "/_sandbox/truth/nothing",
)


@pytest.fixture
def sandbox(make):
    with listening(make()) as running:
        yield running


@pytest.fixture
def client(sandbox):
    with httpx.Client(base_url=sandbox.base_url) as found:
        yield found


@pytest.mark.parametrize("target", EVERY)
def test_every_answer_says_simulated_and_the_seed(client, target):
    assert client.get(target).headers["X-Simulated"] == "true; seed=7"


def test_free_text_of_payloads_says_simulated(client):
    assert client.get(fred("/series", series_id="GDP")).json()["seriess"][0]["title"].startswith("SIMULATED")
    assert b"SIM00471" in client.get(sprd("240229")).content


def test_an_unknown_path_is_404_and_names_the_nearest_route(client):
    assert client.get("/bcb_sgs/dados/serie/bcdata.sgs.1/dado").json()["nearest"].startswith("/dados/serie/bcdata.sgs.{code}/dados")
    assert client.get("/bcb_sg/dados/serie/bcdata.sgs.1/dados").json()["nearest"].startswith("/bcb_sgs/dados/serie")
    assert client.get("/fred/fred/observations").status_code == 404


def test_endpoints_are_the_base_url_and_the_source(sandbox):
    assert sandbox.endpoint("b3").base_url == f"http://127.0.0.1:{sandbox.port}/b3"
    assert sandbox.endpoint("b3").api_key is None
    assert sandbox.endpoint("fred").api_key == "00000000000000000000000000000007"
    assert list(sandbox.sources) == sorted(sandbox.sources)
    assert {"b3", "bcb_focus", "bcb_sgs", "fred", "us_treasury"} <= set(sandbox.sources)


def test_the_clock_is_the_run_s_until_it_is_moved(client):
    assert client.get("/_sandbox/clock").json() == {"now": "2024-03-01T15:00:00+00:00", "rate": 0.0}
    before = client.get(sgs(1, "01/02/2024", "31/12/2024")).json()
    said = client.put("/_sandbox/clock", json={"now": "2024-02-15T12:00:00-03:00"}).json()
    assert said["now"] == "2024-02-15T15:00:00+00:00"
    earlier = client.get(sgs(1, "01/02/2024", "31/12/2024")).json()
    assert earlier == before[: len(earlier)]
    assert earlier[-1]["data"] == "14/02/2024"
    client.put("/_sandbox/clock", json={"now": "2026-02-15T12:00:00Z"})
    assert client.get(sgs(1, "01/02/2026", "31/12/2026")).json()[0]["data"] == "02/02/2026"


def test_a_scaled_clock_runs(client):
    client.put("/_sandbox/clock", json={"now": "2024-03-01T15:00:00Z", "rate": 36000})
    first = instant(client.get("/_sandbox/clock").json()["now"])
    later = instant(client.get("/_sandbox/clock").json()["now"])
    assert later > first >= instant("2024-03-01T15:00:00Z")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"now": "2024-01-01T00:00:00"}', b'{"now": "yesterday"}', b'{"rate": "fast"}'])
def test_a_clock_that_cannot_be_read_is_refused(client, body):
    assert client.put("/_sandbox/clock", content=body).status_code == 400
    assert client.get("/_sandbox/clock").json()["now"] == "2024-03-01T15:00:00+00:00"


def test_the_date_header_is_the_served_clock(client):
    assert client.get(sgs(433)).headers["Date"] == "Fri, 01 Mar 2024 15:00:00 GMT"


def test_truth_is_behind_the_door(client):
    assert client.get("/_sandbox/truth/states").json()["states"]["daily"] == ["usdbrl"]
    named = client.get("/_sandbox/truth/states?names=usdbrl").json()["states"]
    assert len(named["days"]) == len(named["usdbrl"]) > 3000
    assert client.get("/_sandbox/truth/calendar").json() == {"seed": 7, "events": {"crash": ["2010-01-04"], "fiscal": []}}
    assert client.get("/_sandbox/truth/stances").json() == {"seed": 7, "stances": []}
    assert client.get("/_sandbox/truth/curves").status_code == 404


def test_threads_get_the_bytes_that_one_caller_gets(sandbox):
    targets = [sgs(1), f"{FOCUS}?$top=500&$orderby=Data,Indicador,Suavizada,baseCalculo", treasury(2022), sprd("240228"), sprd("240227"),
               fred("/series/observations", series_id="GDP", realtime_start="1776-07-04", realtime_end="9999-12-31")] * 6

    def content(target):
        return target, httpx.get(sandbox.base_url + target).content

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(content, targets))
    assert len(set(found)) == 6


def test_more_than_two_fred_calls_a_second_get_429_at_real_pace_and_none_at_none(make):
    service = make(pace=1.0)
    with listening(service) as sandbox, httpx.Client(base_url=sandbox.base_url) as client:
        answers = [client.get(fred("/series", series_id="GDP")) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[2].json() == {"error_code": 429, "error_message": "Too Many Requests.  Exceeded Rate Limit"}
    with listening(make()) as sandbox, httpx.Client(base_url=sandbox.base_url) as client:
        assert {client.get(fred("/series", series_id="GDP")).status_code for _ in range(10)} == {200}


def test_more_than_two_calls_a_second_get_503_from_the_treasury_at_real_pace_and_none_at_none(make):
    target = f"{SICONFI}/extrato_entregas?id_ente=1&an_referencia=2031"
    with listening(make(pace=1.0)) as sandbox, httpx.Client(base_url=sandbox.base_url) as client:
        assert [client.get(target).status_code for _ in range(4)] == [200, 200, 503, 503]
    with listening(make()) as sandbox, httpx.Client(base_url=sandbox.base_url) as client:
        assert {client.get(target).status_code for _ in range(10)} == {200}


def test_more_than_five_sgs_calls_at_once_get_502_or_504_at_real_pace(make):
    with listening(make(pace=1.0)) as sandbox, ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda n: httpx.get(f"{sandbox.base_url}{sgs(433)}&n={n}").status_code, range(12)))
    assert found.count(200) >= 5
    assert {502, 504} <= set(found)


def test_a_second_call_to_yahoo_beside_the_first_shuts_it_for_an_hour_of_the_clock(make):
    service = make(pace=1.0)
    target = chart("NOPE", "2024-01-02", "2024-02-01")
    with listening(service) as sandbox, httpx.Client(base_url=sandbox.base_url, headers=AGENT) as client, ThreadPoolExecutor(4) as pool:
        assert [client.get(target).status_code for _ in range(2)] == [404, 404]
        assert 429 in [answer.status_code for answer in pool.map(client.get, [target] * 4)]
        for clock, status in (("15:00", 429), ("15:59", 429), ("16:00", 404)):
            service.moved(instant(f"2024-03-01T{clock}:00Z"), None)
            assert client.get(target).status_code == status


def test_more_than_ten_calls_a_second_to_the_cftc_get_429_at_real_pace(make):
    with listening(make(pace=1.0)) as sandbox, httpx.Client(base_url=sandbox.base_url) as client:
        answers = [client.get("/cftc/resource/aaaa-bbbb.json").status_code for _ in range(12)]
    assert answers == [404] * 10 + [429] * 2


def test_a_second_world_begins_where_the_first_one_s_horizon_ends(make):
    made = []
    service = Service(ServedClock(instant(NOW)), Plan("calm"), lambda until: made.append(until) or make()._world(until))
    service.moved(instant("2023-01-01T00:00:00Z"), None)
    service.view()
    service.moved(instant("2025-06-01T00:00:00Z"), None)
    service.view()
    assert [until.year for until in made] == [2024, 2025]


def test_serve_refuses_a_plan_that_is_none(tmp_path):
    settings = Settings(lake=str(tmp_path), now=NOW)
    with pytest.raises(ConfigError, match="no fault plan 'nonsense'"), serve(settings, plan="nonsense"):
        pass


def test_the_sandbox_runs_alone(tmp_path):
    command = [sys.executable, "-m", "pipelines.sandbox.server", "--port", "0", "--now", NOW]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PATH": "/usr/bin:/bin", "MACRO_LAKE": str(tmp_path)})
    try:
        line = running.stdout.readline()
        assert line.startswith("SIMULATED sources, seed 20100104, at http://127.0.0.1:")
        base = line.split(" at ")[1].split(": ")[0]
        assert json.loads(httpx.get(f"{base}/_sandbox/clock").text)["now"] == "2024-03-01T15:00:00+00:00"
    finally:
        running.terminate()
        running.wait(10)


def test_after_the_context_nothing_answers_on_a_line_kept_open(make):
    with listening(make()) as sandbox:
        client = httpx.Client(base_url=sandbox.base_url)
        assert client.get("/_sandbox/clock").status_code == 200
    with pytest.raises(httpx.TransportError):
        client.get("/_sandbox/clock")


def test_a_sandbox_apart_serves_the_same_bytes_and_ends_with_its_caller(tmp_path):
    chosen = Settings(lake=str(tmp_path), world="sandbox", now=NOW)
    target = sgs(1, "01/02/2024", "29/02/2024")
    with serve_apart(chosen) as sandbox:
        assert sandbox.endpoint("bcb_sgs").base_url == f"{sandbox.base_url}/bcb_sgs"
        here = httpx.get(f"{sandbox.base_url}{target}", headers=AGENT)
    with serve(chosen) as inside:
        there = httpx.get(f"{inside.base_url}{target}", headers=AGENT)
    assert here.content == there.content
    assert b"29/02/2024" in here.content
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{sandbox.base_url}{target}", headers=AGENT)


def test_a_sandbox_apart_that_cannot_start_is_told(tmp_path, capfd):
    with pytest.raises(ConfigError, match="did not start"), serve_apart(Settings(lake=str(tmp_path), now=NOW, sandbox_faults="nonsense")):
        pass
    assert "no fault plan 'nonsense'" in capfd.readouterr().err
