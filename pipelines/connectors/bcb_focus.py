"""BCB Focus, market expectations (Olinda, OData): JSON rows of one survey day, indicator and panel.

- `Data` is the survey day; numbers come out the next Monday. Nothing in the answer says so: staging dates them by the rule.
- Each statistic becomes an observation. Keys of the 12-month set are `<Indicador>|<Suavizada>|<baseCalculo>|<statistic>`
  (`IPCA|S|0|Mediana`); `baseCalculo` 0 is the 30-day panel, 1 the last five days. Other sets put their name first, and the
  period forecast (`2026`, `09/2026`, `R5/2026`) into `target`.
- How Olinda wants to be asked, and how it pages, is in `_olinda`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import quote

from models_py.kernel.errors import PayloadError
from pipelines.connectors import CatalogueRow, Endpoint, Observation, Parsed, Payload, Request, _olinda
from pipelines.connectors._answers import fields
from pipelines.connectors._limits import Host
from pipelines.connectors._numbers import iso_day, json_number
from pipelines.connectors._windows import ended, label, yearly

SOURCE = "bcb_focus"
LIVE_URL = "https://olinda.bcb.gov.br"
HOST = Host(per_second=1.0, parallel=2, timeout=60.0, deadline=180.0)

TWELVE_MONTHS = "ExpectativasMercadoInflacao12Meses"
PAGE = 10_000

_PATH = "/olinda/servico/Expectativas/versao/v1/odata"
_LONGEST = timedelta(days=1461)
_QUIET_DAYS = 45
_STATISTICS = ("Media", "Mediana", "DesvioPadrao", "Minimo", "Maximo", "numeroRespondentes")
_TOP5 = {"media": "Media", "mediana": "Mediana", "desvioPadrao": "DesvioPadrao", "coeficienteVariacao": "CoeficienteVariacao",
         "minimo": "Minimo", "maximo": "Maximo"}

# Set → what its keys are called by, the field that names the period forecast, and what else tells its rows apart.
_SETS: Mapping[str, tuple[str, str | None, tuple[str, ...]]] = {
    TWELVE_MONTHS: ("", None, ("Suavizada", "baseCalculo")),
    "ExpectativasMercadoInflacao24Meses": ("24m", None, ("Suavizada", "baseCalculo")),
    "ExpectativaMercadoMensais": ("Mensais", "DataReferencia", ("baseCalculo",)),
    "ExpectativasMercadoTrimestrais": ("Trimestrais", "DataReferencia", ("baseCalculo",)),
    "ExpectativasMercadoAnuais": ("Anuais", "DataReferencia", ("baseCalculo",)),
    "ExpectativasMercadoSelic": ("Selic", "Reuniao", ("baseCalculo",)),
    "ExpectativasMercadoTop5Selic": ("Top5Selic", "reuniao", ("tipoCalculo",)),
    "ExpectativasMercadoTop5Mensais": ("Top5Mensais", "dataReferencia", ("tipoCalculo",)),
    "ExpectativasMercadoTop5Anuais": ("Top5Anuais", "dataReferencia", ("tipoCalculo",)),
}
_DETAIL = frozenset(("IndicadorDetalhe",))


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """One request an indicator of the 12-month set and window, first page."""
    indicators = sorted({row.source_key.split("|", 1)[0] for row in series})
    return [
        _request(indicator, first, last, endpoint)
        for indicator in indicators
        for first, last in yearly(since, until, _LONGEST)
    ]


def follow(request: Request, payload: Payload) -> list[Request]:
    """The next page, where this one is full."""
    return _olinda.next_page(request, payload, PAGE)


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
    if name not in _SETS:
        raise PayloadError(payload.source, payload.key, f"set {name or None} is not one that is read")
    values: dict[tuple[str, date, str | None], float | None] = {}
    try:
        for key, value in _values(payload, name):
            if values.setdefault(key, value) != value:
                raise ValueError(f"{key[0]} of {key[1]} is given twice, as {values[key]} and {value}")
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error
    return Parsed(observations=[Observation(key, day, value, target) for (key, day, target), value in values.items()])


def _request(indicator: str, first: date, last: date, endpoint: Endpoint) -> Request:
    text = indicator.replace("'", "''")
    chosen = f"Indicador eq '{text}' and Data ge '{first}' and Data le '{last}'"
    order = "Data,Indicador,Suavizada,baseCalculo"
    query = f"$format=json&$filter={quote(chosen, safe=_olinda.PLAIN)}&$orderby={order}&$top={PAGE}"
    return Request(SOURCE, f"{indicator} {label(first, last)}", f"{endpoint.base_url}{_PATH}/{TWELVE_MONTHS}?{query}")


def _values(payload: Payload, name: str) -> Iterator[tuple[tuple[str, date, str | None], float | None]]:
    prefix, target, parts = _SETS[name]
    top5 = "tipoCalculo" in parts
    statistics = _TOP5 if top5 else {statistic: statistic for statistic in _STATISTICS}
    subject = "indicador" if top5 else "Indicador"
    required = frozenset((subject, "Data", *parts, *statistics, *((target,) if target else ())))
    for row in _olinda.rows(payload):
        found = fields(payload, row, required, _DETAIL)
        period = found[target] if target else None
        detail = found.get("IndicadorDetalhe")
        names = [found[subject], found["Data"], *(found[part] for part in parts if part != "baseCalculo")]
        if not all(isinstance(text, str) for text in names) or not isinstance(period, str | None) or not isinstance(detail, str | None):
            raise ValueError(f"a name is not text: {row!r:.160}")
        if "baseCalculo" in parts and str(found["baseCalculo"]) not in ("0", "1"):
            raise ValueError(f"baseCalculo is neither 0 nor 1: {row!r:.160}")
        stem = "|".join(filter(None, (prefix, "/".join(filter(None, (names[0], detail))), *(str(found[part]) for part in parts))))
        day = iso_day(found["Data"])
        for field, statistic in statistics.items():
            yield (f"{stem}|{statistic}", day, period), json_number(found[field])
