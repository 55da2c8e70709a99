"""CME Treasury futures: conversion factors and DV01 through the cheapest bond to deliver.

Coupons and yields are decimals, prices are per 100 of face, DV01 is USD a contract.
"""

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

from models_py.quant.errors import BadRate, BadTerm

NOTIONAL_YIELD = 0.06


@dataclass(frozen=True)
class Contract:
    """Face value and tick of a Treasury future, USD."""

    face: float
    tick: float
    rounding: Literal["month", "quarter"]


CONTRACTS = {
    "zt": Contract(200_000.0, 7.8125, "month"),
    "zf": Contract(100_000.0, 7.8125, "month"),
    "zn": Contract(100_000.0, 15.625, "quarter"),
    "zb": Contract(100_000.0, 31.25, "quarter"),
}


def conversion_factor(coupon: float, maturity: date, first_delivery_month: date, rounding: Literal["month", "quarter"]) -> float:
    """Price of 1 of face at a yield of 6 % on the first day of the delivery month, four decimals.

        a = 1.03^(-v/6),  b = (c/2)·(6 - v)/6,  k = 1.03^(-2n) if z < 7 else 1.03^(-(2n+1)),  d = (c/0.06)·(1 - k)
        factor = round4(a·(c/2 + k + d) - b)

    n whole years and z months to maturity, z cut to quarters for ZN and ZB; v = z if z < 7, else 3 (quarters) or z - 6 (months).

    Raises:
        BadTerm: the bond matures before delivery. BadRate: the coupon is negative.

    Source: CME, "Calculating U.S. Treasury Futures Conversion Factors".
    """
    if coupon < 0:
        raise BadRate("ust future", coupon, "needs a coupon of 0 or more")
    months = (maturity.year - first_delivery_month.year) * 12 + maturity.month - first_delivery_month.month
    if months <= 0:
        raise BadTerm("ust future", maturity.isoformat(), f"matures before delivery in {first_delivery_month:%Y-%m}")
    years, z = divmod(months, 12)
    if rounding == "quarter":
        z -= z % 3
    v = z if z < 7 else (3 if rounding == "quarter" else z - 6)
    a, b = math.pow(1.03, -v / 6.0), coupon / 2.0 * (6 - v) / 6.0
    k = math.pow(1.03, -2 * years if z < 7 else -2 * years - 1)
    d = coupon / NOTIONAL_YIELD * (1.0 - k)
    return round(a * (coupon / 2.0 + k + d) - b, 4)


def dv01(bond_dv01: float, factor: float, root: str) -> float:
    """USD a contract gains when the yield of its cheapest bond falls by 1 bp: DV01 · face / 100 / CF.

    Ignores the delivery options: 1 to 3 % too much.

    Raises:
        BadTerm: no such contract.
    """
    if root not in CONTRACTS:
        raise BadTerm("ust future", root, f"is none of {sorted(CONTRACTS)}")
    return bond_dv01 * CONTRACTS[root].face / 100.0 / factor
