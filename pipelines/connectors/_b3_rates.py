"""B3's reference rates for swaps: `TaxaSwap.txt`, fixed width, a line a curve and vertex, and the closed page of one curve.

A vertex is a date, `days` after the session; F marks those of fixed terms, whose nominal days the last field gives (62 days to the
next session may stand for 60). Rates are % a year with seven implied decimals: on 252 business days (PRE, SLP, APR, DIC, DIM), or
linear on actual days over 360 (DOC, DOL, DCL, DCO). PTX is a price, BRL per USD. Bonds and the other hundred curves are not read.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from lxml import etree, html

from pipelines.connectors import Observation, Quote
from pipelines.connectors._fixed_width import Layout, packed_day, scaled, whole
from pipelines.connectors._numbers import brazilian_day, brazilian_number

REPORT = "TS"
CURVES = frozenset(("PRE", "SLP", "APR", "DIC", "DIM", "DOC", "DOL", "DCL", "DCO", "PTX"))
PRICES = frozenset(("PTX",))
DECIMALS = 7
LAYOUT = Layout(
    "TaxaSwap",
    (
        ("transaction", 6), ("complement", 3), ("record", 2), ("date", 8), ("kind", 2), ("curve", 5), ("title", 15), ("days", 5),
        ("business_days", 5), ("sign", 1), ("value", 14), ("fixed", 1), ("vertex", 5),
    ),
)
_SELECTED = re.compile(r'<option value="(\w{2,5})"\s+selected')
_UPDATED = re.compile(r"Atualizado em:\s*(\d\d/\d\d/\d{4})")


def read_rates(text: str, session: date | None) -> Iterator[Observation | Quote]:
    """A quote of every vertex of our curves, and an observation of each fixed one (`PRE 360`).

    Args:
        session: the day asked for; None takes the file's own.
    Raises:
        ValueError: a line of another length or day, a vertex twice, or a figure that is none.
    """
    seen: set[tuple[str, str]] = set()
    for record in LAYOUT.read(text):
        day = packed_day(record["date"])
        session = session or day
        if day != session or record["record"] != "01" or record["fixed"] not in ("F", "M"):
            raise ValueError(f"a record {record['record']}{record['fixed']} of {day}, not of {session}")
        curve = record["curve"].strip()
        if curve not in CURVES:
            continue
        value = scaled(record["value"], DECIMALS, record["sign"])
        if (curve, record["days"]) in seen:
            raise ValueError(f"{curve} stands twice at {record['days']} days")
        seen.add((curve, record["days"]))
        yield node(curve, day, whole(record["days"]), value)
        if record["fixed"] == "F":
            yield Observation(f"{curve} {whole(record['vertex'])}", day, value)


def node(curve: str, session: date, days: int, value: float) -> Quote:
    """A vertex as a quote: the curve at a date."""
    maturity = session + timedelta(days=days)
    field = "price" if curve in PRICES else "rate"
    return Quote(REPORT, session, f"CURVE_{curve} {maturity.isoformat()}", field, value, maturity)


def is_rates_page(body: bytes) -> bool:
    return b'id="tb_principal1"' in body


def read_rates_page(body: bytes, session: date | None) -> Iterator[Quote]:
    """Vertices of one curve from an archived page, two decimals; of two conventions the first.

    Raises:
        ValueError: a page without curve or day, one of another day, a line of the wrong length, a vertex twice, or a figure that is none.
    """
    text = body.decode("latin-1")
    selected, updated = _SELECTED.search(text), _UPDATED.search(text)
    if selected is None or updated is None:
        raise ValueError("a page of rates without curve or day")
    try:
        root = html.fromstring(text, parser=html.HTMLParser(no_network=True))
    except (etree.ParserError, ValueError) as error:
        raise ValueError(f"not a page: {error}") from error
    cells = [" ".join(cell.text_content().split()) for table in root.iter("table") if table.get("id") == "tb_principal1"
             for cell in table.iter("td")]
    width = 1 + text.count('<th width="%"')
    if not cells or len(cells) % width:
        raise ValueError(f"{len(cells)} cells in lines of {width}")
    day, seen = brazilian_day(updated[1]), set[int]()
    if session is not None and day != session:
        raise ValueError(f"rates of {day}, not of {session}")
    for place in range(0, len(cells), width):
        days = whole(cells[place])
        if days in seen:
            raise ValueError(f"{selected[1]} stands twice at {days} days")
        seen.add(days)
        yield node(selected[1], day, days, brazilian_number(cells[place + 1]))
