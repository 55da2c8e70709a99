"""Pages: at most `limit` rows, and a cursor for those that follow.

A release never changes, so a place in an ordered answer stays the same place. A cursor names the release it was given for, and the
later pages come from that one even when another has been published between; it says of which question it is, and fits no other.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

import orjson
from fastapi import Depends, Query, Request
from pydantic.json_schema import SkipJsonSchema

from app.api.cut import Cut, Held, Known, ReleaseName, cut_of
from app.api.problems import BadCursor

MOST = 20_000
NOT_THE_QUESTION = ("cursor", "limit", "release")

Limit = Annotated[int, Query(ge=1, le=MOST, description="rows at most", examples=[1000])]
Cursor = Annotated[str | SkipJsonSchema[None], Query(description="`next` of the page before", max_length=400)]


@dataclass(frozen=True)
class Page:
    """The part of an answer that is asked for."""

    limit: int
    offset: int
    question: str

    @property
    def probe(self) -> int:
        """Rows to read: one more than are given tells whether others follow."""
        return self.limit + 1


@dataclass(frozen=True)
class PagedCut:
    """A cut of a release, and the part of it."""

    cut: Cut
    page: Page


def paged_cut(
    request: Request, known: Known = None, held: Held = None, release: ReleaseName = None, limit: Limit = 1000, cursor: Cursor = None
) -> PagedCut:
    """What is asked for, page by page.

    Raises:
        BadCursor: the cursor is of another question or release, or is none.
    """
    question = _question(request)
    offset = 0
    if cursor is not None:
        named, offset = _read(cursor, question)
        if release not in (None, named):
            raise BadCursor(f"the cursor is of release {named}, not {release}", values={"release_id": named})
        release = named
    return PagedCut(cut_of(request, known, held, release), Page(limit, offset, question))


Paged = Annotated[PagedCut, Depends(paged_cut)]


def cursor_after(release_id: str, page: Page) -> str:
    """The cursor of the page that follows."""
    return urlsafe_b64encode(orjson.dumps([release_id, page.offset + page.limit, page.question])).decode().rstrip("=")


def link_next(request: Request, cursor: str) -> str:
    """Value of the header `Link`: where the next page is."""
    pairs = [(name, value) for name, value in parse_qsl(query_of(request), keep_blank_values=True) if name != "cursor"]
    return f'<{request.scope["path"]}?{urlencode([*pairs, ("cursor", cursor)])}>; rel="next"'


def query_of(request: Request) -> str:
    """The query as it was sent, without making a URL of it."""
    query: bytes = request.scope["query_string"]
    return query.decode("latin-1")


def _question(request: Request) -> str:
    """Digest of the path and of every parameter that says what is asked, not which part."""
    pairs = parse_qsl(query_of(request), keep_blank_values=True)
    asked = sorted((pair for pair in pairs if pair[0] not in NOT_THE_QUESTION), key=lambda pair: pair[0])
    return hashlib.sha256(orjson.dumps([request.scope["path"], asked])).hexdigest()[:16]


def _read(cursor: str, question: str) -> tuple[str, int]:
    try:
        release_id, offset, asked = orjson.loads(urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (ValueError, TypeError) as error:
        raise BadCursor(f"not a cursor: {cursor[:80]!r}") from error
    if asked != question or not isinstance(release_id, str) or not isinstance(offset, int) or not 0 < offset < 2**53:
        raise BadCursor(f"the cursor {cursor[:80]!r} is of another question")
    return release_id, offset
