"""Options on a forward (Black 1976): premium, implied volatility, sensitivities. Options on DOL are of this kind.

Forward and strike are in one unit, and so is the premium; volatility is annual on 252 business days, T = du / 252. The discount factor
is that of the currency of the premium. Arguments broadcast.

    C = DF · (F · Φ(d1) - K · Φ(d2)),   d1 = ln(F / K) / (σ√T) + ½ · σ√T,   d2 = d1 - σ√T

Source: Black (1976), Journal of Financial Economics 3; INSTRUMENTS §14.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from models_py.quant.checks import Batch, Floats, floats, require_price, require_term, valid_price

YEAR = 252.0
LOWEST_VOL, HIGHEST_VOL = 1e-5, 5.0
_BISECTIONS = 60
_ROOT_2PI = float(np.sqrt(2.0 * np.pi))


def d1(forward: ArrayLike, strike: ArrayLike, tenor_bd: ArrayLike, vol: ArrayLike) -> Floats:
    """ln(F / K) / (σ√T) + ½ · σ√T.

    Raises:
        BadPrice: a forward, strike or volatility is not positive. Matured: tenor_bd is not.
    """
    moneyness = np.log(require_price("dol option", forward) / require_price("dol option strike", strike))
    spread = deviation(tenor_bd, vol)
    found: Floats = moneyness / spread + 0.5 * spread
    return found


def deviation(tenor_bd: ArrayLike, vol: ArrayLike) -> Floats:
    """σ√T."""
    spread: Floats = require_price("volatility", vol) * np.sqrt(require_term("dol option", tenor_bd, "tenor_bd") / YEAR)
    return spread


def price(
    forward: ArrayLike, strike: ArrayLike, tenor_bd: ArrayLike, vol: ArrayLike, *, is_call: ArrayLike = True, discount: ArrayLike = 1.0
) -> Floats:
    """Premium of a call or put."""
    first = d1(forward, strike, tenor_bd, vol)
    second = first - deviation(tenor_bd, vol)
    sign = np.where(is_call, 1.0, -1.0)
    premium: Floats = floats(discount) * sign * (floats(forward) * ndtr(sign * first) - floats(strike) * ndtr(sign * second))
    return premium


def vega(forward: ArrayLike, strike: ArrayLike, tenor_bd: ArrayLike, vol: ArrayLike, *, discount: ArrayLike = 1.0) -> Floats:
    """Gain for a volatility higher by 1.0: DF · F · φ(d1) · √T."""
    first = d1(forward, strike, tenor_bd, vol)
    gain: Floats = floats(discount) * floats(forward) * np.exp(-0.5 * first**2) / _ROOT_2PI * np.sqrt(floats(tenor_bd) / YEAR)
    return gain


def implied_vol(
    premium: ArrayLike, forward: ArrayLike, strike: ArrayLike, tenor_bd: ArrayLike, *, is_call: ArrayLike = True, discount: ArrayLike = 1.0
) -> Batch:
    """Volatility of premiums, by bisection; NaN and False outside what a volatility of 0 to 500 % gives, or for inputs that are none.

    Args:
        premium: in the unit of the forward, shape (n,); the rest broadcasts.
    """
    paid, f, k, t, call, df = np.broadcast_arrays(
        *(floats(side) for side in (premium, forward, strike, tenor_bd)), np.asarray(is_call), floats(discount)
    )
    good = np.array(valid_price(paid) & valid_price(f) & valid_price(k) & valid_price(t) & valid_price(df))
    low, high = np.full(paid.shape, LOWEST_VOL), np.full(paid.shape, HIGHEST_VOL)
    if good.any():
        terms = f[good], k[good], t[good]
        bottom, top = (price(*terms, np.full(good.sum(), vol), is_call=call[good], discount=df[good]) for vol in (LOWEST_VOL, HIGHEST_VOL))
        good[good] = (bottom < paid[good]) & (paid[good] < top)
    terms = f[good], k[good], t[good]
    for _ in range(_BISECTIONS if good.any() else 0):
        middle = 0.5 * (low[good] + high[good])
        above = price(*terms, middle, is_call=call[good], discount=df[good]) > paid[good]
        low[good], high[good] = np.where(above, low[good], middle), np.where(above, middle, high[good])
    return Batch(np.where(good, 0.5 * (low + high), np.nan), good)
