"""DAP: IPCA coupon futures (B3), quoted as a real annual rate on business days.

Rates are decimals, prices (PU) are points of 100,000; one point is worth 0.00025 of the IPCA index carried to the day.
A long position is long PU: it receives the real rate and is paid the index.
"""

import numpy as np
from numpy.typing import ArrayLike

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
from models_py.quant.errors import BadPrice

FACE = 100_000.0
YEAR = 252.0
BP = 1e-4
INDEX_SHARE = 0.00025       # B3, contract specification of DAP


def price(rate: ArrayLike, business_days: ArrayLike) -> Floats:
    """PU = FACE / (1 + rate) ** (business_days / 252), points, unrounded. The front is often above par: a negative real rate.

    Raises:
        Matured: business_days is not positive. BadRate: rate is not a number above -0.5.

    Source: B3, "Futuro de Cupom de IPCA", contract specification.
    """
    points: Floats = FACE * (1.0 + require_rate("dap", rate)) ** (-require_term("dap", business_days) / YEAR)
    return points


def price_batch(rate: ArrayLike, business_days: ArrayLike) -> Batch:
    """As `price`, NaN and False where the input makes no sense."""
    good = valid_rate(rate) & valid_term(business_days)
    annual, days = masked(good, rate, business_days)
    return Batch(FACE * (1.0 + annual) ** (-days / YEAR), good)


def rate(price: ArrayLike, business_days: ArrayLike) -> Floats:
    """Real annual rate of a PU: (FACE / PU) ** (252 / business_days) - 1."""
    annual: Floats = (FACE / require_price("dap", price)) ** (YEAR / require_term("dap", business_days)) - 1.0
    return annual


def rate_batch(price: ArrayLike, business_days: ArrayLike) -> Batch:
    """As `rate`, NaN and False where the input makes no sense."""
    good = valid_price(price) & valid_term(business_days)
    points, days = masked(good, price, business_days)
    return Batch((FACE / points) ** (YEAR / days) - 1.0, good)


def point_value(index: ArrayLike) -> Floats:
    """BRL per point: 0.00025 × the IPCA index carried to the day (December 1993 = 100).

    Raises:
        BadPrice: the index is not a positive number.
    """
    level = floats(index)
    if not (np.isfinite(level) & (level > 0)).all():
        raise BadPrice("ipca index", index, "needs a positive level")
    value: Floats = INDEX_SHARE * level
    return value


def dv01(rate: ArrayLike, business_days: ArrayLike, index: ArrayLike) -> Floats:
    """BRL a long contract gains when the real rate falls by 1 bp: PU · T / (1 + rate) · 1e-4 · 0.00025 · index."""
    annual, days = require_rate("dap", rate), require_term("dap", business_days)
    gain: Floats = price(annual, days) * days / YEAR / (1.0 + annual) * BP * point_value(index)
    return gain


def implied_inflation(di_forward: ArrayLike, dap_forward: ArrayLike, business_days: ArrayLike) -> Floats:
    """IPCA of the month between two consecutive expiries, priced by the market: ((1 + f_di) / (1 + f_dap)) ** (days / 252) - 1.

    The window from one 15th to the next accrues exactly the index of the first month.

    Source: AGENTS §1, market-implied print.
    """
    ratio = (1.0 + require_rate("di1 forward", di_forward)) / (1.0 + require_rate("dap forward", dap_forward))
    printed: Floats = ratio ** (require_term("dap", business_days) / YEAR) - 1.0
    return printed
