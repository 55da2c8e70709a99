"""Two pages of ANBIMA: unit values of indexed bonds (VNA), and quantities of bonds in the market (IMA quantities).

The VNA page has a table a kind of bond: the day, a line a Selic code with the value in BRL, the inflation of the running month in %
and whether it is a projection (P) or the print, or for LFT the Selic rate of the eve. The other page has a table an index.
"""

import re
from collections.abc import Iterator, Sequence

from lxml import etree, html

from pipelines.connectors import Observation, Quote
from pipelines.connectors._anbima_text import bond, optional_number, plain
from pipelines.connectors._numbers import brazilian_day, brazilian_number

REPORT = "IMAQ"
VNA_TITLE, QUANTITIES_TITLE = "valor nominal atualizado", "quantidade em mercado"
_CODE, _DAY = re.compile(r"\d{6}"), re.compile(r"\d\d/\d\d/\d{4}")
_QUANTITY_COLUMNS = (                     # without spaces: some headings break the line where others have one
    "titulo", "codigoselic", "codigoisin", "datadevencimento", "quantidadeemmercado(1.000titulos)", "pu(r$)", "valordemercado(r$mil)",
    "variacaodaquantidade(1.000titulos)", "statusdotitulo",
)
_QUANTITIES = {4: "market_quantity", 5: "market_price", 6: "market_value", 7: "quantity_change"}


def is_page(body: bytes) -> bool:
    """Whether a page is one of the two."""
    head = plain(body.decode("latin-1"))
    return VNA_TITLE in head or QUANTITIES_TITLE in head


def read_page(body: bytes) -> Iterator[Observation | Quote]:
    """What a page holds.

    Raises:
        ValueError: neither page, a table without its day, an unknown line, or a figure that is none.
    """
    rows = _rows(body)
    if VNA_TITLE in plain(body.decode("latin-1")):
        yield from _unit_values(rows)
    else:
        yield from _quantities(rows)


def _unit_values(rows: Sequence[Sequence[str]]) -> Iterator[Observation]:
    day, columns, found = None, [""], 0
    for row in rows:
        if len(row) == 2 and plain(row[0]) == "codigo selic" and _DAY.fullmatch(row[1]):
            day = brazilian_day(row[1])
        elif row[0] == "VNA":
            columns = [plain(cell) for cell in row]
        elif _CODE.fullmatch(row[0]):
            if day is None:
                raise ValueError(f"{row[0]} without a day")
            found += 1
            yield Observation(f"VNA {row[0]}", day, brazilian_number(row[1]))
            if columns[1:] == ["taxa selic (d-1)"] and len(row) == 3:
                yield Observation(f"VNA {row[0]} Selic", day, optional_number(row[2]))
            elif columns[2:] == ["valido a partir de"] and len(row) == 5:
                yield Observation(f"VNA {row[0]} {columns[1].upper()}", day, optional_number(row[2]))
            else:
                raise ValueError(f"unknown columns of unit values {columns} over {row}")
    if not found:
        raise ValueError("a page without unit values")


def _quantities(rows: Sequence[Sequence[str]]) -> Iterator[Quote]:
    day = None
    seen: set[str] = set()
    for row in rows:
        if len(row) == 2 and plain(row[0]).startswith(QUANTITIES_TITLE) and _DAY.fullmatch(row[1]):
            day = brazilian_day(row[1])
        elif plain(row[0]) == "titulo":
            if tuple(plain(cell).replace(" ", "") for cell in row) != _QUANTITY_COLUMNS:
                raise ValueError(f"unknown columns of quantities {row}")
        elif len(row) == len(_QUANTITY_COLUMNS) and _CODE.fullmatch(row[1]):
            maturity = brazilian_day(row[3])
            symbol = bond(row[0], maturity)
            if day is None or symbol in seen:
                raise ValueError(f"{symbol} stands twice" if day else f"{symbol} without a day")
            seen.add(symbol)
            for place, field in _QUANTITIES.items():
                value = optional_number(row[place])
                if value is not None:
                    yield Quote(REPORT, day, symbol, field, value, maturity)
    if not seen:
        raise ValueError("a page without quantities")


def _rows(body: bytes) -> list[list[str]]:
    """Texts of the cells of every innermost row of a table, empty cells left out, rows without cells as well."""
    try:
        root = html.fromstring(body, parser=html.HTMLParser(encoding="iso-8859-1", no_network=True))
    except (etree.ParserError, ValueError) as error:
        raise ValueError(f"not a page: {error}") from error
    rows = (row for row in root.iter("tr") if not any(True for _ in row.iter("table")))
    texts = ([" ".join(cell.text_content().split()) for cell in row.iter("td", "th")] for row in rows)
    return [kept for row in texts if (kept := [cell.strip("\xa0 ") for cell in row if cell.strip("\xa0 ")])]
