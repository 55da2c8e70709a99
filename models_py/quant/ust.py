"""US Treasury notes and bonds: price, yield, accrued and DV01 of a bond; duration and return of a constant-maturity par yield.

Yields and coupons are decimals a year, semiannual, actual/actual (ICMA): a settlement inside a period discounts its coupon over
the share of days left. Prices are per 100 of face.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import Floats, floats, require_price, require_rate, require_term
from models_py.quant.daycount import DateLike, as_days
from models_py.quant.errors import BadPrice, Matured

YEAR_BD = 252.0
BP = 1e-4


class Schedule(NamedTuple):
    """What is left of a bond at settlement."""

    coupons: int                # payments still due
    ahead: float                # share of the current period that is left, in (0, 1]


def schedule(settlement: DateLike, maturity: DateLike) -> Schedule:
    """Semiannual dates back from maturity; those of a month end stay on month ends.

    Raises:
        Matured: settlement is not before maturity.
    """
    settled, matured = _date(settlement), _date(maturity)
    if not settled < matured:
        raise Matured("ust", matured.isoformat(), f"needs a maturity after settlement {settled}")
    count = 1
    while (previous := _back(matured, count)) > settled:
        count += 1
    following = _back(matured, count - 1)
    return Schedule(count, float((following - settled) / (following - previous)))


def _date(day: DateLike) -> date:
    found = as_days(day).item()
    assert isinstance(found, date)
    return found


def _back(maturity: date, periods: int) -> date:
    """The coupon date a number of half-years before maturity."""
    month_end = (maturity + timedelta(1)).month != maturity.month
    months = maturity.year * 12 + maturity.month - 1 - 6 * periods
    last = monthrange(months // 12, months % 12 + 1)[1]
    return date(months // 12, months % 12 + 1, last if month_end else min(maturity.day, last))


def accrued(coupon: float, settlement: DateLike, maturity: DateLike) -> float:
    """Interest earned since the last coupon, per 100: 100 · c / 2 · (1 - share of the period left)."""
    return 100.0 * float(require_rate("ust coupon", coupon)) / 2.0 * (1.0 - schedule(settlement, maturity).ahead)


def dirty_price(coupon: float, yield_: float, settlement: DateLike, maturity: DateLike) -> float:
    """Σ 100 · c / 2 · v^(w + k) + 100 · v^(w + n - 1),  v = 1 / (1 + y / 2), w the share of the period left."""
    count, ahead = schedule(settlement, maturity)
    base = 1.0 + float(require_rate("ust", yield_)) / 2.0
    factors = base ** -(ahead + np.arange(count))
    return float(100.0 * (float(require_rate("ust coupon", coupon)) / 2.0 * factors.sum() + factors[-1]))


def clean_price(coupon: float, yield_: float, settlement: DateLike, maturity: DateLike) -> float:
    """`dirty_price` less `accrued`."""
    return dirty_price(coupon, yield_, settlement, maturity) - accrued(coupon, settlement, maturity)


def yield_of(coupon: float, clean: float, settlement: DateLike, maturity: DateLike) -> float:
    """Yield at which the bond is worth its clean price, by Newton's method."""
    target = float(require_price("ust", clean)) + accrued(coupon, settlement, maturity)
    found = max(coupon, 0.01)
    for _ in range(100):
        gap = dirty_price(coupon, found, settlement, maturity) - target
        step = gap / (dv01(coupon, found, settlement, maturity) / BP)
        found += step
        if abs(step) < 1e-14:
            return found
    raise BadPrice("ust", clean, "no yield prices it")


def dv01(coupon: float, yield_: float, settlement: DateLike, maturity: DateLike) -> float:
    """Gain per 100 of face when the yield falls by 1 bp: -dP/dy · 1e-4, closed form."""
    count, ahead = schedule(settlement, maturity)
    base = 1.0 + float(require_rate("ust", yield_)) / 2.0
    times = ahead + np.arange(count)
    flows = np.full(count, 100.0 * float(require_rate("ust coupon", coupon)) / 2.0)
    flows[-1] += 100.0
    return float(np.sum(flows * times / 2.0 * base ** (-times - 1.0)) * BP)


def thirty_seconds(quote: str) -> float:
    """Price of a quote in 32nds: `98-16+` is 98 + 16.5/32; a third digit is eighths of a 32nd (`98-162` is 98 + 16.25/32).

    Raises:
        BadPrice: the text is no such quote.
    """
    points, _, ticks = quote.partition("-")
    if not points.isdigit() or len(ticks) not in (2, 3) or not ticks[:2].isdigit() or int(ticks[:2]) > 31:
        raise BadPrice("ust", repr(quote), "is no quote in 32nds")
    eighths = {"": 0, "+": 4}.get(ticks[2:])
    if eighths is None:
        if ticks[2] not in "01234567":
            raise BadPrice("ust", repr(quote), "is no quote in 32nds")
        eighths = int(ticks[2])
    return int(points) + (int(ticks[:2]) + eighths / 8.0) / 32.0


def par_duration(par_yield: ArrayLike, years: float) -> Floats:
    """Modified duration of a bond at par: Σ t · CF_t · v^(2t) / (1 + y / 2), per 1 of price."""
    return _par_moments(par_yield, years)[0]


def par_convexity(par_yield: ArrayLike, years: float) -> Floats:
    """Convexity of a bond at par: d²P/dy² / P."""
    return _par_moments(par_yield, years)[1]


def _par_moments(par_yield: ArrayLike, years: float) -> tuple[Floats, Floats]:
    rate = floats(require_rate("ust par yield", par_yield))[..., None]
    periods = np.arange(1.0, round(2 * float(require_term("ust", years, "years"))) + 1.0)
    base = 1.0 + rate / 2.0
    flows = np.where(periods == periods[-1], 1.0 + rate / 2.0, rate / 2.0)
    duration: Floats = np.sum(flows * periods / 2.0 * base ** (-periods - 1.0), axis=-1)
    convexity: Floats = np.sum(flows * periods * (periods + 1.0) / 4.0 * base ** (-periods - 2.0), axis=-1)
    return duration, convexity


def par_return(par_yield: ArrayLike, previous: ArrayLike, years: float, business_days: ArrayLike = 1) -> Floats:
    """Return of a bond struck at par on the day before.

        y_{t-1} · bd / 252 - D_mod · Δy + ½ · C · Δy²

    Source: INSTRUMENTS §10, duration proxy.
    """
    now, before = require_rate("ust par yield", par_yield), require_rate("ust par yield", previous)
    duration, convexity = _par_moments(before, years)
    move = now - before
    total: Floats = before * floats(business_days) / YEAR_BD - duration * move + 0.5 * convexity * move**2
    return total
