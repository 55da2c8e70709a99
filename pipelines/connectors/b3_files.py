"""B3, files of its search by session beside the price report: reference rates, options, indicators and the bulletin before 2018.

- `TSyymmdd.ex_` reference rates for swaps (since 2005), `REyymmdd.ex_` premiums of options, `IDyymmdd.ex_` indicators, `BFyymmdd.ex_`
  the bulletin with settlements to 2017-12-29, when the XML report takes over. The name of the volatility surfaces on the site is not
  on record: `SVyymmdd.ex_` stands for it until it has been seen.
- Pages of the closed site (settlements, reference rates) and the contract master are read from archives; none is asked for.
- Nothing here was tried on the live site; formats are those of recorded files.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from models_py.kernel.errors import PayloadError
from models_py.quant.daycount import calendar
from pipelines.connectors import CatalogueRow, Endpoint, Observation, Parsed, Payload, Quote, Request, b3
from pipelines.connectors import _b3_bulletin as bulletin
from pipelines.connectors import _b3_masters as masters
from pipelines.connectors import _b3_options as options
from pipelines.connectors import _b3_pages as pages
from pipelines.connectors import _b3_rates as rates
from pipelines.connectors._anbima_text import text_of
from pipelines.connectors._answers import check_status
from pipelines.connectors._archive import members
from pipelines.connectors._b3_container import PATH, check_container, holds_nothing, out_at, session_of

SOURCE = "b3_files"
LIVE_URL = b3.LIVE_URL
HOST = b3.HOST

Row = Observation | Quote
_READERS: Mapping[str, Callable[[str, date | None], Iterator[Row]]] = {
    rates.REPORT: rates.read_rates, options.SURFACE_REPORT: options.read_surface, options.PREMIUM_REPORT: options.read_premiums,
    masters.INDICATORS_REPORT: masters.read_indicators, masters.CONTRACTS_REPORT: masters.read_contracts,
    bulletin.REPORT: bulletin.read_bulletin,
}
# First and last session of each kind of file that is asked for.
_SPANS = {
    bulletin.REPORT: (date(2002, 6, 3), b3.FIRST_SESSION - timedelta(days=1)), rates.REPORT: (date(2005, 1, 3), date.max),
    options.SURFACE_REPORT: (date(2012, 1, 2), date.max), options.PREMIUM_REPORT: (date(2012, 1, 2), date.max),
    masters.INDICATORS_REPORT: (date(2012, 1, 2), date.max),
}
_DUE = time(23, 0)
_CORRECTED_DAYS = 7
_MISSING_DAYS = 30
_STARTS = (b"\x1f\x8b", *(b"%d" % digit for digit in range(10)))       # gzip, in archives; every record begins with a digit


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """A file a session of each kind that the catalogue names, by the kind itself or by a series in it."""
    wanted = {_kind_of(row.source_key) for row in series}
    found: list[Request] = []
    for kind in (kind for kind in _SPANS if kind in wanted):
        first, last = max(since, _SPANS[kind][0]), min(until, _SPANS[kind][1])
        sessions = calendar("b3").days(first, last).tolist() if first <= last else []
        names = (f"{kind}{day:%y%m%d}" for day in sessions)
        found += [Request(SOURCE, name, f"{endpoint.base_url}{PATH}{name}.ex_") for name in names]
    return found


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
    """Refuse what is neither a file of the exchange nor one of its archived pages.

    Raises:
        SourceDown: a server error, or a maintenance page.
        PayloadError: another page, no bytes, or anything else.
    """
    if _is_page(payload.body):
        check_status(payload)
    else:
        check_container(payload, _STARTS, "gzip, fixed-width text nor one of the archived pages")


def is_empty(payload: Payload) -> bool:
    """Whether the answer says that there was no session: a zip without a file, or a page without its table."""
    if pages.is_settlement_page(payload.body):
        return pages.is_without_session(payload.body)
    return holds_nothing(payload)


def parse(payload: Payload) -> Parsed:
    """Observations and quotes in the order of the file.

    Raises:
        PayloadError: a corrupt zip, a file of another kind or session, a line that is none, or a figure that is none.
    """
    validate(payload)
    if is_empty(payload):
        return Parsed()
    try:
        rows = list(_page_rows(payload) if _is_page(payload.body) else _file_rows(payload))
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error
    return Parsed(
        observations=[row for row in rows if isinstance(row, Observation)], quotes=[row for row in rows if isinstance(row, Quote)]
    )


def _file_rows(payload: Payload) -> Iterator[Row]:
    kind = payload.key.split(".", 1)[0][:-6]
    if kind not in _READERS:
        raise ValueError(f"unknown kind of file {kind!r}")
    contents = [content for _, content in members(payload)]
    if len(contents) != 1:
        raise ValueError(f"{len(contents)} files instead of one")
    # widths count bytes, but the surfaces have separators and come in either encoding
    text = text_of(contents[0]) if kind == options.SURFACE_REPORT else contents[0].decode("latin-1")
    yield from _READERS[kind](text, session_of(payload.key))


def _page_rows(payload: Payload) -> Iterator[Row]:
    if pages.is_settlement_page(payload.body):
        yield from pages.read_settlements(payload.body, session_of(payload.key))
    else:
        yield from rates.read_rates_page(payload.body, session_of(payload.key))


def _is_page(body: bytes) -> bool:
    return pages.is_settlement_page(body) or rates.is_rates_page(body)


def _kind_of(source_key: str) -> str:
    """The file in which a row of the catalogue is found."""
    first = source_key.split(" ", 1)[0]
    if first in rates.CURVES:
        return rates.REPORT
    return masters.INDICATORS_REPORT if first in masters.GROUPS and " " in source_key else first
