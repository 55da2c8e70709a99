"""Quotes as Yahoo Finance shows them, in the shares of their own day: openings, closes and dividends of each symbol.

    close = level / Π ratios of splits to date        open = previous level · exp(.35 · log change)
    dividend = yield / payments a year · previous close · U(.8, 1.2)

A session's opening, its split and its ex date are known when it opens; its close, extremes and volume half an hour after the end
(futures: after the settlement). What is wrong with them, always: a currency's close is its opening on 30 % of days; one close in
1,500 is a hundred times too high until the next session's; .3 % of bars are null for good. Levels are price levels: what is paid
out is not in them, so no price falls on its ex date. Keys are `<symbol>|open` (with `split`, 1 where there is none), `|close`
(with `high`, `low`, `volume`) and `|dividend`. None of it is calibrated beyond the states that levels follow.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import quotes_levels, rng
from pipelines.sandbox.world.grid import is_session, shift, utc
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Publisher
from pipelines.sandbox.world.quotes_table import BY_SYMBOL, QUOTED, WEEKDAY, Quoted

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Dates = NDArray[np.datetime64]

SOURCE = "yahoo"
OVERNIGHT = 0.35
STALE, BAD_TICK, NULL, FACTOR = 0.30, 1 / 1500, 0.003, 100.0
SPLIT, RATIO = 0.12, 2.0                                   # chance that a board splits in a year, new shares for an old one
RANGE = 0.004                                              # sd of the logarithm by which extremes leave the open and the close
VOLUME = {"ETF": 8e6, "EQUITY": 3e7, "FUTURE": 9e4, "INDEX": 3e9, "CURRENCY": 0.0}
KEYS = tuple(
    f"{one.symbol}|{field}" for one in QUOTED for field in ("open", "close", *(["dividend"] if one.pays[0] else []))
)


@dataclass(frozen=True)
class Tape:
    """A symbol's sessions: opening and close in the shares of the day, the split of the day (1: none), and two uniforms a day."""

    days: Dates
    opens: Floats
    close: Floats
    split: Floats
    chance: Floats


def series(p: Publisher, key: str) -> Prints:
    """Every print of one key.

    Raises:
        KeyError: no such symbol or field.
    """
    symbol, _, field = key.rpartition("|")
    if key not in KEYS:
        raise KeyError(key)
    quoted = BY_SYMBOL[symbol]
    tape = _tape(p, quoted)
    if field == "open":
        return _prints(p, key, quoted, tape.days, opened(quoted, tape.days), tape.opens, {"split": tape.split})
    return _closes(p, key, quoted, tape) if field == "close" else _dividends(p, key, quoted, tape)


def opened(quoted: Quoted, days: Dates) -> Dates:
    """Instants at which sessions open."""
    return utc(days, quoted.venue.opens, quoted.venue.zone)


def closed(quoted: Quoted, days: Dates) -> Dates:
    """Instants from which bars are final."""
    return utc(days, *quoted.venue.final)


def _tape(p: Publisher, quoted: Quoted) -> Tape:
    level = quotes_levels.level(p, quoted.level)
    level = 1 / level if quoted.inverse else level
    days = p.truth.days
    chosen = days >= max(np.datetime64(quoted.since), days[p.grid.start])
    if quoted.venue.market != WEEKDAY:
        chosen &= is_session(quoted.venue.market, days)
    days, level = days[chosen], level[chosen]
    before = np.concatenate([level[:1], level[:-1]])
    split = _splits(p, quoted, days)
    shares = np.cumprod(split)
    chance = rng.daily(p.seed, f"yahoo.{quoted.symbol}", days, 3, "uniform")
    opens = np.round(before * (level / before) ** OVERNIGHT / shares, quoted.decimals)
    close = np.round(level / shares, quoted.decimals)
    stale = (quoted.kind == "CURRENCY") & (chance[:, 0] < STALE)
    return Tape(days, opens, np.where(stale, opens, close), split, chance)


def _splits(p: Publisher, quoted: Quoted, days: Dates) -> Floats:
    """The ratio of each session: at most one split a year, at the first session of a month."""
    years = np.unique(days.astype("datetime64[Y]"))
    draw = rng.daily(p.seed, f"yahoo.split.{quoted.symbol}", years.astype("datetime64[D]"), 2, "uniform")
    ratio = np.ones(days.size)
    for year, (whether, month) in zip(years[1:], draw[1:], strict=True):
        wanted = year.astype("datetime64[M]") + int(12 * month)
        place = int(np.searchsorted(days, wanted.astype("datetime64[D]")))
        if quoted.splits and whether < SPLIT and place < days.size:
            ratio[place] = RATIO
    return ratio


def _closes(p: Publisher, key: str, quoted: Quoted, tape: Tape) -> Prints:
    draws = rng.daily(p.seed, f"yahoo.range.{quoted.symbol}", tape.days, 3)
    at = closed(quoted, tape.days)
    is_null = tape.chance[:, 1] < NULL
    is_bad = (tape.chance[:, 2] < BAD_TICK) & ~is_null
    top, bottom = np.maximum(tape.opens, tape.close), np.minimum(tape.opens, tape.close)
    columns = {
        "high": np.round(top * np.exp(RANGE * np.abs(draws[:, 0])), quoted.decimals),
        "low": np.round(bottom * np.exp(-RANGE * np.abs(draws[:, 1])), quoted.decimals),
        "volume": np.floor(VOLUME[quoted.kind] * np.exp(0.35 * draws[:, 2]) / 100) * 100,
    }
    columns = {name: np.where(is_null, np.nan, column) for name, column in columns.items()}
    value = np.where(is_null, np.nan, np.where(is_bad, tape.close * FACTOR, tape.close))
    mended = np.flatnonzero(is_bad)
    following = tape.days[mended] + 1
    venue = quoted.venue.market
    following = np.busday_offset(following, 0, roll="forward") if venue == WEEKDAY else shift(venue, following, 0)
    return _prints(
        p, key, quoted, np.append(tape.days, tape.days[mended]), np.append(at, closed(quoted, following)),
        np.append(value, tape.close[mended]), {name: np.append(column, column[mended]) for name, column in columns.items()},
    )


def _dividends(p: Publisher, key: str, quoted: Quoted, tape: Tape) -> Prints:
    """What is paid, by ex date: the second session of each month that pays, so never on the day of a split."""
    months, income = quoted.pays
    month = tape.days.astype("datetime64[M]")
    second = np.flatnonzero((month[2:] == month[1:-1]) & (month[1:-1] != month[:-2])) + 2
    paying = second[np.isin(month[second].astype(np.int64) % 12 + 1, months)]
    share = rng.daily(p.seed, f"yahoo.dividend.{quoted.symbol}", tape.days[paying], 1, "uniform")
    amount = np.round(income / len(months) * tape.close[paying - 1] * (0.8 + 0.4 * share), 6)
    return _prints(p, key, quoted, tape.days[paying], opened(quoted, tape.days[paying]), amount, {}, decimals=6)


def _prints(
    p: Publisher, key: str, quoted: Quoted, days: Dates, at: Dates, value: Floats, extra: dict[str, Floats], decimals: int | None = None
) -> Prints:
    return p.prints(
        SOURCE, key, days, at, value, quoted.decimals if decimals is None else decimals, f"SIMULATED {quoted.name}", quoted.currency,
        "D", extra=extra,
    )
