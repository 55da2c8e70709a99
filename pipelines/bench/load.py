"""Fifty clients at once: each asks over its own connection, waits for the answer, and asks the next question."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Answers:
    """How many were given in how many seconds, by how much of the server's processor, and how long one took (milliseconds)."""

    count: int
    seconds: float
    cpu: float | None
    p50: float
    p99: float
    failed: int


def ask(port: int, targets: Iterator[str], *, pid: int, clients: int, seconds: float) -> Answers:
    """Load a server on loopback for some seconds; answers that are no 200 are counted apart."""
    before, started = processor(pid), time.perf_counter()
    took, failed = asyncio.run(_all(port, targets, clients, started + seconds))
    wall, after = time.perf_counter() - started, processor(pid)
    took.sort()
    cpu = None if before is None or after is None else round(after - before, 3)
    return Answers(len(took), wall, cpu, _share(took, 0.5), _share(took, 0.99), failed)


def one(port: int, target: str) -> bytes:
    """The body of one answer."""

    async def asked() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            _, body = await _answer(reader, writer, target)
            return body
        finally:
            writer.close()

    return asyncio.run(asked())


def processor(pid: int) -> float | None:
    """Seconds of processor a process has used, all threads; None where Linux does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / 100


async def _all(port: int, targets: Iterator[str], clients: int, until: float) -> tuple[list[float], int]:
    took: list[float] = []
    failed = 0

    async def client() -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while (began := time.perf_counter()) < until:
                status, _ = await _answer(reader, writer, next(targets))
                took.append((time.perf_counter() - began) * 1000)
                failed += status != 200
        finally:
            writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return took, failed


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> tuple[int, bytes]:
    writer.write(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length: ")[2].partition(b"\r")[0])
    return int(head[9:12]), await reader.readexactly(length)


def _share(values: Sequence[float], share: float) -> float:
    return round(values[min(int(len(values) * share), len(values) - 1)], 2) if values else float("nan")
