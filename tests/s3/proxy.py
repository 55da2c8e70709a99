"""A proxy before an S3 server that goes wrong on order: refuses, fails, is slow, or breaks off in the middle.

It listens on loopback, takes one request a connection and hands everything else through unchanged, so that signatures hold.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread
from urllib.parse import urlsplit

SLOW_SECONDS = 6.0
ANSWERS = {
    "500": ("500 Internal Server Error", "InternalError", "We encountered an internal error. Please try again."),
    "503": ("503 Service Unavailable", "ServiceUnavailable", "Please reduce your request rate."),
    "expired": ("403 Forbidden", "ExpiredToken", "The provided token has expired."),
    "skewed": ("403 Forbidden", "RequestTimeTooSkewed", "The difference between the request time and the server's time is too large."),
}
KINDS = (*ANSWERS, "slow", "truncated")


@dataclass
class Proxy:
    """Where it listens, and what it does to requests of a method whose target holds a text."""

    endpoint: str = ""
    kind: str | None = None
    method: str = ""
    target: str = ""
    seen: list[str] = field(default_factory=list)

    @contextmanager
    def failing(self, kind: str, method: str, target: str) -> Iterator[None]:
        """Go wrong for as long as the block lasts; something has to run into it."""
        self.kind, self.method, self.target = kind, method, target
        self.seen.clear()
        try:
            yield
        finally:
            self.kind = None
        assert self.seen, f"no {method} of {target} was made"

    def fault(self, method: str, target: str) -> str | None:
        if self.kind is None or method != self.method or self.target not in target:
            return None
        self.seen.append(f"{method} {target}")
        return self.kind


@contextmanager
def serve(upstream: str) -> Iterator[Proxy]:
    """A proxy before a server, until the block ends."""
    proxy, loop = Proxy(), asyncio.new_event_loop()
    address = urlsplit(upstream)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await _pass(proxy, str(address.hostname), int(address.port or 80), reader, writer)
        writer.close()

    server = loop.run_until_complete(asyncio.start_server(handle, "127.0.0.1", 0))
    proxy.endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    waiting = asyncio.all_tasks() - {asyncio.current_task()}
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def _pass(proxy: Proxy, host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head[:-4].split(b"\r\n")
    method, target, _ = first.decode().split(" ")
    named = {line.split(b":", 1)[0].lower(): line.split(b":", 1)[1].strip() for line in lines}
    if b"expect" in named:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    length = int(named.get(b"content-length", 0))
    fault = proxy.fault(method, target)
    if fault in ANSWERS:
        await reader.readexactly(length)
        status, code, message = ANSWERS[fault]
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
        told = f"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        writer.write(told + (b"" if method == "HEAD" else body))
        await writer.drain()
        return
    if fault == "slow":
        await asyncio.sleep(SLOW_SECONDS)
        return
    kept = [line for name, line in zip(named, lines, strict=True) if name not in (b"expect", b"connection")]
    there, back = await asyncio.open_connection(host, port)
    back.write(b"\r\n".join([first, *kept, b"Connection: close"]) + b"\r\n\r\n")
    content = await reader.readexactly(length)
    if fault == "truncated" and method == "PUT":
        back.write(content[: length // 2])
        await back.drain()
        back.close()
        return
    back.write(content)
    answer = await there.read()
    writer.write(answer[: -max(1, len(answer.split(b"\r\n\r\n", 1)[1]) // 2)] if fault == "truncated" else answer)
    await writer.drain()
    back.close()
