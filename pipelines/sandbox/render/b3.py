"""B3: daily price reports (`pesquisapregao/download?filelist=`), zip in zip, from 2018.

SPRD holds derivatives (BVBG.187), PR the same in the longer form (BVBG.086). On some evenings a file first comes with
unconfirmed settlements (U) and later holds a second snapshot with the final ones (F); on one session in 60 it is replaced the
next business day. A date without session, or one whose file is not out yet, answers 200 with a zip that holds nothing. The
pages that the site closed redirect to its error page.

The simulated exchange gives the settlements (`world.b3`); here they get trades, neighbours, XML and zip.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pipelines.sandbox.render._b3_container import File, day_of, download, packed
from pipelines.sandbox.render._b3_report import CODES, Snapshot, group_id, spell
from pipelines.sandbox.render._b3_trades import Instrument, instruments
from pipelines.sandbox.view import View, as_datetime, as_instant
from pipelines.sandbox.wire import Answer, Call, draw, not_found, page, pick
from pipelines.sandbox.world.b3 import SessionTimes

SOURCE = "b3"
ROUTES = (
    "/pesquisapregao/download?filelist=SPRD{yymmdd}.zip",
    "/pesquisapregao/download?filelist=PR{yymmdd}.zip",
)
FIRST_DAY = np.datetime64("2018-01-02")              # the site holds no older price report
TWO_SNAPSHOTS, BYTE_ORDER_MARK = 0.08, 0.12           # shares of sessions

_FILE = re.compile(r"(SPRD|PR)(\d{6})\.zip")
_CLOSED = re.compile(r".*(?:lum-ajustes-do-pregao|Ajustes1\.asp|lum-taxas-referenciais).*")
_ERROR_PAGE = "/erro.asp"


def key(call: Call) -> str:
    """The files asked for."""
    return call.params.get("filelist", "").strip(",")


def answer(call: Call, view: View) -> Answer:
    if _CLOSED.fullmatch(call.route):
        return Answer(b"", "text/html", 302, (("Location", f"/{SOURCE}{_ERROR_PAGE}"),))
    if call.route == _ERROR_PAGE:
        return page("B3", "Erro", "SIMULADO: a p\u00e1gina procurada n\u00e3o existe.", 200)
    found = [_FILE.fullmatch(name) for name in key(call).split(",")]
    if call.route.rstrip("/") != "/pesquisapregao/download" or None in found:
        return not_found(call, ROUTES)
    asked = [(match[0], match[1], day_of(match[2])) for match in found if match is not None]
    return download([(name, file_at(view, kind, day)) for name, kind, day in asked if day is not None])


def file_at(view: View, kind: str, day: np.datetime64) -> File | None:
    """The file of a session at the clock; None where there is none."""
    times = view.times(day) if day >= FIRST_DAY else None
    snapshots = snapshots_at(view, day, times) if times is not None else []
    if times is None or not snapshots:
        return None
    last = snapshots[-1].stamped_at
    content = view.files.get(("b3", kind, str(day), str(last)), lambda: _inner(view, kind, snapshots, times))
    return File(content, as_datetime(last))


def snapshots_at(view: View, day: np.datetime64, times: SessionTimes) -> list[Snapshot]:
    """Snapshots in the file at the clock, oldest first."""
    now = as_instant(view.now)
    if times.corrected_at is not None and times.corrected_at <= now:
        return [Snapshot(day, times.corrected_at, times.corrected_at, "F")]
    first = Snapshot(day, times.snapshot_at, times.snapshot_at, "U")
    final = Snapshot(day, times.snapshot_at, times.published_at, "F")
    evening = [first, final] if draw(view.seed, "b3.snapshots", day) < TWO_SNAPSHOTS else [final]
    return [snapshot for snapshot in evening if snapshot.stamped_at <= now]


def _inner(view: View, kind: str, snapshots: Sequence[Snapshot], times: SessionTimes) -> bytes:
    members = []
    for snapshot in snapshots:
        corrected = times.corrected_at is not None and snapshot.stamped_at == times.corrected_at
        settlements = view.archive.settlements(snapshot.day, corrected=corrected)
        lines = instruments(settlements, view.seed, snapshot.day)
        if snapshot.state == "U":
            terms = dict(zip(settlements["symbol"], settlements["du"], strict=True))
            lines = [_unconfirmed(one, terms, view.seed, snapshot.day) for one in lines]
        mark = kind == "PR" or draw(view.seed, "b3.mark", snapshot.day) < BYTE_ORDER_MARK
        name = f"{CODES[kind]}_{group_id(snapshot, view.seed, kind)}.xml"
        xml = spell(lines, snapshot, view.seed, kind, mark=mark)
        members.append((name, xml, as_datetime(snapshot.stamped_at)))
    return packed(members, stored=False)


def _unconfirmed(one: Instrument, business_days: Mapping[str, int], seed: int, day: np.datetime64) -> Instrument:
    """An evening's first figures: DI1 and DAP within a tick of the final ones, the others not settled yet."""
    figures = {tag: value for tag, value in one.figures.items() if not tag.startswith("AdjstdQt")}
    if one.family in ("DI1", "DAP") and "AdjstdQtTax" in one.figures:
        rate = round(one.figures["AdjstdQtTax"] + 0.001 * (pick(seed, "b3.unconfirmed", 11, day, one.symbol) - 5), 3)
        figures |= {"AdjstdQt": round(100_000 / (1 + rate / 100) ** (business_days[one.symbol] / 252), 2), "AdjstdQtTax": rate}
    return replace(one, figures=figures)
