"""DI1: one-day interbank deposit futures (B3), quoted as an annual rate on business days.

Rates are decimals, compounding is annual on 252 business days, prices (PU) are BRL per contract of 100,000, one point is BRL 1.
A long position is long PU: it receives the fixed rate. On the screen it is a sale of the rate.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models_py.quant.checks import (
    Batch,
    Floats,
    floats,
    masked,
    require_price,
    require_rate,
    require_term,
    valid_price,
    valid_rate,
    valid_term,
)
from models_py.quant.errors import BadTerm

FACE = 100_000.0            # B3, contract specification of DI1
YEAR = 252.0
BP = 1e-4
NEAR_MONTHS = 3             # months ahead whose quotes have the finer tick


def _price(rate: Floats, days: Floats) -> Floats:
    price: Floats = FACE * (1.0 + rate) ** (-days / YEAR)
    return price


def price(rate: ArrayLike, business_days: ArrayLike) -> Floats:
    """Unit price (PU) of a contract, unrounded. B3 publishes it rounded to the cent (`settlement_price`).

        PU = FACE / (1 + rate) ** (business_days / 252)

    Args:
        rate: decimal a year, shape (n,) or scalar.
        business_days: trade date to expiry, > 0, same shape.
    Raises:
        Matured: business_days is not positive. BadRate: rate is not a number above -0.5.

    Source: B3, "Futuro de Taxa Média de DI de Um Dia", contract specification.
    """
    return _price(require_rate("di1", rate), require_term("di1", business_days))


def price_batch(rate: ArrayLike, business_days: ArrayLike) -> Batch:
    """As `price`, NaN and False where the input makes no sense."""
    good = valid_rate(rate) & valid_term(business_days)
    return Batch(_price(*masked(good, rate, business_days)), good)


def settlement_price(rate: ArrayLike, business_days: ArrayLike) -> Floats:
    """PU as B3 publishes it: `price` rounded to two decimals."""
    rounded: Floats = np.round(price(rate, business_days), 2)
    return rounded


def rate(price: ArrayLike, business_days: ArrayLike) -> Floats:
    """Annual rate of a PU: rate = (FACE / PU) ** (252 / business_days) - 1.

    Raises:
        Matured: business_days is not positive. BadPrice: PU is not a positive number.
    """
    return _rate(require_price("di1", price), require_term("di1", business_days))


def rate_batch(price: ArrayLike, business_days: ArrayLike) -> Batch:
    """As `rate`, NaN and False where the input makes no sense (a contract on its expiry has no rate)."""
    good = valid_price(price) & valid_term(business_days)
    return Batch(_rate(*masked(good, price, business_days)), good)


def _rate(price: Floats, days: Floats) -> Floats:
    annual: Floats = (FACE / price) ** (YEAR / days) - 1.0
    return annual


def dv01(rate: ArrayLike, business_days: ArrayLike) -> Floats:
    """BRL a long contract gains when the rate falls by 1 bp: PU · T / (1 + rate) · 1e-4, T = business_days / 252."""
    annual, days = require_rate("di1", rate), require_term("di1", business_days)
    gain: Floats = _price(annual, days) * days / YEAR / (1.0 + annual) * BP
    return gain


def convexity(rate: ArrayLike, business_days: ArrayLike) -> Floats:
    """Second derivative of PU to the rate: PU · T · (T + 1) / (1 + rate)²."""
    annual, days = require_rate("di1", rate), require_term("di1", business_days)
    years = days / YEAR
    curvature: Floats = _price(annual, days) * years * (years + 1.0) / (1.0 + annual) ** 2
    return curvature


def tick(months_ahead: ArrayLike) -> Floats:
    """Smallest move of the quoted rate, decimal: 0.001 % in the first three contract months, 0.005 % beyond.

    Args:
        months_ahead: contract month less the month of the session, >= 0.
    Raises:
        BadTerm: a month that has passed.

    Source: B3, recorded quotes.
    """
    ahead = floats(months_ahead)
    if not (ahead >= 0).all():
        raise BadTerm("di1", float(np.min(ahead)), "needs a contract month that has not passed, months ahead")
    step: Floats = np.where(ahead <= NEAR_MONTHS, 1e-5, 5e-5)[()]
    return step


def accretion(cdi: ArrayLike, business_days: ArrayLike = 1) -> Floats:
    """Factor FC by which yesterday's PU grows before today's is compared with it: (1 + cdi) ** (business_days / 252)."""
    factor: Floats = (1.0 + require_rate("cdi", cdi)) ** (floats(business_days) / YEAR)
    return factor


def carry(rate: ArrayLike, business_days: ArrayLike, rolled_rate: ArrayLike, cdi: ArrayLike, horizon: int = 21) -> Floats:
    """Carry and roll-down of a long contract over `horizon` business days if the curve of rates stands still, BRL.

        PU(d - h, r_curve(d - h)) - PU(d, r) · (1 + cdi) ** (h / 252)

    Args:
        rolled_rate: the curve's rate today at d - h business days.
    """
    days = require_term("di1", business_days)
    rolled = price(rolled_rate, days - horizon)
    earned: Floats = rolled - price(rate, days) * accretion(cdi, horizon)
    return earned


def carry_per_dv01(rate: ArrayLike, business_days: ArrayLike, rolled_rate: ArrayLike, cdi: ArrayLike, horizon: int = 21) -> Floats:
    """`carry` as the fall of the rate that would earn the same, decimal: carry / (PU · T / (1 + rate))."""
    per_rate = dv01(rate, business_days) / BP
    equivalent: Floats = carry(rate, business_days, rolled_rate, cdi, horizon) / per_rate
    return equivalent


def copom_path(prices: ArrayLike, expiries: ArrayLike, effective: ArrayLike) -> NDArray[np.float64]:
    """Overnight rates between decisions that reprice every contract: Π(1 + s_k)^(d_k / 252) = FACE / PU, solved step by step.

    Each contract settles the one period that ends the set before it; a decision takes effect on the business day after the meeting.

    Args:
        prices: PU by expiry, ascending, shape (n,).
        expiries: business days to each expiry, shape (n,).
        effective: business days from today to the first day of each new rate, ascending, shape (n - 1,): exactly one between
            two neighbouring expiries.
    Returns:
        n rates: today's, then one after each decision.
    Raises:
        BadTerm: the decisions do not alternate with the expiries.
    """
    days, starts = require_term("di1", expiries), floats(effective)
    if len(starts) != len(days) - 1 or not all(a < s <= b for (a, b), s in zip(pairwise(days), starts, strict=False)):
        raise BadTerm("di1 copom path", starts.tolist(), f"needs one decision after each of the expiries {days.tolist()}")
    growth = np.log(FACE / require_price("di1", prices)) * YEAR
    steps = [growth[0] / days[0]]
    for k, start in enumerate(starts):
        known = growth[k] + steps[-1] * (start - days[k])
        steps.append((growth[k + 1] - known) / (days[k + 1] - start))
    overnight: NDArray[np.float64] = np.expm1(np.array(steps))
    return overnight
