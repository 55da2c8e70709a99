"""How Treasuries are quoted: notes in 32nds, bills at a discount rate.

Prices are per 100 of face; rates are decimals a year. A bill's discount is on its face and 360 days, its bond-equivalent yield on its
price and 365 days, with a coupon in between where it runs longer than half a year.
"""

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import Floats, floats, require_price, require_rate, require_term
from models_py.quant.errors import BadPrice, BadTerm

YEAR_CD, YEAR_ACT = 360.0, 365.0
HALF_YEAR = 182.0
LONGEST_BILL = 366.0


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


def in_thirty_seconds(price: float) -> str:
    """A price as a quote, to the nearest eighth of a 32nd: 98.515625 is `98-16+`."""
    eighths = round(float(require_price("ust", price)) * 256.0)
    points, rest = divmod(eighths, 256)
    ticks, last = divmod(rest, 8)
    return f"{points}-{ticks:02d}" + {0: "", 4: "+"}.get(last, str(last))


def bill_price(discount: ArrayLike, days: ArrayLike) -> Floats:
    """P = 100 · (1 - d · t / 360).

    Args:
        discount: decimal a year. days: settlement to maturity, calendar days, > 0.
    Raises:
        Matured: days is not positive. BadTerm: longer than a year. BadRate: no rate, or one that leaves no price.

    Source: 31 CFR 356, appendix B, section II.
    """
    price: Floats = 100.0 * (1.0 - require_rate("ust bill", discount) * _bill_days(days) / YEAR_CD)
    return require_price("ust bill", price)


def bill_discount(price: ArrayLike, days: ArrayLike) -> Floats:
    """d = (1 - P / 100) · 360 / t."""
    rate: Floats = (1.0 - require_price("ust bill", price) / 100.0) * YEAR_CD / _bill_days(days)
    return rate


def bill_yield(price: ArrayLike, days: ArrayLike, year: float = YEAR_ACT) -> Floats:
    """Bond-equivalent (investment) yield of a bill.

        t ≤ 182:  (100 / P - 1) · y / t
        t > 182:  i with P · (1 + i/2) · (1 + i · (t/y - ½)) = 100, the positive root

    Args:
        year: y, days of the year after settlement: 365, or 366 where it holds a 29 February.

    Source: 31 CFR 356, appendix B, section II.
    """
    paid, term = require_price("ust bill", price), _bill_days(days)
    share = term / year
    simple = (100.0 / paid - 1.0) / share
    a, b, c = share / 2.0 - 0.25, share, 1.0 - 100.0 / paid
    with np.errstate(invalid="ignore", divide="ignore"):
        compounded = (-b + np.sqrt(b * b - 4.0 * a * c)) / (2.0 * a)
    found: Floats = np.where(term <= HALF_YEAR, simple, compounded)[()]
    return found


def _bill_days(days: ArrayLike) -> Floats:
    term = require_term("ust bill", days, "days")
    if (term > LONGEST_BILL).any():
        raise BadTerm("ust bill", float(np.max(floats(days))), f"runs {LONGEST_BILL:g} days at most")
    return term
