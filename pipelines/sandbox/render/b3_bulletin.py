"""B3, files and tables of the daily bulletin (`arquivos.b3.com.br`): consolidated trades and open positions of derivatives.

`/api/download/requestname?fileName&date` gives a token, or 400 for a date without session or file; `/api/download/?token` gives the
CSV. `/bdi/table/{name}/{day}/{day}/{page}/{size}` is asked for by POST and holds the last 21 sessions: another day has no rows, nor has
a GET. Tokens carry what they open and a check, so that any server of the same world takes them. Files are out with the price report,
trades from 2021; of the table's columns those on record are here.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from pipelines.connectors.b3_bulletin import FILES, KEEPS_SESSIONS, TABLE
from pipelines.sandbox.render._b3_report import trading
from pipelines.sandbox.render._b3_trades import instruments
from pipelines.sandbox.render._brazil_text import bare
from pipelines.sandbox.view import View, as_instant
from pipelines.sandbox.wire import JSON, Answer, Call, as_json, not_found, pick

SOURCE = "b3_bulletin"
TRADES, POSITIONS = FILES
_NAME, _FILE = "/api/download/requestname", "/api/download"
ROUTES = (
    *(f"{_NAME}?fileName={name}&date={{yyyy-mm-dd}}" for name in FILES), f"{_FILE}/?token={{token}}",
    f"/bdi/table/{TABLE}/{{yyyy-mm-dd}}/{{yyyy-mm-dd}}/{{page}}/{{size}}",
)  # fmt: skip
FIRST_DAY = {TRADES: np.datetime64("2021-01-04"), POSITIONS: np.datetime64("2021-01-04")}
COLUMNS = ("TckrSymb", "AdjstdQt", "AdjstdQtTax")
MOST_ROWS = 1000
_TABLE = re.compile(rf"/bdi/table/{TABLE}/(\d{{4}}-\d\d-\d\d)/(\d{{4}}-\d\d-\d\d)/(\d{{1,4}})/(\d{{1,5}})/?")
_ENDS = {TRADES: "\r\n", POSITIONS: "\n"}
_DECIMALS = 6


def key(call: Call) -> str:
    """The file or table asked for, and its day."""
    table = _TABLE.fullmatch(call.route)
    if table is not None:
        return f"{TABLE} {table[1]}"
    opened = _opened(call)
    return " ".join(opened) if opened is not None else f"{call.params.get('fileName', '')} {call.params.get('date', '')}".strip()


def answer(call: Call, view: View) -> Answer:
    route, table = call.route.rstrip("/"), _TABLE.fullmatch(call.route)
    if table is not None:
        return _page(call, view, table)
    if route == _NAME:
        return _named(call, view, call.params.get("fileName", ""), call.params.get("date", ""))
    if route == _FILE:
        opened = _opened(call)
        day = _out(view, opened[1]) if opened is not None else None
        if opened is None or day is None:
            return _refused("Token inválido.")
        body = view.files.get(("b3_bulletin", *opened, _is_corrected(view, day)), lambda: SPELLED[opened[0]](view, day))
        return Answer(body, "text/csv")
    return not_found(call, ROUTES)


def _named(call: Call, view: View, name: str, text: str) -> Answer:
    day = _out(view, text)
    if name not in FILES or day is None or day < FIRST_DAY[name]:
        return _refused("Arquivo não encontrado.")
    token = token_of(call.seed, name, text)
    file = {"name": f"{name}File_{text.replace('-', '')}_1", "extension": ".csv"}
    return Answer(as_json({"redirectUrl": f"~/api/download/?token={token}", "token": token, "file": file}), JSON)


def _page(call: Call, view: View, asked: re.Match[str]) -> Answer:
    """A page of the table; rows by ticker."""
    day = _out(view, asked[1]) if asked[1] == asked[2] and call.method == "POST" else None
    rows: list[list[object]] = []
    if day is not None and day in _published(view)[-KEEPS_SESSIONS:]:
        page, size = int(asked[3]), min(int(asked[4]), MOST_ROWS)
        table = _settlements(view, day).sort("symbol").select("symbol", "settlement", "rate")
        rows = [list(row) for row in table.slice(max(page - 1, 0) * size, size).iter_rows()] if page >= 1 else []
    return Answer(as_json({"table": {"columns": [{"name": name} for name in COLUMNS], "values": rows}}), JSON)


def spell_trades(view: View, day: np.datetime64) -> bytes:
    """Trades and settlements of a session, traded instruments first."""
    rows = []
    for one in instruments(_settlements(view, day), view.seed, day):
        figures = {**one.figures, **trading(one), "TradQty": one.figures.get("RglrTxsQty")}
        texts = {"RptDt": str(day), "TckrSymb": one.symbol, "ISIN": _isin(view.seed, one.symbol), "SgmtNm": "FINANCIAL"}
        rows.append(_row(TRADES, texts, figures))
    return _csv(TRADES, rows)


def spell_positions(view: View, day: np.datetime64) -> bytes:
    """Open interest of a session and its change, by ticker."""
    sessions = view.exchange.sessions
    place = int(np.searchsorted(sessions, day))
    before = dict(_settlements(view, sessions[place - 1]).select("symbol", "open_interest").iter_rows()) if place else {}
    rows = []
    for row in _settlements(view, day).filter(pl.col("open_interest").is_not_null()).sort("symbol").iter_rows(named=True):
        symbol, interest, eve = row["symbol"], row["open_interest"], before.get(row["symbol"])
        texts = {"RptDt": str(day), "TckrSymb": symbol, "ISIN": _isin(view.seed, symbol), "Asst": row["family"], "XprtnCd": symbol[3:],
                 "SgmtNm": "FINANCIAL"}  # fmt: skip
        rows.append(_row(POSITIONS, texts, {"OpnIntrst": interest, "VartnOpnIntrst": None if eve is None else interest - eve}))
    return _csv(POSITIONS, rows)


SPELLED: Mapping[str, Callable[[View, np.datetime64], bytes]] = {TRADES: spell_trades, POSITIONS: spell_positions}


def _row(name: str, texts: Mapping[str, str], figures: Mapping[str, float | str | None]) -> str:
    cells = (figures.get(column) for column in FILES[name])
    numbers = ("" if value is None or isinstance(value, str) else bare(value, _DECIMALS) for value in cells)
    return ";".join(texts.get(column, number) for column, number in zip(FILES[name], numbers, strict=True))


def _csv(name: str, rows: list[str]) -> bytes:
    return "".join(f"{line}{_ENDS[name]}" for line in (";".join(FILES[name]), *rows)).encode()


def _isin(seed: int, symbol: str) -> str:
    """A code in the form of an ISIN that is none: those of the exchange's contracts begin with BRBMEF."""
    return f"BRSIM{symbol[:3]}{pick(seed, 'b3.isin', 10**4, symbol):04d}"


def _settlements(view: View, day: np.datetime64) -> pl.DataFrame:
    return view.archive.settlements(day, corrected=_is_corrected(view, day))


def _is_corrected(view: View, day: np.datetime64) -> bool:
    times = view.times(day)
    return times is not None and times.corrected_at is not None and bool(times.corrected_at <= as_instant(view.now))


def _published(view: View) -> list[np.datetime64]:
    """The newest sessions that are out."""
    return [day for day in view.sessions[-KEEPS_SESSIONS - 1 :] if _out(view, str(day)) is not None]


def _out(view: View, text: str) -> np.datetime64 | None:
    """A session whose files are out; None for another day."""
    try:
        day = np.datetime64(text, "D") if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None
    times = view.times(day) if day is not None else None
    return day if times is not None and times.published_at <= as_instant(view.now) else None


def token_of(seed: int, name: str, day: str) -> str:
    return urlsafe_b64encode(f"SIM|{name}|{day}|{pick(seed, 'b3.token', 10**12, name, day)}".encode()).decode().rstrip("=")


def _opened(call: Call) -> tuple[str, str] | None:
    """Name and day of what a token opens; None for a token of another world, or none."""
    token = call.params.get("token", "")
    try:
        parts = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split("|")
    except (Error, ValueError):
        return None
    if len(parts) != 4 or parts[1] not in FILES or token != token_of(call.seed, parts[1], parts[2]):
        return None
    return parts[1], parts[2]


def _refused(reason: str) -> Answer:
    return Answer(as_json({"title": "Bad Request", "status": 400, "detail": reason}), JSON, 400)
