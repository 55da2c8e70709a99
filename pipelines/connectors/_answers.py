"""What the sources' answers have in common: status, HTML where data should be, JSON that is none."""

import re
from typing import Any

import orjson

from models_py.kernel.errors import PayloadError, RateLimited, SourceDown
from pipelines.connectors import Payload

_TITLE = re.compile(rb"<title>([^<]{1,80})", re.IGNORECASE)
_MAINTENANCE = re.compile(rb"maintenance|manuten|temporarily unavailable|indispon", re.IGNORECASE)


def check_status(payload: Payload) -> None:
    """Refuse an answer whose status says that the server is at fault.

    Raises:
        RateLimited: 429.
        SourceDown: 408 or 5xx; the message carries the page's title or first words.
    """
    if payload.status == 429:
        raise RateLimited(payload.source, payload.key, f"429, asked to slow down: {glimpse(payload.body)}")
    if payload.status == 408 or payload.status >= 500:
        raise SourceDown(payload.source, payload.key, f"status {payload.status}: {glimpse(payload.body)}")


def check_data(payload: Payload, what: str) -> None:
    """Refuse an empty body, and an HTML page where data should be.

    Raises:
        SourceDown: a page that says maintenance: waiting may help.
        PayloadError: nothing, or any other page.
    """
    if not payload.body.strip():
        raise PayloadError(payload.source, payload.key, f"empty body instead of {what}")
    if is_html(payload.body):
        error = SourceDown if _MAINTENANCE.search(payload.body[:65_536]) else PayloadError
        raise error(payload.source, payload.key, f"an HTML page instead of {what}: {glimpse(payload.body)}")


def is_html(body: bytes) -> bool:
    """Whether a body is an HTML page, declared or not."""
    head = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html")) or b"<html" in head


def glimpse(body: bytes) -> str:
    """The title of a page or the first words of a text, for a message."""
    found = _TITLE.search(body[:65_536])
    text = (found[1] if found else body[:120]).decode("utf-8", "replace")
    return " ".join(text.split()) or "empty body"


def read_json(payload: Payload) -> Any:
    """The JSON value of a body; NaN and Infinity are not JSON.

    Raises:
        PayloadError: the body is not JSON, or cut short.
    """
    try:
        return orjson.loads(payload.body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise PayloadError(payload.source, payload.key, f"not JSON ({error}): {glimpse(payload.body)}") from error


def fields(payload: Payload, row: object, required: frozenset[str], optional: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A JSON object with exactly the fields that the source documents.

    Raises:
        PayloadError: not an object, a field missing, or one that is not documented.
    """
    if not isinstance(row, dict):
        raise PayloadError(payload.source, payload.key, f"a row is {type(row).__name__}, not an object: {row!r:.80}")
    names = row.keys()
    if names != required and (missing := required - names):
        raise PayloadError(payload.source, payload.key, f"field {min(missing)} is missing from {row!r:.120}")
    if names != required and (unknown := names - required - optional):
        raise PayloadError(payload.source, payload.key, f"unknown field {min(unknown)} in {row!r:.120}")
    return row
