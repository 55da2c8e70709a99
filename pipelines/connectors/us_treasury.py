"""US Treasury: daily par yields, real yields and bill rates as CSV by year (newest day first), and Fiscal Data.

- Keys of par yields are the tenors as the CSV names them (`1 Mo`, `1.5 Month`, `10 Yr`), those of real yields `real 10 Yr` (its CSV
  says `10 YR`), those of bill rates the CSV's columns (`13 WEEKS BANK DISCOUNT`). The XML's `BC_10YEAR` is `10 Yr`, its `TC_10YEAR`
  `real 10 Yr`, and `BC_30YEARDISPLAY` repeats the 30 years. New tenors appear from time to time; a blank cell (or `m:null`) is null.
- The year's file is rewritten every evening by 18:00 in New York, with corrections now and then. A client without a browser's
  User-Agent gets 403.
- Debt to the penny and the Treasury's cash are on another host, in another form: `_fiscal_data`.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from models_py.kernel.errors import ConfigError, PayloadError, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, Observation, Parsed, Payload, Request
from pipelines.connectors import _fiscal_data as fiscal
from pipelines.connectors._answers import check_data, check_status, glimpse
from pipelines.connectors._hosts import on_host
from pipelines.connectors._limits import Host
from pipelines.connectors._numbers import american_day, number
from pipelines.connectors._treasury_feed import feed_rows
from pipelines.connectors._windows import ended, label, yearly

SOURCE = "us_treasury"
LIVE_URL = "https://home.treasury.gov"
HOST = Host(per_second=1.0, parallel=2)

_PATH = "/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv"
_HEADERS = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) macro-desk", "Accept": "text/csv,*/*"}
_QUIET_DAYS = 30
_PAR = re.compile(r"\d+(?:\.\d+)? (?:Mo|Month|Yr)")
_REAL = re.compile(r"(\d+) YR")
_BILL = re.compile(r"\d+ WEEKS (?:BANK DISCOUNT|COUPON EQUIVALENT)")
# Words of a request's key → data set of the site, and what its keys look like.
_FILES = {
    "par yields": ("daily_treasury_yield_curve", _PAR),
    "real yields": ("daily_treasury_real_yield_curve", re.compile(r"real \d+ Yr")),
    "bill rates": ("daily_treasury_bill_rates", _BILL),
}
_ALWAYS = frozenset(("3 Mo", "6 Mo", "1 Yr", "2 Yr", "3 Yr", "5 Yr", "7 Yr", "10 Yr"))      # in every par curve since 1990


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """One file a year of each data set that the catalogue names, one page a window of Fiscal Data.

    Raises:
        ConfigError: a key that is none of this source.
    """
    wanted = {_set_of(row) for row in series}
    files = [
        _request(name, year, endpoint) for name in _FILES if name in wanted for year in range(since.year, until.year + 1)
    ]
    pages = [
        fiscal.request(SOURCE, name, first, last, on_host(endpoint, LIVE_URL, fiscal.FISCAL_URL), label(first, last))
        for name in (fiscal.CASH, fiscal.DEBT) if name in wanted
        for first, last in yearly(since, until)
    ]
    return files + pages


def follow(request: Request, payload: Payload) -> list[Request]:
    """The next page of Fiscal Data, where there is one."""
    return fiscal.next_page(request, payload) if _text(payload).lstrip().startswith("{") else []


def settled(request: Request, fetched_at: datetime) -> bool:
    """Whether the file fetched then can be taken as final."""
    return ended(request.key, fetched_at, _QUIET_DAYS)


def validate(payload: Payload) -> None:
    """Refuse what is no table of this source.

    Raises:
        SourceDown: a server error, a maintenance page, or a page with fewer rows than it counts.
        SourceRefused: the site or the API refuses the request.
        PayloadError: another page, no bytes, or neither CSV, XML nor JSON of the documented kinds.
    """
    check_status(payload)
    if payload.status in (401, 403):
        raise SourceRefused(payload.source, payload.key, f"status {payload.status}, access denied: {glimpse(payload.body)}")
    check_data(payload, "a table of yields")
    head = _text(payload)[:64].lstrip()
    if head.startswith("{"):
        fiscal.page(payload)
    elif not head.startswith(("Date,", '"Date",', "<?xml", "<feed")):
        raise PayloadError(payload.source, payload.key, f"neither CSV, XML nor JSON: {glimpse(payload.body)}")


def is_empty(payload: Payload) -> bool:
    """Whether a valid answer has no day in it."""
    text = _text(payload).strip()
    if text.startswith("{"):
        return not fiscal.page(payload)["data"]
    return "<entry" not in text if text.startswith("<") else "\n" not in text


def parse(payload: Payload) -> Parsed:
    """An observation a day and key, in the order of the answer; blank cells are null.

    Raises:
        PayloadError: an unknown column, a row of the wrong length, a cell that is not a number, or two values of one day.
    """
    validate(payload)
    text = _text(payload).lstrip()
    values: dict[tuple[str, date], float | None] = {}
    try:
        rows = fiscal.rows(payload) if text.startswith("{") else feed_rows(payload.body) if text.startswith("<") else _csv_rows(text)
        for key, day, value in rows:
            if values.setdefault((key, day), value) != value:
                raise ValueError(f"{key} of {day} is given twice, as {values[key, day]} and {value}")
        tenors = {key for key, _ in values}
        if missing := _ALWAYS - tenors if tenors & _ALWAYS else ():
            raise ValueError(f"columns missing: {', '.join(sorted(missing))}")
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error
    return Parsed(observations=[Observation(key, day, value) for (key, day), value in values.items()])


def _set_of(row: CatalogueRow) -> str:
    found = next((name for name, (_, pattern) in _FILES.items() if pattern.fullmatch(row.source_key)), fiscal.SET_OF.get(row.source_key))
    if found is None:
        raise ConfigError(f"{row.series_id}: {SOURCE} has no series {row.source_key!r}")
    return found


def _request(name: str, year: int, endpoint: Endpoint) -> Request:
    query = f"type={_FILES[name][0]}&field_tdr_date_value={year}&page&_format=csv"
    window = label(date(year, 1, 1), date(year, 12, 31))
    return Request(SOURCE, f"{name} {window}", f"{endpoint.base_url}{_PATH}/{year}/all?{query}", headers=_HEADERS)


def _text(payload: Payload) -> str:
    try:
        return payload.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PayloadError(payload.source, payload.key, f"not UTF-8: {error}") from error


def _csv_rows(text: str) -> Iterator[tuple[str, date, float | None]]:
    try:
        lines = [line for line in csv.reader(text.splitlines(), strict=True) if line]
    except csv.Error as error:
        raise ValueError(f"not CSV: {error}") from error
    header = lines[0]
    keys = [_REAL.sub(r"real \1 Yr", name) if _REAL.fullmatch(name) else name for name in header[1:]]
    kinds = [name for name, (_, pattern) in _FILES.items() if keys and all(pattern.fullmatch(key) for key in keys)]
    if header[0] != "Date" or not kinds or len(set(keys)) < len(keys):
        unknown = [key for key in keys if not any(pattern.fullmatch(key) for _, pattern in _FILES.values())]
        raise ValueError(f"unknown columns {unknown or header}")
    for line, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(header):
            raise ValueError(f"line {line} has {len(cells)} cells under {len(header)} columns")
        day = american_day(cells[0])
        for key, cell in zip(keys, cells[1:], strict=True):
            yield key, day, number(cell) if cell.strip() else None
