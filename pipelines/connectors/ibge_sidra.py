"""IBGE SIDRA, the statistical office's tables: prices, national accounts, industry, trade, services, labour.

- A table is asked for its periods first (`/periodos`), each with the day on which it was last modified: a window of periods is asked
  for again only when one of them was modified on or after the day of its last answer. The day says that something changed, not
  when a value was first out (a table that is loaded anew dates all its past), so it is no vintage: staging dates by rule.
- Values come from `api/v3/agregados`; those of `apisidra` are read as well (`_sidra_answers`). Keys are `t7060/v63/c315/7169`: table,
  variable, classification, category. A place other than the country adds `/n3/33`. A window keeps to the service's 50,000 values.
- Dates are first days of the period. Quarters are written 202403 as months are: the frequency comes from the catalogue. A moving
  quarter has the code of its last month.
- `-` is zero. `..` (does not apply), `...` (not available) and `X` (suppressed) are null. A category that the table does not have is
  answered with `...` and no name, which is refused; so is an answer without a series that was asked for.
- Nothing is kept of the past: revised tables (national accounts, industry, trade) are overwritten, seasonal ones as a whole.
- The server drops connections at random from some networks and is slow on the mornings of the IPCA: many tries.

The periods of a table are not recorded; their form is that of the public clients of the service.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from models_py.kernel.errors import ConfigError, PayloadError, SourceRefused
from pipelines.connectors import CatalogueRow, Document, Endpoint, Observation, Parsed, Payload, Request
from pipelines.connectors._answers import check_data, check_status, fields, glimpse, read_json
from pipelines.connectors._asked import Asked, by_key
from pipelines.connectors._limits import Host
from pipelines.connectors._numbers import brazilian_day, iso_day, number
from pipelines.connectors._sidra_answers import flat_rows, nested_rows
from pipelines.connectors._sidra_keys import Selection, period_start, selection, selections

SOURCE = "ibge_sidra"
LIVE_URL = "https://servicodados.ibge.gov.br"
HOST = Host(per_second=1.0, parallel=2, timeout=60.0, deadline=180.0, tries=6)

MAX_VALUES = 50_000
ZERO, MISSING = "-", ("..", "...", "X")

_ROOT = "/api/v3/agregados"
_SAO_PAULO = ZoneInfo("America/Sao_Paulo")
_PERIODS_KEY = re.compile(r"t(\d+) periods (\w+) since (\d{4}-\d\d-\d\d): (.+)")
_VALUES_KEY = re.compile(r"t(\d+) (\w+) (v\S+) \d+\.\.\d+(?: modified (\d{4}-\d\d-\d\d))?")
_PERIOD = frozenset(("id", "literals", "modificacao"))
_TABLE = frozenset(("id", "nome", "variaveis", "classificacoes"))


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """The periods of each table that the catalogue names; `follow` asks for the values.

    Raises:
        ConfigError: a key that is no series of SIDRA, or one table with two frequencies.
    """
    try:
        tables = selections(row.source_key for row in series)
    except ValueError as error:
        raise ConfigError(f"{SOURCE}: {error}") from error
    requests = []
    for table, chosen in tables.items():
        frequencies = sorted({row.frequency for row in series if row.source_key.startswith(f"t{table}/")})
        if len(frequencies) > 1:
            raise ConfigError(f"{SOURCE} table {table} is called {' and '.join(frequencies)}: a table has one frequency")
        key = f"t{table} periods {frequencies[0]} since {since.replace(month=1, day=1)}: {' '.join(map(str, chosen))}"
        requests.append(Request(SOURCE, key, f"{endpoint.base_url}{_ROOT}/{table}/periodos"))
    return requests


def follow(request: Request, payload: Payload) -> list[Request]:
    """The windows of values that a list of periods calls for."""
    asked = _PERIODS_KEY.fullmatch(request.key)
    if asked is None:
        return []
    table, frequency, since, chosen = asked.groups()
    root = request.url.removesuffix("/periodos")
    try:
        found = [(period_start(code, frequency), code, modified) for code, modified in _periods(payload)]
        wanted = sorted(one for one in found if one[0] >= iso_day(since))
        return [
            _values_request(root, table, frequency, one, window)
            for text in chosen.split(" ")
            for one in selection(text).within(MAX_VALUES)
            for window in _windows(wanted, one)
        ]
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error


def asks(key: str, url: str) -> Sequence[Asked]:
    """The periods of a table, and with them the values that they call for."""
    if periods := _PERIODS_KEY.fullmatch(key):
        since, parts = iso_day(periods[3]), [one for text in periods[4].split(" ") for one in selection(text).within(MAX_VALUES)]
        return tuple(Asked(f"t{periods[1]} {one}", since) for one in parts)
    values = _VALUES_KEY.fullmatch(key)
    return (Asked(f"t{values[1]} {values[3]}", proves=False),) if values else by_key(key, url)


def settled(request: Request, fetched_at: datetime) -> bool:
    """Whether the answer fetched then still stands: no period of it was modified on that day or later."""
    found = _VALUES_KEY.fullmatch(request.key)
    return found is not None and found[4] is not None and fetched_at.astimezone(_SAO_PAULO).date() > iso_day(found[4])


def validate(payload: Payload) -> None:
    """Refuse what is neither a table, its periods nor its description.

    Raises:
        SourceDown: a server error.
        SourceRefused: the service says that the request is wrong, such as one for more than 50,000 values.
        PayloadError: a page, no bytes, or neither list nor description.
    """
    check_status(payload)
    if payload.status >= 400:
        raise SourceRefused(payload.source, payload.key, f"status {payload.status}: {glimpse(payload.body)}")
    check_data(payload, "a JSON list")
    answer = read_json(payload)
    if not isinstance(answer, list) and not (isinstance(answer, dict) and set(answer) >= _TABLE):
        raise PayloadError(payload.source, payload.key, f"neither values, periods nor a table: {glimpse(payload.body)}")


def is_empty(payload: Payload) -> bool:
    """Whether a valid answer holds no value: an empty list, or a header alone."""
    answer = read_json(payload)
    return isinstance(answer, list) and (not answer or (len(answer) == 1 and isinstance(answer[0], dict) and answer[0].get("V") == "Valor"))


def parse(payload: Payload) -> Parsed:
    """An observation a series and period, in the order of the answer; a table's description as a document; nothing of its periods.

    Raises:
        PayloadError: an undocumented part, a text that is no value, two values of one period, or a series missing.
    """
    validate(payload)
    answer = read_json(payload)
    if isinstance(answer, dict):
        day = payload.fetched_at.astimezone(_SAO_PAULO).date()
        text = orjson.dumps(answer, option=orjson.OPT_SORT_KEYS).decode()
        return Parsed(documents=[Document("metadados", day, f"ibge_sidra_t{answer['id']}", text, "pt")])
    if is_empty(payload):
        return Parsed()
    try:
        if isinstance(answer[0], dict) and "literals" in answer[0]:
            list(_periods(payload))
            return Parsed()
        return Parsed(observations=_observations(payload, answer))
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error


def _observations(payload: Payload, answer: Sequence[Any]) -> list[Observation]:
    asked = _VALUES_KEY.fullmatch(payload.key)
    if asked is None:
        raise ValueError("the request's key names no table, frequency and selection")
    table, frequency, chosen = asked[1], asked[2], selection(asked[3])
    is_flat = isinstance(answer[0], dict) and "V" in answer[0]
    rows = flat_rows(payload, answer, table, chosen, frequency) if is_flat else nested_rows(payload, answer, table)
    values: dict[tuple[str, date], float | None] = {}
    for key, period, text in rows:
        day, value = period_start(period, frequency), _value(text)
        if values.setdefault((key, day), value) != value:
            raise ValueError(f"{key} of {period} is given twice, as {values[key, day]} and {value}")
    given = {key.split("/n", 1)[0] for key, _ in values}
    if missing := [key for key in chosen.series(table) if key not in given]:
        raise ValueError(f"{missing[0]} was asked for and is not in the answer ({len(missing)} series missing)")
    return [Observation(key, day, value) for (key, day), value in values.items()]


def _value(text: str) -> float | None:
    if text == ZERO:
        return 0.0
    return None if text in MISSING else number(text)


def _periods(payload: Payload) -> Iterator[tuple[str, date]]:
    """Periods of a table, and the day on which each was last modified."""
    answer = read_json(payload)
    if not isinstance(answer, list):
        raise ValueError(f"no list of periods: {glimpse(payload.body)}")
    for entry in answer:
        found = fields(payload, entry, _PERIOD)
        if not isinstance(found["id"], str) or not isinstance(found["modificacao"], str):
            raise ValueError(f"a period without code or day of modification: {entry!r:.120}")
        yield found["id"], brazilian_day(found["modificacao"])


Window = list[tuple[date, str, date]]


def _windows(periods: Window, asked: Selection) -> Iterator[Window]:
    """Years to the one before last in one piece, the later ones each alone, cut to what the service gives at once."""
    last = periods[-1][0].year if periods else 0
    longest = MAX_VALUES // asked.cells
    for _, group in groupby(periods, key=lambda one: max(one[0].year, last - 2)):
        piece = list(group)
        yield from (piece[start : start + longest] for start in range(0, len(piece), longest))


def _values_request(root: str, table: str, frequency: str, asked: Selection, window: Window) -> Request:
    first, last, modified = window[0][1], window[-1][1], max(one[2] for one in window)
    chosen = "|".join(f"{name}[{','.join(categories)}]" for name, categories in asked.classes)
    query = "localidades=N1[all]" + (f"&classificacao={chosen}" if chosen else "")
    key = f"t{table} {frequency} {asked} {first}..{last} modified {modified}"
    return Request(SOURCE, key, f"{root}/periodos/{first}-{last}/variaveis/{'|'.join(asked.variables)}?{query}")
