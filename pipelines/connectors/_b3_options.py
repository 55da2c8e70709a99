"""B3's reference volatilities (`SupVol.txt`) and premiums (`Premio.txt`) of listed options.

SupVol has a line a surface, delta and expiry: a code, a text that ends in the delta (the digit in the code does not tell it), business
and calendar days, and the volatility in % a year with seven implied decimals. Premio has a line an option, fixed width, strike and
premium in the units of its contract (DOL: BRL per USD 1,000) with the number of their decimals at the end. Only options on the dollar
(DL, DOL) and on the accumulated interbank rate (TS, IDI) are kept.
"""

import re
from collections.abc import Iterator
from datetime import date

from pipelines.connectors import Quote
from pipelines.connectors._fixed_width import Layout, packed_day, scaled, whole

SURFACE_REPORT, PREMIUM_REPORT = "SV", "RE"
SURFACES = {"DL": "USDBRL_VOL", "TS": "IDI_VOL"}
CONTRACTS = frozenset(("DOL", "IDI"))
VOL_DECIMALS = 7
PREMIUMS = Layout(
    "Premio",
    (
        ("transaction", 6), ("complement", 3), ("record", 2), ("date", 8), ("contract", 3), ("market", 1), ("series", 4), ("kind", 1),
        ("style", 1), ("expiry", 8), ("strike", 15), ("premium", 15), ("decimals", 1),
    ),
)
_DELTA = re.compile(r"DELTA\s+(\d{1,2})\s*$")
_CODE = re.compile(r"[A-Z0-9]{2}\d")


def read_surface(text: str, session: date | None) -> Iterator[Quote]:
    """Volatilities by delta and business days: `USDBRL_VOL_25_0063`.

    Raises:
        ValueError: another day, a line of the wrong form, a node twice, or a figure that is none.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    head = lines[0].split(";") if lines else [""]
    day = packed_day(head[0])
    if session is not None and day != session:
        raise ValueError(f"surfaces of {day}, not of {session}")
    seen: set[str] = set()
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split(";")]
        if len(cells) != 5 or not _CODE.fullmatch(cells[0]):
            raise ValueError(f"not a line of a surface: {line:.80}")
        code, title, business_days, days, vol = cells
        terms = whole(business_days), whole(days)
        value = scaled(vol, VOL_DECIMALS)
        if code[:2] not in SURFACES:
            continue
        delta = _DELTA.search(title)
        if delta is None or terms[0] > terms[1]:
            raise ValueError(f"not a line of a surface: {line:.80}")
        symbol = f"{SURFACES[code[:2]]}_{int(delta[1]):02d}_{terms[0]:04d}"
        if symbol in seen:
            raise ValueError(f"{symbol} stands twice")
        seen.add(symbol)
        yield Quote(SURFACE_REPORT, day, symbol, "vol", value)


def read_premiums(text: str, session: date | None) -> Iterator[Quote]:
    """Strike and premium of each option, and whether it is a call (1) or a put (0).

    Raises:
        ValueError: another day, a line of another length, an option twice, or a figure that is none.
    """
    seen: set[str] = set()
    for record in PREMIUMS.read(text):
        day = packed_day(record["date"])
        session = session or day
        kind, style = record["kind"], record["style"]
        if day != session or kind not in ("C", "V") or style not in ("A", "E"):
            raise ValueError(f"{record['contract']}{record['series']} {kind}{style} is of {day}, not of {session}")
        decimals, maturity = whole(record["decimals"]), packed_day(record["expiry"])
        strike, premium = scaled(record["strike"], decimals), scaled(record["premium"], decimals)
        if record["contract"] not in CONTRACTS:
            continue
        symbol = f"{record['contract']}{record['series'].strip()}"
        if symbol in seen:
            raise ValueError(f"{symbol} stands twice")
        seen.add(symbol)
        for field, value in (("strike", strike), ("premium", premium), ("is_call", float(kind == "C"))):
            yield Quote(PREMIUM_REPORT, day, symbol, field, value, maturity)
