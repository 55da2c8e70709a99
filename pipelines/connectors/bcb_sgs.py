"""BCB SGS, the time series system of the Brazilian central bank: JSON rows of a date and a value as text.

- `data` is the first day of a month or quarter; period series (TR 226, savings 195) add `dataFim`, which is not kept: the date
  is the period's first. Values have a decimal point in JSON, a comma in CSV. A blank value is null, never zero.
- A daily series is asked for in windows shorter than ten years, others whole and from 2000 on: what is chained or filtered over months
  may not depend on where the daily series begin. A window with nothing in it is a 404 whose text
  says so, or an empty list. The Selic target (432) is published up to the next COPOM and the inflation target years ahead, so
  windows reach beyond today.
- Errors come as `{"error": …}` or `{"erro": {statusCode, detail}}` with any status, 200 included. The HTML page "Requisição
  inválida!" means an unknown code, or a gateway in trouble: the two cannot be told apart.
- A revision overwrites. Nothing says when a value was published.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from models_py.kernel.errors import PayloadError, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, Observation, Parsed, Payload, Request
from pipelines.connectors._answers import check_data, check_status, fields, glimpse, is_html, read_json
from pipelines.connectors._limits import Host
from pipelines.connectors._numbers import brazilian_day, brazilian_number, number
from pipelines.connectors._windows import ended, label, yearly

SOURCE = "bcb_sgs"
LIVE_URL = "https://api.bcb.gov.br"
ROOTS = {"titles": "https://dadosabertos.bcb.gov.br/api/3/action"}      # what each code is called
HOST = Host(per_second=2.0, parallel=4)

_LONGEST = timedelta(days=3500)            # "10 anos" is refused from the tenth birthday on
_AHEAD = timedelta(days=60)                # the Selic target is known to the next COPOM
_CHAINED_FROM = date(2000, 1, 1)
_YEARS_AHEAD = 5                           # inflation targets are set three years ahead
_QUIET_DAYS = 45                           # a closed window of a daily series changes no more
_REQUIRED, _OPTIONAL = frozenset(("data", "valor")), frozenset(("dataFim",))
_CSV_HEADERS = (["data", "valor"], ["data", "dataFim", "valor"])


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """One request a series and window, each code once."""
    frequencies = {row.source_key: row.frequency for row in series}
    return [
        _request(code, first, last, endpoint)
        for code, frequency in sorted(frequencies.items(), key=lambda item: (len(item[0]), item[0]))
        for first, last in _windows(frequency, since, until)
    ]


def settled(request: Request, fetched_at: datetime) -> bool:
    """Whether the answer fetched then can be taken as final."""
    return ended(request.key, fetched_at, _QUIET_DAYS)


def validate(payload: Payload) -> None:
    """Refuse what is not a series.

    Raises:
        SourceDown: a gateway error, or the page that also stands for an unknown code.
        SourceRefused: the service says that the request is wrong.
        PayloadError: not JSON, or not a list.
    """
    if is_html(payload.body) and "Requisição inválida".encode() in payload.body:
        reason = f"status {payload.status} and the page 'Requisição inválida!': the series code is unknown, or the gateway is in trouble"
        raise SourceDown(payload.source, payload.key, reason)
    check_status(payload)
    check_data(payload, "a JSON list")
    if payload.body.lstrip()[:1] == b'"':
        return
    answer = read_json(payload)
    if isinstance(answer, dict) and not _says_nothing(answer):
        _refuse(payload, answer)
    if not isinstance(answer, dict | list):
        raise PayloadError(payload.source, payload.key, f"{type(answer).__name__} instead of a list: {glimpse(payload.body)}")


def is_empty(payload: Payload) -> bool:
    """Whether a valid answer says that the window holds no value."""
    return payload.status == 404 or payload.body.strip() == b"[]" or b"not found" in payload.body[:512]


def parse(payload: Payload) -> Parsed:
    """Rows in the order of the answer.

    Raises:
        PayloadError: a row without date or value, an undocumented field, a value that is not a number, or two values of one date.
    """
    validate(payload)
    code = payload.key.split(" ", 1)[0]
    if is_empty(payload):
        return Parsed()
    read = _csv_rows if payload.body.lstrip()[:1] == b'"' else _json_rows
    values: dict[date, float | None] = {}
    try:
        for day, value in read(payload):
            if values.setdefault(day, value) != value:
                raise ValueError(f"{day} is given twice, as {values[day]} and {value}")
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error
    return Parsed(observations=[Observation(code, day, value) for day, value in values.items()])


def _windows(frequency: str, since: date, until: date) -> Iterator[tuple[date, date]]:
    if frequency not in ("daily", "weekly"):
        yield min(since.replace(month=1, day=1), _CHAINED_FROM), date(until.year + _YEARS_AHEAD, 12, 31)
        return
    for first, last in yearly(since, until, _LONGEST):
        yield first, last + _AHEAD if last.year == until.year else last


def _request(code: str, first: date, last: date, endpoint: Endpoint) -> Request:
    window = f"dataInicial={first:%d/%m/%Y}&dataFinal={last:%d/%m/%Y}"
    url = f"{endpoint.base_url}/dados/serie/bcdata.sgs.{code}/dados?formato=json&{window}"
    return Request(SOURCE, f"{code} {label(first, last)}", url)


def _json_rows(payload: Payload) -> Iterator[tuple[date, float | None]]:
    for row in read_json(payload):
        found = fields(payload, row, _REQUIRED, _OPTIONAL)
        day, value = found["data"], found["valor"]
        if not isinstance(day, str) or not (value is None or isinstance(value, str)):
            raise ValueError(f"date and value are not text: {row!r:.120}")
        yield brazilian_day(day), None if value is None or not value.strip() else number(value)


def _csv_rows(payload: Payload) -> Iterator[tuple[date, float | None]]:
    lines = [[cell.strip('"') for cell in line.split(";")] for line in payload.body.decode("utf-8-sig").splitlines() if line]
    if lines[0] not in _CSV_HEADERS:
        raise ValueError(f"unknown CSV header {lines[0]}")
    for cells in lines[1:]:
        if len(cells) != len(lines[0]):
            raise ValueError(f"{len(cells)} cells under {len(lines[0])} columns: {cells}")
        yield brazilian_day(cells[0]), brazilian_number(cells[-1]) if cells[-1].strip() else None


def _says_nothing(answer: dict[str, Any]) -> bool:
    error = answer.get("erro")
    return isinstance(error, dict) and error.get("statusCode") == 404 and "not found" in str(error.get("detail"))


def _refuse(payload: Payload, answer: dict[str, Any]) -> None:
    error = answer.get("erro")
    status = error.get("statusCode", payload.status) if isinstance(error, dict) else payload.status
    text = error.get("detail", error) if isinstance(error, dict) else answer.get("error") or answer.get("message")
    if text is None:
        raise PayloadError(payload.source, payload.key, f"an object instead of a list: {glimpse(payload.body)}")
    refusal = SourceDown if isinstance(status, int) and status >= 500 else SourceRefused
    raise refusal(payload.source, payload.key, f"status {status}: {str(text).rsplit('Exception: ', 1)[-1]:.300}")
