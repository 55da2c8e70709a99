"""CFTC Commitments of Traders: weekly positions by report (TFF, disaggregated, legacy), contract and group of traders.

- Keys are `<report>|<contract code>|open_interest` and `<report>|<contract code>|<group>|<long|short|spread|net>`, in contracts;
  `net` is long less short. Reports are `tff`, `disagg`, `legacy`, and with options `tff_combined` and so on. Codes hold (BRL
  102741), names change.
- A year before the last one comes as the yearly zip, which holds every contract: those that the key names are kept, and the
  address carries them (`#…`), so that other contracts make another request. Years to 2016, which are zipped together, and the
  last two are asked of the API (Socrata): 1,000 rows unless told otherwise, and no order of its own.
- In the API every value is text and a null field is left out of its row; in the files numbers are padded and "." is missing.
- Positions are of Tuesday, published on Friday at 15:30 in New York, later after holidays and shutdowns. Neither form says when:
  staging dates them by the release calendar, never by the report's date. A report may be corrected later.
- No answer of the live service was at hand: names are those of recorded answers and of the CFTC's lists of columns.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import quote

from models_py.kernel.errors import ConfigError, PayloadError, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, Observation, Parsed, Payload, Request
from pipelines.connectors._answers import check_data, check_status, glimpse, read_json
from pipelines.connectors._archive import is_zip, members
from pipelines.connectors._cot_reports import BY_NAME, Report
from pipelines.connectors._cot_rows import CODE, DATE, KIND, KINDS, Figure, file_figures, object_figures
from pipelines.connectors._hosts import on_host
from pipelines.connectors._limits import Host
from pipelines.connectors._windows import ended, label, yearly

SOURCE = "cftc"
LIVE_URL = "https://publicreporting.cftc.gov"
FILES_URL = "https://www.cftc.gov"
HOST = Host(per_second=1.0, parallel=2, deadline=180.0)

PAGE = 50_000
_FIRST_FILE = 2017                         # a file a year from then on
_QUIET_DAYS = 120                          # a report is corrected within weeks; the backlog of a shutdown takes months
_PLAIN = "$,'():"                          # left as they are in a query string
_KEY = re.compile(r"(tff|disagg|legacy)(_combined)?\|([\w+]+)\|(?:open_interest|\w+\|(?:long|short|spread|net))")
_ASKED = re.compile(r"(?:tff|disagg|legacy)(?:_combined)? ([\w+,]+) ")
_WITH_OPTIONS = re.compile(r"combined|deahistfo|com_")


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """One request a report and window, for all of its contracts.

    Raises:
        ConfigError: a key that is none of this source.
    """
    wanted: dict[tuple[str, bool], set[str]] = {}
    for row in series:
        found = _KEY.fullmatch(row.source_key)
        if found is None:
            raise ConfigError(f"{row.series_id}: {SOURCE} has no series {row.source_key!r}")
        wanted.setdefault((found[1], found[2] is not None), set()).add(found[3])
    return [
        _request(BY_NAME[name], combined, sorted(codes), first, last, first.year < until.year - 1, endpoint)
        for (name, combined), codes in sorted(wanted.items())
        for first, last in _windows(since, until)
    ]


def follow(request: Request, payload: Payload) -> list[Request]:
    """The next page, where this one is full."""
    if _is_file(payload) or len(_objects(payload)) < PAGE:
        return []
    place = re.search(r"&\$offset=(\d+)", request.url)
    offset = (int(place[1]) if place else 0) + PAGE
    url = re.sub(r"&\$offset=\d+", "", request.url) + f"&$offset={offset}"
    stem, window = re.sub(r" from \d+", "", request.key).rsplit(" ", 1)
    return [replace(request, key=f"{stem} from {offset} {window}", url=url)]


def settled(request: Request, fetched_at: datetime) -> bool:
    """Whether the answer fetched then can be taken as final."""
    return ended(request.key, fetched_at, _QUIET_DAYS)


def validate(payload: Payload) -> None:
    """Refuse what is neither rows of a report nor a file of them.

    Raises:
        RateLimited, SourceDown: asked to wait, or a server error.
        SourceRefused: Socrata cannot read the query, or knows no such column.
        PayloadError: a page, no bytes, or neither JSON rows, CSV nor zip.
    """
    check_status(payload)
    check_data(payload, "a Commitments of Traders report")
    if _is_file(payload):
        return
    answer = read_json(payload)
    if isinstance(answer, dict) and answer.get("error"):
        raise SourceRefused(payload.source, payload.key, f"{answer.get('code')}: {answer.get('message')}"[:400])
    _objects(payload)


def is_empty(payload: Payload) -> bool:
    """Whether a valid answer holds no row."""
    return payload.body.strip() == b"[]"


def parse(payload: Payload) -> Parsed:
    """Open interest, and the legs and net of every group, a row of the report after the other.

    Raises:
        PayloadError: a column that is not known or missing, a figure that is no number, or two figures of one position.
    """
    validate(payload)
    if is_empty(payload):
        return Parsed()
    asked = _ASKED.match(payload.key)
    wanted = frozenset(asked[1].split(",")) if asked else None
    values: dict[tuple[str, date], float | None] = {}
    try:
        for code, key, day, value in _figures(payload):
            if wanted is not None and code not in wanted:
                continue
            if values.setdefault((key, day), value) != value:
                raise ValueError(f"{key} of {day} is given twice, as {values[key, day]} and {value}")
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error
    return Parsed(observations=[Observation(key, day, value) for (key, day), value in values.items()])


def _windows(since: date, until: date) -> Iterator[tuple[date, date]]:
    """Years to 2016 in one, then a year each."""
    for first, last in yearly(since, until):
        while first.year < last.year:
            end = date(max(first.year, min(last.year, _FIRST_FILE - 1)), 12, 31)
            yield first, end
            first = date(end.year + 1, 1, 1)
        yield first, last


def _request(
    report: Report, combined: bool, codes: Sequence[str], first: date, last: date, closed: bool, endpoint: Endpoint
) -> Request:
    name = f"{report.name}{'_combined' if combined else ''} {','.join(codes)}"
    if closed and first.year >= _FIRST_FILE:
        root = f"{on_host(endpoint, LIVE_URL, FILES_URL)}/files/dea/history"
        return Request(SOURCE, f"{name} file {label(first, last)}", f"{root}/{report.files[combined].format(first.year)}#{','.join(codes)}")
    chosen = ",".join(f"'{code}'" for code in codes)
    where = quote(f"{CODE} in({chosen}) and {DATE} between '{first}T00:00:00' and '{last}T23:59:59'", safe=_PLAIN)
    columns = ",".join((DATE, CODE, KIND, *report.api.values()))
    query = f"$select={columns}&$where={where}&$order={DATE},{CODE}&$limit={PAGE}"
    return Request(SOURCE, f"{name} {label(first, last)}", f"{endpoint.base_url}/resource/{report.datasets[combined]}.json?{query}")


def _is_file(payload: Payload) -> bool:
    return is_zip(payload.body) or payload.body.startswith(b'"Market')


def _objects(payload: Payload) -> list[dict[str, str]]:
    rows = read_json(payload)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise PayloadError(payload.source, payload.key, f"no list of rows: {glimpse(payload.body)}")
    if not all(isinstance(text, str) for row in rows for text in row.values()):
        raise PayloadError(payload.source, payload.key, "a value is not text")
    return rows


def _figures(payload: Payload) -> Iterator[Figure]:
    if not _is_file(payload):
        yield from object_figures(_objects(payload))
        return
    kind = KINDS[_WITH_OPTIONS.search(payload.key) is not None]
    for _, content in members(payload):
        yield from file_figures(content, kind=kind)
