"""Rows of the sets of Focus: their fields, every row to the end of the world, and how Olinda writes one.

Sets beside the twelve-month one are made of the indicators and panels that a filter can keep, and no others.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.render._odata import Column
from pipelines.sandbox.view import View
from pipelines.sandbox.world import focus_surveys
from pipelines.sandbox.world.focus_questions import DETAIL
from pipelines.sandbox.world.focus_surveys import Survey
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
    "ExpectativasMercadoInstituicoes": (
        "Instituicao", "Indicador", "IndicadorDetalhe", "Periodicidade", "Data", "DataReferencia", "Valor",
    ),
    "DatasReferencia": ("Indicador", "Data", "DataReferencia"),
}
# What the world calls a set; answers of institutions are withdrawn, and dates of reference are not simulated.
_SURVEYS: Mapping[str, str] = {
    "ExpectativaMercadoMensais": "Mensais", "ExpectativasMercadoTrimestrais": "Trimestrais", "ExpectativasMercadoAnuais": "Anuais",
    "ExpectativasMercadoInflacao24Meses": "24m", "ExpectativasMercadoSelic": "Selic", "ExpectativasMercadoTop5Selic": "Top5Selic",
    "ExpectativasMercadoTop5Mensais": "Top5Mensais", "ExpectativasMercadoTop5Anuais": "Top5Anuais",
}
_CONTEXT = "https://was-p.bcnet.bcb.gov.br/olinda/servico/Expectativas/versao/v1/odata$metadata#"
_COUNTS = ("numeroRespondentes", "baseCalculo")
_NUMBERS = frozenset((*_STATISTICS, *_LOWER[1:], "Valor"))
_COUNTED_SINCE = np.datetime64("2014-01-01")     # before, the number of respondents is null
_NEVER = np.datetime64("9999-12-31", "us")

Table = Mapping[str, Column]


@dataclass(frozen=True)
class Rows:
    """One set to the end of the world: columns, and when each row stood. Rows are spelled, and values ranked, when asked for."""

    columns: Table
    published_at: NDArray[np.datetime64]
    superseded_at: NDArray[np.datetime64]
    _tokens: dict[int, str] = field(default_factory=dict)
    _ranks: dict[str, NDArray[np.int64]] = field(default_factory=dict)

    def rank(self, column: str) -> NDArray[np.int64]:
        """Place of each row's value among the column's values."""
        if column not in self._ranks:
            self._ranks[column] = np.unique(self.columns[column], return_inverse=True)[1].astype(np.int64)
        return self._ranks[column]

    def spelled(self, rows: NDArray[np.int64]) -> list[str]:
        """Rows as Olinda writes them."""
        missing = np.array([row for row in rows.tolist() if row not in self._tokens], np.int64)
        said = tokens({name: column[missing] for name, column in self.columns.items()})
        self._tokens.update(zip(missing.tolist(), said, strict=True))
        return [self._tokens[row] for row in rows.tolist()]


def rows_of(view: View, name: str, chosen: str) -> Rows:
    """Every row of a set that a filter can keep, and perhaps more."""
    if name == TWELVE_MONTHS:
        return view.tables.get(name, lambda: _twelve_months(view))
    if name not in _SURVEYS:
        return _nothing(name)
    survey = _SURVEYS[name]
    indicators, parts = focus_surveys.SETS[survey]
    is_plain = not re.search(r"\b(?:or|not|ne)\b", chosen)
    named = re.findall(r"[Ii]ndicador eq '((?:[^']|'')*)'", chosen) if is_plain else []
    base = re.findall(r"baseCalculo eq (\d)", chosen) if is_plain else []
    wanted = tuple(indicator for indicator in indicators if not named or indicator in named)
    kept = tuple(part for part in parts if not base or part.rpartition("|")[2] in base)
    return view.files.get(("focus", name, wanted, kept), lambda: _surveyed(view, name, wanted, kept))


def _nothing(name: str) -> Rows:
    none = np.zeros(0, "datetime64[us]")
    return Rows({column: np.zeros(0, "U1" if column not in _NUMBERS else np.float64) for column in SETS[name]}, none, none)


def _surveyed(view: View, name: str, indicators: Sequence[str], parts: Sequence[str]) -> Rows:
    found = [
        (indicator, view.archive.survey(_SURVEYS[name], indicator, part)) for indicator in indicators for part in parts
    ]
    if not found:
        return _nothing(name)
    each = [_survey_columns(name, indicator, survey) for indicator, survey in found]
    columns = {column: np.concatenate([one[column] for one in each]) for column in SETS[name]}
    published = np.concatenate([survey.published_at for _, survey in found])
    return Rows(columns, published, np.full(published.shape, _NEVER))


def _survey_columns(name: str, indicator: str, survey: Survey) -> dict[str, Column]:
    told, size = survey.statistics, survey.target.size
    smoothing, _, base = survey.part.rpartition("|")
    columns: dict[str, Column] = {
        "Indicador": np.full(size, indicator), "indicador": np.full(size, indicator),
        "IndicadorDetalhe": np.full(size, DETAIL.get(indicator, "")), "Data": np.datetime_as_string(told.days, unit="D"),
        **dict.fromkeys(("DataReferencia", "dataReferencia", "Reuniao", "reuniao"), survey.target),
        "Suavizada": np.full(size, smoothing), "tipoCalculo": np.full(size, base),
        "Media": told.mean, "Mediana": told.median, "DesvioPadrao": told.sd, "Minimo": told.low, "Maximo": told.high,
        "numeroRespondentes": np.where(told.days < _COUNTED_SINCE, np.nan, told.respondents),
        "baseCalculo": np.full(size, float(base) if base.isdecimal() else np.nan),
        "media": told.mean, "mediana": told.median, "desvioPadrao": told.sd, "minimo": told.low, "maximo": told.high,
        "coeficienteVariacao": 100 * told.sd / np.where(told.mean == 0, np.nan, np.abs(told.mean)),
    }
    return {column: columns[column] for column in SETS[name]}


def _twelve_months(view: View) -> Rows:
    parts = [(key.split("|"), view.archive.prints(SOURCE, key)) for key in view.keys(SOURCE)]
    if not parts:
        return _nothing(TWELVE_MONTHS)
    series = np.repeat(np.arange(len(parts)), [len(prints) for _, prints in parts])      # keys are sorted, so are their numbers
    days = np.concatenate([prints.source_date for _, prints in parts])
    published = np.concatenate([prints.published_at for _, prints in parts])
    placed = np.lexsort((published, series, days))
    columns = {name: column[placed] for name, column in _columns(parts).items()}
    series, days, published = series[placed], days[placed], published[placed]
    again = (series[1:] == series[:-1]) & (days[1:] == days[:-1])
    superseded = np.full(published.shape, _NEVER)
    superseded[:-1][again] = published[1:][again]
    return Rows(columns, published, superseded)


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
