"""Results of the Treasury's auctions: one object a bond and auction, numbers as numbers, dates as dd/mm/yyyy.

- Quotes of the bond itself (`LTN 2026-10-01`), source key `leilao <number of the notice>`. Rates in % a year, prices in BRL, `offered`
  and `accepted` in bonds, `amount` in BRL; a purchase or an exchange says so in the field. The second round is dated on its own
  day, the business day before it settles: the day of the auction for some bonds, the next for others.
- Observations `leiloes/<bond>/<sale, purchase or exchange>`: BRL accepted on a day, added up over maturities; the second round under
  `…/second`, on its own day.
- The service answers a list, or an object that holds it under `registros`. A second round that did not take place is not there.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from models_py.quant.daycount import calendar
from pipelines.connectors import Observation, Payload, Quote
from pipelines.connectors._answers import fields
from pipelines.connectors._numbers import brazilian_day, json_number

_KINDS: Mapping[str, str] = {"venda": "sale", "compra": "purchase", "troca": "exchange"}
_FIRST: Mapping[str, str] = {
    "oferta": "offered", "quantidade_aceita": "accepted", "financeiro_aceito": "amount", "quantidade_bcb": "central_bank",
    "financeiro_bcb": "central_bank_amount", "taxa_media": "average_rate", "taxa_maxima": "cut_rate", "pu_medio": "average_price",
    "pu_minimo": "cut_price", "percentual_corte": "cut_share",
}  # fmt: skip
_SECOND: Mapping[str, str] = {
    "oferta_segunda_volta": "second_offered", "quantidade_aceita_segunda_volta": "second_accepted",
    "financeiro_aceito_segunda_volta": "second_amount",
}  # fmt: skip
_REQUIRED = frozenset(("data_leilao", "titulo", "vencimento", "liquidacao", "numero_edital", "tipo_leilao", "oferta"))
_OPTIONAL = frozenset((
    *_FIRST, *_SECOND, "liquidacao_segunda_volta", "prazo", "benchmark", "tipo_ocorrencia", "quantidade_liquidada",
    "quantidade_liquidada_segunda_volta",
))  # fmt: skip


def results(answer: object) -> list[Any]:
    """Rows of an answer.

    Raises:
        ValueError: neither a list nor an object that holds one.
    """
    found = answer.get("registros") if isinstance(answer, dict) else answer
    if not isinstance(found, list):
        raise ValueError(f"no list of results: {answer!r:.120}")
    return found


def auction_rows(payload: Payload, rows: Sequence[Any]) -> tuple[list[Quote], list[Observation]]:
    """Quotes of every bond, and what was accepted by kind of bond and day.

    Raises:
        PayloadError: an undocumented field.
        ValueError: a value of another kind, or two of one figure.
    """
    quotes: dict[tuple[str, str, date, str], Quote] = {}
    accepted: dict[tuple[str, date], float] = {}
    for row in rows:
        found = fields(payload, row, _REQUIRED, _OPTIONAL)
        kind, bond = _KINDS.get(str(found["tipo_leilao"]).lower()), found["titulo"]
        if kind is None or not isinstance(bond, str) or not bond.strip():
            raise ValueError(f"an auction of an unknown kind or bond: {row!r:.200}")
        for quote in _quotes(found, kind):
            place = (quote.source_key, quote.symbol, quote.source_date, quote.field)
            known = quotes.setdefault(place, quote).value
            if known != quote.value:
                raise ValueError(f"{quote.symbol} {quote.field} of {quote.source_date} is given twice, as {known} and {quote.value}")
            if quote.value is not None and quote.field in (f"{_prefix(kind)}_amount", f"{_prefix(kind)}_second_amount"):
                total = (f"leiloes/{bond}/{kind}{'/second' if 'second' in quote.field else ''}", quote.source_date)
                accepted[total] = accepted.get(total, 0.0) + quote.value
    return list(quotes.values()), [Observation(key, day, round(value, 2)) for (key, day), value in accepted.items()]


def _prefix(kind: str) -> str:
    return "auction" if kind == "sale" else f"auction_{kind}"


def _quotes(row: Mapping[str, Any], kind: str) -> Iterator[Quote]:
    day, maturity = _day(row["data_leilao"]), _day(row["vencimento"])
    name, key = f"{row['titulo']} {maturity}", f"leilao {row['numero_edital']}"
    prefix = _prefix(kind)
    for field, ours in _FIRST.items():
        if field in row:
            yield Quote(key, day, name, f"{prefix}_{ours}", json_number(row[field]), maturity)
    if row.get("liquidacao_segunda_volta") is not None:
        settles = np.datetime64(_day(row["liquidacao_segunda_volta"]))
        held = calendar("br").shift(np.array([settles]), -1)[0].astype(object)
        for field, ours in _SECOND.items():
            if field in row:
                yield Quote(key, max(held, day), name, f"{prefix}_{ours}", json_number(row[field]), maturity)


def _day(text: object) -> date:
    """dd/mm/yyyy, or an ISO instant at midnight."""
    if not isinstance(text, str):
        raise ValueError(f"not a date: {text!r}")
    return datetime.fromisoformat(text).date() if "T" in text else brazilian_day(text)
