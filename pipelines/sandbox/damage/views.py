"""Kinds 27, 31, 35, 37: the right service, asked at another instant, for another series, or for another page."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from pipelines.sandbox.damage import Hit, duration, kind
from pipelines.sandbox.damage._sessions import FORMS, session_before
from pipelines.sandbox.damage.shapes import Rows, edited
from pipelines.sandbox.wire import Answer, Call, pick
from pipelines.sandbox.world import documents

# parameter that names the series, and the one that says where a page starts
_SERIES: Mapping[str, str] = {"fred": "series_id", "b3": "filelist"}
_PAGE: Mapping[str, str] = {"fred": "offset", "bcb_focus": "$skip", "us_treasury": "page", "cftc": "$offset"}


def _at(hit: Hit, now: datetime) -> Answer:
    return hit.render(replace(hit.call, now=now), hit.view.at(now))


@kind(27, "late_release", "delay", "released_at")
def late_release(hit: Hit) -> Answer:
    """The answer of the moment before a release that should be out; without one, everything `delay` late."""
    released: datetime | None = hit.options.get("released_at")
    late = timedelta(seconds=duration(hit.option("delay", "26h")))
    return _at(hit, hit.call.now - late if released is None else released - timedelta(microseconds=1))


@kind(31, "stale_payload", "age")
def stale_payload(hit: Hit) -> Answer:
    """Yesterday's bytes: the answer of `age` ago; of a file by session, that of the session before."""
    if hit.call.source in FORMS:
        return hit.render(session_before(hit.call, hit.view), hit.view)
    return _at(hit, hit.call.now - timedelta(seconds=duration(hit.option("age", "3d"))))


def _another_document(hit: Hit) -> Call:
    """The call for the same kind of document of another meeting; a list is left as it is."""
    call, texts = hit.call, hit.view.documents(hit.call.source)
    digits, number = re.search(r"\d{8}", call.path), call.params.get("nro_reuniao", "")
    others = [text for text in texts if str(text.number) != number and (not digits or f"{text.meeting:%Y%m%d}" != digits[0])]
    if not others or not (digits or number):
        return call
    other = others[pick(hit.seed, "fault.series", len(others), hit.index, call.identity)]
    if number:
        return call.with_params(nro_reuniao=str(other.number))
    return replace(call, path=re.sub(r"\d{8}", f"{other.meeting:%Y%m%d}", call.path))


@kind(35, "wrong_series", "instead")
def wrong_series(hit: Hit) -> Answer:
    """Another series' data under this one's address."""
    if hit.call.source in FORMS:
        return hit.render(session_before(hit.call, hit.view), hit.view)
    call = hit.call
    if call.source in documents.SOURCES:
        return hit.render(_another_document(hit), hit.view)
    own = re.search(r"sgs\.(\w+)", call.path)
    others = [name for name in hit.view.keys(call.source) if name not in (call.params.get("series_id"), own and own[1])]
    if not others and "instead" not in hit.options:
        return hit.answer()
    instead = str(hit.option("instead", others[pick(hit.seed, "fault.series", len(others), hit.index, call.identity)] if others else ""))
    if call.source == "bcb_sgs":
        return hit.render(replace(call, path=re.sub(r"sgs\.\w+", f"sgs.{instead}", call.path)), hit.view)
    if call.source in _SERIES:
        return hit.render(call.with_params(**{_SERIES[call.source]: instead}), hit.view)
    if call.source == "us_treasury":
        earlier = re.compile(r"(?<!\d)(20\d\d)(?=\d\d(?!\d)|(?!\d))")
        path, query = (earlier.sub(lambda found: str(int(found[1]) - 1), text) for text in (call.path, call.query))
        return hit.render(replace(call, path=path, query=query), hit.view)
    turned = {"Suavizada%20eq%20'S'": "Suavizada%20eq%20'N'", "Suavizada eq 'S'": "Suavizada eq 'N'"}
    query = call.query
    for one, other in turned.items():
        query = query.replace(one, other)
    return hit.render(replace(call, query=query), hit.view)


@kind(37, "unstable_paging", "shift")
def unstable_paging(hit: Hit) -> Answer:
    """A page that starts some rows away from where it should: rows come twice, others never; without pages, rows out of order."""
    name = _PAGE.get(hit.call.source)
    if name is None:
        return edited(hit.answer(), lambda rows: _shuffled(rows, hit))
    shift = int(hit.option("shift", 3))
    start = int(hit.call.params.get(name, "0") or "0")
    moved = start + shift if start == 0 or hit.draw("page") < 0.5 else max(start - shift, 0)
    return hit.render(hit.call.with_params(**{name: str(moved)}), hit.view)


def _shuffled(rows: Rows, hit: Hit) -> Rows:
    return rows.having(sorted(rows.rows, key=lambda row: hit.draw("place", row)))
