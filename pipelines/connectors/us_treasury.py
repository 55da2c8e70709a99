"""US Treasury, daily par yield curve: CSV by year, newest day first, a column a tenor; also its XML feed and bill rates.

- Keys are the tenors as the CSV names them (`1 Mo`, `1.5 Month`, `10 Yr`); the XML's `BC_10YEAR` is the same `10 Yr`, and its
  `BC_30YEARDISPLAY` repeats the 30 years. New tenors appear from time to time; a blank cell (or `m:null`) is null.
- Bill rates keep their column names; Fiscal Data answers (JSON, all text, null as "null") give a key a field.
- The year's file is rewritten every evening, with corrections now and then. A client without a browser's User-Agent gets 403.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from models_py.kernel.errors import PayloadError, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, Observation, Parsed, Payload, Request
from pipelines.connectors._answers import check_data, check_status, fields, glimpse, read_json
from pipelines.connectors._limits import Host
from pipelines.connectors._numbers import american_day, iso_day, number
from pipelines.connectors._treasury_feed import feed_rows
from pipelines.connectors._windows import ended, label

SOURCE = "us_treasury"
LIVE_URL = "https://home.treasury.gov"
HOST = Host(per_second=1.0, parallel=2)

_PATH = "/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv"
_HEADERS = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) macro-desk", "Accept": "text/csv,*/*"}
_QUIET_DAYS = 30
_TENOR = re.compile(r"\d+(?:\.\d+)? (?:Mo|Month|Yr)|\d+ WEEKS (?:BANK DISCOUNT|COUPON EQUIVALENT)")
_ALWAYS = frozenset(("3 Mo", "6 Mo", "1 Yr", "2 Yr", "3 Yr", "5 Yr", "7 Yr", "10 Yr"))      # in every par curve since 1990
_ENVELOPE = frozenset(("data", "meta", "links"))


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """One file a year, if the catalogue names any tenor."""
    return [_request(year, endpoint) for year in range(since.year, until.year + 1)] if series else []


def settled(request: Request, fetched_at: datetime) -> bool:
    """Whether the file fetched then can be taken as final."""
    return ended(request.key, fetched_at, _QUIET_DAYS)


def validate(payload: Payload) -> None:
    """Refuse what is not a table of yields.

    Raises:
        SourceDown: a server error, or a maintenance page.
        SourceRefused: the site or the API refuses the request.
        PayloadError: another page, no bytes, or neither CSV, XML nor JSON of the documented kinds.
    """
    check_status(payload)
    if payload.status in (401, 403):
        raise SourceRefused(payload.source, payload.key, f"status {payload.status}, access denied: {glimpse(payload.body)}")
    check_data(payload, "a table of yields")
    head = _text(payload)[:64].lstrip()
    if head.startswith("{"):
        answer = read_json(payload)
        if "error" in answer:
            raise SourceRefused(payload.source, payload.key, f"{answer['error']}: {answer.get('message')}")
        fields(payload, answer, _ENVELOPE)
    elif not head.startswith(("Date,", '"Date",', "<?xml", "<feed")):
        raise PayloadError(payload.source, payload.key, f"neither CSV, XML nor JSON: {glimpse(payload.body)}")


def is_empty(payload: Payload) -> bool:
    """Whether a valid answer has no day in it."""
    text = _text(payload).strip()
    if text.startswith("{"):
        return not read_json(payload)["data"]
    return "<entry" not in text if text.startswith("<") else "\n" not in text


def parse(payload: Payload) -> Parsed:
    """An observation a day and tenor, in the order of the answer; blank cells are null.

    Raises:
        PayloadError: an unknown column, a row of the wrong length, a cell that is not a number, or two yields of one day.
    """
    validate(payload)
    text = _text(payload).lstrip()
    values: dict[tuple[str, date], float | None] = {}
    try:
        rows = _json_rows(payload) if text.startswith("{") else feed_rows(payload.body) if text.startswith("<") else _csv_rows(text)
        for key, day, value in rows:
            if values.setdefault((key, day), value) != value:
                raise ValueError(f"{key} of {day} is given twice, as {values[key, day]} and {value}")
        tenors = {key for key, _ in values}
        if missing := _ALWAYS - tenors if tenors & _ALWAYS else ():
            raise ValueError(f"columns missing: {', '.join(sorted(missing))}")
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error
    return Parsed(observations=[Observation(key, day, value) for (key, day), value in values.items()])


def _request(year: int, endpoint: Endpoint) -> Request:
    query = f"type=daily_treasury_yield_curve&field_tdr_date_value={year}&page&_format=csv"
    window = label(date(year, 1, 1), date(year, 12, 31))
    return Request(SOURCE, f"par yields {window}", f"{endpoint.base_url}{_PATH}/{year}/all?{query}", headers=_HEADERS)


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
    tenors = header[1:]
    unknown = [name for name in tenors if not _TENOR.fullmatch(name)]
    if header[0] != "Date" or unknown or len(set(tenors)) < len(tenors) or not tenors:
        raise ValueError(f"unknown columns {unknown or header}")
    for line, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(header):
            raise ValueError(f"line {line} has {len(cells)} cells under {len(header)} columns")
        day = american_day(cells[0])
        for tenor, cell in zip(tenors, cells[1:], strict=True):
            yield tenor, day, number(cell) if cell.strip() else None


def _json_rows(payload: Payload) -> Iterator[tuple[str, date, float | None]]:
    data: list[Any] = read_json(payload)["data"]
    if not isinstance(data, list):
        raise ValueError(f"data is not a list: {data!r:.80}")
    for row in data:
        if not isinstance(row, dict) or not all(isinstance(text, str) for text in row.values()) or "record_date" not in row:
            raise ValueError(f"a row without record_date, or with a value that is not text: {row!r:.120}")
        day = iso_day(row["record_date"])
        for name, text in row.items():
            if name != "record_date":
                yield name, day, None if text == "null" else number(text)
