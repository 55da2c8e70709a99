"""BCB PTAX: bulletins of reference rates in the bytes of Olinda (`olinda.bcb.gov.br`, OData functions).

A function's arguments are aliases, `F(moeda=@moeda)?@moeda='USD'`, or literals. Dates are asked for month first, and answered as
Brasília's wall time with trailing zeros dropped: three digits of a second until 2025, six after. The close was called "Fechamento
PTAX" before 2012. Without `$select` a currency's sets have all columns, the dollar's the two prices and the time. A day without
bulletins is an empty `value`. Refusals and pages are those of every set of Olinda (`_olinda`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.render._odata import Column, Malformed, matches, options, order, selected
from pipelines.sandbox.render._olinda import JSON, internal_error, is_misspelled, malformed, ties
from pipelines.sandbox.view import SAO_PAULO, View, as_instant
from pipelines.sandbox.wire import Answer, Call, not_found
from pipelines.sandbox.world.bulletins import TYPES, Bulletins

SOURCE = "bcb_ptax"
COLUMNS = ("paridadeCompra", "paridadeVenda", "cotacaoCompra", "cotacaoVenda", "dataHoraCotacao", "tipoBoletim")
KINDS = ("Abertura", "Intermediário", "Intermediário", "Intermediário", "Fechamento")
NAMES: Mapping[str, str] = {
    "AUD": "Dólar australiano", "CAD": "Dólar canadense", "CHF": "Franco suíço", "EUR": "Euro", "GBP": "Libra Esterlina", "JPY": "Iene",
    "USD": "Dólar dos Estados Unidos",
}  # fmt: skip

_BASE = "/olinda/servico/PTAX/versao/v1/odata"
_CONTEXT = f"https://was-p.bcnet.bcb.gov.br{_BASE}$metadata#"
_PATH = re.compile(rf"{_BASE}/(\w+)(?:\((.*)\))?/?")
_ALIAS = re.compile(r"(\w+)=(?:(@\w+)|'([^']*)')")
_DAY = re.compile(r"'(\d{1,2})-(\d{1,2})-(\d{4})'")
_OLD_CLOSE, _RENAMED = "Fechamento PTAX", np.datetime64("2012-01-01")
_SIX_DIGITS = np.datetime64("2026-01-01", "us")


@dataclass(frozen=True)
class _Function:
    """What a function wants, and which of a day's bulletins it gives."""

    currency: str | None
    first: str
    last: str
    bulletins: tuple[int, ...]
    columns: tuple[str, ...] = COLUMNS


_CLOSE, _ALL = (4,), (0, 1, 2, 3, 4)
FUNCTIONS: Mapping[str, _Function] = {
    "CotacaoDolarDia": _Function(None, "dataCotacao", "dataCotacao", _CLOSE, COLUMNS[2:5]),
    "CotacaoDolarPeriodo": _Function(None, "dataInicial", "dataFinalCotacao", _CLOSE, COLUMNS[2:5]),
    "CotacaoMoedaDia": _Function("moeda", "dataCotacao", "dataCotacao", _ALL),
    "CotacaoMoedaPeriodo": _Function("moeda", "dataInicial", "dataFinalCotacao", _ALL),
    "CotacaoMoedaPeriodoFechamento": _Function("codigoMoeda", "dataInicialCotacao", "dataFinalCotacao", _CLOSE, COLUMNS[2:]),
    "CotacaoMoedaAberturaOuIntermediario": _Function("codigoMoeda", "dataCotacao", "dataCotacao", (0, 1, 2, 3), COLUMNS[2:]),
}
ROUTES = (*(f"{_BASE}/{name}" for name in FUNCTIONS), f"{_BASE}/Moedas")


def key(call: Call) -> str:
    """The function, and where the request names a currency, `function/USD`."""
    found = _PATH.fullmatch(call.route)
    currency = re.search(r"@(?:moeda|codigoMoeda)='(\w+)'", unquote(call.query))
    return "/".join(filter(None, [found[1] if found else "", currency[1] if currency else ""]))


def answer(call: Call, view: View) -> Answer:
    found = _PATH.fullmatch(call.route)
    if found is None or (found[1] not in FUNCTIONS and found[1] != "Moedas"):
        return not_found(call, ROUTES)
    if is_misspelled(call.query):
        return internal_error()
    try:
        if found[1] == "Moedas":
            return _answer(call, "Moedas", "Moedas", _currencies())
        function = FUNCTIONS[found[1]]
        told = _arguments(found[2] or "", call.query)
        if set(told) != {function.first, function.last, *([function.currency] if function.currency else [])}:
            raise Malformed(f"arguments {sorted(told)}")
        currency = told[function.currency].strip("'") if function.currency else "USD"
        first, last = (_day(told[name]) for name in (function.first, function.last))
        return _answer(call, f"_{found[1]}", found[1], _rows(view, currency, first, last, function), function.columns)
    except Malformed:
        return malformed()


def spelled(table: Mapping[str, Column]) -> list[str]:
    """Rows as Olinda writes them: text quoted, rates with five decimals."""
    cells = [
        [f'"{name}":"{value}"' for value in column.tolist()] if column.dtype.kind == "U"
        else [f'"{name}":{value:.5f}' for value in column.tolist()]
        for name, column in table.items()
    ]  # fmt: skip
    return ["{" + ",".join(row) + "}" for row in zip(*cells, strict=True)]


def wall_times(at: NDArray[np.datetime64]) -> NDArray[np.str_]:
    """Brasília's wall time of instants, as the service writes it: digits cut, not rounded, and trailing zeros dropped."""
    hours = {day: _offset(day) for day in np.unique(at.astype("datetime64[D]"))}
    local = at + np.array([hours[day] for day in at.astype("datetime64[D]")], "timedelta64[s]")
    texts = []
    for text, long in zip(np.datetime_as_string(local, unit="us").tolist(), (local >= _SIX_DIGITS).tolist(), strict=True):
        whole, digits = text.split(".")
        texts.append(f"{whole.replace('T', ' ')}.{digits[: 6 if long else 3].rstrip('0') or '0'}")
    return np.array(texts)


def _offset(day: np.datetime64) -> int:
    """Seconds from UTC to Brasília on a day; clocks change at midnight, when no bulletin is out."""
    noon = day.astype("datetime64[us]").item() + timedelta(hours=15)
    shift = noon.replace(tzinfo=SAO_PAULO).utcoffset()
    assert shift is not None
    return int(shift.total_seconds())


def _table(view: View, currency: str) -> tuple[NDArray[np.datetime64], dict[str, Column]]:
    """All bulletins of a currency to the end of the world, and when each is out."""

    def compute() -> tuple[NDArray[np.datetime64], dict[str, Column]]:
        found: Bulletins = view.archive.ptax
        kinds = np.tile(np.array([*KINDS[:-1], _OLD_CLOSE]), (found.days.size, 1))
        kinds[found.days >= _RENAMED, -1] = KINDS[-1]
        at = found.at.ravel()
        pairs = (found.parity_buy, found.parity_sell, found.buy, found.sell)
        columns: dict[str, Column] = {name: side[currency].ravel() for name, side in zip(COLUMNS[:4], pairs, strict=True)}
        return at, {**columns, "dataHoraCotacao": wall_times(at), "tipoBoletim": kinds.ravel()}

    return view.memory.get(("ptax", currency), compute)


def _rows(view: View, currency: str, first: date, last: date, function: _Function) -> dict[str, Column]:
    if currency not in TYPES:
        return {name: np.zeros(0, np.float64 if name in COLUMNS[:4] else "U1") for name in COLUMNS}
    at, columns = _table(view, currency)
    days = view.archive.ptax.days
    low, high = (int(np.searchsorted(days, np.datetime64(day), side=side)) for day, side in ((first, "left"), (last, "right")))  # type: ignore[call-overload]
    chosen = (np.arange(low, max(high, low))[:, None] * len(KINDS) + np.array(function.bulletins)).ravel()
    chosen = chosen[at[chosen] <= as_instant(view.now)]
    return {name: column[chosen] for name, column in columns.items()}


def _answer(call: Call, context: str, name: str, table: dict[str, Column], columns: tuple[str, ...] = ()) -> Answer:
    asked = options(call.query)
    if asked.format not in ("json", "application/json"):
        raise Malformed(f"format {asked.format}")
    names = selected(asked.select, tuple(table)) if asked.select else list(columns or table)
    size = len(next(iter(table.values())))
    rows = np.flatnonzero(matches(asked.filter, table, size))
    kept = {column: np.unique(table[column][rows], return_inverse=True)[1] for column in table if column in asked.orderby}
    rows = rows[order(asked.orderby, kept, ties(call, f"ptax.{name}", rows.size, asked.top, asked.skip))]
    rows = rows[asked.skip : None if asked.top is None else asked.skip + asked.top]
    told = f"({','.join(names)})" if asked.select else ""
    body = ",".join(spelled({column: table[column][rows] for column in names}))
    return Answer(f'{{"@odata.context":"{_CONTEXT}{context}{told}","value":[{body}]}}'.encode(), JSON)


def _currencies() -> dict[str, Column]:
    return {"simbolo": np.array(list(TYPES)), "nomeFormatado": np.array([NAMES[one] for one in TYPES]),
            "tipoMoeda": np.array(list(TYPES.values()))}  # fmt: skip


def _arguments(text: str, query: str) -> dict[str, str]:
    """Values by name, aliases looked up in the query; quotes kept.

    Raises:
        Malformed: not a list of arguments, or an alias that the query does not give.
    """
    given = dict(part.split("=", 1) for part in unquote(query).split("&") if part.startswith("@") and "=" in part)
    found = {}
    for part in filter(None, text.split(",")):
        one = _ALIAS.fullmatch(part.strip())
        if one is None or (one[2] is not None and one[2] not in given):
            raise Malformed(part)
        found[one[1]] = given[one[2]] if one[2] is not None else f"'{one[3]}'"
    return found


def _day(text: str) -> date:
    """'MM-DD-YYYY', quotes included.

    Raises:
        Malformed: another order or form.
    """
    found = _DAY.fullmatch(text)
    if found is None:
        raise Malformed(text)
    try:
        return date(int(found[3]), int(found[1]), int(found[2]))
    except ValueError as error:
        raise Malformed(text) from error
