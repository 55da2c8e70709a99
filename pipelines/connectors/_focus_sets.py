"""The sets of the Focus survey: what each is called by Olinda, what its rows carry, and the keys that they give.

A key is `<prefix>|<Indicador>[/<IndicadorDetalhe>]|<parts>|<statistic>`, without prefix for the twelve-month set: `IPCA|S|0|Mediana`,
`Anuais|Balança comercial/Saldo|0|Mediana`, `Top5Anuais|IPCA|C|Mediana`, `Instituicoes|IPCA|Anual|137|Valor`. Answers of single
institutions came a year late, and the central bank has withdrawn the set to protect who answered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from pipelines.connectors._numbers import iso_day, json_number
from pipelines.connectors._olinda import PLAIN

DETAIL = "IndicadorDetalhe"
BASE = "baseCalculo"

_VALUES = {BASE: ("0", "1"), "Suavizada": ("S", "N"), "tipoCalculo": ("C", "M", "L")}
_PANEL = {name: name for name in ("Media", "Mediana", "DesvioPadrao", "Minimo", "Maximo", "numeroRespondentes")}
_TOP5 = {"media": "Media", "mediana": "Mediana", "desvioPadrao": "DesvioPadrao", "coeficienteVariacao": "CoeficienteVariacao",
         "minimo": "Minimo", "maximo": "Maximo"}


@dataclass(frozen=True, slots=True)
class FocusSet:
    """One set. `target` is the field that names the period forecast, `parts` what else tells rows of an indicator and day apart,
    `statistics` maps a field to what its key ends with."""

    entity: str
    prefix: str
    target: str | None
    parts: tuple[str, ...]
    statistics: Mapping[str, str]
    subject: str = "Indicador"

    @property
    def fields(self) -> frozenset[str]:
        """Fields that every row has, where no others are selected."""
        return frozenset((*self._names, *self.statistics))

    @property
    def _names(self) -> tuple[str, ...]:
        return (self.subject, "Data", *((self.target,) if self.target else ()), *self.parts)

    def query(self, indicator: str, first: date, last: date, top: int, bases: frozenset[str], statistics: frozenset[str]) -> str:
        """The query string of an indicator's rows of a window, under a total order; of one panel where one is wanted, and with the
        statistics that are read alone: a whole row is six times as long to read."""
        text = indicator.replace("'", "''")
        chosen = f"{self.subject} eq '{text}' and Data ge '{first}' and Data le '{last}'"
        if BASE in self.parts and self.prefix and len(bases) == 1:
            chosen += f" and {BASE} eq {min(bases)}"
        order = ",".join(filter(None, ("Data", self.subject, self.target, DETAIL if self.entity in _DETAILED else None, *self.parts)))
        told = [field for field, statistic in self.statistics.items() if statistic in statistics]
        columns = ",".join((*self._names, *((DETAIL,) if self.entity in _DETAILED else ()), *told))
        return f"$format=json&$filter={quote(chosen, safe=PLAIN)}&$orderby={order}&$select={columns}&$top={top}"

    def values(self, row: Mapping[str, Any]) -> Iterator[tuple[tuple[str, date, str | None], float | None]]:
        """Key, survey day, period forecast and value of each statistic of a row.

        Raises:
            ValueError: a name that is no text, a panel that is none, or a statistic that is no number.
        """
        period = row[self.target] if self.target else None
        if not isinstance(period, str | None) or not isinstance(row["Data"], str):
            raise ValueError(f"a name is not text: {row!r:.160}")
        try:
            stem = _stem(self.entity, row[self.subject], row.get(DETAIL), *[row[part] for part in self.parts])
        except TypeError as error:                     # a list or an object where a name should be
            raise ValueError(f"a name is not text: {row!r:.160}") from error
        day = iso_day(row["Data"])
        for field, statistic in self.statistics.items():
            if field in row:
                yield (f"{stem}|{statistic}", day, period), json_number(row[field])


TWELVE_MONTHS = "ExpectativasMercadoInflacao12Meses"
_DETAILED = frozenset(("ExpectativasMercadoAnuais", "ExpectativasMercadoInstituicoes"))
_SETS = (
    FocusSet(TWELVE_MONTHS, "", None, ("Suavizada", BASE), _PANEL),
    FocusSet("ExpectativasMercadoInflacao24Meses", "24m", None, ("Suavizada", BASE), _PANEL),
    FocusSet("ExpectativaMercadoMensais", "Mensais", "DataReferencia", (BASE,), _PANEL),
    FocusSet("ExpectativasMercadoTrimestrais", "Trimestrais", "DataReferencia", (BASE,), _PANEL),
    FocusSet("ExpectativasMercadoAnuais", "Anuais", "DataReferencia", (BASE,), _PANEL),
    FocusSet("ExpectativasMercadoSelic", "Selic", "Reuniao", (BASE,), _PANEL),
    FocusSet("ExpectativasMercadoTop5Selic", "Top5Selic", "reuniao", ("tipoCalculo",), _TOP5, "indicador"),
    FocusSet("ExpectativasMercadoTop5Mensais", "Top5Mensais", "dataReferencia", ("tipoCalculo",), _TOP5, "indicador"),
    FocusSet("ExpectativasMercadoTop5Anuais", "Top5Anuais", "dataReferencia", ("tipoCalculo",), _TOP5, "indicador"),
    FocusSet("ExpectativasMercadoInstituicoes", "Instituicoes", "DataReferencia", ("Periodicidade", "Instituicao"), {"Valor": "Valor"}),
)
BY_ENTITY: Mapping[str, FocusSet] = {one.entity: one for one in _SETS}
_BY_PREFIX: Mapping[str, FocusSet] = {one.prefix: one for one in _SETS}


@lru_cache(maxsize=4096, typed=True)
def _stem(entity: str, indicator: object, detail: object, *parts: object) -> str:
    """What keys of a row start with: the set's prefix, the indicator with its detail, and the row's parts."""
    of = BY_ENTITY[entity]
    named = dict(zip(of.parts, parts, strict=True))
    names = [indicator, *(value for part, value in named.items() if part not in (BASE, "Instituicao"))]
    if not all(isinstance(name, str) for name in names) or not isinstance(detail, str | None):
        raise ValueError(f"a name is not text: {indicator!r}, {detail!r}, {parts!r}")
    if BASE in named and str(named[BASE]) not in ("0", "1"):
        raise ValueError(f"{BASE} is neither 0 nor 1: {named[BASE]!r}")
    return "|".join(filter(None, (of.prefix, "/".join(filter(None, (str(indicator), detail))), *map(str, parts))))


@dataclass(frozen=True, slots=True)
class FocusKey:
    """A key taken apart: its set, indicator without detail, the panel where it has one, and the statistic."""

    of: FocusSet
    indicator: str
    base: str | None
    statistic: str


def read_key(key: str) -> FocusKey | None:
    """A key taken apart; None where it is none of these sets."""
    head, *rest = key.split("|")
    of = _BY_PREFIX[head] if head in _BY_PREFIX and len(rest) > 1 else _BY_PREFIX[""]
    parts = rest if of.prefix else [head, *rest]
    if len(parts) != 2 + len(of.parts) or parts[-1] not in of.statistics.values() or not parts[0]:
        return None
    named = dict(zip(of.parts, parts[1:-1], strict=True))
    if any(value not in _VALUES.get(part, (value,)) for part, value in named.items()):
        return None
    return FocusKey(of, parts[0].split("/", 1)[0], named.get(BASE), parts[-1])
