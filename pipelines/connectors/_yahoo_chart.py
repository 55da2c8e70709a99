"""One chart of Yahoo Finance read into values: bars with their trade dates, dividends and splits.

Prices are sent as 32-bit floats in 64-bit digits (36.77000045776367): the shortest decimal that names the same 32-bit number is the
price. `priceHint` is for display and drops digits (a share quoted at 19.948 has a hint of 2).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from pipelines.connectors._numbers import finite, json_number

INTRADAY = {"1m": 60, "2m": 120, "5m": 300, "15m": 900, "30m": 1800, "60m": 3600, "90m": 5400, "1h": 3600}     # seconds of a bar
LONG = ("5d", "1wk", "1mo", "3mo")
_DIGITS = 10                                           # more than any 32-bit float holds


@dataclass(frozen=True, slots=True)
class Split:
    """On `day` one old share became `ratio` new ones."""

    day: date
    ratio: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart's symbol, width of bars and exchange, and its parts as Yahoo sent them."""

    symbol: str
    granularity: str
    zone: ZoneInfo
    meta: Mapping[str, Any]
    result: Mapping[str, Any]

    def day(self, stamp: object) -> date:
        """The trade date of a bar or event: the exchange's local date, daylight saving at that date and not at today's."""
        return _instant(stamp).astimezone(self.zone).date()

    def bars(self) -> Iterator[tuple[datetime, float | None]]:
        """Stamp and close of each bar that is closed. A bar that is still trading is left out.

        Raises:
            ValueError: stamps and closes of different length, or of the wrong type.
        """
        stamps = self.result.get("timestamp") or []
        quotes = self.result["indicators"]["quote"]
        closes = quotes[0].get("close", []) if quotes else []
        if len(stamps) != len(closes):
            raise ValueError(f"{len(stamps)} stamps and {len(closes)} closes")
        for stamp, close in zip(stamps, closes, strict=True):
            at, value = _instant(stamp), json_number(close)
            if self._is_over(stamp):
                yield at, None if value is None else shortest(value)

    def splits(self) -> list[Split]:
        """Splits of the window, in order."""
        found = [Split(self.day(one["date"]), finite(one["numerator"] / one["denominator"])) for one in self._events("splits")]
        return sorted(found, key=lambda split: split.day)

    def payments(self) -> Iterator[tuple[str, date, float]]:
        """Kind (`dividend`, `capital_gain`), ex date and amount of each payment, in today's shares."""
        for name, kind in (("dividends", "dividend"), ("capitalGains", "capital_gain")):
            for event in self._events(name):
                amount = json_number(event["amount"])
                if amount is None:
                    raise ValueError(f"a {kind} without amount: {event}")
                yield kind, self.day(event["date"]), shortest(amount)

    def _events(self, name: str) -> list[Mapping[str, Any]]:
        return list((self.result.get("events") or {}).get(name, {}).values())

    def _is_over(self, stamp: int) -> bool:
        """Whether a bar was closed at the last trade: a minute by its end, a day by the end of its session."""
        last = self.meta["regularMarketTime"]
        if self.granularity in INTRADAY:
            return bool(stamp + INTRADAY[self.granularity] <= last)
        regular = self.meta["currentTradingPeriod"]["regular"]
        return bool(last >= regular["end"]) or self.day(stamp) < self.day(regular["start"])


def read(answer: Mapping[str, Any]) -> Chart | None:
    """The chart of an answer; None where it has no result.

    Raises:
        ValueError: no chart, or one without symbol, exchange or width of its bars.
    """
    results = answer["chart"]["result"]
    if not results:
        return None
    meta = results[0]["meta"]
    symbol, granularity, zone = (meta.get(name) for name in ("symbol", "dataGranularity", "exchangeTimezoneName"))
    if not all(isinstance(text, str) for text in (symbol, granularity, zone)):
        raise ValueError(f"meta without symbol, dataGranularity or exchangeTimezoneName: {sorted(meta)}")
    if granularity not in ("1d", *INTRADAY, *LONG):
        raise ValueError(f"bars of {granularity}")
    try:
        return Chart(symbol, granularity, ZoneInfo(zone), meta, results[0])
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"unknown time zone {zone!r}") from error


def shortest(value: float) -> float:
    """The shortest decimal of a 32-bit float; a number that is none is left as it is."""
    narrow = np.float32(value)
    return float(str(narrow)) if float(narrow) == value else value


def before_splits(value: float, day: date, splits: list[Split]) -> float:
    """A price or payment of `day` in the shares of that day: times the ratios of the splits that came after.

    The shortest decimal that, over the ratios, is the same 32-bit number as what was sent.
    """
    ratio = float(np.prod([split.ratio for split in splits if split.day > day]))
    if ratio == 1:
        return value
    nearest = (float(f"{value * ratio:.{digits}g}") for digits in range(1, _DIGITS))
    return next((price for price in nearest if np.float32(price / ratio) == np.float32(value)), value * ratio)


def _instant(stamp: object) -> datetime:
    if isinstance(stamp, bool) or not isinstance(stamp, int):
        raise ValueError(f"not a stamp: {stamp!r}")
    return datetime.fromtimestamp(stamp, UTC)
