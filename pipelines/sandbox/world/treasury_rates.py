"""US Treasury: real par yields (`real 10 Yr`) and bill rates (`13 WEEKS BANK DISCOUNT`), as published (2 dp) with the par curve.

Coupon equivalents are the par yields of the bill's term; bank discounts follow from them, with t days to maturity:

    d = 360 y / (365 + y t)   to half a year,     d = (1 − P) 360 / t,  1/P = (1 + y/2)(1 + (2t/365 − 1) y/2)   beyond

Source: US Treasury, "Interest Rates, Frequently Asked Questions"; 31 CFR 356, appendix B.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Publisher
from pipelines.sandbox.world.treasury import REAL_YEARS, SOURCE, STARTS, par_curve, published, real_curve

Floats = NDArray[np.float64]

BILLS: Mapping[int, str] = {4: "1 Mo", 8: "2 Mo", 13: "3 Mo", 17: "4 Mo", 26: "6 Mo", 52: "1 Yr"}
DISCOUNT, EQUIVALENT = "BANK DISCOUNT", "COUPON EQUIVALENT"
REAL_STARTS = {30.0: "2010-02-22"}
_REAL = {f"real {int(years)} Yr": years for years in REAL_YEARS}
_BILLS = {f"{weeks} WEEKS {kind}": (weeks, kind) for weeks in BILLS for kind in (DISCOUNT, EQUIVALENT)}
KEYS = (*_REAL, *_BILLS)


def series(p: Publisher, key: str) -> Prints:
    """Every print of a rate."""
    if key in _REAL:
        years = _REAL[key]
        return published(p, SOURCE, key, real_curve(p, years), REAL_STARTS.get(years, ""))
    weeks, kind = _BILLS[key]
    return published(p, SOURCE, key, bill_rate(par_curve(p, BILLS[weeks]), 7 * weeks, kind), STARTS.get(BILLS[weeks], ""))


def bill_rate(equivalent: Floats, days: int, kind: str) -> Floats:
    """A bill's published rate from its coupon equivalent, % with 2 dp."""
    if kind == EQUIVALENT:
        return equivalent
    rate = equivalent / 100
    if days <= 182:
        return np.round(100 * 360 * rate / (365 + rate * days), 2)
    price = 1 / ((1 + rate / 2) * (1 + (2 * days / 365 - 1) * rate / 2))
    return np.round(100 * (1 - price) * 360 / days, 2)
