"""Two more fixed-width files of the exchange: indicators (`Indic.txt`) and the contract master (`CONTRCAD.TXT`).

Indicators carry two days, the session and the one before, a value with as many implied decimals as its line says, and come under a
group: RT general (DI, dollar), ME currencies, ID the index of the interbank rate, BV, DE external debt, IA farm products. The
contract master gives maturities and days to them.
"""

from collections.abc import Iterator
from datetime import date

from pipelines.connectors import Observation, Quote
from pipelines.connectors._b3_report import CONTRACT
from pipelines.connectors._fixed_width import Layout, packed_day, scaled, whole

INDICATORS_REPORT, CONTRACTS_REPORT = "ID", "CONTRCAD"
INDICATORS = Layout(
    "Indic",
    (
        ("transaction", 6), ("complement", 3), ("record", 2), ("date", 8), ("group", 2), ("code", 25), ("value", 25), ("decimals", 2),
        ("", 36),
    ),
)
CONTRACTS = Layout(
    "CONTRCAD",
    (
        ("transaction", 6), ("complement", 3), ("record", 2), ("date", 8), ("commodity", 3), ("market", 1), ("series", 4), ("kind", 1),
        ("style", 1), ("maturity", 8), ("first_trading", 8), ("first_exercise", 8), ("last_trading", 8), ("last_opening", 8),
        ("strike", 15), ("decimals", 1), ("pit_code", 20), ("ticker", 20), ("isin", 12), ("underlying", 4), ("quotation", 1),
        ("product", 1), ("tick", 15), ("has_margin", 1), ("is_international", 1), ("currency", 2), ("is_structured", 1),
        ("reserve_days", 5), ("days", 5), ("business_days", 5), ("title", 15),
    ),
)
GROUPS = frozenset(("RT", "ME", "ID", "BV", "DE", "IA"))


def read_indicators(text: str, session: date | None) -> Iterator[Observation]:
    """Indicators under group and code: `RT DI1`.

    Raises:
        ValueError: an unknown group, a line of another length, days beyond the session, an indicator twice, or a figure that is none.
    """
    seen: set[tuple[str, date]] = set()
    for record in INDICATORS.read(text):
        day, sign = packed_day(record["date"]), record["value"][0]
        key = f"{record['group']} {record['code'].strip()}"
        if record["group"] not in GROUPS or (session is not None and day > session):
            raise ValueError(f"{key} of {day} in the file of {session}")
        if (key, day) in seen:
            raise ValueError(f"{key} of {day} stands twice")
        seen.add((key, day))
        yield Observation(key, day, scaled(record["value"][1:], whole(record["decimals"]), sign))


def read_contracts(text: str, session: date | None) -> Iterator[Quote]:
    """Days to maturity of the five families of futures.

    Raises:
        ValueError: a line of another length or day, a contract twice, or a figure that is none.
    """
    seen: set[str] = set()
    for record in CONTRACTS.read(text):
        day, symbol = packed_day(record["date"]), record["ticker"].strip()
        session = session or day
        if day != session:
            raise ValueError(f"{symbol} is of {day}, not of {session}")
        if not CONTRACT.fullmatch(symbol.encode("latin-1")):
            continue
        if symbol in seen:
            raise ValueError(f"{symbol} stands twice")
        seen.add(symbol)
        for field in ("days", "business_days"):
            yield Quote(CONTRACTS_REPORT, day, symbol, field, float(whole(record[field])), packed_day(record["maturity"]))
