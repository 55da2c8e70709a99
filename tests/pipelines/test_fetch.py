import logging
import time
from datetime import UTC, datetime

import pytest

from models_py.kernel.errors import PayloadError, RateLimited, SourceDown, SourceRefused
from pipelines.connectors import Request
from pipelines.connectors._limits import Host
from pipelines.fetch import Fetcher, Reply, redact, retry_after
from pipelines.host_gate import Gate, gate
from tests.pipelines.source_server import Answer, serving

QUICK = Host(timeout=5.0, tries=4)


def take(reply: Reply) -> Reply:
    """Judge by status alone."""
    if reply.status == 429:
        raise RateLimited("x", "k", "429")
    if reply.status >= 500:
        raise SourceDown("x", "k", f"status {reply.status}")
    if reply.status >= 400:
        raise SourceRefused("x", "k", reply.body.decode())
    if reply.body.startswith(b"<html"):
        raise PayloadError("x", "k", "HTML")
    return reply


def ask(source, path: str = "/a", host: Host = QUICK, judge=take, **request) -> tuple[Reply, list[float]]:
    slept: list[float] = []
    with Fetcher("x", host, sleep=slept.append) as fetcher:
        return fetcher.ask(Request("x", "k", source.endpoint.base_url + path, **request), judge), slept


def test_the_query_goes_out_byte_for_byte():
    target = "/odata/Set?$format=json&$filter=Data%20ge%20'2031-01-01'&$orderby=Data,Indicador&@moeda='USD'&page[size]=1|2&page"
    with serving(lambda path, number: Answer(b"ok")) as source:
        ask(source, target)
        assert source.asked == [target]


def test_a_request_carries_its_own_headers():
    with serving(lambda path, number: Answer(b"ok")) as source:
        ask(source, headers={"User-Agent": "Mozilla/5.0"})
        assert source.headers[0]["user-agent"] == "Mozilla/5.0"


def test_a_server_error_is_tried_again_with_growing_waits():
    with serving(lambda path, number: Answer(b"ok") if number == 4 else Answer(b"", 503)) as source:
        reply, slept = ask(source)
        assert reply.body == b"ok"
        assert len(source.asked) == 4
        # 0.01 · 2^n · U(0.5, 1.5) on loopback
        assert 0.005 <= slept[0] <= 0.015
        assert 0.02 <= slept[2] <= 0.06


def test_a_source_that_stays_down_is_given_up_after_its_tries():
    with serving(lambda path, number: Answer(b"", 503)) as source, pytest.raises(SourceDown, match="status 503"):
        ask(source)
    assert len(source.asked) == 4


def test_a_refusal_is_believed_at_once_and_a_mistaken_one_after_its_tries():
    with serving(lambda path, number: Answer(b"api_key is not registered", 400)) as source:
        with pytest.raises(SourceRefused):
            ask(source)
        assert len(source.asked) == 1
        with pytest.raises(SourceRefused):
            ask(source, host=Host(tries=3, flaky=("not registered",)))
        assert len(source.asked) == 4


def test_a_page_instead_of_data_gets_a_second_chance():
    with serving(lambda path, number: Answer(b"<html>" if number == 1 else b"ok")) as source:
        assert ask(source)[0].body == b"ok"
    with serving(lambda path, number: Answer(b"<html>")) as source, pytest.raises(PayloadError):
        ask(source)
    assert len(source.asked) == 2


def test_the_source_says_how_long_to_wait_in_seconds_or_as_a_date():
    wait = {1: {"Retry-After": "7"}, 2: {"Date": "Fri, 03 Jan 2031 10:00:00 GMT", "Retry-After": "Fri, 03 Jan 2031 10:00:09 GMT"}}
    with serving(lambda path, number: Answer(b"", 429, wait[number]) if number in wait else Answer(b"ok")) as source:
        assert ask(source)[1] == [7.0, 9.0]


def test_a_wait_of_an_hour_ends_the_run_with_that_source():
    with serving(lambda path, number: Answer(b"", 429, {"Retry-After": "3600"})) as source, pytest.raises(RateLimited):
        ask(source)
    assert len(source.asked) == 1


def test_retry_after_counts_from_the_answers_own_clock_or_else_from_ours():
    now = datetime(2031, 1, 3, 10, 0, 5, tzinfo=UTC)
    late = "Fri, 03 Jan 2031 10:00:09 GMT"
    assert retry_after({"retry-after": late, "date": "Fri, 03 Jan 2031 10:00:01 GMT"}, now) == 8.0
    assert retry_after({"retry-after": late}, now) == 4.0
    assert retry_after({"retry-after": "Fri, 03 Jan 2031 09:00:00 GMT"}, now) == 0.0
    assert retry_after({"retry-after": "soon"}, now) is None
    assert retry_after({}, now) is None


def test_a_source_that_does_not_answer_is_too_slow_and_tried_twice():
    with serving(lambda path, number: Answer(b"ok", wait=1.0)) as source, pytest.raises(SourceDown, match=r"no answer in 0\.2 s"):
        ask(source, host=Host(timeout=0.2))
    assert len(source.asked) == 2


def test_a_trickle_ends_at_the_deadline():
    with serving(lambda path, number: Answer(b"x" * 200, drip=0.05)) as source, pytest.raises(SourceDown, match="too slow"):
        ask(source, host=Host(timeout=5.0, deadline=0.3, tries=1))


def test_a_body_cut_short_or_a_closed_door_is_the_source_down():
    with serving(lambda path, number: Answer(b"x" * 1000, cut=10)) as source, pytest.raises(SourceDown, match="RemoteProtocolError"):
        ask(source, host=Host(tries=1))
    with pytest.raises(SourceDown, match="ConnectError"):
        ask(source, host=Host(tries=1))


def test_a_body_beyond_the_limit_is_not_read_to_its_end():
    with serving(lambda path, number: Answer(b"x" * 5000)) as source, pytest.raises(PayloadError, match="body larger than 1000 bytes"):
        ask(source, host=Host(max_bytes=1000))


def test_redirects_are_followed_on_the_same_host_only():
    def answer(path: str, number: int) -> Answer:
        if path == "/old":
            return Answer(b"", 301, {"Location": "/new"})
        if path == "/away":
            return Answer(b"", 302, {"Location": "https://elsewhere.test/erro.asp"})
        return Answer(b"", 302, {"Location": "/round"}) if path == "/round" else Answer(b"ok")

    with serving(answer) as source:
        assert ask(source, "/old")[0].body == b"ok"
        with pytest.raises(PayloadError, match=r"redirected to host elsewhere\.test"):
            ask(source, "/away")
        with pytest.raises(PayloadError, match="redirected more than 3 times"):
            ask(source, "/round")


def test_a_key_appears_in_no_error_and_no_log(caplog):
    caplog.set_level(logging.DEBUG)
    with serving(lambda path, number: Answer(b"", 503)) as source:
        port = source.port
        url = f"{source.endpoint.base_url}/fred?series_id=GDP&api_key=deadbeefdeadbeefdeadbeefdeadbeef"
        request = Request("fred", "GDP", url, secrets=("api_key",))
        with Fetcher("fred", Host(tries=1)) as fetcher, pytest.raises(SourceDown) as caught:
            fetcher.ask(request, take)
    assert "deadbeef" not in caplog.text
    assert "deadbeef" not in str(caught.value)
    assert redact(url, request) == "http://127.0.0.1/fred?series_id=GDP&api_key=***"
    assert redact("what is deadbeefdeadbeefdeadbeefdeadbeef?", request) == "what is ***?"
    assert str(port) not in redact(url, request)


def test_files_are_read_by_the_same_door(tmp_path):
    (tmp_path / "a b.csv").write_bytes(b"1;2")
    uri = (tmp_path / "a b.csv").as_uri()
    with Fetcher("files", Host()) as fetcher:
        assert fetcher.ask(Request("files", "a b.csv", f"{uri}#map=0123"), lambda reply: reply.body) == b"1;2"
        with pytest.raises(SourceRefused, match="no file"):
            fetcher.ask(Request("files", "b.csv", (tmp_path / "b.csv").as_uri()), take)


def test_a_gate_lets_requests_through_one_interval_apart():
    slept: list[float] = []
    door = Gate(per_second=4.0, parallel=2, sleep=slept.append)
    for _ in range(3):
        with door.turn():
            pass
    assert len(slept) == 2
    assert 0.2 < slept[0] <= 0.25
    assert 0.45 < slept[1] <= 0.5


def test_loopback_waits_for_nothing_unless_the_sandbox_keeps_real_limits():
    host = Host(per_second=2.0, parallel=2)
    with serving(lambda path, number: Answer(b"ok")) as source:
        url = source.endpoint.base_url
        started = time.monotonic()
        door = gate(url, host, workers=4, pace=0.0)
        for _ in range(50):
            with door.turn():
                pass
        assert time.monotonic() - started < 0.2
        assert gate(url, host, workers=4, pace=0.5)._interval == pytest.approx(0.25)
        assert gate("https://api.bcb.gov.br/x", host, workers=4, pace=0.0)._interval == 0.5
        assert gate("https://api.bcb.gov.br/x", host, workers=4, pace=0.0) is gate("https://api.bcb.gov.br/y", host, workers=4, pace=0.0)
