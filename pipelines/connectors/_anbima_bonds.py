"""ANBIMA's federal bonds in the secondary market: `ms<yymmdd>.txt`, one line a bond, `@` between its cells.

Two lines before the heading, latin-1, decimal comma, `--` or nothing where there is no figure. Rates are % a year on 252 business
days: nominal (LTN, NTN-F), real (NTN-B, NTN-C), a spread over the Selic rate (LFT). PU are BRL per bond for settlement the same day.
"""

from collections.abc import Iterator
from datetime import date

from pipelines.connectors import Quote
from pipelines.connectors._anbima_text import bond, optional_number
from pipelines.connectors._fixed_width import packed_day

REPORT = "TPF"
HEADING = (
    "Titulo", "Data Referencia", "Codigo SELIC", "Data Base/Emissao", "Data Vencimento", "Tx. Compra", "Tx. Venda", "Tx. Indicativas",
    "PU", "Desvio padrao", "Interv. Ind. Inf. (D0)", "Interv. Ind. Sup. (D0)", "Interv. Ind. Inf. (D+1)", "Interv. Ind. Sup. (D+1)",
    "Criterio",
)
# Figures of a line in our field names: bid and ask yields, the indicative yield, its price, the spread of what contributors said
# and the intervals of yields held possible for settlement the same day and the next.
FIELDS = {
    "Tx. Compra": "bid_rate", "Tx. Venda": "ask_rate", "Tx. Indicativas": "rate", "PU": "price", "Desvio padrao": "deviation_rate",
    "Interv. Ind. Inf. (D0)": "lower_rate", "Interv. Ind. Sup. (D0)": "upper_rate",
    "Interv. Ind. Inf. (D+1)": "next_lower_rate", "Interv. Ind. Sup. (D+1)": "next_upper_rate",
}
_TITLE = "ANBIMA"


def is_bonds(text: str) -> bool:
    return text.startswith(_TITLE) and "@" in text


def read_bonds(text: str, session: date | None) -> Iterator[Quote]:
    """Quotes of every bond, in the order of the file.

    Args:
        session: the day asked for; None takes the file's own.
    Raises:
        ValueError: another heading, a line of the wrong length, another day, a bond twice, or a figure that is none.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or tuple(lines[1].split("@")) != HEADING:
        raise ValueError(f"unknown heading: {lines[1] if len(lines) > 1 else lines!r:.120}")
    seen: set[str] = set()
    for number, line in enumerate(lines[2:], start=3):
        cells = dict(zip(HEADING, line.split("@"), strict=False))
        if line.count("@") != len(HEADING) - 1:
            raise ValueError(f"line {number} has {line.count('@') + 1} cells under {len(HEADING)} columns")
        day, maturity = packed_day(cells["Data Referencia"]), packed_day(cells["Data Vencimento"])
        session = session or day
        symbol = bond(cells["Titulo"], maturity)
        if day != session or symbol in seen:
            raise ValueError(f"{symbol} is of {day}, not of {session}" if day != session else f"{symbol} stands twice")
        seen.add(symbol)
        for column, field in FIELDS.items():
            value = optional_number(cells[column])
            if value is not None:
                yield Quote(REPORT, day, symbol, field, value, maturity)
