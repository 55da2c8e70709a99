"""Yahoo Finance's chart in the bytes of `query1.finance.yahoo.com`.

Prices are 32-bit floats in 64-bit digits and in today's shares; a null bar is null in every column; a window without session has no
`timestamp` and one empty quote; while a session trades, its bar is last and stamped with the last trade. Stamps of days are their
openings, so offsets change with daylight saving while `gmtoffset` is that of the clock. A client that is no browser gets the two
words of a 429, whatever it asks; an unknown symbol a 404. Bars shorter than a day are not simulated: 422, as for days long past.

World keys are `<symbol>|open`, `|close` and `|dividend`.
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.render._yahoo_bars import FIELDS, LONG, SOURCE, Bars, bars, grouped
from pipelines.sandbox.render._yahoo_meta import meta
from pipelines.sandbox.view import View
from pipelines.sandbox.wire import JSON, Answer, Call, as_json, not_found
from pipelines.sandbox.world.quotes_table import BY_SYMBOL, Quoted

_BASE = "/v8/finance/chart/"
ROUTES = (f"{_BASE}{{symbol}}?period1&period2&interval=1d|{'|'.join(LONG)}&events=div|split|capitalGains&includeAdjustedClose",)
_INTERVALS = ("1m", "2m", "5m", "15m", "30m", "60m", "90m", "1h", "4h", "1d", "5d", "1wk", "1mo", "3mo")


def key(call: Call) -> str:
    """The symbol asked for."""
    return call.route.removeprefix(_BASE) if call.route.startswith(_BASE) else ""


def answer(call: Call, view: View) -> Answer:
    if not call.headers.get("user-agent", "").startswith("Mozilla/"):
        return busy()
    symbol = key(call)
    if not symbol:
        return not_found(call, ROUTES)
    if symbol not in BY_SYMBOL or not view.has(SOURCE, f"{symbol}|open"):
        return _error("Not Found", "No data found, symbol may be delisted", 404)
    try:
        first, last = (int(call.params.get(name, default)) for name, default in (("period1", "0"), ("period2", "99999999999")))
    except ValueError:
        return _error("Bad Request", "Invalid input - period1 and period2 must be numbers", 400)
    interval = call.params.get("interval", "1d")
    if interval not in _INTERVALS:
        listed = ", ".join(_INTERVALS)
        return _error("Bad Request", f"Invalid input - interval={interval} is not supported. Valid intervals: [{listed}]", 400)
    if first > last:
        return _error("Bad Request", f"Invalid input - start date cannot be after end date. startDate = {first}, endDate = {last}", 400)
    if interval != "1d" and interval not in LONG:
        return _error("Unprocessable Entity", f"{interval} data not available for startTime={first} and endTime={last}.", 422)
    quoted = BY_SYMBOL[symbol]
    known = tuple(view.count(SOURCE, name) for name in view.keys(SOURCE) if name.rpartition("|")[0] == symbol)
    found = view.memory.get(("yahoo", symbol, known, view.now), lambda: bars(view, quoted))
    return Answer(as_json({"chart": {"result": [_chart(call, view, quoted, found, first, last, interval)], "error": None}}), JSON)


def busy() -> Answer:
    """What a client in a hurry gets."""
    return Answer(b"Too Many Requests\r\n", "text/plain; charset=utf-8", 429)


def _error(code: str, description: str, status: int) -> Answer:
    return Answer(as_json({"chart": {"result": None, "error": {"code": code, "description": description}}}), JSON, status)


def _chart(call: Call, view: View, quoted: Quoted, found: Bars, first: int, last: int, interval: str) -> dict[str, object]:
    rows = (found.stamps >= first) & (found.stamps < last)
    if interval == "1d":
        stamps, columns = found.stamps[rows].copy(), {name: column[rows] for name, column in found.columns.items()}
        if found.is_live and rows[-1]:
            stamps[-1] = found.traded
    else:
        stamps, columns = grouped(found, rows, interval, quoted.venue.zone)
    result: dict[str, object] = {"meta": meta(view, quoted, found, rows, interval)}
    if stamps.size:
        result["timestamp"] = stamps.tolist()
    if told := _events(call, found, first, last):
        result["events"] = told
    indicators: dict[str, object] = {"quote": [{name: _cells(name, columns[name]) for name in FIELDS} if stamps.size else {}]}
    if call.params.get("includeAdjustedClose", "true") != "false":
        indicators["adjclose"] = [{"adjclose": _cells("adjclose", columns["adjclose"])} if stamps.size else {}]
    return {**result, "indicators": indicators}


def _cells(name: str, column: NDArray[np.float64]) -> list[float | int | None]:
    return [None if value != value else int(value) if name == "volume" else value for value in column.tolist()]


def _events(call: Call, found: Bars, first: int, last: int) -> dict[str, object]:
    """Dividends and splits of the window, where they are asked for, by stamp."""
    asked = call.params.get("events", "")
    told: dict[str, object] = {}
    paid = {str(at): {"amount": amount, "date": at} for at, amount in found.dividends.items() if first <= at < last}
    split = {
        str(at): {"date": at, "numerator": ratio, "denominator": 1.0, "splitRatio": f"{ratio:g}:1"}
        for at, ratio in found.splits.items() if first <= at < last
    }
    if paid and "div" in asked:
        told["dividends"] = paid
    if split and "split" in asked:
        told["splits"] = split
    return told
