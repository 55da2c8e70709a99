"""Sizes: the volatility of a book, and the scale that brings it to its target.

Exposure is per BRL of NAV, in a leg's own measure: BRL notional, or BRL of DV01. Volatilities are annual.
"""

import numpy as np
from numpy.typing import ArrayLike


def volatility(exposure: ArrayLike, covariance: ArrayLike) -> float:
    """Annual volatility of a book, √(e'Σe), with Σ the annual covariance of one unit of each exposure."""
    e, sigma = np.asarray(exposure, float), np.asarray(covariance, float)
    return float(np.sqrt(max(0.0, float(e @ sigma @ e))))


def target_scale(book_volatility: float, target: float, cap: float) -> float:
    """Scale of all exposures: g = min(cap, σ* / σ̂_p); the cap for an empty book.

    Source: RISK §6.
    """
    return cap if book_volatility <= 0 else min(cap, target / book_volatility)
