"""Answers as bytes: made once a release and question, kept in memory up to a bound, told apart by their ETag.

A release never changes, so what it answers to a question in a form never does. The key is the release, the path, the parameters in
order of their names, and the form; its digest is the ETag. Each answer says where it comes from, in the headers

    X-Release   X-World   X-Commit   X-Simulated   X-Known   X-Held
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl

import orjson
from fastapi import Request, Response

from app.api.cut import Cut
from app.api.kept import Kept
from app.api.media import FORMS, JSON, Media, Table, preferred, render
from app.api.pages import link_next, query_of
from models_py.gold import Release

STRIPES = 64
OF_RELEASE = "macro.of_release"             # where a request is told that its answer is a release's alone: the release, the answer


@dataclass(frozen=True, slots=True)
class Answer:
    """A body and the headers that go with it."""

    body: bytes
    headers: Mapping[str, str]


class Answers:
    """Answers of the last questions, at most so many bytes of bodies. Safe for threads."""

    def __init__(self, limit: int) -> None:
        self._kept: Kept[Answer] = Kept(limit)
        self._making = [Lock() for _ in range(STRIPES)]

    def of(self, key: str, make: Callable[[], Answer]) -> Answer:
        """The answer of a key; made by one of those who ask for it at once, awaited by the others."""
        found = self._kept.get(key)
        if found is not None:
            return found
        with self._making[int(key[:8], 16) % STRIPES]:
            found = self._kept.get(key)
            if found is None:
                found = make()
                self._kept.put(key, found, len(found.body))
        return found


def provenance(cut: Cut) -> dict[str, Any]:
    """Where an answer comes from, as its body says it."""
    return {**origin(cut.release), "known": cut.known, "held": cut.held}


def origin(release: Release) -> dict[str, Any]:
    """The part of it that does not depend on the clocks."""
    manifest = release.manifest
    return {"release_id": release.id, "world": release.world_id, "commit": manifest.commit, "simulated": manifest.simulated}


def headers_of(told: Mapping[str, Any]) -> dict[str, str]:
    """The same as headers."""
    names = {"release_id": "X-Release", "world": "X-World", "commit": "X-Commit", "known": "X-Known", "held": "X-Held"}
    headers = {header: _text(told[name]) for name, header in names.items() if told.get(name) is not None}
    return headers | {"X-Simulated": str(told["simulated"]).lower(), "Cache-Control": "private, no-cache", "Vary": "Accept"}


def answer(request: Request, cut: Cut, make: Callable[[], Table], forms: tuple[Media, ...] = FORMS) -> Response:
    """The answer to a question of a release: from memory, else made now; 304 where the asker has it.

    Raises:
        NotAcceptable: the question is not answered in a form that is accepted.
    """
    media = preferred(request.headers.get("accept"), forms)
    told = provenance(cut)
    key = _key(request, cut.release.id, media)
    etag = f'"{key[:32]}"'

    def made() -> Answer:
        table = make()
        headers = {**headers_of(told), "ETag": etag}
        if table.next is not None:
            headers["Link"] = link_next(request, table.next)
        return Answer(render(table, media, told), headers)

    held_already = _tags(request.headers.get("if-none-match"))
    if etag in held_already:
        response = Response(status_code=304, headers={**headers_of(told), "ETag": etag})
    else:
        found = request.app.state.answers.of(key, made)
        is_held = "*" in held_already
        response = Response(None if is_held else found.body, 304 if is_held else 200, dict(found.headers), None if is_held else media)
    request.scope[OF_RELEASE] = cut.release.id, response
    return response


def passing(request: Request, body: Mapping[str, Any], told: Mapping[str, Any] | None = None) -> Response:
    """An answer of what moves without a release (the journal, the log of polls): JSON, with an ETag of its bytes."""
    preferred(request.headers.get("accept"), (JSON,))
    content = orjson.dumps(body)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"Cache-Control": "private, no-cache", "ETag": etag, **(headers_of(told) if told else {})}
    if {etag, "*"} & _tags(request.headers.get("if-none-match")):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=JSON, headers=headers)


def _key(request: Request, release_id: str, media: str) -> str:
    asked = sorted(parse_qsl(query_of(request), keep_blank_values=True), key=lambda pair: pair[0])
    return hashlib.sha256(orjson.dumps([release_id, request.scope["path"], asked, media])).hexdigest()


def _tags(header: str | None) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in (header or "").split(",") if tag.strip()}


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
