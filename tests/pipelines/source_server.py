"""A source on loopback for tests: answers are given by a function of the request's target and how often it was asked."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from pipelines.connectors import Endpoint
from tests.connectors.build import session_file


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0                      # seconds before the answer
    drip: float = 0.0                      # seconds between its bytes
    cut: int | None = None                 # bytes after which the line is closed


@dataclass
class Source:
    """What a test sees of the server: where it is, what was asked, and what it answers."""

    answer: Callable[[str, int], Answer]
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    most_at_once: int = 0
    port: int = 0
    _now: int = 0
    _lock: Lock = field(default_factory=Lock)

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(f"http://127.0.0.1:{self.port}")

    def enter(self, target: str, headers: dict[str, str]) -> int:
        with self._lock:
            self.asked.append(target)
            self.headers.append(headers)
            self.at.append(time.monotonic())
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            return self.asked.count(target)

    def leave(self) -> None:
        with self._lock:
            self._now -= 1


@contextmanager
def serving(answer: Callable[[str, int], Answer]) -> Iterator[Source]:
    """Serve until the context ends."""
    source = Source(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            number = source.enter(self.path, {name.lower(): value for name, value in self.headers.items()})
            try:
                self._send(source.answer(self.path, number))
            except ConnectionError:
                self.close_connection = True
            finally:
                source.leave()

        def _send(self, found: Answer) -> None:
            time.sleep(found.wait)
            self.send_response_only(found.status)
            for name, value in {"Content-Length": str(len(found.body)), **found.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if found.drip:
                for byte in found.body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(found.drip)
            self.wfile.write(b"" if found.drip else found.body[: found.cut])
            self.close_connection = found.cut is not None

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    source.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield source
    finally:
        server.shutdown()
        server.server_close()


def sgs_body(first: str = "02/01/2031", *values: str) -> bytes:
    """A series of consecutive days."""
    day, month, year = map(int, first.split("/"))
    start = date(year, month, day)
    rows = [{"data": f"{start + timedelta(days=number):%d/%m/%Y}", "valor": value} for number, value in enumerate(values or ("1.5",))]
    return json.dumps(rows, separators=(",", ":")).encode()


def b3_body(target: str, rate: float = 10.0) -> bytes:
    """The session file that a target asks for."""
    digits = target.rsplit("SPRD", 1)[1][:6]
    return session_file(date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:])), rate)
