"""The questions asked most, straight to their functions: one value, many values, the panel of one decision.

What the framework does for a question (finding the route, reading parameters, resolving what they depend on) costs ten times what the
answer does. A question that has these paths and no parameter but `ids` and `known` goes to the function of its route directly;
every other, and every one that is refused, takes the long way and gets the same answer there.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response

from app.api.access import shown
from app.api.cut import Cut, cut_of
from app.api.pages import Page, PagedCut
from app.api.routes.panel import panel
from app.api.routes.series import latest_reading, latest_readings
from models_py.kernel.errors import MacroError

ONE_VALUE = re.compile(r"/series/([a-z0-9_]{1,63})/latest")
QUESTIONS: Mapping[str, Callable[[Request, Cut, str], Response]] = {
    "/latest": lambda request, cut, ids: latest_readings(request, cut, ids),
    "/panel": lambda request, cut, ids: panel(request, PagedCut(cut, Page(1, 0, "")), ids),
}


def hot(app: FastAPI, peer: str | None, target: str, headers: list[tuple[bytes, bytes]]) -> Request | None:
    """The request once it is answered (`request.scope` has the answer), or None where it takes the long way."""
    path, _, query = target.partition("?")
    one = ONE_VALUE.fullmatch(path)
    if one is None and path not in QUESTIONS:
        return None
    parameters = _parameters(query)
    if parameters is None or ("ids" in parameters) is (one is not None):
        return None
    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": headers, "app": app,
        "client": None if peer is None else (peer, 0), "state": {},
    }  # fmt: skip
    request = Request(scope)
    try:
        request.state.caller = app.state.gate.admit(shown(request), "read")
        cut = cut_of(request, parameters.get("known"))
        if "columns" not in vars(cut.release):                    # mapped into memory by the first question, on the long way
            return None
        if one is not None:
            latest_reading(request, cut, one[1])
        else:
            QUESTIONS[path](request, cut, parameters["ids"])
    except MacroError:
        return None
    return request


def _parameters(query: str) -> dict[str, str] | None:
    """`ids` and `known`, each at most once; None where there is more or other than that."""
    pairs = parse_qsl(query, keep_blank_values=True)
    found = dict(pairs)
    return found if len(found) == len(pairs) and found.keys() <= {"ids", "known"} and found.get("ids") != "" else None
