"""What the exchange prices each session: rates, curves, spot, and the settlement of every listed contract.

A session is a date of `sessions`. `day` arguments are one session or an array of shape (n,); tenors broadcast against them, so
`day` of shape (n, 1) with `du` of shape (m,) gives (n, m). Rates are decimals: DI and real rates annual on 252 business days,
cupom linear ACT/360 from the session date. Spot and PTAX are BRL per USD.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

Dates = NDArray[np.datetime64]
Floats = NDArray[np.float64]

SETTLEMENTS = {
    "symbol": pl.String,            # DI1F27
    "family": pl.String,            # DI1, DDI, FRC, DAP, DOL, WDO
    "maturity_date": pl.Date,       # expiry of the contract
    "du": pl.Int32,                 # business days from the session to expiry, holidays known that day
    "dc": pl.Int32,                 # calendar days
    "rate": pl.Float64,             # AdjstdQtTax, % a year: 3 dp (FRC 2 dp); null for DOL and WDO
    "settlement": pl.Float64,       # AdjstdQt: PU with 2 dp; DOL and WDO BRL per USD 1,000 with 3 dp; null for FRC
    "previous_rate": pl.Float64,    # PrvsAdjstdQtTax, null on the first day of a contract
    "previous": pl.Float64,
    # PrvsAdjstdQt: PU of yesterday's rate at today's term (DI1, DAP, DDI); DOL, WDO the price of the eve
    "open_interest": pl.Int64,      # contracts; null where nothing is open
}


@dataclass(frozen=True)
class SessionTimes:
    """When the files of a session appear, UTC. `corrected_at` is None unless the file was corrected the next business day."""

    snapshot_at: np.datetime64      # settlements fixed, about 19:30 in São Paulo
    published_at: np.datetime64     # file on the site, 22:31-22:45
    corrected_at: np.datetime64 | None


@dataclass(frozen=True)
class Quotes:
    """Rates of a family as settled: expiry, business and calendar days to it, and % a year with the family's decimals."""

    symbol: tuple[str, ...]
    maturity_date: Dates
    du: NDArray[np.int64]
    dc: NDArray[np.int64]
    rate: Floats


@dataclass(frozen=True)
class B3:
    """Accessors of one world's exchange."""

    sessions: Dates
    _di_discount: Callable[[Dates, NDArray[np.int64]], Floats]
    _real_discount: Callable[[Dates, NDArray[np.int64]], Floats]
    _cupom: Callable[[Dates, NDArray[np.int64]], Floats]
    _spot: Callable[[Dates], Floats]
    _ptax_previous: Callable[[Dates], Floats]
    _casado: Callable[[Dates], Floats]
    _settlements: Callable[[np.datetime64, bool], pl.DataFrame]
    _times: Callable[[np.datetime64], SessionTimes]
    _quotes: Callable[[str, np.datetime64], Quotes]

    def di_discount(self, day: ArrayLike, du: ArrayLike) -> Floats:
        """Discount factor of the DI curve for `du` business days from the session."""
        return self._di_discount(_days(day), np.asarray(du, np.int64))

    def real_discount(self, day: ArrayLike, du: ArrayLike) -> Floats:
        """Discount factor of the real (DAP) curve; below 252 du the inflation leg is the projected index, so it may exceed 1."""
        return self._real_discount(_days(day), np.asarray(du, np.int64))

    def cupom(self, day: ArrayLike, dc: ArrayLike) -> Floats:
        """Clean cupom cambial: c in F = spot·(1+i)^(du/252) / (1 + c·dc/360)."""
        return self._cupom(_days(day), np.asarray(dc, np.int64))

    def dirty_cupom(self, day: ArrayLike, dc: ArrayLike) -> Floats:
        """Dirty cupom of DDI, its spot leg the PTAX of the eve: 1 + c_dirty·dc/360 = PTAX_(D-1)/spot · (1 + c·dc/360)."""
        dc = np.asarray(dc, np.int64)
        return ((self.ptax_previous(day) / self.spot(day)) * (1 + self.cupom(day, dc) * dc / 360) - 1) * 360 / dc

    def spot(self, day: ArrayLike) -> Floats:
        """Spot at the close of the session."""
        return self._spot(_days(day))

    def ptax_previous(self, day: ArrayLike) -> Floats:
        """PTAX sell of the business day before the session, as published (4 dp)."""
        return self._ptax_previous(_days(day))

    def casado(self, day: ArrayLike) -> Floats:
        """First DOL less spot, in BRL per USD: the price of the casado."""
        return self._casado(_days(day))

    def settlements(self, day: date | np.datetime64, corrected: bool = True) -> pl.DataFrame:
        """Every listed contract of a session, one row each, columns `SETTLEMENTS`, sorted by family and maturity.

        Prices are computed from the rounded rates, so that identities hold exactly on what is published. `corrected=False`
        gives the file as first published on the rare day (1 in 60) when it was corrected later; else both are equal.

        Raises:
            ValueError: the date is no session.
        """
        return self._settlements(_day(day), corrected)

    def quotes(self, family: str, day: date | np.datetime64) -> Quotes:
        """Published rates of one family on a session, without its prices: quicker than `settlements` for long histories."""
        return self._quotes(family, _day(day))

    def times(self, day: date | np.datetime64) -> SessionTimes:
        """When the files of the session appear."""
        return self._times(_day(day))


def _day(day: date | np.datetime64) -> np.datetime64:
    return day.astype("datetime64[D]") if isinstance(day, np.datetime64) else np.datetime64(day.isoformat(), "D")


def _days(day: ArrayLike) -> Dates:
    return np.asarray(day, dtype="datetime64[D]")
