"""The short way, over real sockets: what is asked again, or asked most, is answered as on the long way."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from threading import Thread

import jwt
import pytest
from pydantic import SecretStr

from app.api.wire import HotProtocol, Wire, server
from models_py.gold.write import write
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from tests.app.published import NOW, build, client_of, publish_all

KEY = "reader-0123456789abcdef0123456789"


@dataclass
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def lasting(self):
        """What may not differ between the two ways."""
        return self.status, {name: value for name, value in self.headers.items() if name not in ("date", "server")}, self.body


@dataclass
class Served:
    port: int
    wire: Wire

    @contextmanager
    def connected(self) -> Iterator["Line"]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            yield Line(line, self.port)

    def get(self, path, **headers) -> Answered:
        with self.connected() as line:
            return line.get(path, **headers)


@dataclass
class Line:
    socket: socket.socket
    port: int
    rest: bytes = b""

    def request(self, path, version="1.1", **headers) -> bytes:
        lines = [f"GET {path} HTTP/{version}", f"Host: 127.0.0.1:{self.port}", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode()

    def get(self, path, **headers) -> Answered:
        self.socket.sendall(self.request(path, **headers))
        return self.read()

    def read(self) -> Answered:
        while b"\r\n\r\n" not in self.rest:
            self.rest += self._more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", 0))
        while len(self.rest) < length:
            self.rest += self._more()
        body, self.rest = self.rest[:length], self.rest[length:]
        return Answered(int(first.split()[1]), headers, body)

    def _more(self) -> bytes:
        received = self.socket.recv(65536)
        if not received:
            raise ConnectionError("the server hung up")
        return received


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """The API on a free port of this machine, in a thread."""
    made = server(settings)
    protocol = made.config.http
    assert isinstance(protocol, type)
    assert issubclass(protocol, HotProtocol)
    with socket.create_server(("127.0.0.1", 0)) as opened:
        thread = Thread(target=made.run, kwargs={"sockets": [opened]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 60
        while not made.started and time.monotonic() < deadline:
            time.sleep(0.01)
        yield Served(opened.getsockname()[1], protocol.wire)
        made.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def served(every_table):
    with serving(every_table) as found:
        found.get("/latest?ids=x")                       # opens the release
        yield found


QUESTIONS = (
    "/series/x/latest", "/series/x/latest?known=2024-01-10T11:59:59Z", "/series/y/latest", "/latest?ids=y,x,f",
    "/latest?ids=x&known=2024-01-11T00:00:00%2B00:00", "/panel?ids=y,x&known=2024-01-12T11:44:59Z", "/panel?ids=x",
    "/series/x/observations", "/quotes?limit=1", "/snapshot", "/curves/c",
)  # fmt: skip


@pytest.mark.parametrize("path", QUESTIONS)
def test_both_ways_give_the_same_answer_and_so_does_asking_again(served, every_table, path):
    first, second = served.get(path), served.get(path)
    long = client_of(every_table).get(path)
    assert first.lasting == second.lasting
    assert (first.status, first.body) == (200, long.content)
    assert first.headers == dict(long.headers) | {"date": first.headers["date"], "server": first.headers["server"]}


@pytest.mark.parametrize("path", QUESTIONS)
@pytest.mark.parametrize("headers", [{"Accept": "text/csv"}, {"Connection": "keep-alive", "User-Agent": "x"}])
def test_what_was_answered_is_found_by_its_bytes(served, path, headers):
    with served.connected() as line:
        answered, again = line.get(path, **headers), line.get(path, **headers)
        kept = served.wire.find("127.0.0.1", line.request(path, **headers))
        assert kept is not None
        assert kept.body == answered.body == again.body
        assert served.wire.find("127.0.0.2", line.request(path, **headers)) is None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/series/nope/latest", 404), ("/latest?ids=x,nope", 404), ("/latest?ids=", 422), ("/latest", 422),
        ("/latest?ids=x&ids=y", 200),
        ("/latest?ids=x&known=2024-01-10T00:00:00", 422),
        ("/latest?ids=x&known=2030-01-01T00:00:00Z", 400), ("/series/x/latest?ids=x", 422),
        ("/panel?ids=x&nonsense=1", 422), ("/series/%78/latest", 200), ("/journal", 401), ("/nowhere", 404),
    ],
)  # fmt: skip
def test_what_is_refused_is_refused_as_on_the_long_way(served, every_table, path, status):
    long = client_of(every_table).get(path)
    for _ in range(2):
        answered = served.get(path)
        assert (answered.status, json.loads(answered.body)) == (status, long.json())
        assert answered.headers["content-type"] == long.headers["content-type"]


def test_an_unchanged_answer_is_not_sent_again(served):
    etag = served.get("/series/x/latest").headers["etag"]
    for _ in range(2):
        again = served.get("/series/x/latest", If_None_Match=etag)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
        assert "content-length" not in again.headers


def test_a_new_release_is_seen_by_the_next_question(tmp_path):
    settings = publish_all(tmp_path / "lake")
    with serving(settings) as found, found.connected() as line:
        paths = ("/series/x/latest", "/series/x/observations", "/panel?ids=x")
        before = [line.get(path) for path in paths for _ in range(2)][::2]
        with build() as connection:
            connection.execute("update gold.frontier set value = 9 where series_id = 'x'")
            connection.execute("update gold.observations set value = 9 where series_id = 'x'")
            write(open_lake(settings), connection, published_at=NOW.replace(hour=13), commit="later", quality={"score": 99.0},
                  bronze_held_at=NOW)  # fmt: skip
        after = [line.get(path) for path in paths]
        assert [b"2.0" in answer.body for answer in before] == [True] * 3
        assert [b"9.0" in answer.body for answer in after] == [True] * 3
        assert all(one.headers["x-release"] != two.headers["x-release"] for one, two in zip(before, after, strict=True))


def test_a_key_is_needed_each_time_and_from_each(every_table):
    keys = SecretStr(f"ana:read:{sha256(KEY.encode()).hexdigest()},otto:ops:{sha256(b'ops').hexdigest()}")
    with serving(every_table.model_copy(update={"api_keys": keys})) as found:
        for path in ("/series/x/latest", "/series/x/observations"):
            for _ in range(2):
                assert found.get(path, X_API_Key=KEY).status == 200
                assert found.get(path).status == 401
                assert found.get(path, X_API_Key=KEY + "x").status == 401
                assert found.get(path, X_API_Key="ops").status == 403


def test_a_browser_led_here_by_another_name_is_refused_on_both_ways(served):
    with served.connected() as line:
        for path in ("/series/x/latest", "/series/x/observations"):
            assert line.get(path).status == 200
            line.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: evil.example\r\n\r\n".encode())
            assert line.read().status == 403


def test_a_forwarded_sender_is_judged_by_the_server(served):
    assert served.get("/series/x/latest", X_Forwarded_For="10.0.0.7").status == 401
    assert served.get("/series/x/latest").status == 200


def test_requests_that_come_together_are_answered_in_order(served):
    with served.connected() as line:
        one, two = line.request("/series/x/latest"), line.request("/series/y/latest?known=2024-01-14T00:00:00Z")
        line.socket.sendall(one + two + one)
        values = [json.loads(line.read().body)["items"][0]["value"] for _ in range(3)]
        assert values == [2.0, 10.0, 2.0]


def test_a_request_that_comes_in_parts_is_answered(served):
    with served.connected() as line:
        whole = line.request("/series/x/latest")
        for place in (3, 20, len(whole) - 2):
            line.socket.sendall(whole[:place])
            time.sleep(0.05)
            line.socket.sendall(whole[place:])
            assert line.read().status == 200
        # the rest of one request and a whole other one in one piece
        line.socket.sendall(whole[:10])
        time.sleep(0.05)
        line.socket.sendall(whole[10:] + whole)
        assert [line.read().status for _ in range(2)] == [200, 200]


def test_who_asks_to_close_is_closed_and_the_old_protocol_too(served):
    for first, last in (("GET /series/x/latest HTTP/1.1", "Connection: close\r\n"), ("GET /series/x/latest HTTP/1.0", "")):
        for _ in range(2):
            with served.connected() as line:
                line.socket.sendall(f"{first}\r\nHost: 127.0.0.1\r\n{last}\r\n".encode())
                assert line.read().status == 200
                assert line.socket.recv(1) == b""


@pytest.mark.parametrize(
    "text",
    [
        "GET /series/x/latest HTTP/1.1\r\n\r\n",
        "GET /series/x/latest HTTP/1.1\r\nHost 127.0.0.1\r\n\r\n",
        "GET /series/x/latest\r\n\r\n",
        "GET /series/\xff/latest HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "GET /series/x/latest HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: x\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_and_the_server_goes_on(served, text):
    with served.connected() as line:
        line.socket.sendall(text.encode("latin-1"))
        assert line.read().status in (400, 404)
    assert served.get("/series/x/latest").status == 200


def test_large_answers_are_not_kept(served, monkeypatch):
    monkeypatch.setattr("app.api.wire.LARGEST_ANSWER", 10)
    with served.connected() as line:
        assert line.get("/series/f/latest").status == 200
        assert served.wire.find("127.0.0.1", line.request("/series/f/latest")) is None


def test_a_token_is_looked_at_each_time(every_table):
    secret, issuer = "a shared secret of thirty-two bytes!", "https://issuer.example"
    with serving(every_table.model_copy(update={"api_jwt_key": SecretStr(secret), "api_jwt_issuer": issuer})) as found:
        token = jwt.encode({"sub": "c", "iss": issuer, "aud": "macro-desk", "exp": time.time() + 60, "scope": "read"}, secret, "HS256")
        for path in ("/series/x/latest", "/series/x/observations"):
            with found.connected() as line:
                assert line.get(path, Authorization=f"Bearer {token}").status == 200
                assert found.wire.find("127.0.0.1", line.request(path, Authorization=f"Bearer {token}")) is None


def test_of_a_body_that_is_too_large_no_more_is_taken_than_the_limit(served):
    with served.connected() as line:
        line.socket.sendall(b"POST /sql HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        line.socket.sendall(b"40001\r\n" + b" " * 0x40001 + b"\r\n")           # one byte more than 2**18, and no end of it
        assert line.read().status == 413
        assert line.socket.recv(1) == b""
