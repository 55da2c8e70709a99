"""BCB PTAX, reference rates of currencies (Olinda functions, OData): JSON rows of one bulletin, BRL per unit of currency.

- A day has five bulletins: Abertura, three called Intermediário, and Fechamento ("Fechamento PTAX" in older answers). The close and
  the last Intermediário can share a second, so the kind is always asked for; the dollar's own sets hold closes alone. Rows of a
  currency set without the kind are kept under `unnamed`: nothing tells which of them is the close.
- Keys are `<currency>|<Abertura, Intermediário, Fechamento or unnamed>|<field>` (`USD|Fechamento|cotacaoVenda`). `paridade` is per
  dollar: dollars per unit for a currency of type B, units per dollar for type A (`Moedas`, read into documents).
- Dates in a request are American (MM-DD-YYYY), between quotes. `dataHoraCotacao` is Brasília's wall time with up to six digits of a
  second: it is the knowledge time, and its date the source's date. Bulletins of one kind and day are told apart by it.
- A request selects the figures that the catalogue reads. A weekend or holiday is an empty set. A bulletin is not revised once it is out.

What an answer to a window that ends in the future looks like is not recorded; the window is asked for as it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson

from models_py.kernel.errors import ConfigError, PayloadError
from pipelines.connectors import CatalogueRow, Document, Endpoint, Observation, Parsed, Payload, Request, _olinda
from pipelines.connectors._answers import fields
from pipelines.connectors._limits import Host
from pipelines.connectors._numbers import json_number
from pipelines.connectors._windows import ended, label, yearly

SOURCE = "bcb_ptax"
LIVE_URL = "https://olinda.bcb.gov.br"
HOST = Host(per_second=1.0, parallel=2, timeout=60.0, deadline=180.0)

PAGE = 10_000
CLOSE, UNNAMED = "Fechamento", "unnamed"

_PATH = "/olinda/servico/PTAX/versao/v1/odata"
_FUNCTION = "CotacaoMoedaPeriodo(moeda=@moeda,dataInicial=@dataInicial,dataFinalCotacao=@dataFinalCotacao)"
_QUOTED = ("paridadeCompra", "paridadeVenda", "cotacaoCompra", "cotacaoVenda")
_LONGEST = timedelta(days=1461)
_QUIET_DAYS = 7
_SAO_PAULO = ZoneInfo("America/Sao_Paulo")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.(\d{1,6}))?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")
_KINDS: Mapping[str, str] = {"Abertura": "Abertura", "Intermediário": "Intermediário", "Fechamento": CLOSE, "Fechamento PTAX": CLOSE}

# Set → the kind that all its rows are of; None where a row says it itself
_SETS: Mapping[str, str | None] = {
    "CotacaoDolarDia": CLOSE, "CotacaoDolarPeriodo": CLOSE, "CotacaoMoedaDia": None, "CotacaoMoedaPeriodo": None,
    "CotacaoMoedaPeriodoFechamento": CLOSE, "CotacaoMoedaAberturaOuIntermediario": None,
}
_REQUIRED = frozenset(("cotacaoCompra", "cotacaoVenda", "dataHoraCotacao"))
_OPTIONAL = frozenset(("paridadeCompra", "paridadeVenda", "tipoBoletim"))
_LISTED = frozenset(("simbolo", "nomeFormatado", "tipoMoeda"))


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """One request a currency and window, first page.

    Raises:
        ConfigError: a key without currency or figure.
    """
    wanted: dict[str, set[str]] = {}
    for row in series:
        currency, _, field = row.source_key.split("|") if row.source_key.count("|") == 2 else ("", "", "")
        if not _CURRENCY.fullmatch(currency) or field not in _QUOTED:
            raise ConfigError(f"no currency or figure in {SOURCE} key {row.source_key!r}: write USD|Fechamento|cotacaoVenda")
        wanted.setdefault(currency, set()).add(field)
    windows = list(yearly(since, until, _LONGEST)) if series else []
    return [
        _request(currency, asked, first, last, endpoint) for currency, asked in sorted(wanted.items()) for first, last in windows
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
    """An observation a bulletin and figure, in the order of the answer; the list of currencies as documents.

    Raises:
        PayloadError: an unknown set, field or kind of bulletin, a wrong type, or two values of one figure.
    """
    validate(payload)
    name = _olinda.set_name(payload)
    try:
        if name == "Moedas":
            return Parsed(documents=list(_currencies(payload)))
        if name not in _SETS:
            raise ValueError(f"set {name or None} is not one that is read")
        values: dict[tuple[str, datetime], float | None] = {}
        for key, value in _values(payload, _SETS[name]):
            if values.setdefault(key, value) != value:
                raise ValueError(f"{key[0]} at {key[1]:%Y-%m-%d %H:%M:%S.%f} is given twice, as {values[key]} and {value}")
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error
    return Parsed(observations=[
        Observation(key, at.date(), value, published_at=at.astimezone(UTC), availability="published")
        for (key, at), value in values.items()
    ])  # fmt: skip


def wall_time(text: str) -> datetime:
    """`2024-01-08 13:11:30.76`, Brasília.

    Raises:
        ValueError: anything else.
    """
    found = _STAMP.fullmatch(text)
    if found is None:
        raise ValueError(f"not an instant (yyyy-mm-dd hh:mm:ss.f): {text!r}")
    whole = datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the zone is the next word
    return whole.replace(microsecond=int((found[2] or "").ljust(6, "0")), tzinfo=_SAO_PAULO)


def _request(currency: str, asked: Set[str], first: date, last: date, endpoint: Endpoint) -> Request:
    query = (
        f"@moeda='{currency}'&@dataInicial='{first:%m-%d-%Y}'&@dataFinalCotacao='{last:%m-%d-%Y}'&$format=json"
        f"&$select={','.join((*sorted(asked), 'dataHoraCotacao', 'tipoBoletim'))}&$orderby=dataHoraCotacao,tipoBoletim&$top={PAGE}"
    )
    return Request(SOURCE, f"{currency} {label(first, last)}", f"{endpoint.base_url}{_PATH}/{_FUNCTION}?{query}")


def _values(payload: Payload, kind: str | None) -> Iterator[tuple[tuple[str, datetime], float | None]]:
    currency = payload.key.split(" ", 1)[0]
    if not _CURRENCY.fullmatch(currency):
        raise ValueError(f"the request's key names no currency: {payload.key!r}")
    required = _olinda.selected(payload, _REQUIRED)
    for row in _olinda.rows(payload):
        found = fields(payload, row, required, _OPTIONAL)
        told = found.get("tipoBoletim")
        if not isinstance(found["dataHoraCotacao"], str) or not isinstance(told, str | None) or told not in (None, *_KINDS):
            raise ValueError(f"an unknown bulletin: {row!r:.200}")
        stem = f"{currency}|{_KINDS[told] if told is not None else kind or UNNAMED}"
        at = wall_time(found["dataHoraCotacao"])
        for field in _QUOTED:
            if field in found:
                yield (f"{stem}|{field}", at), json_number(found[field])


def _currencies(payload: Payload) -> Iterator[Document]:
    day = payload.fetched_at.astimezone(_SAO_PAULO).date()
    for row in _olinda.rows(payload):
        found = fields(payload, row, _LISTED)
        if found["tipoMoeda"] not in ("A", "B") or not isinstance(found["simbolo"], str):
            raise ValueError(f"a currency of neither type A nor B: {row!r:.160}")
        text = orjson.dumps(found, option=orjson.OPT_SORT_KEYS).decode()
        yield Document("moedas", day, f"bcb_ptax_{found['simbolo']}", text, "pt")
