"""ANBIMA's diffusion of the day: what was bid, offered and traded in federal bonds, by provider. UTF-8, `;`, decimal comma.

Providers are ANBIMA's own survey of noon, the calls of brokers at stated times (São Paulo), and trades registered with the Selic
for settlement the same day (0) or the next (1). Cells without a figure are empty. Yields are % a year, LFT a spread.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from pipelines.connectors import Quote
from pipelines.connectors._anbima_text import bond, optional_number, plain
from pipelines.connectors._numbers import brazilian_day

REPORT = "DIFUSAO"
_TITLE = "data referencia :"
_COLUMNS = (
    "titulo", "vencimento", "codigo isin", "provedor", "edital", "horario", "prazo", "lote", "fech d-1", "indicativo superior", "maxima",
    "media", "minima", "indicativo inferior", "ultima", "oferta compra", "oferta venda", "nº de negocios", "quantidade negociada",
    "volume negociado (r$)",
)
_FIELDS = {
    "fech d-1": "previous_rate", "indicativo superior": "upper_rate", "maxima": "high_rate", "media": "mean_rate", "minima": "low_rate",
    "indicativo inferior": "lower_rate", "ultima": "last_rate", "oferta compra": "bid_rate", "oferta venda": "ask_rate",
    "nº de negocios": "trades", "quantidade negociada": "traded_quantity", "volume negociado (r$)": "traded_value",
}
_PROVIDERS = {("ANBIMA 12H", ""): "noon", ("CALL", ""): "call", ("SELIC", "0"): "selic", ("SELIC", "1"): "selic_next"}
_SAO_PAULO = ZoneInfo("America/Sao_Paulo")
_NOON = time(12, 0)


def read_diffusion(text: str) -> Iterator[Quote]:
    """Quotes of every line; those of the survey and of calls carry the instant at which they were made.

    Raises:
        ValueError: an unknown title, heading or provider, a line of the wrong length or a second time, or a figure that is none.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or not plain(lines[0]).startswith(_TITLE):
        raise ValueError(f"no diffusion: {lines[:1]!r:.80}")
    day = brazilian_day(plain(lines[0]).removeprefix(_TITLE).strip())
    rows = list(csv.reader(lines[1:], delimiter=";"))
    heading = tuple(_column(cell) for cell in rows[0][:-1]) if rows else ()
    if heading != _COLUMNS:
        raise ValueError(f"unknown columns {heading}")
    seen: set[tuple[str, str, str]] = set()
    for row in rows[1:]:
        if len(row) not in (len(_COLUMNS), len(_COLUMNS) + 1):
            raise ValueError(f"a line of {len(row)} cells under {len(_COLUMNS)}: {row!r:.120}")
        cells = dict(zip(_COLUMNS, (cell.strip() for cell in row), strict=False))
        provider, maturity = (cells["provedor"], cells["prazo"]), brazilian_day(cells["vencimento"])
        if provider not in _PROVIDERS:
            raise ValueError(f"unknown provider {' '.join(provider)}")
        symbol, name = bond(cells["titulo"], maturity), _PROVIDERS[provider]
        at = _instant(day, name, cells["horario"])
        if (symbol, name, cells["horario"]) in seen:
            raise ValueError(f"{symbol} of {' '.join(provider)} {cells['horario']} stands twice")
        seen.add((symbol, name, cells["horario"]))
        for column, field in _FIELDS.items():
            value = optional_number(cells[column])
            if value is not None:
                yield Quote(REPORT, day, symbol, f"{name}_{field}", value, maturity, at, "published" if at else None)


def _column(text: str) -> str:
    return plain(text).replace("no de", "nº de")


def _instant(day: date, provider: str, clock: str) -> datetime | None:
    """When a line was made: brokers' calls say it, the survey is of noon, trades are of the whole day."""
    if provider == "call":
        return datetime.combine(day, time.fromisoformat(clock), _SAO_PAULO)
    return datetime.combine(day, _NOON, _SAO_PAULO) if provider == "noon" else None
