"""Sizes: risk units of a score, and the scale that brings a book to its target volatility.

Exposure is per BRL of NAV, in a leg's own measure: BRL notional, or BRL of DV01. Volatilities are annual, of one unit of exposure.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

UNIT_VOLATILITY = 0.10            # σ*: annual volatility of a strategy at score 1, before portfolio scaling
TARGET_VOLATILITY = 0.06          # of the whole book
MAXIMUM_SCALE = 1.5
YEAR = 252


def annual(daily: float) -> float:
    """Annual volatility of a daily one."""
    return float(daily * np.sqrt(YEAR))


def risk_units(score: float, volatility: float, unit: float = UNIT_VOLATILITY) -> float:
    """Exposure of a score.

        w = s · σ* / σ̂

    With σ̂ in BRL a unit of DV01 this is the rates form N · DV01 = w · AUM / (σ_bp √252) of the specification.

    Raises:
        ValueError: a volatility that is not above 0.

    Source: STRATEGIES §0.
    """
    if not volatility > 0:
        raise ValueError(f"risk units need a volatility above 0, found {volatility:g}")
    return score * unit / volatility


def volatility(exposure: ArrayLike, covariance: ArrayLike) -> float:
    """Annual volatility of a book, √(e'Σe), with Σ the annual covariance of one unit of each exposure."""
    e, sigma = np.asarray(exposure, float), np.asarray(covariance, float)
    return float(np.sqrt(max(0.0, float(e @ sigma @ e))))


def target_scale(book_volatility: float, target: float = TARGET_VOLATILITY, cap: float = MAXIMUM_SCALE) -> float:
    """Scale of all exposures: g = min(1.5, σ* / σ̂_p); the cap for an empty book.

    Source: RISK §6.
    """
    return cap if book_volatility <= 0 else min(cap, target / book_volatility)


def equal_risk(returns: ArrayLike, signs: ArrayLike, volatilities: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Legs of a strategy at equal risk, and the daily returns of holding them.

        e_k = sign_k / σ_k

    Args:
        returns: (days, legs) a unit of exposure.  signs, volatilities: (legs,), volatilities daily and above 0.
    Returns:
        exposures (legs,) and the combination's returns (days,).
    """
    exposure: NDArray[np.float64] = np.asarray(signs, float) / np.asarray(volatilities, float)
    return exposure, np.asarray(returns, float) @ exposure
