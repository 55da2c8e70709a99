"""LFT: federal bonds of Brazil that accrue the Selic rate; quoted as a small spread over it, which may be negative.

Unit value (VNA) 1000 on 2000-07-01, grown by the Selic rate of each business day. Spreads are decimals on 252 business days.

Source: ANBIMA and STN, as in `bonds`.
"""

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
from models_py.quant.decimals import cut_units, trunc, units, year_fraction

YEAR = 252.0
BP = 1e-4


def quotation(spread: ArrayLike, business_days: ArrayLike) -> Floats:
    """Percent of VNA: trunc4(100 / (1 + y) ** trunc14(du / 252)).

    Raises:
        Matured: business_days is not positive. BadRate: the spread is no rate.
    """
    return _quotation(require_rate("lft", spread), require_term("lft", business_days))


def _quotation(spread: Floats, days: Floats) -> Floats:
    return trunc(100.0 / (1.0 + spread) ** year_fraction(days), 4)


def price(spread: ArrayLike, business_days: ArrayLike, vna: ArrayLike) -> Floats:
    """PU: trunc6(VNA · quotation / 100), made in whole numbers."""
    return _price(quotation(spread, business_days), require_price("lft vna", vna))


def price_batch(spread: ArrayLike, business_days: ArrayLike, vna: ArrayLike) -> Batch:
    """As `price`, NaN and False where the input makes no sense."""
    good = valid_rate(spread) & valid_term(business_days) & valid_price(vna)
    small, days, unit = masked(good, spread, business_days, vna)
    return Batch(np.where(good, _price(np.nan_to_num(_quotation(small, days)), np.nan_to_num(unit)), np.nan), good)


def _price(quotation: Floats, vna: Floats) -> Floats:
    product: Floats = cut_units(units(vna, 6) * units(quotation, 4), 6) / 1e6
    return product


def spread(quotation: ArrayLike, business_days: ArrayLike) -> Floats:
    """Spread over Selic of a quotation: (100 / q) ** (252 / du) - 1."""
    annual: Floats = (100.0 / require_price("lft", quotation)) ** (YEAR / require_term("lft", business_days)) - 1.0
    return annual


def dv01(spread: ArrayLike, business_days: ArrayLike, vna: ArrayLike) -> Floats:
    """BRL a bond gains when its spread falls by 1 bp: PU · T / (1 + y) · 1e-4. To the Selic itself it has next to none."""
    small, days = require_rate("lft", spread), require_term("lft", business_days)
    gain: Floats = require_price("lft vna", vna) * (1.0 + small) ** (-days / YEAR - 1.0) * days / YEAR * BP
    return gain


def implied_vna(price: ArrayLike, quotation: ArrayLike) -> Batch:
    """VNA that a published price implies: 100 · PU / quotation; NaN and False without a price. Bonds of a day must agree to 2e-6."""
    good = valid_price(price) & valid_price(quotation)
    paid, quoted = masked(good, price, quotation)
    return Batch(100.0 * paid / quoted, good)


def vna_path(start: float, selic: ArrayLike) -> NDArray[np.float64]:
    """VNA after each business day: trunc6(VNA · round8((1 + selic) ** (1 / 252))).

    Args:
        start: VNA before the first rate, BRL.
        selic: decimal a year of each business day, shape (n,).
    """
    factors = np.round((1.0 + require_rate("selic", selic)) ** (1.0 / 252.0), 8)
    path, level = np.empty(len(factors)), float(require_price("lft vna", start))
    for day, factor in enumerate(floats(factors)):
        level = float(trunc(level * factor, 6))
        path[day] = level
    return path
