"""Options on the dollar in the simulated exchange: volatilities by delta and expiry, and premiums of listed strikes by Black-76.

    σ(Δ) = ATM + RR/2 · x + BF · x²,   x = (0.5 − Δ) / 0.25      Δ of the call, forward, premium unadjusted
    K(Δ) = F · exp(−Φ⁻¹(Δ) σ√T + σ²T/2),   T = du/252
    premium = DF · (F Φ(d1) − K Φ(d2));  of the put by parity

Options expire with the futures of their months. Strikes are those of five deltas, rounded to BRL 5 per USD 1,000; the volatility of a
strike is that of its own delta. Total variance rises with the term, as the state of the market does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from pipelines.sandbox.world.derivatives import EXPIRIES_MONTHS
from pipelines.sandbox.world.grid import business_days, shift
from pipelines.sandbox.world.market import Market

Floats = NDArray[np.float64]

DELTAS = (1, 10, 25, 37, 50, 63, 75, 90, 99)
LISTED = (10, 25, 50, 75, 90)
STRIKE_STEP = 5.0                          # BRL per USD 1,000
VOL_DECIMALS, PREMIUM_DECIMALS = 2, 3


@dataclass(frozen=True)
class Smile:
    """Volatilities of an expiry, % a year, at DELTAS."""

    expiry: np.datetime64
    business_days: int
    days: int
    vol: Floats


@dataclass(frozen=True)
class Premium:
    """A listed option: strike and premium in BRL per USD 1,000."""

    expiry: np.datetime64
    is_call: bool
    strike: float
    premium: float


def surface(market: Market, day: np.datetime64) -> list[Smile]:
    """Smiles of the listed expiries of a session."""
    return [_smile(market, day, months) for months in EXPIRIES_MONTHS]


def premiums(market: Market, day: np.datetime64) -> list[Premium]:
    """Calls and puts of every listed strike of a session, by expiry, calls first."""
    found: list[Premium] = []
    for months, smile in zip(EXPIRIES_MONTHS, surface(market, day), strict=True):
        years, at = smile.business_days / 252, np.array([day])
        discount = float(market.di_discount(at, np.array([smile.business_days]))[0])
        coupon = float(market.cupom(at, np.array([smile.days]))[0])
        forward = 1000 * float(market.spot(at)[0]) / discount / (1 + coupon * smile.days / 360)
        spread = np.array([smile.vol[DELTAS.index(delta)] for delta in LISTED]) / 100 * np.sqrt(years)
        exact = forward * np.exp(-ndtri(np.array(LISTED) / 100) * spread + spread**2 / 2)
        strikes = np.unique(np.round(exact / STRIKE_STEP) * STRIKE_STEP)
        vol = _of_strikes(market, day, months, forward, strikes, years)
        call = discount * black(forward, strikes, vol / 100 * np.sqrt(years))
        put = call - discount * (forward - strikes)
        for is_call, values in ((True, call), (False, put)):
            prices = np.maximum(np.round(values, PREMIUM_DECIMALS), 10.0**-PREMIUM_DECIMALS)
            found += [Premium(smile.expiry, is_call, float(k), float(p)) for k, p in zip(strikes, prices, strict=True)]
    return found


def black(forward: float, strike: Floats, spread: Floats) -> Floats:
    """Undiscounted call by Black-76; `spread` is σ√T."""
    first = np.log(forward / strike) / spread + spread / 2
    value: Floats = forward * ndtr(first) - strike * ndtr(first - spread)
    return value


def _smile(market: Market, day: np.datetime64, months: int) -> Smile:
    opening = (day.astype("datetime64[M]") + months).astype("datetime64[D]")
    ends = shift("br", np.array([opening]), 0)
    expiry: np.datetime64 = ends[0]
    vol = np.round(_vol(market, day, months, np.array(DELTAS) / 100), VOL_DECIMALS)
    return Smile(expiry, int(business_days(np.array([day]), ends)[0]), int((expiry - day).astype(np.int64)), vol)


def _vol(market: Market, day: np.datetime64, months: int, delta: Floats) -> Floats:
    """Volatility at deltas of the call, % a year."""
    row, daily = market.row(np.array([day])), market.p.truth.daily
    atm, reversal, butterfly = (float(daily[f"usdbrl_{name}_{months}m"][row][0]) for name in ("atm", "rr", "bf"))
    x = (0.5 - delta) / 0.25
    return atm + reversal / 2 * x + butterfly * x**2


def _of_strikes(market: Market, day: np.datetime64, months: int, forward: float, strikes: Floats, years: float) -> Floats:
    """The volatility of each strike: that of its own delta, found by going back and forth between the two."""
    vol = _vol(market, day, months, np.full(strikes.size, 0.5))
    for _ in range(12):
        spread = vol / 100 * np.sqrt(years)
        vol = _vol(market, day, months, ndtr(np.log(forward / strikes) / spread + spread / 2))
    return vol
