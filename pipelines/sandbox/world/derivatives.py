"""Option surface of USDBRL, US bond futures, and front commodity futures, as states by day.

    ATM(T) = √(θ + (v − θ)(1 − e^(−4T))/4T),  v = 1.15 · realised EWMA variance;  RR25 = 1.2 + .12 (ATM − 13),  BF25 = .35 + .02 ATM

Bond futures price a synthetic cheapest-to-deliver of fixed term and coupon over its conversion factor. Vols in % a year.
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import DT, Grid
from pipelines.sandbox.world.noise import autoregressive

Floats = NDArray[np.float64]

EXPIRIES_MONTHS = (1, 2, 3, 6, 12, 24)
LONG_VARIANCE = 14.5**2
EWMA = 0.94
#              term in years, column of the par curve it follows, conversion coupon
BONDS = {"zt": (1.9, 2.0), "zf": (4.4, 5.0), "zn": (6.8, 7.0), "zb": (18.0, 20.0)}
COUPON = 0.03
ROLL_YIELD = {"gold": (0.010, 0.002), "wti": (0.0, 0.06), "copper": (0.0, 0.03), "soy": (0.0, 0.05), "corn": (0.02, 0.06),
              "sugar": (0.0, 0.06),
              "coffee": (0.02, 0.05)}


def vol_surface(log_usdbrl: Floats) -> dict[str, Floats]:
    """`usdbrl_atm_{n}m`, `usdbrl_rr_{n}m`, `usdbrl_bf_{n}m` in vol points."""
    change = np.diff(log_usdbrl, prepend=log_usdbrl[0])
    variance, level = np.empty(change.size), 0.15**2 * DT
    for t, move in enumerate(change.tolist()):
        level = EWMA * level + (1 - EWMA) * move * move
        variance[t] = level
    realised = 1.15 * variance / DT * 1e4
    out: dict[str, Floats] = {}
    for months in EXPIRIES_MONTHS:
        years = months / 12
        atm = np.sqrt(LONG_VARIANCE + (realised - LONG_VARIANCE) * (1 - np.exp(-4 * years)) / (4 * years))
        out[f"usdbrl_atm_{months}m"] = atm
        out[f"usdbrl_rr_{months}m"] = 1.2 + 0.12 * (atm - 13)
        out[f"usdbrl_bf_{months}m"] = 0.35 + 0.02 * atm
    return out


def bond_futures(par: dict[float, Floats], ffr: Floats) -> dict[str, Floats]:
    """Prices per 100 of face: forward price of the synthetic bond over its factor. `par` gives par yields (decimal) by tenor."""
    out: dict[str, Floats] = {}
    for name, (term, tenor) in BONDS.items():
        value = _bond(par[tenor], term)
        carry = (COUPON / value * 100 - ffr) * 0.2
        out[name] = value * (1 - carry) / _factor(term)
    return out


def _bond(yields: Floats, term: float) -> Floats:
    """Price of a semiannual bond; at a yield of zero the annuity is worth its term."""
    log_discount = -2 * term * np.log1p(yields / 2)
    is_zero = np.abs(yields) < 1e-12
    annuity = np.where(is_zero, term, -np.expm1(log_discount) / np.where(is_zero, 1.0, yields))
    return 100 * (COUPON * annuity + np.exp(log_discount))


def _factor(term: float) -> float:
    """Conversion factor at a 6 % yield, 4 dp."""
    discount = 1.03 ** (-2 * term)
    return round(COUPON / 0.06 * (1 - discount) + discount, 4)


def commodity_futures(seed: int, grid: Grid, logs: dict[str, Floats]) -> dict[str, Floats]:
    """Front futures: spot times an OU roll yield over a month and a half."""
    draws = rng.daily(seed, "futures.roll", grid.days, len(ROLL_YIELD))
    return {f"future_{name}": np.exp(logs[name] + (mean + autoregressive(draws[:, i], 0.985, sd)) / 8)
            for i, (name, (mean, sd)) in enumerate(ROLL_YIELD.items())}
