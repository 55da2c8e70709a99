"""What trading costs a result, and what it would cost at size. The one-way costs themselves are execution's.

Impact is not charged in a replay: volumes are no input of the desk yet. `impact` and `capacity` say what it would take.
"""

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

IMPACT = 0.1                    # of a day's volatility, at a trade of a day's volume
ALPHA_SHARE = 0.5
YEAR = 252


def drag(cost: ArrayLike) -> float:
    """Cost of a year, from daily costs as decimals of NAV."""
    values = np.asarray(cost, float)
    return float(values.mean() * YEAR) if len(values) else 0.0


def share_of_gross(gross: ArrayLike, cost: ArrayLike) -> float:
    """Part of the gross result that costs took; NaN where there was no gain to take from."""
    earned = float(np.sum(np.asarray(gross, float)))
    return float(np.sum(np.asarray(cost, float))) / earned if earned > 0 else float("nan")


def impact(volatility: float, quantity: float, volume: float) -> float:
    """Price move that a trade causes, in the unit of the daily volatility.

        0.1 · σ_d · √(Q / ADV)

    Raises:
        ValueError: a volume that is not above 0.

    Source: STRATEGIES §0.
    """
    if not volume > 0:
        raise ValueError(f"impact needs a daily volume above 0, found {volume:g}")
    return IMPACT * volatility * sqrt(abs(quantity) / volume)


def capacity(alpha: float, volatility: float, turnover: float, volume: float) -> float:
    """NAV at which impact takes half of the gross result.

        A · T · 0.1 σ_d √(A T / (252 V)) = ½ α A        A = V · 252 / T · (α / (0.2 · T · σ_d))²

    Args:
        alpha: gross result a year, decimal of NAV.  volatility: daily, of the price traded.
        turnover: traded a year, multiples of NAV, spread evenly over 252 days.  volume: traded a day by the market, BRL.
    Returns:
        BRL; 0 without alpha, infinity without turnover.

    Source: RISK §7, capacity.
    """
    if alpha <= 0:
        return 0.0
    if turnover <= 0 or volatility <= 0:
        return float("inf")
    return volume * YEAR / turnover * (alpha * ALPHA_SHARE / (IMPACT * turnover * volatility)) ** 2
