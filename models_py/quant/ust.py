"""US Treasury notes and bonds: price, yield, accrued interest and DV01, one bond or thousands.

Yields and coupons are decimals a year, semiannual, actual/actual (ICMA): a settlement inside a period discounts its coupon over
the share of days left. Prices are per 100 of face. Coupons fall every six months back from maturity; those of a month end stay
on month ends. Arguments broadcast; scalars give scalars.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models_py.quant.checks import Batch, Floats, floats, masked, require_price, require_rate, valid_rate
from models_py.quant.daycount import DateLike, Days, as_days
from models_py.quant.errors import BadPrice, Matured

BP = 1e-4
_STEPS = 100

Ints = NDArray[np.int64]


class Schedule(NamedTuple):
    """What is left of bonds at settlement."""

    coupons: Ints               # payments still due
    ahead: Floats               # share of the current period that is left, in (0, 1]


def schedule(settlement: DateLike, maturity: DateLike) -> Schedule:
    """Payments still due, and the share of the running period that is left.

    Raises:
        Matured: settlement is not before maturity.
    """
    settled, matured = as_days(settlement), as_days(maturity)
    if (late := ~(settled < matured)).any():
        found = np.broadcast_to(matured, late.shape)[late].flat[0]
        raise Matured("ust", str(found), "needs a maturity after settlement")
    return _schedule(settled, matured)


def _schedule(settled: Days, matured: Days) -> Schedule:
    months = matured.astype("datetime64[M]").astype(np.int64) - settled.astype("datetime64[M]").astype(np.int64)
    back = months // 6
    # the payment of the settlement's own month is due only if its day is later
    back = np.where((months % 6 == 0) & (coupon_date(matured, back) <= settled), back - 1, back)
    following = coupon_date(matured, back)
    previous = coupon_date(matured, back + 1)
    left = (following - settled).astype(np.float64)
    return Schedule(back + 1, left / (following - previous).astype(np.float64))


def coupon_date(maturity: DateLike, half_years: ArrayLike) -> Days:
    """Date of payment a number of half-years before maturity."""
    matured = as_days(maturity)
    month = matured.astype("datetime64[M]")
    month_end = (matured + 1).astype("datetime64[M]") != month
    paid = month - 6 * np.asarray(half_years, dtype=np.int64)
    last = (paid + 1).astype("datetime64[D]") - 1
    day: Days = paid.astype("datetime64[D]") + (matured - month.astype("datetime64[D]"))
    return np.where(month_end, last, np.minimum(day, last))


def accrued(coupon: ArrayLike, settlement: DateLike, maturity: DateLike) -> Floats:
    """Interest earned since the last coupon, per 100: 100 · c / 2 · (1 - share of the period left)."""
    earned: Floats = 100.0 * require_rate("ust coupon", coupon) / 2.0 * (1.0 - schedule(settlement, maturity).ahead)
    return earned


def dirty_price(coupon: ArrayLike, yield_: ArrayLike, settlement: DateLike, maturity: DateLike) -> Floats:
    """Σ 100 · c / 2 · v^(w + k) + 100 · v^(w + n - 1),  v = 1 / (1 + y / 2), w the share of the period left.

    Raises:
        Matured: settlement is not before maturity. BadRate: a coupon or yield is no rate.
    """
    return _dirty(require_rate("ust coupon", coupon), require_rate("ust", yield_), schedule(settlement, maturity))[0]


def _dirty(coupon: Floats, yield_: Floats, left: Schedule) -> tuple[Floats, Floats]:
    """Price and its derivative to the yield, negative, in closed form of the geometric sum of the payments."""
    half, n = yield_ / 2.0, left.coupons
    v = 1.0 / (1.0 + half)
    power = v**n
    flat = np.abs(half) < 1e-9
    safe = np.where(flat, 1.0, half)
    # a = Σ_{k=1}^{n} v^k and b = Σ k·v^k; below 1e-9 a yield of 0 is the limit
    a = np.where(flat, n * 1.0, (1.0 - power) / safe)
    b = np.where(flat, n * (n + 1) / 2.0, (a * (1.0 + half) - n * power) / safe)
    c, shift = 100.0 * coupon / 2.0, (1.0 + half) ** (1.0 - left.ahead)
    price: Floats = shift * (c * a + 100.0 * power)
    slope: Floats = -0.5 * v * shift * (c * (b - (1.0 - left.ahead) * a) + 100.0 * (n - 1.0 + left.ahead) * power)
    return price, slope


def clean_price(coupon: ArrayLike, yield_: ArrayLike, settlement: DateLike, maturity: DateLike) -> Floats:
    """`dirty_price` less `accrued`."""
    price: Floats = dirty_price(coupon, yield_, settlement, maturity) - accrued(coupon, settlement, maturity)
    return price


def clean_price_batch(coupon: ArrayLike, yield_: ArrayLike, settlement: DateLike, maturity: DateLike) -> Batch:
    """As `clean_price`, NaN and False where settlement is not before maturity, or a coupon or yield is no rate."""
    settled, matured = np.broadcast_arrays(as_days(settlement), as_days(maturity))
    good = valid_rate(coupon) & valid_rate(yield_) & (settled < matured)
    matured = np.where(settled < matured, matured, settled + 1)
    left = _schedule(settled, matured)
    paid, annual = masked(good, coupon, yield_)
    return Batch(_dirty(paid, annual, left)[0] - 100.0 * paid / 2.0 * (1.0 - left.ahead), good)


def yield_of(coupon: ArrayLike, clean: ArrayLike, settlement: DateLike, maturity: DateLike) -> Floats:
    """Yield at which a bond is worth its clean price, by Newton's method on the logarithm of the price.

    Raises:
        BadPrice: the price is not positive, or no yield above -0.5 gives it.
    """
    paid, left = require_rate("ust coupon", coupon), schedule(settlement, maturity)
    target = require_price("ust", clean) + 100.0 * paid / 2.0 * (1.0 - left.ahead)
    found = np.broadcast_to(np.maximum(paid, 0.01), np.broadcast(paid, target, left.ahead).shape).astype(np.float64)
    for _ in range(_STEPS):
        price, slope = _dirty(paid, found, left)
        step = (np.log(price) - np.log(target)) * price / slope
        # a step may not leave the yields that have a price
        found = np.maximum(found - step, (found - 1.9) / 2.0)
        if np.abs(step).max(initial=0.0) < 1e-14:
            break
    apart = np.abs(_dirty(paid, found, left)[0] / target - 1.0)
    if not (apart < 1e-9).all():
        raise BadPrice("ust", float(floats(np.broadcast_to(floats(clean), apart.shape))[~(apart < 1e-9)].flat[0]), "no yield prices it")
    return found[()]


def dv01(coupon: ArrayLike, yield_: ArrayLike, settlement: DateLike, maturity: DateLike) -> Floats:
    """Gain per 100 of face when the yield falls by 1 bp: -dP/dy · 1e-4, closed form."""
    gain: Floats = -_dirty(require_rate("ust coupon", coupon), require_rate("ust", yield_), schedule(settlement, maturity))[1] * BP
    return gain
