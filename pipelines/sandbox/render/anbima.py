"""ANBIMA: marks of federal bonds, their curve, indices and unit values, in the bytes of `www.anbima.com.br/informacoes`.

The public site keeps bonds and curve of five sessions: older ones, and one that is not out yet, are a 404 (bonds) or nothing with
status 200 (curve). On a weekday without session the curve of the session before comes, on a weekend nothing. Indices are there for
any session since 2010; another day has a title and no rows. The whole index file and the page of unit values hold the last session.
Forms give CSV, and XML of the indices; of other forms, and of English, there is none here.
"""

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qsl

import numpy as np
from numpy.typing import NDArray

from pipelines.connectors.anbima import KEEPS_SESSIONS
from pipelines.sandbox.render._anbima_bonds import spell_bonds
from pipelines.sandbox.render._anbima_curve import spell_curve
from pipelines.sandbox.render._anbima_page import spell_unit_values
from pipelines.sandbox.render._anbima_summary import spell_csv, spell_xml
from pipelines.sandbox.render._anbima_whole import Whole, spell_text
from pipelines.sandbox.render._anbima_whole import spell_xml as spell_whole_xml
from pipelines.sandbox.view import View, as_instant
from pipelines.sandbox.wire import Answer, Call, not_found, page
from pipelines.sandbox.world.anbima import Anbima
from pipelines.sandbox.world.index_figures import Holding, IndexLine

SOURCE = "anbima"
_SITE = "/informacoes"
_CURVE, _SUMMARY = f"{_SITE}/est-termo/CZ-down.asp", f"{_SITE}/ima/ima-sh-down.asp"
_PAGE = f"{_SITE}/vna/vna.asp"
ROUTES = (
    f"{_SITE}/merc-sec/arqs/ms{{yymmdd}}.txt", _CURVE, _SUMMARY, f"{_SITE}/ima/arqs/ima_completo.txt",
    f"{_SITE}/ima/arqs/ima_completo.xml", _PAGE,
)  # fmt: skip
_BONDS, _WHOLE = re.compile(rf"{_SITE}/merc-sec/arqs/ms(\d{{6}})\.txt"), re.compile(rf"{_SITE}/ima/arqs/ima_completo\.(txt|xml)")
_CSV, _TEXT, _XML, _HTML = "text/csv", "text/plain", "text/xml", "text/html; charset=iso-8859-1"

Dates = NDArray[np.datetime64]


def key(call: Call) -> str:
    """The file asked for, and the day where a form names one."""
    name = call.route.rstrip("/").rsplit("/", 1)[-1].split(".")[0]
    day = _asked(call)
    return f"{name} {day}" if day is not None else name


def answer(call: Call, view: View) -> Answer:
    bonds, whole = _BONDS.fullmatch(call.route), _WHOLE.fullmatch(call.route)
    form = _form(call)
    if bonds is not None:
        return _bonds(view, _day(bonds[1], "%y%m%d"))
    if call.route == _CURVE and form.get("saida", "csv") == "csv":
        return _curve(view, _asked(call))
    if call.route == _SUMMARY and form.get("saida", "csv") in ("csv", "xml"):
        return _summary(view, _asked(call), form.get("saida", "csv"))
    known = out(view)
    if whole is not None and known.size:
        return _whole(view, known[-1], whole[1])
    if call.route == _PAGE and known.size:
        return _unit_values(view, known[-1])
    return not_found(call, ROUTES)


def out(view: View) -> Dates:
    """Sessions of which everything is out at the clock."""
    days = view.sessions
    if days.size and view.archive.marked(lambda world: world.times(days[-1])).published_at > as_instant(view.now):
        return days[:-1]
    return days


def _bonds(view: View, day: np.datetime64 | None) -> Answer:
    if day is None or day not in out(view)[-KEEPS_SESSIONS:]:
        return page("404 - File or directory not found.", "Server Error", "404 - File or directory not found.", 404, _HTML, "latin-1")
    return Answer(_kept(view, "bonds", day, lambda: spell_bonds(day, view.archive.marked(lambda world: world.bonds(day)))), _TEXT)


def _curve(view: View, asked: np.datetime64 | None) -> Answer:
    known = out(view)
    day = asked
    if asked is not None and np.is_busday(asked) and asked not in view.exchange.sessions:
        day = known[max(int(np.searchsorted(known, asked)) - 1, 0)] if known.size else None
    if day is None or day not in known[-KEEPS_SESSIONS:]:
        return Answer(b"", _CSV)
    of = day
    return Answer(_kept(view, "curve", of, lambda: spell_curve(view.archive.marked(lambda world: world.curve(of)))), _CSV)


def _summary(view: View, day: np.datetime64 | None, form: str) -> Answer:
    if day is None or day not in out(view):
        return Answer(spell_csv(np.datetime64(view.today()), []), _CSV)
    spell = spell_xml if form == "xml" else spell_csv
    body = _kept(view, f"summary {form}", day, lambda: spell(day, view.archive.marked(lambda world: world.figures.lines(day))))
    return Answer(body, _XML if form == "xml" else _CSV)


def _whole(view: View, day: np.datetime64, form: str) -> Answer:
    full = bool(view.archive.marked(lambda world: world.times(day)).morning_at <= as_instant(view.now))
    spell = spell_whole_xml if form == "xml" else spell_text

    def made() -> bytes:
        return spell(Whole(day, view.archive.marked(lambda world: _indices(world, day)), full))

    return Answer(_kept(view, f"whole {form} {full}", day, made), _XML if form == "xml" else _TEXT)


def _indices(world: Anbima, day: np.datetime64) -> list[tuple[IndexLine, list[Holding]]]:
    return [(one, world.figures.holdings(day, one.name)) for one in world.figures.lines(day)]


def _unit_values(view: View, day: np.datetime64) -> Answer:
    values = view.archive.marked(lambda world: world.unit_values(day))
    return Answer(spell_unit_values(day, values), _HTML)


def _kept(view: View, what: str, day: np.datetime64, make: Callable[[], bytes]) -> bytes:
    return view.memory.get(("anbima", what, str(day)), make)


def _form(call: Call) -> dict[str, str]:
    """Fields of the form, from the body or from the query."""
    return {**call.params, **dict(parse_qsl(call.body.decode("latin-1"), keep_blank_values=True))}


def _asked(call: Call) -> np.datetime64 | None:
    return _day(_form(call).get("Dt_Ref", ""), "%d/%m/%Y")


def _day(text: str, form: str) -> np.datetime64 | None:
    try:
        return np.datetime64(datetime.strptime(text, form).date(), "D")  # noqa: DTZ007 - a date
    except ValueError:
        return None
