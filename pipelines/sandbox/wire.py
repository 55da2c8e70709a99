"""What travels: a call as received, an answer as sent, and the draws that make rare behaviour repeatable.

A renderer is a module of `pipelines.sandbox.render` with `SOURCE`, `ROUTES` (what a 404 may name), `key` (the series or file a
call asks for) and `answer`; it is a pure function of (call, view). Bytes of a query are kept as received, since some sources
tell `%24` from `$`. Chance comes from hashes of (seed, stream, call): the same call in the same state has the same fate, in
every process and thread.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote

from pipelines.sandbox.view import View

SECRETS = ("api_key",)
HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Call:
    """One request below a source's base URL.

    `path` and `query` are as received; `attempt` counts earlier identical calls at the same instant.
    """

    source: str
    path: str
    query: str
    now: datetime
    seed: int
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    attempt: int = 0
    pace: float = 0.0

    @cached_property
    def route(self) -> str:
        """The path, percent-decoded."""
        return unquote(self.path)

    @cached_property
    def params(self) -> dict[str, str]:
        """Query parameters, decoded; the last of a repeated name wins."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @cached_property
    def identity(self) -> str:
        """What makes two calls the same request: everything but secrets."""
        public = "&".join(part for part in self.query.split("&") if part.split("=", 1)[0] not in SECRETS)
        return f"{self.method} {self.source}{self.path}?{public} {blake2b(self.body, digest_size=8).hexdigest()}"

    def draw(self, stream: str, *, attempts: bool = True) -> float:
        """Uniform on [0, 1), fixed by seed, stream, clock day and this request (and its attempt, unless told otherwise)."""
        return draw(self.seed, stream, self.now.date(), self.identity, self.attempt if attempts else "")

    def with_params(self, **changes: str) -> "Call":
        """The same call with query parameters replaced, in their place; a new one goes last."""
        parts = [part.split("=", 1) for part in self.query.split("&") if part]
        kept = [f"{name}={changes.pop(name)}" if name in changes else "=".join([name, *rest]) for name, *rest in parts]
        return replace(self, query="&".join([*kept, *(f"{name}={value}" for name, value in changes.items())]))


@dataclass(frozen=True)
class Delivery:
    """How the bytes leave: all at once, unless something is wrong with the line."""

    wait: float = 0.0                       # seconds of silence before the first byte
    rate: float | None = None               # bytes a second
    stop_after: int | None = None           # bytes of the body sent before the line is closed
    hang_up: bool = False                   # closed without an answer
    reset: bool = False                     # closed with RST in the middle of the answer
    date_shift: float = 0.0                 # seconds added to the Date header


@dataclass(frozen=True)
class Answer:
    """Status, body and headers of an answer."""

    body: bytes
    content_type: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    delivery: Delivery = Delivery()

    def but(self, **changes: Any) -> "Answer":
        return replace(self, **changes)


class Renderer(Protocol):
    """The names a renderer module has."""

    SOURCE: str
    ROUTES: tuple[str, ...]
    key: Callable[[Call], str]
    answer: Callable[[Call, View], Answer]


def draw(seed: int, stream: str, *parts: object) -> float:
    """Uniform on [0, 1): a hash of seed, stream and parts, equal in every process."""
    text = "|".join((str(seed), stream, *(str(part) for part in parts)))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") / 2**64


def pick(seed: int, stream: str, count: int, *parts: object) -> int:
    """One of `count` places, by the same hash."""
    return int(draw(seed, stream, *parts) * count)


def as_json(value: object) -> bytes:
    """Compact JSON with its text unescaped, as Brazilian and B3 services write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def page(title: str, heading: str, text: str, status: int, content_type: str = HTML, encoding: str = "utf-8") -> Answer:
    """A plain HTML page, as a gateway or a site in maintenance sends."""
    body = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>\n<h1>{heading}</h1>\n<p>{text}</p>\n</body></html>\n"
    return Answer(body.encode(encoding), content_type, status)


def not_found(call: Call, routes: tuple[str, ...]) -> Answer:
    """404 that names the route nearest to the one asked for."""
    nearest = max(routes, key=lambda route: (_shared(call.route, route), -len(route)))
    return Answer(as_json({"error": f"no route {call.path}", "nearest": nearest}), JSON, 404)


def _shared(left: str, right: str) -> int:
    """Letters of three shared by two paths."""
    grams = {left[place : place + 3] for place in range(len(left) - 2)}
    return len(grams & {right[place : place + 3] for place in range(len(right) - 2)})
