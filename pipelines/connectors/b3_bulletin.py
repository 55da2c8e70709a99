"""B3, the files and tables of its daily bulletin (`arquivos.b3.com.br`): consolidated trades and open positions of derivatives.

- A file takes two steps: `requestname` gives a token, the download takes it. A date without session answers 400. Files are CSV with
  `;` and a decimal comma, without dots between thousands; the file of trades begins in 2021.
- A table is asked for by POST with an empty object, page by page from 1; past the last page it has no rows. A GET answers with none.
- Tables hold the last 21 sessions. Files are asked for over the same span: the price report (`b3`) has what is older.
- Nothing here was tried on the live site. The columns of the table are not on record beyond ticker and settlement: others are let be.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models_py.kernel.errors import PayloadError, SourceRefused
from models_py.quant.daycount import calendar
from pipelines.connectors import CatalogueRow, Endpoint, Parsed, Payload, Quote, Request
from pipelines.connectors._anbima_text import text_of
from pipelines.connectors._answers import check_data, check_status, glimpse, read_json
from pipelines.connectors._asked import Asked
from pipelines.connectors._b3_report import CONTRACT
from pipelines.connectors._limits import Host
from pipelines.connectors._numbers import brazilian_number, iso_day, json_number
from pipelines.connectors._perishing import Perishing

SOURCE = "b3_bulletin"
LIVE_URL = "https://arquivos.b3.com.br"
HOST = Host(per_second=2.0, parallel=2)
KEEPS_SESSIONS = 21
PERISHABLE = ("",)                         # all of it, as it is asked for

FILES: Mapping[str, Sequence[str]] = {
    "TradeInformationConsolidated": (
        "RptDt", "TckrSymb", "ISIN", "SgmtNm", "MinPric", "MaxPric", "TradAvrgPric", "LastPric", "OscnPctg", "AdjstdQt", "AdjstdQtTax",
        "RefPric", "TradQty", "FinInstrmQty", "NtlFinVol",
    ),
    "DerivativesOpenPosition": (
        "RptDt", "TckrSymb", "ISIN", "Asst", "XprtnCd", "SgmtNm", "OpnIntrst", "VartnOpnIntrst", "DstrbtnId", "CvrdQty", "TtlBlckdPos",
        "UcvrdQty", "TtlPos", "BrrwrQty", "LndrQty", "CurQty", "FwdPric",
    ),
}
TABLE = "ConsolidatedTradesDerivatives"
PAGE_ROWS = 1000
_NUMBERS = frozenset((
    "MinPric", "MaxPric", "TradAvrgPric", "LastPric", "OscnPctg", "AdjstdQt", "AdjstdQtTax", "RefPric", "TradQty", "FinInstrmQty",
    "NtlFinVol", "OpnIntrst", "VartnOpnIntrst", "DstrbtnId", "CvrdQty", "TtlBlckdPos", "UcvrdQty", "TtlPos", "BrrwrQty", "LndrQty",
    "CurQty", "FwdPric",
))  # fmt: skip
_FIELDS = {"AdjstdQt": "settlement", "AdjstdQtTax": "rate", "OpnIntrst": "open_interest"}
_TOKEN, _FILE = "token", "file"            # the second word of a key says the step
DUE = time(23, 0)                          # São Paulo
_CORRECTED_DAYS = 7
_SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """Tokens of the files and first pages of the table that the catalogue names, for the sessions still kept."""
    wanted = {row.source_key for row in series}
    if not wanted or since > until:
        return []
    found: list[Request] = []
    for day in calendar("b3").days(since, until).tolist()[-KEEPS_SESSIONS:]:
        found += [_token_request(name, day, endpoint.base_url) for name in FILES if name in wanted]
        if TABLE in wanted:
            found.append(_page_request(day, 1, endpoint.base_url))
    return found


def follow(request: Request, payload: Payload) -> list[Request]:
    """The download that a token opens, or the next page of a full one.

    Raises:
        PayloadError: an answer without token, or a page that is none.
    """
    name, step, day = _parts(request.key)
    base = request.url.split("/api/download/", 1)[0].split("/bdi/table/", 1)[0]
    if step == _TOKEN and not is_empty(payload):
        token = read_json(payload).get("token")
        if not isinstance(token, str) or not token.isascii() or any(letter.isspace() for letter in token):
            raise PayloadError(payload.source, payload.key, f"no token: {glimpse(payload.body)}")
        # the fragment never leaves: it tells requests of one day from those of another, whose tokens are not shown
        url = f"{base}/api/download/?token={token}#{name}-{day}"
        return [Request(SOURCE, f"{name} {_FILE} {day}", url, secrets=("token",))]
    if step.isdigit() and len(_table(payload)[1]) >= PAGE_ROWS:
        return [_page_request(day, int(step) + 1, base)]
    return []


def asks(key: str, url: str) -> Sequence[Asked]:
    """The file or table of a session: a token leads to its file, a first page to the next."""
    name, step, day = _parts(key)
    return (Asked(name, day, day, proves=step in (_TOKEN, "1")),)


def settled(request: Request, fetched_at: datetime) -> bool:
    """Whether what was fetched then can be taken as final: a token never, since it opens nothing for long."""
    return _parts(request.key)[1] != _TOKEN and fetched_at > due(request) + timedelta(days=_CORRECTED_DAYS)


def due(request: Request) -> datetime:
    """When the bulletin of a session should be out."""
    return datetime.combine(_parts(request.key)[2], DUE, _SAO_PAULO)


def perishes(key: str) -> Perishing | None:
    """A file of a session, which a token opens, or its table, which is there with its first page."""
    name, step, day = _parts(key)
    return Perishing(name, day, is_it=step in (_FILE, "1"))


def validate(payload: Payload) -> None:
    """Refuse what is neither a token, a file nor a page of a table.

    Raises:
        SourceDown: a server error, or a maintenance page.
        SourceRefused: the service refuses the request.
        PayloadError: another page, no bytes, or a body of another form.
    """
    _, step, _ = _parts(payload.key)
    if payload.status == 400 and step == _TOKEN:
        return
    check_status(payload)
    if payload.status >= 400:
        raise SourceRefused(payload.source, payload.key, f"status {payload.status}: {glimpse(payload.body)}")
    check_data(payload, "a file or table of the bulletin")
    if step == _TOKEN and not isinstance(read_json(payload), dict):
        raise PayloadError(payload.source, payload.key, f"no object with a token: {glimpse(payload.body)}")
    if step.isdigit():
        _table(payload)


def is_empty(payload: Payload) -> bool:
    """Whether a valid answer says that there was no session, or that no rows are left."""
    _, step, _ = _parts(payload.key)
    if step == _TOKEN:
        return payload.status == 400
    return step == "1" and not _table(payload)[1]


def parse(payload: Payload) -> Parsed:
    """Settlement and rate, or open interest, of the five families of futures; a token has no rows.

    Raises:
        PayloadError: unknown columns, a row of the wrong length or another day, a contract twice, or a figure that is none.
    """
    validate(payload)
    name, step, day = _parts(payload.key)
    if step == _TOKEN or is_empty(payload):
        return Parsed()
    try:
        rows = _file_rows(payload, name, day) if step == _FILE else _table_rows(payload)
        return Parsed(quotes=list(_quotes(name, day, rows)))
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error


def _quotes(name: str, day: date, rows: Iterator[tuple[str, Mapping[str, float | None]]]) -> Iterator[Quote]:
    seen: set[str] = set()
    for symbol, figures in rows:
        if not CONTRACT.fullmatch(symbol.encode("utf-8")):
            continue
        if symbol in seen:
            raise ValueError(f"{symbol} stands twice")
        seen.add(symbol)
        for column, field in _FIELDS.items():
            value = figures.get(column)
            if value is not None and not (column == "AdjstdQt" and symbol.startswith("FRC")):
                yield Quote(name, day, symbol, field, value)


def _file_rows(payload: Payload, name: str, day: date) -> Iterator[tuple[str, Mapping[str, float | None]]]:
    lines = list(csv.reader((line for line in text_of(payload.body).splitlines() if line.strip()), delimiter=";"))
    if name not in FILES or not lines or tuple(lines[0]) != tuple(FILES[name]):
        raise ValueError(f"unknown columns of {name}: {lines[:1]!r:.200}")
    for row in lines[1:]:
        if len(row) != len(FILES[name]):
            raise ValueError(f"a row of {len(row)} cells under {len(FILES[name])}: {row!r:.120}")
        cells = dict(zip(FILES[name], row, strict=True))
        if iso_day(cells["RptDt"]) != day:
            raise ValueError(f"{cells['TckrSymb']} is of {cells['RptDt']}, not of {day}")
        figures = {column: brazilian_number(text) if text else None for column, text in cells.items() if column in _NUMBERS}
        yield cells["TckrSymb"], figures


def _table_rows(payload: Payload) -> Iterator[tuple[str, Mapping[str, float | None]]]:
    names, values = _table(payload)
    if "TckrSymb" not in names or not {"AdjstdQt", "AdjstdQtTax"} & set(names):
        raise ValueError(f"columns missing: {', '.join(names)}")
    for row in values:
        cells = dict(zip(names, row, strict=True))
        if not isinstance(cells["TckrSymb"], str):
            raise ValueError(f"not a ticker: {cells['TckrSymb']!r}")
        yield cells["TckrSymb"], {column: json_number(cell) for column, cell in cells.items() if column in _FIELDS}


def _table(payload: Payload) -> tuple[list[str], list[list[Any]]]:
    """Names of the columns, and rows."""
    answer = read_json(payload)
    table = answer.get("table") if isinstance(answer, dict) else None
    if not isinstance(table, dict) or not isinstance(table.get("columns"), list) or not isinstance(table.get("values"), list):
        raise PayloadError(payload.source, payload.key, f"no table: {glimpse(payload.body)}")
    names = [str(column.get("name", "")) if isinstance(column, dict) else "" for column in table["columns"]]
    odd = [row for row in table["values"] if not isinstance(row, list) or len(row) != len(names)]
    if not all(names) or len(set(names)) < len(names) or odd:
        raise PayloadError(payload.source, payload.key, f"a table of columns {names} with row {odd[:1]!r:.120}")
    return names, table["values"]


def _parts(key: str) -> tuple[str, str, date]:
    """Name, step (token, file or page) and day of a key."""
    name, step, day = key.split(" ")
    return name, step, date.fromisoformat(day)


def _token_request(name: str, day: date, base: str) -> Request:
    return Request(SOURCE, f"{name} {_TOKEN} {day}", f"{base}/api/download/requestname?fileName={name}&date={day}")


def _page_request(day: date, page: int, base: str) -> Request:
    url = f"{base}/bdi/table/{TABLE}/{day}/{day}/{page}/{PAGE_ROWS}"
    return Request(SOURCE, f"{TABLE} {page} {day}", url, "POST", {"Content-Type": "application/json"}, b"{}")
