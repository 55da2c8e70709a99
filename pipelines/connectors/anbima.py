"""ANBIMA, the association of the Brazilian capital markets: marks of federal bonds, their curve, indices and unit values.

- Bonds (`ms<yymmdd>.txt`) and curve (`CZ-down.asp`, a form) stay on the public site for five sessions: a missed week is lost.
  Older bond files answer 404, older curves an empty body with status 200. Indices (`ima-sh-down.asp`) are served for any day since
  2010; `ima_completo.txt` and the page of unit values hold the last day alone.
- A day without publication answers 404 (bonds), nothing, or the curve of the day before (its first line says of which day it is),
  or a title without rows (indices). ANBIMA publishes on the sessions of B3: none on 24 December and the last business day of a year.
- Everything is out by 20:00 in São Paulo. The whole index file comes again in the morning with more decimals.
- The data are ANBIMA's: no redistribution. Nothing here was tried on the live site; formats are those of recorded files.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from models_py.kernel.errors import PayloadError, SourceRefused
from models_py.quant.daycount import calendar
from pipelines.connectors import CatalogueRow, Endpoint, Observation, Parsed, Payload, Quote, Request
from pipelines.connectors import _anbima_bonds as bonds
from pipelines.connectors import _anbima_curve as curve
from pipelines.connectors import _anbima_indices as indices
from pipelines.connectors import _anbima_pages as pages
from pipelines.connectors._anbima_diffusion import read_diffusion
from pipelines.connectors._anbima_text import plain, text_of
from pipelines.connectors._anbima_workbook import read_history
from pipelines.connectors._answers import check_data, check_status, glimpse, is_html
from pipelines.connectors._limits import Host
from pipelines.connectors._perishing import Perishing
from pipelines.connectors._sheets import is_workbook

SOURCE = "anbima"
LIVE_URL = "https://www.anbima.com.br"
HOST = Host(per_second=1.0, parallel=2)
KEEPS_SESSIONS = 5                         # of what PERISHABLE keys name: what is older is gone from the public site
PERISHABLE = (bonds.REPORT, "ETTJ ", "CIRCULAR ", "VNA ", f"{indices.WHOLE} ")
FIRST_INDEX_DAY = date(2010, 1, 4)

_SITE = "/informacoes"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_SAO_PAULO = ZoneInfo("America/Sao_Paulo")
DUE = time(21, 0)                          # São Paulo
_CORRECTED_DAYS = 7
_MISSING_DAYS = 30
_UNDATED = ("ima_completo", "vna")         # requests for the last day, whichever it is

Row = Observation | Quote


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """What the catalogue names: bonds and curve of the sessions still kept, a summary of indices a session, the last unit values."""
    keys = {row.source_key for row in series}
    sessions = [day.item() for day in calendar("b3").days(since, until)] if keys and since <= until else []
    kept, root = sessions[-KEEPS_SESSIONS:], f"{endpoint.base_url}{_SITE}"
    found: list[Request] = []
    if bonds.REPORT in keys:
        found += [Request(SOURCE, f"ms{day:%y%m%d}", f"{root}/merc-sec/arqs/ms{day:%y%m%d}.txt") for day in kept]
    if any(key.startswith(("ETTJ ", "CIRCULAR ")) for key in keys):
        found += [_form(f"CZ-down {day}", f"{root}/est-termo/CZ-down.asp", _curve_form(day)) for day in kept]
    if any(key.startswith("VNA ") for key in keys):
        found.append(Request(SOURCE, "vna", f"{root}/vna/vna.asp"))
    if any(key.startswith(f"{indices.WHOLE} ") for key in keys):
        found.append(Request(SOURCE, "ima_completo", f"{root}/ima/arqs/ima_completo.txt"))
    if any(key.startswith(("IMA-", "IRF-")) for key in keys):
        days = [day for day in sessions if day >= FIRST_INDEX_DAY]
        found += [_form(f"ima-sh-down {day}", f"{root}/ima/ima-sh-down.asp", _index_form(day)) for day in days]
    return found


def settled(request: Request, fetched_at: datetime) -> bool:
    """Whether what was fetched then can be taken as final: what holds the last day never is."""
    return request.key not in _UNDATED and fetched_at > due(request) + timedelta(days=_CORRECTED_DAYS)


def abandoned(request: Request, fetched_at: datetime) -> bool:
    """Whether what was missing then is not asked for again."""
    return request.key not in _UNDATED and fetched_at > due(request) + timedelta(days=_MISSING_DAYS)


def due(request: Request) -> datetime:
    """When what is asked for should be out. What holds the last day is always out, and never empty."""
    day = _session(request.key)
    return datetime.combine(day or date.min + timedelta(days=1), DUE, _SAO_PAULO)


def perishes(key: str) -> Perishing | None:
    """Bonds and curve of a session, and what holds the last session alone; indices stay."""
    if key in _UNDATED:
        return Perishing(key, None)
    return Perishing("bonds" if key.startswith("ms") else "curve", _session(key)) if key.startswith(("ms", "CZ-down")) else None


def validate(payload: Payload) -> None:
    """Refuse what is none of ANBIMA's files.

    Raises:
        SourceDown: a server error, or a maintenance page.
        SourceRefused: the site refuses the request.
        PayloadError: another page, or no bytes where some are always there.
    """
    if payload.status == 404 and payload.key.startswith("ms"):
        return
    check_status(payload)
    if payload.status >= 400:
        raise SourceRefused(payload.source, payload.key, f"status {payload.status}: {glimpse(payload.body)}")
    if payload.key.startswith("CZ-down") and not payload.body.strip():
        return
    if not pages.is_page(payload.body) or not is_html(payload.body):
        check_data(payload, "a file of ANBIMA")
    if payload.key.startswith("CZ-down"):
        _curve_day(payload)


def is_empty(payload: Payload) -> bool:
    """Whether a valid answer says that nothing was published for the day asked for."""
    if payload.key.startswith("ms"):
        return payload.status == 404
    if payload.key.startswith("CZ-down"):
        return not payload.body.strip() or _curve_day(payload) != _session(payload.key)
    if payload.key.startswith("ima-sh-down"):
        lines = [line for line in text_of(payload.body).splitlines() if line.strip()]
        return len(lines) == 1 and plain(lines[0]).startswith(indices.TITLE)
    return False


def parse(payload: Payload) -> Parsed:
    """Observations and quotes in the order of the payload.

    Raises:
        PayloadError: an unknown form, a figure that is none, a day other than the one asked for, or two values of one thing.
    """
    validate(payload)
    try:
        if is_empty(payload):
            return Parsed()
        rows = list(_reader(payload)())
        _of_the_day(rows, _session(payload.key))
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error
    return Parsed(
        observations=[row for row in rows if isinstance(row, Observation)], quotes=[row for row in rows if isinstance(row, Quote)]
    )


def _reader(payload: Payload) -> Callable[[], Iterator[Row]]:
    """The reader of a payload, by what its bytes say that they are."""
    body = payload.body
    if is_workbook(body):
        return lambda: read_history(payload)
    if is_html(body):
        return lambda: pages.read_page(body)
    if body.lstrip().startswith(b"<"):
        return lambda: indices.read_xml(body)
    text = text_of(body)
    head = plain(text[:200])
    if bonds.is_bonds(text):
        return lambda: bonds.read_bonds(text, _session(payload.key))
    if head.startswith("0@anbima"):
        return lambda: indices.read_whole(text)
    if head.startswith(indices.TITLE):
        return lambda: indices.read_summary(text)
    if head.startswith("data referencia"):
        return lambda: read_diffusion(text)
    if head.startswith("ettj "):
        return lambda: curve.read_intraday(text)
    return lambda: curve.read_curve(text)


def _of_the_day(rows: Sequence[Row], session: date | None) -> None:
    said: dict[tuple[object, ...], float | None] = {}
    for row in rows:
        if session is not None and row.source_date != session:
            raise ValueError(f"{row.source_key} is of {row.source_date}, not of {session}")
        name = (row.symbol, row.field, row.source_date, row.published_at) if isinstance(row, Quote) else (row.source_key, row.source_date)
        if said.setdefault(name, row.value) != row.value:
            raise ValueError(f"{name[0]} of {row.source_date} is given twice, as {said[name]} and {row.value}")


def _session(key: str) -> date | None:
    """The day that a request asks for, None for the last one."""
    text = key.rsplit(" ", 1)[-1].removeprefix("ms")
    try:
        return datetime.strptime(text, "%Y-%m-%d" if "-" in text else "%y%m%d").date()  # noqa: DTZ007 - a date
    except ValueError:
        return None


def _curve_day(payload: Payload) -> date:
    """The day that a curve says it is of.

    Raises:
        PayloadError: it says none.
    """
    try:
        return curve.curve_day(text_of(payload.body))
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, f"no curve: {error}") from error


def _form(key: str, url: str, fields: dict[str, str]) -> Request:
    return Request(SOURCE, key, url, "POST", _FORM, urlencode(fields).encode())


def _curve_form(day: date) -> dict[str, str]:
    return {"Idioma": "PT", "Dt_Ref": f"{day:%d/%m/%Y}", "saida": "csv"}


def _index_form(day: date) -> dict[str, str]:
    return {
        "Pai": "ima", "Tipo": "", "DataRef": "", "Idioma": "PT", "saida": "csv", "escolha": "2", "Dt_Ref": f"{day:%d/%m/%Y}",
        "Dt_Ref_Ver": "20000101",
    }
