"""Bars of one symbol as Yahoo shows them at an instant: in today's shares, the newest of them still trading.

Every price is the 32-bit float next to (price of the day / Π ratios of later splits). `adjclose` takes every later dividend out, so
it changes at each one: close · Π (1 − dividend / close before it).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.view import View
from pipelines.sandbox.world.grid import Dates, is_session, later, utc, weekday
from pipelines.sandbox.world.quotes_table import WEEKDAY, Quoted, Venue

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SOURCE = "yahoo"
FIELDS = ("open", "volume", "close", "low", "high")
LONG = ("1wk", "1mo", "3mo")
_AHEAD = 15                                            # days in which there is always a session
_UNTIL = 60                                            # seconds before the end of a session up to which its bar still trades


@dataclass(frozen=True)
class Bars:
    """Sessions that have opened, oldest first, in today's shares: their openings in seconds, and columns of `FIELDS` and `adjclose`.

    `dividends` and `splits` map openings to amounts in today's shares and to ratios; `traded` is the last trade in seconds, and
    `is_live` whether the last bar is that of a session that is not over.
    """

    days: Dates
    stamps: Ints
    columns: Mapping[str, Floats]
    dividends: Mapping[int, float]
    splits: Mapping[int, float]
    traded: int
    is_live: bool


def bars(view: View, quoted: Quoted) -> Bars:
    """What is known of a symbol."""
    opened, closed = view.known(SOURCE, f"{quoted.symbol}|open"), view.latest(SOURCE, f"{quoted.symbol}|close")
    days, stamps, ratio = opened.source_date, seconds(opened.published_at), opened.extra["split"]
    is_final = np.isin(days, closed.source_date)
    place = np.searchsorted(closed.source_date, days[is_final])
    columns = {name: opened.value.copy() for name in FIELDS} | {"volume": np.zeros(len(opened))}
    for name in FIELDS[1:]:
        columns[name][is_final] = (closed.value if name == "close" else closed.extra[name])[place]
    columns["open"][np.isnan(columns["close"])] = np.nan
    after = np.cumprod(ratio[::-1])[::-1] / ratio            # ratios of the splits that came after each session
    for name in ("open", "close", "low", "high"):
        columns[name] = (columns[name] / after).astype(np.float32).astype(np.float64)
    paid = _payments(view, quoted, days, after)
    columns["adjclose"] = _adjusted(columns["close"], paid)
    return Bars(
        days, stamps, columns, {int(stamps[row]): amount for row, amount in paid.items()},
        {int(stamps[row]): float(ratio[row]) for row in np.flatnonzero(ratio != 1)},
        _last_trade(view, quoted.venue, days, is_final), not is_final.all(),
    )


def grouped(found: Bars, rows: NDArray[np.bool_], interval: str, zone: str) -> tuple[Ints, dict[str, Floats]]:
    """Bars of calendar weeks, months or quarters, of the chosen sessions that have a price, stamped with midnight of their first day."""
    rows = rows & ~np.isnan(found.columns["close"])
    days = found.days[rows]
    months = days.astype("datetime64[M]").astype(np.int64)
    first = later(days, -weekday(days)) if interval == "1wk" else (
        (months - (months % 3 if interval == "3mo" else 0)).astype("datetime64[M]").astype("datetime64[D]")
    )
    starts = np.flatnonzero(np.append(True, first[1:] != first[:-1])) if days.size else np.zeros(0, np.int64)
    ends = np.append(starts[1:], days.size) - 1
    columns = {name: column[rows] for name, column in found.columns.items()}
    stamps = [datetime.combine(day, time(), ZoneInfo(zone)).timestamp() for day in first[starts].tolist()]
    if not days.size:
        return np.zeros(0, np.int64), columns
    merged = {
        "open": columns["open"][starts], "close": columns["close"][ends], "adjclose": columns["adjclose"][ends],
        "high": np.maximum.reduceat(columns["high"], starts), "low": np.minimum.reduceat(columns["low"], starts),
        "volume": np.add.reduceat(columns["volume"], starts),
    }
    return np.array(stamps, np.int64), merged


def session(view: View, venue: Venue) -> np.datetime64:
    """The session of the exchange's local date, or the next one."""
    today = np.datetime64(view.today(ZoneInfo(venue.zone)), "D")
    ahead = np.arange(today, today + _AHEAD)
    found: np.datetime64 = ahead[np.is_busday(ahead) if venue.market == WEEKDAY else is_session(venue.market, ahead)][0]
    return found


def seconds(instants: Dates) -> Ints:
    """Unix time."""
    return instants.astype("datetime64[s]").astype(np.int64)


def _last_trade(view: View, venue: Venue, days: Dates, is_final: NDArray[np.bool_]) -> int:
    """The clock while a session trades, else the end of the last one; 0 before the first."""
    if not days.size:
        return 0
    end = int(seconds(utc(days[-1:], venue.closes, venue.zone))[0])
    if not is_final[-1]:
        return min(int(view.now.timestamp()), end - _UNTIL)
    return min(end, int(seconds(utc(days[-1:], *venue.final))[0]))


def _payments(view: View, quoted: Quoted, days: Dates, after: Floats) -> dict[int, float]:
    """Row of each ex date, and what was paid in today's shares."""
    if not quoted.pays[0]:
        return {}
    paid = view.known(SOURCE, f"{quoted.symbol}|dividend")
    rows = np.searchsorted(days, paid.source_date)
    return {row: float(f"{amount:.10g}") for row, amount in zip(rows.tolist(), (paid.value / after[rows]).tolist(), strict=True)}


def _adjusted(close: Floats, paid: Mapping[int, float]) -> Floats:
    """Closes less every dividend that came after, as a share of the close before it."""
    factor = np.ones(close.size + 1)
    for row, amount in paid.items():
        before = close[:row][~np.isnan(close[:row])]
        if before.size:
            factor[row] = 1 - amount / before[-1]
    later_ones = np.cumprod(factor[::-1])[::-1][1:]
    return (close * later_ones).astype(np.float32).astype(np.float64)
