"""Sovereign CDS, flat hazard. Brazil 5y: senior, dollars, recovery 25 %, running coupon 100 bp, quarterly, actual over 360.

Spreads and rates are decimals (180 bp = 0.0180); time is in years. Positive amounts are paid by who buys protection.

    λ = s / (1 - R),   RPV01 = (1 - exp(-(r + λ)·T)) / (r + λ),   Q(T) = exp(-λ·T),   upfront = (s - c) · RPV01 · N

The closed form pays continuously: within 1 % of the ISDA engine below 300 bp. Above 500 bp upfronts solve the
quarterly legs; `cds_dated` values a contract on its own dates.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from models_py.quant.checks import Floats, floats, require_rate, require_term
from models_py.quant.errors import BadRate

RECOVERY = 0.25             # emerging-market standard
COUPON = 0.01
QUARTER = 0.25
ACT_360 = 365.25 / 360.0    # a coupon accrues actual days over 360
BP = 1e-4
TRIANGLE_LIMIT = 0.05       # above it the credit triangle errs by more than the bid-offer


def triangle(spread: ArrayLike, recovery: float = RECOVERY) -> Floats:
    """Hazard rate of the credit triangle: s / (1 - R)."""
    rate: Floats = require_rate("cds", spread) / (1.0 - recovery)
    return rate


def survival(spread: ArrayLike, years: ArrayLike, recovery: float = RECOVERY) -> Floats:
    """Probability of no default to a term: exp(-λ·T)."""
    alive: Floats = np.exp(-triangle(spread, recovery) * require_term("cds", years, "years"))
    return alive


def risky_annuity(spread: ArrayLike, rate: ArrayLike, years: ArrayLike, recovery: float = RECOVERY) -> Floats:
    """Value of 1 a year paid until default or T: RPV01 = (1 - exp(-(r + λ)·T)) / (r + λ); T where r + λ is 0."""
    decay = floats(require_rate("rate", rate) + triangle(spread, recovery))
    term = require_term("cds", years, "years")
    still = np.abs(decay) < 1e-12
    value: Floats = np.where(still, term, -np.expm1(-decay * term) / np.where(still, 1.0, decay))
    return value


def upfront(spread: ArrayLike, rate: ArrayLike, years: ArrayLike, notional: float = 1.0, coupon: float = COUPON) -> Floats:
    """What the buyer of protection pays at once: (s - c) · RPV01 · N; above 500 bp of spread with RPV01 of the quarterly legs."""
    quoted, discount, term = np.broadcast_arrays(floats(spread), floats(rate), floats(years))
    paid = np.array((quoted - coupon) * risky_annuity(quoted, discount, term))
    for place in np.argwhere(quoted > TRIANGLE_LIMIT):
        at = tuple(place)
        paid[at] = _upfront(float(quoted[at]), float(discount[at]), float(term[at]), coupon)
    worth: Floats = paid[()] * notional
    return worth


def _upfront(spread: float, rate: float, years: float, coupon: float) -> float:
    return (spread - coupon) * _legs(years).annuity(hazard(spread, rate, years), rate)


def cs01(spread: ArrayLike, rate: ArrayLike, years: ArrayLike, notional: float = 1.0, coupon: float = COUPON) -> Floats:
    """Gain of bought protection when the spread widens by 1 bp: (RPV01 - (s - c) · |∂RPV01/∂s|) · N · 1e-4; numerical above 500 bp."""
    decay = floats(require_rate("rate", rate) + triangle(spread))
    term = require_term("cds", years, "years")
    annuity = risky_annuity(spread, rate, years)
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = (annuity - term * np.exp(-decay * term)) / decay
    slope = np.where(np.abs(decay) < 1e-12, term**2 / 2.0, exact) / (1.0 - RECOVERY)
    gain = np.array((annuity - (floats(spread) - coupon) * slope) * BP)
    quoted, discount, time = (np.broadcast_to(floats(given), gain.shape) for given in (spread, rate, years))
    for place in np.argwhere(quoted > TRIANGLE_LIMIT):
        at = tuple(place)
        s, r, t = float(quoted[at]), float(discount[at]), float(time[at])
        gain[at] = _upfront(s + BP / 2.0, r, t, coupon) - _upfront(s - BP / 2.0, r, t, coupon)
    worth: Floats = gain[()] * notional
    return worth


def sold_protection_return(spread: ArrayLike, previous: ArrayLike, rate: ArrayLike, days: ArrayLike, years: float = 5.0) -> Floats:
    """Daily return of sold protection on unit notional: s_{t-1} / 360 · days - RPV01 · (s_t - s_{t-1})."""
    now, before = require_rate("cds", spread), require_rate("cds", previous)
    gain: Floats = before / 360.0 * floats(days) - risky_annuity(before, rate, years) * (now - before)
    return gain


def hazard(spread: float, rate: float, years: float, recovery: float = RECOVERY) -> float:
    """Flat hazard rate at which quarterly premiums (with accrual on default) pay for protection.

    Raises:
        BadRate: the spread is not positive, or no hazard below 100 a year prices it.
    """
    quoted, discount = float(require_rate("cds", spread)), float(require_rate("rate", rate))
    if quoted <= 0:
        raise BadRate("cds", quoted, "needs a positive spread")
    legs = _legs(float(require_term("cds", years, "years")))

    def value(intensity: float) -> float:
        return legs.protection(intensity, discount, recovery) - quoted * legs.annuity(intensity, discount)

    if value(100.0) < 0:
        raise BadRate("cds", quoted, "no hazard rate prices the spread")
    return float(brentq(value, 1e-12, 100.0, xtol=1e-14))


class _Legs(NamedTuple):
    """Quarters of a contract: a default is taken to fall in the middle of one."""

    start: Floats
    pay: Floats

    def annuity(self, intensity: float, rate: float) -> float:
        alive = np.exp(-(intensity + rate) * self.pay)
        died = np.exp(-intensity * self.start) - np.exp(-intensity * self.pay)
        middle = np.exp(-rate * (self.start + self.pay) / 2.0)
        return float(ACT_360 * np.sum((self.pay - self.start) * (alive + died * middle / 2.0)))

    def protection(self, intensity: float, rate: float, recovery: float) -> float:
        died = np.exp(-intensity * self.start) - np.exp(-intensity * self.pay)
        return float((1.0 - recovery) * np.sum(died * np.exp(-rate * (self.start + self.pay) / 2.0)))


def _legs(years: float) -> _Legs:
    pay = np.append(np.arange(QUARTER, years, QUARTER), years)
    return _Legs(np.r_[0.0, pay[:-1]], pay)
