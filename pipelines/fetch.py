"""One answer from one source: limits of the host, time-outs, retries with jitter, size limits. It knows no source by name.

A retry waits as long as the source asks (Retry-After, in seconds or as a date), else exponentially with jitter. What an answer
means is the caller's: it judges every answer that arrives and raises a typed error for one that is no data. `SourceDown` is tried
again `Host.tries` times, a body that is not what the source documents once, a refusal never, unless its words are known to be
said by mistake (`Host.flaky`). Keys in a query are never shown: not in an error, a log or the poll log.
"""

import logging
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TypeVar
from urllib.parse import unquote, urljoin, urlsplit

import httpx
import tenacity

from models_py.kernel.errors import PayloadError, SourceDown, SourceError, SourceRefused
from pipelines.connectors import Request
from pipelines.connectors._limits import Host
from pipelines.host_gate import Gate, gate, is_loopback

T = TypeVar("T")

USER_AGENT = "macro-desk"
LONGEST_WAIT = 120.0                       # seconds; a source that asks for more is left alone in this run
_REDIRECTS = 3
_SECOND_CHANCE = 2                         # tries of an answer that is no data, or that does not come
_FILE_BYTES = 4 * 2**30

# httpx logs each URL, key included, at level INFO
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class TooSlow(SourceDown):
    """No answer in time: worth one more try, not four."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as received, transfer encoding undone."""

    status: int
    body: bytes
    content_type: str
    headers: Mapping[str, str]


class Fetcher:
    """Asks one source. A context manager: its connections are kept open until it ends."""

    def __init__(
        self,
        source: str,
        host: Host,
        *,
        workers: int = 4,
        pace: float = 0.0,
        now: datetime | None = None,
        sleep: Callable[[float], None] = time.sleep,
        jitter: random.Random | None = None,
    ) -> None:
        self.source, self.host = source, host
        self._workers, self._pace, self._now, self._sleep = workers, pace, now, sleep
        self._jitter = jitter or random.Random(source)  # noqa: S311 - spreads retries, hides nothing
        self._lock = Lock()
        self._gates: dict[str, Gate] = {}
        self._clients: dict[bool, httpx.Client] = {}

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for client in self._clients.values():
            client.close()

    def ask(self, request: Request, judge: Callable[[Reply], T]) -> T:
        """What `judge` makes of the answer, after as many tries as the host's limits allow.

        Raises:
            SourceDown: no answer, or a server error, at every try; or a wait asked for that is too long.
            SourceRefused, PayloadError: as `judge` says.
        """
        last: list[Reply] = []

        def attempt() -> T:
            last.clear()
            last.append(self._reply(request))
            return judge(last[0])

        def wait(state: tenacity.RetryCallState) -> float:
            asked = retry_after(last[0].headers, self._now) if last else None
            if asked is not None:
                return asked
            unit = self._pace if is_loopback(request.url) else 1.0
            return max(unit, 0.01) * min(2.0 ** (state.attempt_number - 1), 30.0) * (0.5 + self._jitter.random())

        def again(state: tenacity.RetryCallState) -> bool:
            error = state.outcome.exception() if state.outcome else None
            if not isinstance(error, SourceError) or state.attempt_number >= self._tries(error):
                return False
            asked = retry_after(last[0].headers, self._now) if last else None
            return asked is None or asked <= LONGEST_WAIT

        return tenacity.Retrying(retry=again, wait=wait, stop=tenacity.stop_never, sleep=self._sleep, reraise=True)(attempt)

    def _tries(self, error: SourceError) -> int:
        if isinstance(error, PayloadError | TooSlow):
            return min(_SECOND_CHANCE, self.host.tries)
        if isinstance(error, SourceDown):
            return self.host.tries
        return self.host.tries if any(words in error.reason for words in self.host.flaky) else 1

    def _reply(self, request: Request) -> Reply:
        if request.url.startswith("file:"):
            return _file(request)
        with self._gate(request.url).turn():
            return self._http(request)

    def _gate(self, url: str) -> Gate:
        with self._lock:
            place = urlsplit(url).netloc
            if place not in self._gates:
                self._gates[place] = gate(url, self.host, workers=self._workers, pace=self._pace)
            return self._gates[place]

    def _client(self, local: bool) -> httpx.Client:
        """Connections of this source; on loopback past any proxy."""
        with self._lock:
            if local not in self._clients:
                limits = httpx.Limits(max_connections=self._workers, max_keepalive_connections=self._workers)
                agent = {"User-Agent": USER_AGENT}
                self._clients[local] = httpx.Client(timeout=self.host.timeout, limits=limits, trust_env=not local, headers=agent)
            return self._clients[local]

    def _http(self, request: Request) -> Reply:
        url = request.url
        for _ in range(_REDIRECTS):
            try:
                reply = self._once(request, url)
            except httpx.TimeoutException as error:
                raise TooSlow(self.source, request.key, f"no answer in {self.host.timeout:g} s ({type(error).__name__})") from None
            except httpx.HTTPError as error:
                raise SourceDown(self.source, request.key, f"{type(error).__name__}: {redact(str(error), request)}") from None
            location = reply.headers.get("location")
            if reply.status not in (301, 302, 303, 307, 308) or not location:
                return reply
            target = urljoin(url, location)
            if urlsplit(target).netloc != urlsplit(url).netloc:
                raise PayloadError(self.source, request.key, f"status {reply.status}, redirected to host {urlsplit(target).netloc}")
            url = target
        raise PayloadError(self.source, request.key, f"redirected more than {_REDIRECTS} times")

    def _once(self, request: Request, url: str) -> Reply:
        parts = urlsplit(url)
        # the target goes out byte for byte: Olinda refuses what a client would encode
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        client = self._client(is_loopback(url))
        started, chunks, size = time.monotonic(), [], 0
        extensions = {"target": target.encode("ascii")}
        sent = client.build_request(
            request.method, f"{parts.scheme}://{parts.netloc}/", headers=dict(request.headers), content=request.body, extensions=extensions
        )
        sent.extensions["timeout"] = client.timeout.as_dict()
        answer = client.send(sent, stream=True)
        try:
            for chunk in answer.iter_bytes():
                size += len(chunk)
                if size > self.host.max_bytes:
                    raise PayloadError(self.source, request.key, f"body larger than {self.host.max_bytes} bytes")
                if time.monotonic() - started > self.host.deadline:
                    raise TooSlow(self.source, request.key, f"{size} bytes in {self.host.deadline:g} s: too slow")
                chunks.append(chunk)
        finally:
            answer.close()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status_code, b"".join(chunks), headers.get("content-type", ""), headers)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that a source asks to wait: its Retry-After, as seconds or as a date counted from the answer's own Date."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isdigit():
        return float(text)
    until, since = _http_date(text), _http_date(headers.get("date", "")) or now
    return max((until - since).total_seconds(), 0.0) if until and since else None


def redact(text: str, request: Request) -> str:
    """A URL or message without the values of the request's secret parameters, and without the port of a loopback server."""
    for name in request.secrets:
        text = re.sub(rf"([?&]{re.escape(name)}=)[^&#\s'\"]*", r"\1***", text)
        for found in re.findall(rf"[?&]{re.escape(name)}=([^&#\s]+)", request.url):
            text = text.replace(found, "***")
    return re.sub(r"(//(?:127\.0\.0\.1|localhost)):\d+", r"\1", text)


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _file(request: Request) -> Reply:
    path = Path(unquote(urlsplit(request.url).path))
    try:
        if path.stat().st_size > _FILE_BYTES:
            raise PayloadError(request.source, request.key, f"file larger than {_FILE_BYTES} bytes: {path}")
        return Reply(200, path.read_bytes(), "application/octet-stream", {})
    except FileNotFoundError:
        raise SourceRefused(request.source, request.key, f"no file {path}") from None
    except OSError as error:
        raise SourceDown(request.source, request.key, f"{path}: {error.strerror}") from error
