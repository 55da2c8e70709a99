"""Answers of a release as they go onto the wire, under the bytes that asked for them.

Clients repeat themselves to the byte. What such bytes were answered, from that address, is sent again as it was as long as the release
is current: one look into a table, without parsing the request. Everything else takes the server's own way. The table holds only
answers that are a release's alone, were given to this machine or to a key (a token's word holds for a time), and are not large.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, NamedTuple

import h11
import uvicorn
from fastapi import FastAPI, Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.api.answers import OF_RELEASE
from app.api.hot import hot
from app.api.kept import Kept
from app.api.main import create_app
from app.releases import current_id_of
from models_py.kernel.settings import Settings

LARGEST_REQUEST, LARGEST_ANSWER = 16_384, 2**20
END = b"\r\n\r\n"
# what decides about the connection, the body or the sender: the server itself must see it
OTHERWISE = re.compile(
    rb"\r\n(?:connection:(?! *keep-alive\r)|upgrade:|expect:|content-length:|transfer-encoding:|x-forwarded-|forwarded:)", re.IGNORECASE
)
HOST = re.compile(rb"\r\nhost:", re.IGNORECASE)


class Sent(NamedTuple):
    """An answer as it is sent: the release it is of, status line, the headers after the server's own, body."""

    release_id: str
    status: bytes
    head: bytes
    body: bytes


class Wire:
    """What requests were answered, by address and bytes, while the release is current."""

    def __init__(self, app: FastAPI, limit: int) -> None:
        self.app = app
        self._kept: Kept[Sent] = Kept(limit)

    def find(self, peer: str | None, asked: bytes) -> Sent | None:
        """What these bytes were answered."""
        found = self._kept.get((peer, asked))
        if found is not None and found.release_id != current_id_of(self.app.state.settings):
            self._kept.drop((peer, asked))
            return None
        return found

    def remember(self, peer: str | None, asked: bytes, scope: Mapping[str, Any]) -> Sent | None:
        """The answer of a request, kept if it may be given again to the same bytes; None where it is not a release's alone."""
        if OF_RELEASE not in scope:
            return None
        release_id, response = scope[OF_RELEASE]
        sent = _sent(release_id, response)
        caller = scope["state"]["caller"]
        if caller.is_lasting and len(sent.body) <= LARGEST_ANSWER and release_id == current_id_of(self.app.state.settings):
            self._kept.put((peer, asked), sent, len(asked) + len(sent.head) + len(sent.body))
        return sent


class HotProtocol(H11Protocol):
    """Uvicorn's protocol, with the table before it."""

    wire: ClassVar[Wire]
    asked: bytes | None = None

    def data_received(self, data: bytes) -> None:
        self.asked = None
        if data.startswith(b"GET /") and len(data) <= LARGEST_REQUEST and data.find(END) == len(data) - 4 and self._is_between_requests():
            found = self.wire.find(self._peer, data) or self._make(data)
            if found is not None:
                self._send(found)
                return
        super().data_received(data)

    def on_response_complete(self) -> None:
        if self.asked is not None:
            self.wire.remember(self._peer, self.asked, self.scope)
            self.asked = None
        super().on_response_complete()

    @property
    def _peer(self) -> str | None:
        return self.client[0] if self.client else None

    def _is_between_requests(self) -> bool:
        """Nothing is being answered or half received, and the peer takes what it is sent."""
        return (
            self.conn.our_state is h11.IDLE and self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]
            and not self.flow.write_paused and not self.transport.is_closing()
        )  # fmt: skip

    def _make(self, data: bytes) -> Sent | None:
        """The answer to a question of `hot`, made now; else note the bytes, for the answer that the server will give."""
        line, *lines = data[:-4].split(b"\r\n")
        target, _, version = line.removeprefix(b"GET ").partition(b" ")
        if version != b"HTTP/1.1" or OTHERWISE.search(data) or not HOST.search(data):
            return None
        self.asked = data
        if not target.isascii() or b"%" in target.partition(b"?")[0]:
            return None
        headers = [(name.lower(), value.strip()) for name, _, value in (header.partition(b":") for header in lines)]
        request = hot(self.wire.app, self._peer, target.decode(), headers)
        return None if request is None else self.wire.remember(self._peer, data, request.scope)

    def _send(self, sent: Sent) -> None:
        self._unset_keepalive_if_required()
        own = b"".join(b"%b: %b\r\n" % header for header in self.server_state.default_headers)
        self.transport.write(b"".join((sent.status, own, sent.head, b"\r\n", sent.body)))
        self.server_state.total_requests += 1
        self.wire.app.state.repeated.inc()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)


def server(settings: Settings) -> uvicorn.Server:
    """The API of a lake, ready to be run."""
    app = create_app(settings)
    bound = type("BoundProtocol", (HotProtocol,), {"wire": Wire(app, settings.api_cache_mb * 2**20)})
    return uvicorn.Server(uvicorn.Config(app, http=bound, log_level="warning"))


def _sent(release_id: str, response: Response) -> Sent:
    phrase = HTTPStatus(response.status_code).phrase.encode()
    head = b"".join(b"%b: %b\r\n" % header for header in response.raw_headers)
    return Sent(release_id, b"HTTP/1.1 %d %b\r\n" % (response.status_code, phrase), head, bytes(response.body))
