"""HTTP on loopback for the simulated sources, in threads of this process or alone.

    with serve(settings) as sandbox:
        connector.plan(rows, since, until, sandbox.endpoint("bcb_sgs"))

    python -m pipelines.sandbox.server --port 8700 --now 2024-03-01T12:00:00Z

A connector changes its base URL, `http://127.0.0.1:{port}/{source}`, and nothing else. The clock is the run's own and stands
still until `PUT /_sandbox/clock` moves it; alone and without `--now` it runs with the wall clock. Everything served is SIMULATED.
"""

import argparse
import socket
import struct
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.utils import format_datetime
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from pipelines.connectors import Endpoint
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan, load
from pipelines.sandbox.service import Service, renderers
from pipelines.sandbox.wire import Answer
from pipelines.sandbox.world import World

HOST = "127.0.0.1"
_SLICE = 0.02                            # seconds between pieces of a slow answer


def key_of(source: str, seed: int) -> str | None:
    """The key that a simulated source takes, where it wants one."""
    return f"{seed & 0xFFFFFFFF:032x}" if source == "fred" else None


class Sandbox:
    """A running sandbox: where it is, and its clock."""

    def __init__(self, service: Service, port: int) -> None:
        self.service, self.port = service, port
        self.base_url = f"http://{HOST}:{port}"

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(renderers())

    @property
    def clock(self) -> ServedClock:
        return self.service.clock

    @property
    def hits(self) -> list[dict[str, object]]:
        """Faults that have struck so far."""
        return list(self.service.hits)

    def endpoint(self, source: str) -> Endpoint:
        """Base URL of a source, and a key where the source wants one."""
        return Endpoint(f"{self.base_url}/{source}", key_of(source, self.service.seed))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, service: Service) -> None:
        self.service = service
        self._lines: set[socket.socket] = set()
        super().__init__((HOST, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._lines.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._lines.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close the lines that clients keep open, too: after the context nothing answers."""
        super().server_close()
        for line in list(self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; anything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120
    server: _Server

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.server.service.respond(self.command, self.path, headers, body) as answer:
            self._send(answer)

    do_POST = do_PUT = do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: hits of the fault plan have their own log."""

    def _send(self, answer: Answer) -> None:
        delivery = answer.delivery
        if delivery.wait:
            time.sleep(delivery.wait)
        if delivery.hang_up:
            self.close_connection = True
            return
        body = b"" if self.command == "HEAD" else answer.body
        broken = delivery.stop_after is not None
        sent = body[: delivery.stop_after]
        head = self._head(answer, close=broken)
        if delivery.rate is None:
            self.wfile.write(head + sent)
        else:
            self._drip(head + sent, delivery.rate)
        if broken:
            self.close_connection = True
        if delivery.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _head(self, answer: Answer, *, close: bool) -> bytes:
        at = self.server.service.clock.now() + timedelta(seconds=answer.delivery.date_shift)
        phrase = responses.get(answer.status, "Status")
        headers = [
            ("Date", format_datetime(at.replace(microsecond=0), usegmt=True)), ("Content-Type", answer.content_type),
            ("Content-Length", str(len(answer.body))), *answer.headers, self.server.service.label,
        ]
        if close:
            headers.append(("Connection", "close"))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        return f"{self.protocol_version} {answer.status} {phrase}\r\n{lines}\r\n".encode("latin-1")

    def _drip(self, content: bytes, rate: float) -> None:
        step = max(int(rate * _SLICE), 1)
        for place in range(0, len(content), step):
            self.wfile.write(content[place : place + step])
            self.wfile.flush()
            time.sleep(_SLICE)


@contextmanager
def serve(
    settings: Settings, *, plan: Plan | str | Path | None = None, port: int = 0, rate: float = 0.0
) -> Iterator[Sandbox]:
    """Serve the settings' world at the run's instant until the context ends.

    Args:
        plan: a fault plan, a shipped plan's name or a YAML file; default the one of the settings.
        port: 0 takes a free one.
        rate: how fast the clock runs; 0 stands still.
    Raises:
        ConfigError: no such plan.
        LakeError: the lake belongs to another world.
    """
    chosen = settings.sandbox_faults if plan is None else plan
    faults = chosen if isinstance(chosen, Plan) else load(chosen)
    clock = ServedClock(settings.clock.now(), rate)
    cache = open_lake(settings).local("cache", "sandbox")
    service = Service(
        clock, faults, lambda until: World(settings.seed, until=until, cache=cache), pace=settings.sandbox_pace
    )
    with listening(service, port) as sandbox:
        yield sandbox


@contextmanager
def listening(service: Service, port: int = 0) -> Iterator[Sandbox]:
    """A service behind a socket on loopback, until the context ends."""
    server = _Server(port, service)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="sandbox", daemon=True)
    thread.start()
    try:
        yield Sandbox(service, server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sandbox alone, until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.sandbox.server", description="The simulated sources, on loopback.")
    parser.add_argument("--port", type=int, default=8700, help="port to listen on; 0 takes a free one")
    parser.add_argument("--now", help="instant to serve, ISO with offset; default: the wall clock, running")
    parser.add_argument("--seed", type=int, help="seed of the world")
    parser.add_argument("--faults", help="fault plan: a shipped name or a YAML file")
    parser.add_argument("--pace", type=float, help="share of real rate limits")
    parser.add_argument("--lake", help="lake that keeps a copy of what is simulated")
    parser.add_argument("--attached", action="store_true", help="end with standard input")
    asked = parser.parse_args(arguments)
    given = {"now": asked.now, "seed": asked.seed, "sandbox_faults": asked.faults, "sandbox_pace": asked.pace, "lake": asked.lake}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    with serve(settings, port=asked.port, rate=0.0 if settings.now is not None else 1.0) as sandbox:
        print(f"SIMULATED sources, seed {settings.seed}, at {sandbox.base_url}: {', '.join(sandbox.sources)}", flush=True)
        try:
            while not asked.attached or sys.stdin.read(1):
                time.sleep(0 if asked.attached else 3600)
        except KeyboardInterrupt:
            pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
