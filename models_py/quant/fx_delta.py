"""Deltas of options on the dollar, and the strikes that quotes by delta stand for.

    forward            Φ(d1)                    calls; less 1 for puts
    premium-adjusted   (K / F) · Φ(d2)          calls; -(K / F) · Φ(-d2) for puts: the premium is paid in dollars
    spot               either, times the dollar discount factor

B3 and the onshore market quote by forward delta without adjustment, offshore options paid in dollars by the adjusted one. A straddle
without delta has its strike at F · exp(½σ²T), adjusted F · exp(-½σ²T). An adjusted call has two strikes for one delta: the higher is
meant, beyond the strike where its delta is greatest.

Source: Reiswich and Wystup (2010), "FX volatility smile construction"; INSTRUMENTS §14.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtr, ndtri

from models_py.quant import black76
from models_py.quant.checks import Floats, floats, require_price
from models_py.quant.errors import BadTerm

_WIDEST = 12.0              # deviations: no strike is looked for beyond


def delta(
    forward: ArrayLike,
    strike: ArrayLike,
    tenor_bd: ArrayLike,
    vol: ArrayLike,
    *,
    is_call: ArrayLike = True,
    premium_adjusted: bool = False,
    dollar_discount: ArrayLike = 1.0,
) -> Floats:
    """Delta of a call (positive) or put (negative).

    Args:
        dollar_discount: 1 for a forward delta, the dollar discount factor of the term for a spot delta.
    """
    sign = np.where(is_call, 1.0, -1.0)
    point = black76.d1(forward, strike, tenor_bd, vol)
    scale = np.ones(())
    if premium_adjusted:
        point, scale = point - black76.deviation(tenor_bd, vol), floats(strike) / floats(forward)
    found: Floats = floats(dollar_discount) * scale * sign * ndtr(sign * point)
    return found


def atm_strike(forward: ArrayLike, tenor_bd: ArrayLike, vol: ArrayLike, *, premium_adjusted: bool = False) -> Floats:
    """Strike of the straddle without delta: F · exp(±½σ²T), minus where the delta is premium-adjusted."""
    half = 0.5 * black76.deviation(tenor_bd, vol) ** 2
    strike: Floats = require_price("dol option", forward) * np.exp(-half if premium_adjusted else half)
    return strike


def strike_of(
    delta: float,
    forward: float,
    tenor_bd: float,
    vol: float,
    *,
    is_call: bool,
    premium_adjusted: bool = False,
    dollar_discount: float = 1.0,
) -> float:
    """Strike at which an option has a delta (positive for calls, negative for puts).

        without adjustment   K = F · exp(-s · Φ⁻¹(s · Δ / DF) · σ√T + ½σ²T),   s = 1 for calls, -1 for puts

    Raises:
        BadTerm: no strike has the delta.
    """
    sign = 1.0 if is_call else -1.0
    size = sign * delta / dollar_discount
    spread = float(black76.deviation(tenor_bd, vol))
    middle = float(require_price("dol option", forward))
    if not size > 0 or (not premium_adjusted and not size < 1):
        raise BadTerm("dol option", delta, f"no {'call' if is_call else 'put'} has the delta")
    if not premium_adjusted:
        return middle * float(np.exp(-sign * ndtri(size) * spread + 0.5 * spread**2))

    def gap(x: float) -> float:
        """At K = F · exp(x · σ√T)."""
        return float(np.exp(x * spread) * ndtr(sign * (-x - 0.5 * spread))) - size

    low = -_WIDEST
    if is_call:
        top = minimize_scalar(lambda x: -gap(x), bounds=(-_WIDEST, _WIDEST), method="bounded", options={"xatol": 1e-10})
        low = float(top.x)
    if gap(low) * gap(_WIDEST) > 0:
        raise BadTerm("dol option", delta, f"no premium-adjusted {'call' if is_call else 'put'} has the delta")
    return middle * float(np.exp(brentq(gap, low, _WIDEST, xtol=1e-14) * spread))
