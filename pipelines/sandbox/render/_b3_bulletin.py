"""`BD_Final.txt`: the daily bulletin before 2018, a record of 523 characters an instrument, with trades, settlements and interest.

Settlements have two implied decimals (PU, rate of FRC) or four (dollar), as on record; prices of trades have as many as the exchange
quotes. Zero stands for no figure. The word SIMULADO stands where a floor code would.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
import polars as pl

from pipelines.connectors._b3_bulletin import LAYOUT
from pipelines.sandbox.render._b3_trades import Instrument, instruments
from pipelines.sandbox.render._fixed_width import records, scaled, sign
from pipelines.sandbox.view import SAO_PAULO

MEMBER = "BD_Final.txt"
_POINT_VALUE = {"DI1": "0000010000000", "DAP": "0000000005000", "DDI": "0000005000000", "FRC": "0000005000000", "DOL": "0000500000000",
                "WDO": "0000100000000"}
_DOLLAR = ("DOL", "WDO")
_TRADES = {"FrstPric": "first", "MinPric": "low", "MaxPric": "high", "TradAvrgPric": "mean", "LastPric": "last"}
_TEXTS = frozenset((
    "transaction", "complement", "record", "date", "trading", "commodity", "market", "type", "series", "made", "maturity",
    "settlement_state", "previous_state", "underlying", "pit_code", "ticker", "channel", "reference",
))  # fmt: skip
_ZEROS = {name: "0" * width for name, width in LAYOUT.fields if name not in _TEXTS and not name.endswith("sign")}
_BLANK = _ZEROS | {name: "+" for name, _ in LAYOUT.fields if name.endswith("sign")}


def spell_bulletin(settlements: pl.DataFrame, seed: int, day: np.datetime64, made_at: datetime) -> bytes:
    """The file of a session: every contract that is settled, by ticker.

    Args:
        settlements: the session's contracts (`world.b3.SETTLEMENTS`).
        made_at: when the file was made.
    """
    traded = {one.symbol: one for one in instruments(settlements, seed, day)}
    rows = sorted(settlements.iter_rows(named=True), key=lambda row: row["symbol"])
    cells = [_cells(row, traded[row["symbol"]]) | {"transaction": f"{place:06d}"} for place, row in enumerate(rows, start=1)]
    return records(LAYOUT, cells, _BLANK | {
        "complement": "001", "record": "01", "date": _packed(day), "trading": "PR", "market": "2", "type": "*",
        "made": f"{made_at.astimezone(SAO_PAULO):%H%M%S}", "settlement_state": "S", "pit_code": "SIMULADO", "channel": "E",
        "reference": "MERC",
    })  # fmt: skip


def _cells(row: Mapping[str, object], one: Instrument) -> dict[str, str]:
    """What a contract's record has of its own."""
    family = str(row["family"])
    decimals, quoted = 4 if family in _DOLLAR else 2, 2 if family == "FRC" else 3
    settled, before = _settled(row, family)
    matures = _packed(row["maturity_date"])
    cells = {
        "commodity": family, "series": one.symbol[3:], "maturity": matures, "point_value": _POINT_VALUE[family],
        "settlement_decimals": str(decimals), "quote_decimals": str(quoted),
        "previous_state": " " if family in (*_DOLLAR, "FRC") else "A", "days": f"{row['dc']:05d}", "business_days": f"{row['du']:05d}",
        "ticker": one.symbol, "open_interest": f"{row['open_interest'] or 0:08d}",
        "trades": f"{int(one.figures.get('RglrTxsQty', 0)):08d}", "settled_on": matures,
    }  # fmt: skip
    for name, value in (("settlement", settled), ("previous", before)):
        if value is not None:
            cells |= {name: scaled(value, decimals, 13), f"{name}_sign": sign(value)}
    for tag, name in _TRADES.items():
        if tag in one.figures:
            cells |= {name: scaled(one.figures[tag], quoted, 8), f"{name}_sign": sign(one.figures[tag])}
    return cells


def _settled(row: Mapping[str, object], family: str) -> Sequence[float | None]:
    """What is settled, and what was on the session before: a price, or for FRC its rate."""
    names = ("rate", "previous_rate") if family == "FRC" else ("settlement", "previous")
    return [None if row[name] is None else float(str(row[name])) for name in names]


def _packed(day: object) -> str:
    return str(day).replace("-", "")
