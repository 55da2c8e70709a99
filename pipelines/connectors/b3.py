"""B3, the Brazilian exchange: settlements of DI1, DAP, DDI, FRC and DOL futures from the daily price report.

- One file a session, a zip in a zip (`_b3_report` reads the XML). A date without session, or whose file is not out, answers 200
  with a zip that holds nothing. Files exist from 2018-01-02.
- Settlement prices are PU (DI1, DAP, DDI) or BRL per 1,000 dollars (DOL), rates in % a year. FRC has a rate alone.
- A file that holds several snapshots of the evening is read by its newest. A correction replaces the file on the next session.
- The file is stamped in UTC when its messages are made, some 15 minutes after the settlements: that is `published_at`.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from models_py.kernel.errors import PayloadError
from models_py.quant.daycount import calendar
from pipelines.connectors import CatalogueRow, Endpoint, Parsed, Payload, Request
from pipelines.connectors._archive import members
from pipelines.connectors._b3_container import PATH, check_container, holds_nothing, out_at, session_of
from pipelines.connectors._b3_report import NotAReport, newest, quotes, read_report
from pipelines.connectors._limits import Host

SOURCE = "b3"
LIVE_URL = "https://www.b3.com.br"
HOST = Host(per_second=2.0, parallel=4)

FIRST_SESSION = date(2018, 1, 2)
_DUE = time(23, 0)                         # local time by which the file of a session is out
_CORRECTED_DAYS = 7                        # the next session may correct, and carnival lies between
_MISSING_DAYS = 30


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """One derivatives report a B3 session. Quotes need no row of the catalogue."""
    first = max(since, FIRST_SESSION)
    sessions = calendar("b3").days(first, until).tolist() if first <= until else []
    return [Request(SOURCE, f"SPRD{day:%y%m%d}", f"{endpoint.base_url}{PATH}SPRD{day:%y%m%d}.zip") for day in sessions]


def settled(request: Request, fetched_at: datetime) -> bool:
    """Whether the file fetched then can be taken as final."""
    return fetched_at > due(request) + timedelta(days=_CORRECTED_DAYS)


def abandoned(request: Request, fetched_at: datetime) -> bool:
    """Whether a file that was missing then is not asked for again."""
    return fetched_at > due(request) + timedelta(days=_MISSING_DAYS)


def due(request: Request) -> datetime:
    """When the file of a session should be out."""
    return out_at(request.key, _DUE)


def validate(payload: Payload) -> None:
    """Refuse what is no container of a report.

    Raises:
        SourceDown: a server error, or a maintenance page.
        PayloadError: a page, no bytes, or anything but zip, gzip or XML.
    """
    check_container(payload, (b"<?xml", b"\x1f\x8b"), "gzip nor XML")


def is_empty(payload: Payload) -> bool:
    """Whether the answer is the zip without a report that stands for no session."""
    return holds_nothing(payload)


def parse(payload: Payload) -> Parsed:
    """Settlement, rate, previous settlement and open interest of every contract of the five families, as an Arrow table.

    Raises:
        PayloadError: a corrupt zip, no price report in it, one of another session, a message missing, or a figure that is none.
    """
    validate(payload)
    if is_empty(payload):
        return Parsed()
    found = [content for _, content in members(payload)]
    try:
        report = newest([read_report(content) for content in found])
        return Parsed(quotes=quotes(report, session=session_of(payload.key) if payload.key.startswith(("SPRD", "PR")) else None))
    except (NotAReport, ValueError) as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error
