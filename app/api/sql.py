"""Queries of users, in a few processes of their own: at most so many at once, each with a time, rows and memory it may use.

A query that is over its time is interrupted; a process that does not heed that within two seconds is ended and another takes its
place. Whoever would have to wait behind a full row is told to come back.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from queue import Empty, Queue
from threading import BoundedSemaphore
from typing import Any, ClassVar

from app.api.problems import Refusal
from models_py.kernel.log import get_logger
from models_py.kernel.settings import ROOT, Settings

GRACE = 2.0                                 # seconds that an interrupted query has to heed it
START = 60.0                                # and that a process has to start, on a machine that is busy
WAITING = 4                                 # that may wait, for each that runs
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")
_log = get_logger(__name__)


class QueryRefused(Refusal):
    """The query is wrong, asks for what a release does not give, or for more than it may."""

    status = 422


class QueryTooLong(QueryRefused):
    """The query took longer than it may."""


class QueryTooLarge(QueryRefused):
    """The query needs more memory, or answers more, than it may."""


class Busy(Refusal):
    """As many queries run and wait as may."""

    status: ClassVar[int] = 503


@dataclass(frozen=True)
class Rows:
    """The answer to a query in its form."""

    body: bytes
    rows: int
    truncated: bool


class _Worker:
    """One process, and the socket to it. Making one that does not start raises what `ask` does."""

    def __init__(self, settings: Settings) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "app.api.sql_worker", str(theirs.fileno())]
            environment = {name: os.environ[name] for name in KEPT if name in os.environ}
            path = os.pathsep.join(filter(None, [str(ROOT), environment.get("PYTHONPATH")]))
            self.process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], env=environment | {"PYTHONPATH": path}, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        self.socket = Connection(ours.detach())
        try:
            self.socket.send(settings)
            self._expect(START)
        except (TimeoutError, EOFError, ConnectionError):
            self.end()
            raise

    def ask(self, question: Mapping[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
        """Header and body of an answer.

        Raises:
            EOFError: the process ended.
            TimeoutError: it did not answer in time.
        """
        self.socket.send_bytes(json.dumps(question).encode())
        head = json.loads(self._expect(seconds))
        return head, self._expect(GRACE)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.socket.close()

    def _expect(self, seconds: float) -> bytes:
        if not self.socket.poll(seconds):
            raise TimeoutError
        return self.socket.recv_bytes()


class SqlPool:
    """The processes of one application; started when first needed. Safe for threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: Queue[_Worker | None] = Queue()
        for _ in range(settings.sql_workers):
            self._idle.put(None)
        self._room = BoundedSemaphore(settings.sql_workers * (1 + WAITING))

    def run(self, caller: str, query: str, parameters: Any, *, limit: int, media: str, provenance: Mapping[str, Any]) -> Rows:
        """The answer to a query.

        Raises:
            Busy: too many run and wait.
            QueryRefused: the query is wrong, or over its time, rows or memory.
        """
        question = {
            "query": query, "parameters": parameters, "limit": limit, "media": media, "release_id": provenance["release_id"],
            "provenance": {name: None if value is None else str(value) for name, value in provenance.items() if name != "simulated"}
            | {"simulated": provenance["simulated"]},
        }  # fmt: skip
        if not self._room.acquire(blocking=False):
            raise Busy("as many queries run and wait as may: try again", headers={"Retry-After": "5"})
        started, outcome = time.monotonic(), "failed"
        try:
            head, body = self._asked(question)
            outcome = head.get("error", "ok")
            return _read(head, body, self._settings)
        finally:
            self._room.release()
            _log.info("sql", caller=caller, outcome=outcome, seconds=round(time.monotonic() - started, 3), query=query[:500])

    def close(self) -> None:
        """End the processes that are idle; a query that comes all the same starts one again."""
        for _ in range(self._settings.sql_workers):
            try:
                worker = self._idle.get_nowait()
            except Empty:
                return
            if worker is not None:
                worker.end()
            self._idle.put(None)

    def _asked(self, question: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        seconds = self._settings.sql_seconds
        try:
            worker = self._idle.get(timeout=seconds)
        except Empty as error:
            raise Busy("every process is at work: try again", headers={"Retry-After": "5"}) from error
        if worker is not None and worker.process.poll() is not None:        # ended by somebody else while it was idle
            worker.end()
            worker = None
        is_worn = worker is not None
        try:
            while True:
                try:
                    worker = worker or _Worker(self._settings)
                    return worker.ask(question, seconds + GRACE)
                except (TimeoutError, EOFError, ConnectionError) as error:
                    if worker is None:
                        raise Busy("no process for queries could be started: try again", headers={"Retry-After": "5"}) from error
                    worker.end()
                    worker = None
                    if isinstance(error, TimeoutError):
                        return {"error": "long"}, b""
                    if not is_worn:
                        return {"error": "memory"}, b""
                    is_worn = False                  # what queries before left in memory is not this one's fault
        finally:
            self._idle.put(worker)


def _read(head: Mapping[str, Any], body: bytes, settings: Settings) -> Rows:
    match head.get("error"):
        case None:
            return Rows(body, head["rows"], head["truncated"])
        case "long":
            raise QueryTooLong(f"the query took longer than {settings.sql_seconds:g} s", values={"seconds": settings.sql_seconds})
        case "memory":
            raise QueryTooLarge(f"the query needs more memory than {settings.sql_memory}", values={"memory": settings.sql_memory})
        case "large":
            raise QueryTooLarge(str(head["detail"]))
        case _:
            raise QueryRefused(str(head["detail"]))
