"""PTAX bulletins: five a day and currency, the close the mean of the day's four windows, at the second of the last of them.

Parities stand at each window between the closes of New York. A currency of type A is quoted in units per dollar, its BRL price is
dollar ÷ parity; one of type B in dollars per unit, dollar × parity. What is bought at the lower price is sold at the higher one:

    B: buy = dollar buy × parity buy,    sell = dollar sell × parity sell
    A: buy = dollar buy ÷ parity sell,   sell = dollar sell ÷ parity buy

Each window is published a few minutes after its hour, the close when the day's fixing is out (SGS copies it within a minute). Nothing
is drawn here but seconds: prices are those of `fixings`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.fixings import WINDOWS
from pipelines.sandbox.world.grid import BRT, START, is_session, utc
from pipelines.sandbox.world.publisher import Publisher

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]

SPREAD = 0.0006                          # BRL per USD between the two sides
LATE = 0.02                              # share of days whose close is out as late as 17:00
TYPES: Mapping[str, str] = {"AUD": "B", "CAD": "A", "CHF": "A", "EUR": "B", "GBP": "B", "JPY": "A", "USD": "A"}
HALF_SPREAD = {"JPY": 0.01}              # of a parity; others 0.0002
HOURS = (10 + 3 / 60, 11 + 3 / 60, 12 + 3 / 60)
NEW_RULE = np.datetime64("2011-07-01")   # before, the close came after the market's


@dataclass(frozen=True)
class Bulletins:
    """Bulletins of a world: columns are Abertura, three times Intermediário, and the close.

    `days` (n,), `at` (n, 5) UTC; `buy`, `sell` BRL per unit and `parity_buy`, `parity_sell`, all (n, 5), by currency. Five decimals.
    """

    days: Dates
    at: Dates
    buy: Mapping[str, Floats]
    sell: Mapping[str, Floats]
    parity_buy: Mapping[str, Floats]
    parity_sell: Mapping[str, Floats]


def closing_hours(seed: int, days: Dates) -> Floats:
    """Local hour at which the close of each day is out, whole minutes: 13:05 to 13:30, late on some days, 18:50 before July 2011."""
    draw = rng.daily(seed, "ptax.time", days, 2, "uniform")
    hour = np.where(draw[:, 1] < LATE, 13.5 + 3.5 * draw[:, 0], 13 + 5 / 60 + draw[:, 0] * 25 / 60)
    return np.round(np.where(days < NEW_RULE, 18 + 50 / 60, hour) * 60) / 60


def build(p: Publisher) -> Bulletins:
    """All bulletins of a world, from 2010."""
    days = p.truth.days
    days = days[(days >= START) & is_session("br", days)]
    row = p.grid.at(days)
    daily = p.truth.daily
    windows = np.stack([daily[f"ptax_window_{n + 1}"][row] for n in range(len(WINDOWS))], axis=1)
    sell = np.round(np.column_stack([windows, daily["ptax"][row]]), 4)
    dollars = {"buy": sell - SPREAD, "sell": sell}
    buy, sold, parity_buy, parity_sell = {}, {}, {}, {}
    for currency, kind in TYPES.items():
        low, high = _parities(p, currency, kind, row)
        one, other = (low, high) if kind == "B" else (1 / high, 1 / low)
        buy[currency], sold[currency] = (np.round(dollars[side] * factor, 5) for side, factor in (("buy", one), ("sell", other)))
        parity_buy[currency], parity_sell[currency] = low, high
    return Bulletins(days, _instants(p.seed, days), buy, sold, parity_buy, parity_sell)


def _parities(p: Publisher, currency: str, kind: str, row: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Both sides of a parity at each bulletin; the close stands where the last window does."""
    if currency == "USD":
        one = np.ones((row.size, len(WINDOWS) + 1))
        return one, one
    log = np.log(p.truth.daily[f"usd{currency.lower()}"])
    fractions = np.array([*WINDOWS, WINDOWS[-1]])
    level = np.exp(log[row - 1][:, None] + fractions * (log[row] - log[row - 1])[:, None])
    middle, half = level if kind == "A" else 1 / level, HALF_SPREAD.get(currency, 0.0002)
    return np.round(middle - half, 4), np.round(middle + half, 4)


def _instants(seed: int, days: Dates) -> Dates:
    """When each bulletin is out: minutes after its window's hour; the last window and the close some milliseconds apart."""
    draw = rng.daily(seed, "ptax.seconds", days, 6, "uniform")
    minutes = np.stack([hour + draw[:, n] * 3 / 60 for n, hour in enumerate(HOURS)], axis=1)
    early = [utc(days, minutes[:, n], BRT) + (draw[:, n] * 1e6).astype("timedelta64[us]") for n in range(len(HOURS))]
    # a fraction of the minute before SGS has it
    whole = utc(days, closing_hours(seed, days), BRT) - np.timedelta64(60, "s") + (np.floor(draw[:, 3] * 58)).astype("timedelta64[s]")
    last = whole + (draw[:, 4] * 4e5).astype("timedelta64[us]")
    close = whole + (4e5 + draw[:, 5] * 5.9e5).astype("timedelta64[us]")
    return np.stack([*early, last, close], axis=1)
