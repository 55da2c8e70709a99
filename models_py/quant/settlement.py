"""When what is traded is paid: settlement lags by market, on all the calendars that must be open.

A lag of a market holds from a date on: stocks of Brazil settled three days after the trade until 2019-05-24, US stocks and Treasury
bonds as written below. The spot dollar needs both centres open; a forward is fixed two business days before it settles.

Source: B3 and SEC rules; EMTA, BRL NDF template; INSTRUMENTS §1.
"""

from typing import NamedTuple

import numpy as np

from models_py.quant.daycount import DateLike, Days, as_days, calendar
from models_py.quant.errors import BadTerm


class Lag(NamedTuple):
    """Business days from trade to payment, the calendars they are counted on, and the first trade date the lag holds for."""

    days: int
    markets: tuple[str, ...]
    since: str = "1900-01-01"


LAGS: dict[str, tuple[Lag, ...]] = {
    "b3_future": (Lag(1, ("b3",)),),
    "cme_future": (Lag(1, ("us_cme",)),),
    "usdbrl_spot": (Lag(2, ("br", "us_sifma")),),
    "federal_bond": (Lag(0, ("br",)),),                      # ANBIMA's indicative prices are for the same day
    "federal_bond_market": (Lag(1, ("br",)),),
    "federal_bond_auction": (Lag(1, ("br",)),),
    "b3_stock": (Lag(3, ("b3",)), Lag(2, ("b3",), "2019-05-27")),
    "us_stock": (Lag(3, ("us_nyse",)), Lag(2, ("us_nyse",), "2017-09-05"), Lag(1, ("us_nyse",), "2024-05-28")),
    "ust": (Lag(1, ("us_sifma",)),),
    "cds_upfront": (Lag(3, ("us_sifma",)),),
}
NDF_FIXING_BD = 2


def settlement(market: str, trade: DateLike) -> Days:
    """Payment date of trades.

    Args:
        trade: shape (n,) or one date; a day that is no business day of the market counts as the next one.
    Raises:
        BadTerm: no such market.
    """
    if market not in LAGS:
        raise BadTerm("settlement", market, f"is one of {', '.join(LAGS)}")
    traded = as_days(trade)
    out = traded.copy()
    for lag in LAGS[market]:
        held = traded >= np.datetime64(lag.since)
        out = np.where(held, _shift(traded, lag.days, lag.markets), out)
    return out


def ndf_fixing(settles: DateLike) -> Days:
    """Day whose PTAX fixes a forward: the second business day of both centres before it settles."""
    return _shift(as_days(settles), -NDF_FIXING_BD, ("br", "us_sifma"))


def _shift(days: Days, n: int, markets: tuple[str, ...]) -> Days:
    """The n-th day after (before) each date on which every market is open, on the lists known at that date."""
    known, step = days, np.timedelta64(1 if n >= 0 else -1, "D")
    moved = _open(days, np.timedelta64(1, "D"), markets, known)
    for _ in range(abs(n)):
        moved = _open(moved + step, step, markets, known)
    return moved


def _open(days: Days, step: np.timedelta64, markets: tuple[str, ...], known: Days) -> Days:
    moved = days.copy()
    while True:
        shut = ~np.logical_and.reduce([calendar(market).is_business_day(moved, known) for market in markets])
        if not shut.any():
            return moved
        moved = np.where(shut, moved + step, moved)
