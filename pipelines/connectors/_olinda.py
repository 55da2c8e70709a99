"""Olinda, the OData service of the Brazilian central bank: its envelope, its refusals and its pages.

- An answer is `{"@odata.context": "…$metadata#Set(columns)", "value": [rows]}`; a refusal is JSON inside a comment, `/*{…}*/`.
- Olinda answers 500 where `$` or `@` is percent-encoded or a space is `+`: query strings are built by hand.
- Without `$top` it sends everything, with it there is no count: a full page calls for the next one, under a total order.
"""

import re
from dataclasses import replace
from typing import Any

from models_py.kernel.errors import PayloadError, SourceRefused
from pipelines.connectors import Payload, Request
from pipelines.connectors._answers import check_data, check_status, fields, glimpse, read_json

PLAIN = "$@,'"                               # left as they are in a query string
_SET = re.compile(r"#_?(\w+)")
_SELECT = re.compile(r"&\$select=([\w,]+)")
_ENVELOPE = frozenset(("@odata.context", "value"))


def check(payload: Payload) -> None:
    """Refuse what is not a set.

    Raises:
        SourceDown: a server error (also what an encoded `$` gets).
        SourceRefused: Olinda cannot read the request.
        PayloadError: not JSON, or not an OData envelope.
    """
    check_status(payload)
    if payload.body.lstrip().startswith(b"/*"):
        raise SourceRefused(payload.source, payload.key, f"status {payload.status}: {glimpse(payload.body)}")
    check_data(payload, "an OData set")
    rows(payload)


def rows(payload: Payload) -> list[Any]:
    """Rows of an answer.

    Raises:
        PayloadError: not JSON, or not an OData envelope.
    """
    answer = fields(payload, read_json(payload), _ENVELOPE)
    if not isinstance(answer["value"], list) or not isinstance(answer["@odata.context"], str):
        raise PayloadError(payload.source, payload.key, f"no OData envelope: {glimpse(payload.body)}")
    return answer["value"]


def set_name(payload: Payload) -> str:
    """The set that an answer says it is of, without the underscore that results of functions have; empty where it says none."""
    found = _SET.search(read_json(payload)["@odata.context"])
    return found[1] if found else ""


def selected(payload: Payload, default: frozenset[str]) -> frozenset[str]:
    """Fields that each row must have: those the request selects, else the default."""
    found = _SELECT.search(payload.url)
    return frozenset(found[1].split(",")) if found else default


def next_page(request: Request, payload: Payload, size: int) -> list[Request]:
    """The page after a full one. The key is `what window`, and then `what from 10000 window`."""
    if len(rows(payload)) < size:
        return []
    place = re.search(r"&\$skip=(\d+)", request.url)
    skip = (int(place[1]) if place else 0) + size
    url = re.sub(r"&\$skip=\d+", "", request.url) + f"&$skip={skip}"
    what, window = re.sub(r" from \d+", "", request.key).rsplit(" ", 1)
    return [replace(request, key=f"{what} from {skip} {window}", url=url)]
