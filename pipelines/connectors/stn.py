"""STN, the Brazilian Treasury: the central government's monthly result, fiscal reports, retail bond prices, auctions.

- What the catalogue names decides what is asked for: `rtn/…` the result (`_stn_rtn`), `siconfi/…` fiscal reports (`_stn_siconfi`). Quotes
  need no row of their own: prices of Tesouro Direto (`_stn_bonds`) and results of auctions (`_stn_auctions`) come with any of them.
- The result's workbook changes its address every month: CKAN is asked where it is, and it is fetched when CKAN says that it was
  modified. Its newest month is known from that instant, which has no zone and is read as Brasília's; earlier months may be
  revised in it, and when is not told.
- The file of retail prices is rewritten as a whole every day. It is read three times: to the end of the last year once a year, to the end
  of the last month once a month, and the days since, with two weeks of overlap, every day. The two long readings carry a query that
  the server does not look at, so that each is a request of its own.
- The source has several hosts (`ROOTS`); the base of SICONFI has moved before and is a setting.
- Workbooks of a year (XLS) and the lists of the day are read where they are at hand: the file holds what the former hold, and the
  latter's site refuses programs.

No workbook of the result, no answer to a request by year of auctions and no answer in the new query form is recorded.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models_py.kernel.errors import ConfigError, PayloadError, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, Observation, Parsed, Payload, Request, _stn_siconfi
from pipelines.connectors._answers import check_data, check_status, glimpse, read_json
from pipelines.connectors._asked import Asked, by_key
from pipelines.connectors._limits import Host
from pipelines.connectors._numbers import iso_day
from pipelines.connectors._sheets import is_workbook, read_workbook
from pipelines.connectors._stn_auctions import auction_rows, results
from pipelines.connectors._stn_bonds import BOOK, FILE, book_quotes, file_quotes, list_quotes
from pipelines.connectors._stn_rtn import rtn_rows
from pipelines.connectors._windows import ended, label

SOURCE = "stn"
LIVE_URL = "https://www.tesourotransparente.gov.br"
ROOTS = {
    "auctions": "https://apiapex.tesouro.gov.br/aria/v1/api-leiloes-pub/custom",
    "siconfi": f"https://apidatalake.tesouro.gov.br{_stn_siconfi.PATH}",
}
HOST = Host(per_second=1.0, parallel=1, timeout=120.0, deadline=600.0)

RTN_RESOURCE = "527ccdb1-3059-42f3-bf23-b5e3ab4c6dc6"
PRICES = (
    "/ckan/dataset/df56aa42-484a-4a59-8184-7676580c81e3/resource/796d2059-14e9-44e3-80c9-2d9e30b405c1/download/precotaxatesourodireto.csv"
)
AUCTIONS_PATH = "/aria/v1/api-leiloes-pub/custom"
AUCTIONS, WORKBOOK = "leiloes", "rtn workbook modified"

_QUIET_DAYS = 7
_OVERLAP = timedelta(days=14)
_SAO_PAULO = ZoneInfo("America/Sao_Paulo")
_CKAN_URL = re.compile(r"https?://(?:www\.)?tesourotransparente\.gov\.br(/ckan/\S+)")
_WINDOW = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """See the module; nothing without a series.

    Raises:
        ConfigError: a key of neither kind.
    """
    keys = sorted({row.source_key for row in series})
    reports = [_stn_siconfi.ENTITY.fullmatch(key) for key in keys if key.startswith("siconfi/")]
    unknown = [key for key in keys if not key.startswith(("rtn/", "leiloes/")) and not _stn_siconfi.ENTITY.fullmatch(key)]
    if unknown:
        raise ConfigError(f"{SOURCE} has no {unknown[0]!r}: write rtn/…, leiloes/… or siconfi/<entity>/<annex>/<account>/<column>")
    if not keys:
        return []
    requests = [*_price_requests(since, until, endpoint), *_auction_requests(since, until, endpoint)]
    if any(key.startswith("rtn/") for key in keys):
        url = f"{endpoint.base_url}/ckan/api/3/action/resource_show?id={RTN_RESOURCE}"
        requests.append(Request(SOURCE, "rtn resource", url))
    found = [one for one in reports if one is not None]
    root = endpoint.root("siconfi", _stn_siconfi.PATH)
    for entity in sorted({one[1] for one in found}, key=int):
        annexes = sorted({one[2] for one in found if one[1] == entity})
        years = range(since.year, until.year + 1)
        requests += [_stn_siconfi.deliveries_request(SOURCE, root, entity, year, annexes) for year in years]
    return requests


def follow(request: Request, payload: Payload) -> list[Request]:
    """The workbook that CKAN points to; reports that were delivered, and the pages of their items."""
    if request.key.startswith("siconfi "):
        return _stn_siconfi.follow(request, payload)
    if request.key != "rtn resource":
        return []
    resource = _resource(payload)
    path = _CKAN_URL.fullmatch(resource["url"])
    if path is None:
        raise PayloadError(payload.source, payload.key, f"the workbook lies elsewhere: {resource['url']!r:.200}")
    root = request.url.split("/ckan/", 1)[0]
    return [Request(SOURCE, f"{WORKBOOK} {resource['last_modified']}", root + path[1])]


def asks(key: str, url: str) -> Sequence[Asked]:
    """CKAN says which workbook of the result is the last, the log of deliveries which reports there are; prices by window."""
    if key.startswith("siconfi "):
        return _stn_siconfi.asks(key)
    if key == "rtn resource" or key.startswith(WORKBOOK):
        return (Asked("rtn", proves=key == "rtn resource"),)
    return by_key(key, url)


def settled(request: Request, fetched_at: datetime) -> bool:
    """Whether the answer fetched then can be taken as final."""
    if request.key.startswith("siconfi "):
        return _stn_siconfi.settled(request.key, fetched_at)
    if request.key.startswith(WORKBOOK):
        return fetched_at.astimezone(_SAO_PAULO).date() > _modified(request.key).astimezone(_SAO_PAULO).date()
    return _WINDOW.search(request.key) is not None and ended(request.key, fetched_at, _QUIET_DAYS)


def validate(payload: Payload) -> None:
    """Refuse what is none of the kinds that are read.

    Raises:
        SourceDown: a server error, or a maintenance page.
        SourceRefused: the service says that the request is wrong, or keeps programs out.
        PayloadError: a page, no bytes, or JSON that CKAN calls a failure.
    """
    check_status(payload)
    if payload.status >= 400:
        raise SourceRefused(payload.source, payload.key, f"status {payload.status}: {glimpse(payload.body)}")
    if is_workbook(payload.body):
        return
    check_data(payload, "a table")
    if payload.body.lstrip()[:1] in (b"{", b"["):
        answer = read_json(payload)
        if payload.key == "rtn resource":
            _resource(payload)
        elif payload.key.startswith("siconfi "):
            _stn_siconfi.envelope(payload)
        elif not isinstance(answer, list) and "registros" not in answer:
            raise PayloadError(payload.source, payload.key, f"neither results, items nor a resource: {glimpse(payload.body)}")


def is_empty(payload: Payload) -> bool:
    """Whether a valid answer holds no row: a report that is not delivered, a day without auction."""
    if payload.body.lstrip()[:1] not in (b"{", b"["):
        return False
    answer = read_json(payload)
    return not answer or (isinstance(answer, dict) and (answer.get("items") == [] or answer.get("registros") == []))


def parse(payload: Payload) -> Parsed:
    """Rows of the kind that the request's key says; nothing of what only leads further.

    Raises:
        PayloadError: another form than documented, a value of another kind, or two of one figure.
    """
    validate(payload)
    if payload.key == "rtn resource" or is_empty(payload):
        return Parsed()
    try:
        if is_workbook(payload.body):
            return _workbook_rows(payload)
        if payload.key.startswith("siconfi "):
            return Parsed(observations=_stn_siconfi.observations(payload))
        if payload.key.startswith(AUCTIONS):
            quotes, observations = auction_rows(payload, results(read_json(payload)))
            return Parsed(observations=observations, quotes=quotes)
        if payload.body.removeprefix(b"\xef\xbb\xbf").startswith("Título;".encode()):
            return Parsed(quotes=list(list_quotes(payload)))
        window = _WINDOW.search(payload.key)
        if window is None:
            raise ValueError("the request's key has no window of days")
        return Parsed(quotes=file_quotes(payload, iso_day(window[1]), iso_day(window[2])))
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error


def _workbook_rows(payload: Payload) -> Parsed:
    workbook = read_workbook(payload)
    if payload.key.startswith(BOOK):
        bond = re.sub(r" \d{4}$", "", payload.key.removeprefix(f"{BOOK} "))
        return Parsed(quotes=list(book_quotes(workbook, bond)))
    known = _modified(payload.key)
    rows = rtn_rows(workbook)
    newest = max((day for _, day, _ in rows), default=None)
    return Parsed(observations=[
        Observation(key, day, value, published_at=known, availability="published") if day == newest else Observation(key, day, value)
        for key, day, value in rows
    ])  # fmt: skip


def _price_requests(since: date, until: date, endpoint: Endpoint) -> list[Request]:
    year, month = until.replace(month=1, day=1), until.replace(day=1)
    windows = [(since, year - timedelta(days=1)), (max(since, year), month - timedelta(days=1))]
    url = endpoint.base_url + PRICES
    long = [Request(SOURCE, f"{FILE} {label(first, last)}", f"{url}?until={last}") for first, last in windows if first <= last]
    ahead = date(until.year, 12, 31)
    return [*long, Request(SOURCE, f"{FILE} {label(max(since, month - _OVERLAP), ahead)}", url)]


def _auction_requests(since: date, until: date, endpoint: Endpoint) -> list[Request]:
    root = endpoint.root("auctions", AUCTIONS_PATH)
    years = range(since.year, until.year + 1)
    return [
        Request(SOURCE, f"{AUCTIONS} {label(date(year, 1, 1), date(year, 12, 31))}", f"{root}/resultados?ano={year}") for year in years
    ]


def _resource(payload: Payload) -> dict[str, str]:
    answer = read_json(payload)
    if not isinstance(answer, dict) or answer.get("success") is not True:
        raise PayloadError(payload.source, payload.key, f"CKAN calls it a failure: {glimpse(payload.body)}")
    found = answer.get("result")
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in ("url", "last_modified")):
        raise PayloadError(payload.source, payload.key, f"a resource without address or instant: {glimpse(payload.body)}")
    try:
        _stn_siconfi.stamp(found["last_modified"])
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, f"last_modified: {error}") from error
    return found


def _modified(key: str) -> datetime:
    return _stn_siconfi.stamp(key.removeprefix(WORKBOOK).strip())
