"""BCB Focus, market expectations (Olinda, OData): JSON rows of one survey day, indicator and panel.

- `Data` is the survey day; numbers come out the next Monday. Nothing in the answer says so: staging dates them by the rule.
- Each statistic becomes an observation. Keys of the 12-month set are `<Indicador>|<Suavizada>|<baseCalculo>|<statistic>`
  (`IPCA|S|0|Mediana`); `baseCalculo` 0 is the 30-day panel, 1 the last five days. Other sets put their name first (`Anuais|…`,
  `Selic|…`, `_focus_sets` has them all), and the period forecast (`2026`, `09/2026`, `3/2026`, `R5/2026`) into `target`.
- A request selects the statistics that the catalogue reads: whole rows are six times as long to read. A series of another
  statistic is another request. How Olinda wants to be asked, and how it pages, is in `_olinda`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from models_py.kernel.errors import ConfigError, PayloadError
from pipelines.connectors import CatalogueRow, Endpoint, Observation, Parsed, Payload, Request, _olinda
from pipelines.connectors._answers import fields
from pipelines.connectors._asked import Asked, by_key
from pipelines.connectors._focus_sets import BASE, BY_ENTITY, DETAIL, FocusSet, read_key
from pipelines.connectors._limits import Host
from pipelines.connectors._windows import ended, label, yearly

SOURCE = "bcb_focus"
LIVE_URL = "https://olinda.bcb.gov.br"
HOST = Host(per_second=1.0, parallel=2, timeout=60.0, deadline=180.0)

PAGE = 10_000

_PATH = "/olinda/servico/Expectativas/versao/v1/odata"
_LONGEST = timedelta(days=1461)
_QUIET_DAYS = 45
_PICKED = re.compile(rf"{BASE}(?: |%20)eq(?: |%20)([01])|\$select=([^&]*)")


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """One request a set, indicator and window, first page.

    Raises:
        ConfigError: a key that is none of this source.
    """
    wanted: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in series:
        key = read_key(row.source_key)
        if key is None:
            raise ConfigError(f"{row.series_id}: {SOURCE} has no series {row.source_key!r}")
        wanted.setdefault((key.of.entity, key.indicator), set()).add((key.base or "", key.statistic))
    return [
        _request(BY_ENTITY[entity], indicator, first, last, asked, endpoint)
        for (entity, indicator), asked in sorted(wanted.items())
        for first, last in yearly(since, until, _LONGEST)
    ]


def follow(request: Request, payload: Payload) -> list[Request]:
    """The next page, where this one is full."""
    return _olinda.next_page(request, payload, PAGE)


def asks(key: str, url: str) -> Sequence[Asked]:
    """A set, indicator and window, and what of its rows is picked: an answer says nothing of another panel or statistic."""
    picked = " ".join(part for found in _PICKED.finditer(url) for part in found.groups("") if part)
    return tuple(replace(one, subject=f"{one.subject} {picked}".strip()) for one in by_key(key, url))


def settled(request: Request, fetched_at: datetime) -> bool:
    """Whether the answer fetched then can be taken as final."""
    return ended(request.key, fetched_at, _QUIET_DAYS)


def validate(payload: Payload) -> None:
    """Refuse what is not a set: see `_olinda.check`."""
    _olinda.check(payload)


def is_empty(payload: Payload) -> bool:
    """Whether a valid answer holds no row."""
    return not _olinda.rows(payload)


def parse(payload: Payload) -> Parsed:
    """An observation a row and statistic, in the order of the answer.

    Raises:
        PayloadError: an unknown set or field, a wrong type, or two values of one statistic.
    """
    validate(payload)
    name = _olinda.set_name(payload)
    if name not in BY_ENTITY:
        raise PayloadError(payload.source, payload.key, f"set {name or None} is not one that is read")
    values: dict[tuple[str, date, str | None], float | None] = {}
    try:
        for key, value in _values(payload, BY_ENTITY[name]):
            if values.setdefault(key, value) != value:
                raise ValueError(f"{key[0]} of {key[1]} is given twice, as {values[key]} and {value}")
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error
    return Parsed(observations=[Observation(key, day, value, target) for (key, day, target), value in values.items()])


def _request(of: FocusSet, indicator: str, first: date, last: date, asked: Iterable[tuple[str, str]], endpoint: Endpoint) -> Request:
    name = " ".join(filter(None, (of.prefix, indicator, label(first, last))))
    bases, statistics = (frozenset(told) for told in zip(*asked, strict=True))
    return Request(SOURCE, name, f"{endpoint.base_url}{_PATH}/{of.entity}?{of.query(indicator, first, last, PAGE, bases, statistics)}")


def _values(payload: Payload, of: FocusSet) -> Iterator[tuple[tuple[str, date, str | None], float | None]]:
    required = _olinda.selected(payload, of.fields)
    for row in _olinda.rows(payload):
        yield from of.values(fields(payload, row, required, frozenset((DETAIL,))))
