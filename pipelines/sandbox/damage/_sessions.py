"""Sources that serve a file a session: which day a call names, the same call a session earlier, and when that session's file is out."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from urllib.parse import quote

import numpy as np

from pipelines.sandbox.view import View
from pipelines.sandbox.wire import Call

# how each source writes the day in a path, a query or a form
_YYMMDD, _ISO, _SLASHED = "%y%m%d", "%Y-%m-%d", "%d/%m/%Y"
FORMS: Mapping[str, tuple[str, ...]] = {
    "b3": (_YYMMDD,), "b3_files": (_YYMMDD,), "b3_bulletin": (_ISO,), "anbima": (_YYMMDD, _SLASHED),
}
_PATTERNS = {
    _YYMMDD: re.compile(r"(?<!\d)(?P<y>\d\d)(?P<m>\d\d)(?P<d>\d\d)(?=\.)"), _ISO: re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)"),
    _SLASHED: re.compile(r"(?P<d>\d\d)(?:/|%2F)(?P<m>\d\d)(?:/|%2F)(?P<y>\d{4})"),
}


def session_before(call: Call, view: View) -> Call:
    """The call for the session before the one it names; itself where it names none."""
    path, query, body = (_moved(text, call.source, view) for text in (call.path, call.query, call.body.decode("latin-1")))
    return replace(call, path=path, query=query, body=body.encode("latin-1"))


def published(source: str, key: str, view: View) -> list[np.datetime64]:
    """When the files that a key names are out."""
    days = [day for pattern in _PATTERNS.values() for found in pattern.finditer(f"{key}.") if (day := _day(found)) is not None]
    if source == "anbima":
        known = [day for day in days if day in view.exchange.sessions]
        return view.archive.marked(lambda world: [world.times(day).published_at for day in known])
    return [times.published_at for day in days if (times := view.times(day)) is not None]


def _moved(text: str, source: str, view: View) -> str:
    for form in FORMS[source]:
        text = _PATTERNS[form].sub(partial(_earlier, form=form, view=view), text)
    return text


def _day(found: re.Match[str]) -> np.datetime64 | None:
    try:
        return np.datetime64(date(int(found["y"]) % 100 + 2000, int(found["m"]), int(found["d"])), "D")
    except ValueError:
        return None


def _earlier(found: re.Match[str], form: str, view: View) -> str:
    day, sessions = _day(found), view.exchange.sessions
    if day is None:
        return found[0]
    before: date = sessions[max(int(np.searchsorted(sessions, day)) - 1, 0)].item()
    text = f"{before:{form}}"
    return quote(text, safe="") if "%2F" in found[0] else text
