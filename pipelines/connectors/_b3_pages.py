"""The page of settlements that B3 closed in December 2025, as it lies in archives: a table, the commodity named on its first line only.

Latin-1, decimal comma. PU of DI1, DAP and DDI, BRL per USD 1,000 of DOL, the rate of FRC. The page of a day without session says
that it has no data, and no day.
"""

import re
from collections.abc import Iterator
from datetime import date

from lxml import etree, html

from pipelines.connectors import Quote
from pipelines.connectors._b3_report import CONTRACT
from pipelines.connectors._numbers import brazilian_day, brazilian_number

REPORT = "AJUSTES"
_TABLE = "tblDadosAjustes"
_TITLE = re.compile(rb"Ajustes do Preg(?:&atilde;|\xe3)o")
_UPDATED = re.compile(r"ATUALIZADO EM:\s*(\d\d/\d\d/\d{4})", re.IGNORECASE)
_COMMODITY = re.compile(r"([A-Z0-9]{2,6})\s+-\s")
_NO_DATA = re.compile(rb"N(?:&atilde;|\xe3)o h(?:&aacute;|\xe1) dados para a data consultada")
_WIDTH = 6


def is_settlement_page(body: bytes) -> bool:
    return _TITLE.search(body) is not None


def is_without_session(body: bytes) -> bool:
    return _NO_DATA.search(body) is not None


def read_settlements(body: bytes, session: date | None) -> Iterator[Quote]:
    """Settlement and previous settlement of the five families.

    Raises:
        ValueError: a page of another day, a line of the wrong length, a contract twice, or a figure that is none.
    """
    text = body.decode("latin-1")
    updated = _UPDATED.search(text)
    if updated is None:
        raise ValueError("a page of settlements without its day")
    day = brazilian_day(updated[1])
    if session is not None and day != session:
        raise ValueError(f"settlements of {day}, not of {session}")
    try:
        root = html.fromstring(text, parser=html.HTMLParser(no_network=True))
    except (etree.ParserError, ValueError) as error:
        raise ValueError(f"not a page: {error}") from error
    commodity = ""
    seen: set[str] = set()
    for row in (row for table in root.iter("table") if table.get("id") == _TABLE for row in table.iter("tr")):
        cells = [" ".join(cell.text_content().split()) for cell in row.iter("td")]
        if len(cells) != _WIDTH:
            raise ValueError(f"a line of {len(cells)} cells: {cells!r:.120}")
        if cells[1] == "Vct":
            continue
        named = _COMMODITY.match(cells[0])
        commodity = named[1] if named else commodity
        symbol = f"{commodity}{cells[1]}"
        if not CONTRACT.fullmatch(symbol.encode("latin-1")):
            continue
        if symbol in seen:
            raise ValueError(f"{symbol} stands twice")
        seen.add(symbol)
        for field, cell in (("previous", cells[2]), ("rate" if symbol.startswith("FRC") else "settlement", cells[3])):
            if cell:
                yield Quote(REPORT, day, symbol, field, brazilian_number(cell))
