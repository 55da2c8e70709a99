"""B3's daily bulletin before the XML reports: `BD_Final.txt`, fixed width of 523 characters, a line an instrument, to December 2017.

Settlements have as many implied decimals as their line says: PU of DI1, DAP and DDI, BRL per USD 1,000 of DOL, the rate itself of FRC.
No rate is given beside a PU. Zero stands for no figure. Each record says when it was made, in São Paulo. Records were shorter before
3 June 2002: those are refused.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from pipelines.connectors import Quote
from pipelines.connectors._b3_report import CONTRACT
from pipelines.connectors._fixed_width import Layout, packed_day, scaled, whole

REPORT = "BF"
LAYOUT = Layout(
    "BD_Final",
    (
        ("transaction", 6), ("complement", 3), ("record", 2), ("date", 8), ("trading", 2), ("commodity", 3), ("market", 1), ("type", 1),
        ("series", 4), ("made", 6), ("maturity", 8), ("strike", 13), ("point_value", 13), ("volume_brl", 13), ("volume_usd", 13),
        ("open_interest", 8), ("trades", 8), ("contracts", 8), ("bid_contracts", 5), ("bid_sign", 1), ("bid", 8), ("ask_contracts", 5),
        ("ask_sign", 1), ("ask", 8), ("first_sign", 1), ("first", 8), ("low_sign", 1), ("low", 8), ("high_sign", 1), ("high", 8),
        ("mean_sign", 1), ("mean", 8), ("last_contracts", 5), ("last_sign", 1), ("last", 8), ("last_time", 6), ("last_date", 8),
        ("before_sign", 1), ("before", 8), ("close_sign", 1), ("close", 8), ("settlement_sign", 1), ("settlement", 13),
        ("settlement_state", 1), ("previous_sign", 1), ("previous", 13), ("previous_state", 1), ("contract_margin", 13),
        ("exercised_brl", 13), ("exercised_usd", 13), ("exercises", 8), ("exercised_contracts", 8), ("quote_decimals", 1),
        ("settlement_decimals", 1), ("swing", 8), ("swing_sign", 1), ("change", 8), ("change_sign", 1), ("equivalence", 8),
        ("dollar_before", 13), ("dollar", 13), ("delta", 9), ("reserve_days", 5), ("days", 5), ("business_days", 5), ("underlying", 4),
        ("margin", 13), ("hedger_margin", 13), ("delivery", 8), ("sequence", 3), ("pit_code", 20), ("ticker", 20), ("channel", 1),
        ("reference", 4), ("last_trading", 8), ("settled_on", 8), ("lower_sign", 1), ("lower", 13), ("upper_sign", 1), ("upper", 13),
    ),
)
_FUTURE = "2"
_SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def read_bulletin(text: str, session: date | None) -> Iterator[Quote]:
    """Settlement, previous settlement and open interest of the five families of futures.

    Raises:
        ValueError: a line of another length or day, a contract twice, or a figure that is none.
    """
    seen: set[str] = set()
    for record in LAYOUT.read(text):
        day = packed_day(record["date"])
        session = session or day
        if day != session:
            raise ValueError(f"a record of {day}, not of {session}")
        symbol = record["ticker"].strip()
        if record["market"] != _FUTURE or not CONTRACT.fullmatch(symbol.encode("latin-1")):
            continue
        if symbol in seen:
            raise ValueError(f"{symbol} stands twice")
        seen.add(symbol)
        yield from _quotes(record, symbol, day)


def _quotes(record: Mapping[str, str], symbol: str, day: date) -> Iterator[Quote]:
    made = record["made"]
    at = datetime.combine(day, time(whole(made[:2]), whole(made[2:4]), whole(made[4:])), _SAO_PAULO)
    maturity, decimals = packed_day(record["maturity"]), whole(record["settlement_decimals"])
    settled = "rate" if symbol.startswith("FRC") else "settlement"
    for name, field in (("settlement", settled), ("previous", "previous")):
        if whole(record[name]):
            value = scaled(record[name], decimals, record[f"{name}_sign"])
            yield Quote(REPORT, day, symbol, field, value, maturity, at, "published")
    yield Quote(REPORT, day, symbol, "open_interest", float(whole(record["open_interest"])), maturity, at, "published")
