"""BCB Focus: market expectations in the bytes of Olinda (`olinda.bcb.gov.br`, OData).

There is no next link and no count: pages are cut by `$top` and `$skip`, and since rows that `$orderby` leaves equal change places
(`_olinda`), only a total order pages right. Numbers keep four decimals.

World keys are `<Indicador>|<S or N>|<baseCalculo>`: the 12-month inflation set. A set without simulated series answers with an
empty `value`, as Olinda does where nothing matches.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.render._odata import Column, Malformed, matches, options, order, selected
from pipelines.sandbox.render._olinda import JSON, internal_error, is_misspelled, malformed, ties
from pipelines.sandbox.view import View, as_instant
from pipelines.sandbox.wire import Answer, Call, Delivery, not_found
from pipelines.sandbox.world.prints import Prints

SOURCE = "bcb_focus"
TWELVE_MONTHS = "ExpectativasMercadoInflacao12Meses"

_STATISTICS = ("Media", "Mediana", "DesvioPadrao", "Minimo", "Maximo", "numeroRespondentes", "baseCalculo")
_LOWER = ("tipoCalculo", "media", "mediana", "desvioPadrao", "coeficienteVariacao", "minimo", "maximo")
SETS: Mapping[str, tuple[str, ...]] = {
    "ExpectativaMercadoMensais": ("Indicador", "Data", "DataReferencia", *_STATISTICS),
    "ExpectativasMercadoTrimestrais": ("Indicador", "Data", "DataReferencia", *_STATISTICS),
    "ExpectativasMercadoAnuais": ("Indicador", "IndicadorDetalhe", "Data", "DataReferencia", *_STATISTICS),
    TWELVE_MONTHS: ("Indicador", "Data", "Suavizada", *_STATISTICS),
    "ExpectativasMercadoInflacao24Meses": ("Indicador", "Data", "Suavizada", *_STATISTICS),
    "ExpectativasMercadoSelic": ("Indicador", "Data", "Reuniao", *_STATISTICS),
    "ExpectativasMercadoTop5Selic": ("indicador", "Data", "reuniao", *_LOWER),
    "ExpectativasMercadoTop5Mensais": ("indicador", "Data", "dataReferencia", *_LOWER),
    "ExpectativasMercadoTop5Anuais": ("indicador", "Data", "dataReferencia", *_LOWER),
    "ExpectativasMercadoInstituicoes": ("Indicador", "Data", "Instituicao", "Mediana"),
    "DatasReferencia": ("Indicador", "Data", "DataReferencia"),
}
ROUTES = tuple(f"/olinda/servico/Expectativas/versao/v1/odata/{name}" for name in SETS)

_PATH = re.compile(r"/olinda/servico/Expectativas/versao/v1/odata/(\w+)/?")
_CONTEXT = "https://was-p.bcnet.bcb.gov.br/olinda/servico/Expectativas/versao/v1/odata$metadata#"
_COUNTS = ("numeroRespondentes", "baseCalculo")
_NUMBERS = frozenset((*_STATISTICS, *_LOWER[1:]))
_COUNTED_SINCE = np.datetime64("2014-01-01")     # before, the number of respondents is null
_LIMIT = 50_000
_DELAY = 2.0                             # seconds before a whole set fails, at real pace

Table = Mapping[str, Column]


def key(call: Call) -> str:
    """The set, and where the filter names one indicator, `set/indicator`."""
    found = _PATH.fullmatch(call.route)
    indicator = re.search(r"Indicador eq '([^']*)'", call.params.get("$filter", ""))
    return "/".join(filter(None, [found[1] if found else "", indicator[1] if indicator else ""]))


def answer(call: Call, view: View) -> Answer:
    found = _PATH.fullmatch(call.route)
    if found is None or found[1] not in SETS:
        return not_found(call, ROUTES)
    if is_misspelled(call.query):
        return internal_error()
    name = found[1]
    everything = _everything(view) if name == TWELVE_MONTHS else _nothing(SETS[name])
    try:
        asked = options(call.query)
        names = selected(asked.select, SETS[name])
        if asked.format not in ("json", "application/json"):
            raise Malformed(f"format {asked.format}")
        now = as_instant(view.now)
        known = (everything.published_at <= now) & (now < everything.superseded_at)
        rows = np.flatnonzero(known & matches(asked.filter, everything.columns, known.size))
        if asked.top is None and rows.size > _LIMIT:
            return internal_error().but(delivery=Delivery(wait=_DELAY * call.pace))
        kept = {column: everything.rank(column)[rows] for column in everything.columns if column in asked.orderby}
        rows = rows[order(asked.orderby, kept, ties(call, "focus.order", rows.size, asked.top, asked.skip))]
    except Malformed:
        return malformed()
    rows = rows[asked.skip : None if asked.top is None else asked.skip + asked.top]
    if asked.select:
        body = envelope(tokens({column: everything.columns[column][rows] for column in names}), f"{name}({','.join(names)})")
    else:
        body = envelope(everything.spelled(rows), name)
    return Answer(body, JSON)


@dataclass(frozen=True)
class _Set:
    """One set to the end of the world: columns, and when each row stood. Rows are spelled, and values ranked, when asked for."""

    columns: Table
    published_at: NDArray[np.datetime64]
    superseded_at: NDArray[np.datetime64]
    _tokens: list[str | None] = field(default_factory=list)
    _ranks: dict[str, NDArray[np.int64]] = field(default_factory=dict)

    def rank(self, column: str) -> NDArray[np.int64]:
        """Place of each row's value among the column's values."""
        if column not in self._ranks:
            self._ranks[column] = np.unique(self.columns[column], return_inverse=True)[1].astype(np.int64)
        return self._ranks[column]

    def spelled(self, rows: NDArray[np.int64]) -> list[str]:
        """Rows as Olinda writes them."""
        missing = np.array([row for row in rows.tolist() if self._tokens[row] is None], np.int64)
        for row, token in zip(missing.tolist(), tokens({name: column[missing] for name, column in self.columns.items()}), strict=True):
            self._tokens[row] = token
        return [token for row in rows.tolist() if (token := self._tokens[row]) is not None]


def _nothing(names: Sequence[str]) -> _Set:
    none = np.zeros(0, "datetime64[us]")
    return _Set({name: np.zeros(0, "U1" if name not in _NUMBERS else np.float64) for name in names}, none, none)


def _everything(view: View) -> _Set:
    def compute() -> _Set:
        parts = [(key.split("|"), view.archive.prints(SOURCE, key)) for key in view.keys(SOURCE)]
        if not parts:
            return _nothing(SETS[TWELVE_MONTHS])
        series = np.repeat(np.arange(len(parts)), [len(prints) for _, prints in parts])      # keys are sorted, so are their numbers
        days = np.concatenate([prints.source_date for _, prints in parts])
        published = np.concatenate([prints.published_at for _, prints in parts])
        placed = np.lexsort((published, series, days))
        columns = {name: column[placed] for name, column in _columns(parts).items()}
        series, days, published = series[placed], days[placed], published[placed]
        again = (series[1:] == series[:-1]) & (days[1:] == days[:-1])
        superseded = np.full(published.shape, np.datetime64("9999-12-31", "us"))
        superseded[:-1][again] = published[1:][again]
        return _Set(columns, published, superseded, [None] * published.size)

    return view.tables.get(TWELVE_MONTHS, compute)


def _columns(parts: Sequence[tuple[list[str], Prints]]) -> dict[str, Column]:
    sizes = [len(prints) for _, prints in parts]

    def named(place: int) -> Column:
        return np.repeat(np.array([name[place] for name, _ in parts]), sizes)

    def joined(column: str) -> Column:
        return np.concatenate([prints.extra[column] for _, prints in parts]).astype(np.float64)

    days = np.concatenate([prints.source_date for _, prints in parts])
    return {
        "Indicador": named(0),
        "Data": np.datetime_as_string(days, unit="D"),
        "Suavizada": named(1),
        "Media": joined("mean"),
        "Mediana": np.concatenate([prints.value for _, prints in parts]),
        "DesvioPadrao": joined("sd"),
        "Minimo": joined("min"),
        "Maximo": joined("max"),
        "numeroRespondentes": np.where(days < _COUNTED_SINCE, np.nan, joined("respondents")),
        "baseCalculo": named(2).astype(np.float64),
    }


def envelope(rows: Sequence[str], context: str) -> bytes:
    """Rows inside the OData envelope."""
    return f'{{"@odata.context":"{_CONTEXT}{context}","value":[{",".join(rows)}]}}'.encode()


def tokens(columns: Table) -> list[str]:
    """Rows as Olinda writes them: text quoted, counts whole, statistics with four decimals, empty and NaN as null."""
    return ["{" + ",".join(row) + "}" for row in zip(*(_cells(name, column) for name, column in columns.items()), strict=True)]


def _cells(name: str, column: Column) -> list[str]:
    if column.dtype.kind == "U":
        return [f'"{name}":"{value}"' if value else f'"{name}":null' for value in column.tolist()]
    digits = 0 if name in _COUNTS else 4
    return [f'"{name}":null' if value != value else f'"{name}":{value:.{digits}f}' for value in column.tolist()]
