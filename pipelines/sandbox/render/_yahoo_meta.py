"""What a chart says of its symbol: exchange, last trade, extremes of a year, and the session of the exchange's day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.render._yahoo_bars import Bars, seconds, session
from pipelines.sandbox.view import View
from pipelines.sandbox.world.grid import utc
from pipelines.sandbox.world.quotes_table import BRT, Quoted, Venue

_RANGES = ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"]
_YEAR = 365 * 86_400


def meta(view: View, quoted: Quoted, found: Bars, rows: NDArray[np.bool_], interval: str) -> dict[str, object]:
    """The `meta` of a chart of the chosen rows; without prices where there is none yet."""
    venue = quoted.venue
    offset, zone = _zone(venue.zone, view.now)
    name = f"SIMULATED {quoted.name}"
    first = {"firstTradeDate": int(found.stamps[0])} if found.stamps.size else {}
    previous, prices = _prices(quoted, found, rows)
    return {
        "currency": quoted.currency, "symbol": quoted.symbol, "exchangeName": venue.code, "fullExchangeName": venue.name,
        "instrumentType": quoted.kind, **first, "regularMarketTime": found.traded, "hasPrePostMarketData": quoted.kind == "ETF",
        "gmtoffset": offset, "timezone": zone, "exchangeTimezoneName": venue.zone, **prices, "longName": name, "shortName": name,
        **previous, "priceHint": 4 if quoted.decimals > 2 else 2, "currentTradingPeriod": _periods(session(view, venue), venue),
        "dataGranularity": interval, "range": "", "validRanges": _RANGES,
    }


def _prices(quoted: Quoted, found: Bars, rows: NDArray[np.bool_]) -> tuple[dict[str, float], dict[str, float | int]]:
    """The close before the chart, and the last prices."""
    columns = found.columns
    close, priced = columns["close"], np.flatnonzero(~np.isnan(columns["close"]))
    if not priced.size:
        return {}, {}
    before = priced[priced < np.argmax(rows)] if rows.any() else priced
    year = priced[found.stamps[priced] > found.traded - _YEAR]
    newest = priced[-1]
    figures = {
        "regularMarketPrice": close[newest], "fiftyTwoWeekHigh": np.max(columns["high"][year], initial=columns["high"][newest]),
        "fiftyTwoWeekLow": np.min(columns["low"][year], initial=columns["low"][newest]),
        "regularMarketDayHigh": columns["high"][newest], "regularMarketDayLow": columns["low"][newest],
    }
    digits = max(2, quoted.decimals)
    prices: dict[str, float | int] = {name: round(float(value), digits) for name, value in figures.items()}
    previous = close[before[-1] if before.size else priced[0]]
    return {"chartPreviousClose": round(float(previous), digits)}, {**prices, "regularMarketVolume": int(columns["volume"][newest])}


def _periods(day: np.datetime64, venue: Venue) -> dict[str, dict[str, object]]:
    early, late = venue.around or (venue.opens, venue.closes)
    edges = [int(seconds(utc(np.array([day]), hour, venue.zone))[0]) for hour in (early, venue.opens, venue.closes, late)]
    offset, zone = _zone(venue.zone, datetime.fromtimestamp(edges[1], UTC))
    return {
        part: {"timezone": zone, "start": edges[place], "end": edges[place + 1], "gmtoffset": offset}
        for place, part in enumerate(("pre", "regular", "post"))
    }


def _zone(zone: str, at: datetime) -> tuple[int, str]:
    """Offset from UTC in seconds, and the name that Yahoo has for it."""
    there = at.astimezone(ZoneInfo(zone))
    return int((there.replace(tzinfo=UTC) - at).total_seconds()), "BRT" if zone == BRT else str(there.tzname())
