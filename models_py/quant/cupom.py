"""Cupom cambial: the onshore dollar rate, as DDI (dirty), FRC (its forward) and clean of the PTAX of the eve.

Cupom rates are decimals, linear on actual days over 360. DDI prices are points of 100,000 at USD 0.50 a point. A long DDI is long
PU: it receives the cupom. Dirty means that the spot leg is the PTAX of the day before: use FRC or the clean cupom for signals.

Source: B3, contract specifications of DDI, FRC and DOL.
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
from models_py.quant.errors import BadTerm, PricingError

FACE = 100_000.0
YEAR_BD, YEAR_CD = 252.0, 360.0
POINT_USD = 0.50
BP = 1e-4


def ddi_price(cupom: ArrayLike, days: ArrayLike) -> Floats:
    """PU = 100,000 / (1 + c · days / 360), unrounded; B3 publishes two decimals.

    Raises:
        Matured: days is not positive. BadRate: the cupom is no rate. PricingError: the accrual factor is not positive.
    """
    rate, term = require_rate("ddi", cupom), require_term("ddi", days, "days")
    points: Floats = FACE / _growth("ddi", rate, term)
    return points


def ddi_price_batch(cupom: ArrayLike, days: ArrayLike) -> Batch:
    """As `ddi_price`, NaN and False where the input makes no sense."""
    good = valid_rate(cupom) & valid_term(days)
    rate, term = masked(good, cupom, days)
    growth = 1.0 + rate * term / YEAR_CD
    good = good & (np.nan_to_num(growth) > 0)
    return Batch(FACE / np.where(good, growth, np.nan), good)


def ddi_rate(price: ArrayLike, days: ArrayLike) -> Floats:
    """Dirty cupom of a PU: (100,000 / PU - 1) · 360 / days."""
    linear: Floats = (FACE / require_price("ddi", price) - 1.0) * YEAR_CD / require_term("ddi", days, "days")
    return linear


def ddi_rate_batch(price: ArrayLike, days: ArrayLike) -> Batch:
    """As `ddi_rate`, NaN and False where the input makes no sense."""
    good = valid_price(price) & valid_term(days)
    points, term = masked(good, price, days)
    return Batch((FACE / points - 1.0) * YEAR_CD / term, good)


def ddi_dv01(cupom: ArrayLike, days: ArrayLike) -> Floats:
    """USD a long contract gains when the cupom falls by 1 bp: PU · (days / 360) / (1 + c · days / 360) · 1e-4 · 0.5."""
    rate, term = require_rate("ddi", cupom), require_term("ddi", days, "days")
    growth = _growth("ddi", rate, term)
    gain: Floats = FACE / growth * (term / YEAR_CD) / growth * BP * POINT_USD
    return gain


def frc(short_cupom: ArrayLike, short_days: ArrayLike, long_cupom: ArrayLike, long_days: ArrayLike) -> Floats:
    """Forward cupom between two DDI maturities.

        frc = ((1 + c_L · d_L / 360) / (1 + c_S · d_S / 360) - 1) · 360 / (d_L - d_S)

    The short leg is the first DDI maturity at least three business days away.

    Raises:
        Matured: the long leg is not the longer.
    """
    near, far = require_term("frc", short_days, "days"), require_term("frc", long_days, "days")
    span = require_term("frc", far - near, "days between its legs")
    growth = _growth("frc", require_rate("frc", long_cupom), far) / _growth("frc", require_rate("frc", short_cupom), near)
    linear: Floats = (growth - 1.0) * YEAR_CD / span
    return linear


def frc_of_prices(short_price: ArrayLike, short_days: ArrayLike, long_price: ArrayLike, long_days: ArrayLike) -> Floats:
    """`frc` from the two settlement prices: (PU_S / PU_L - 1) · 360 / (d_L - d_S).

    In its last days a dirty cupom may be below -100 % a year; its price, and the forward beyond it, are as good as any.

    Raises:
        Matured: the long leg is not the longer. BadPrice: a price is not positive.
    """
    span = require_term("frc", floats(long_days) - require_term("frc", short_days, "days"), "days between its legs")
    linear: Floats = (require_price("ddi", short_price) / require_price("ddi", long_price) - 1.0) * YEAR_CD / span
    return linear


def frc_batch(short_price: ArrayLike, short_days: ArrayLike, long_price: ArrayLike, long_days: ArrayLike) -> Batch:
    """As `frc_of_prices`, NaN and False where the input makes no sense."""
    good = valid_price(short_price) & valid_price(long_price) & valid_term(short_days)
    good = good & valid_term(floats(long_days) - floats(short_days))
    near, start, far, end = masked(good, short_price, short_days, long_price, long_days)
    return Batch((near / far - 1.0) * YEAR_CD / (end - start), good)


def frc_legs(contracts: float, frc: float, short_days: float, long_days: float) -> tuple[float, float]:
    """DDI contracts that a bought FRC (received forward cupom) becomes: short the near maturity, long the far one.

        near = -N,   far = N · (1 + frc · (d_L - d_S) / 360)

    Raises:
        BadTerm: the long leg is not the longer.
    """
    if not long_days > short_days > 0:
        raise BadTerm("frc", (short_days, long_days), "needs a long leg beyond a short one")
    return -contracts, contracts * (1.0 + float(require_rate("frc", frc)) * (long_days - short_days) / YEAR_CD)


def clean(spot: ArrayLike, forward: ArrayLike, di_rate: ArrayLike, business_days: ArrayLike, days: ArrayLike) -> Floats:
    """Clean cupom: what the onshore forward and the live spot imply.

        c = (S · (1 + i) ** (du / 252) / F - 1) · 360 / dc

    Args:
        spot, forward: BRL per USD. A forward in BRL per USD 1000 is divided by 1000 first.
    """
    growth = (1.0 + require_rate("di1", di_rate)) ** (require_term("dol", business_days) / YEAR_BD)
    parity = require_price("usdbrl", spot) * growth / require_price("dol", forward)
    linear: Floats = (parity - 1.0) * YEAR_CD / require_term("dol", days, "days")
    return linear


def basis(cupom: ArrayLike, offshore: ArrayLike) -> Floats:
    """Clean cupom less the offshore dollar rate of the term (SOFR OIS), both linear on actual days over 360."""
    spread: Floats = require_rate("cupom", cupom) - require_rate("sofr", offshore)
    return spread


def _growth(instrument: str, rate: Floats, days: Floats) -> Floats:
    growth = floats(1.0 + rate * days / YEAR_CD)
    if not (growth > 0).all():
        raise PricingError(instrument, float(np.min(rate)), "the accrual factor 1 + c · days / 360 is not positive at cupom")
    return growth
