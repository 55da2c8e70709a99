"""How a signal loses weight as it ages. Ages are in sessions (half-lives of STRATEGIES §9) unless said.

Shapes broadcast; an age of NaN is a signal that never spoke and has no weight.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def staleness(age: ArrayLike, half_life: ArrayLike, expires: ArrayLike = np.inf) -> NDArray[np.float64]:
    """Weight of a signal by its age.

        u = 2^(-age / half-life), 0 from `expires` on

    Raises:
        ValueError: a half-life is not above 0.

    Source: RISK §6.
    """
    old, half = np.asarray(age, float), np.asarray(half_life, float)
    if not (half > 0).all():
        raise ValueError(f"half-life must be above 0, found {half.min():g}")
    weight: NDArray[np.float64] = np.where(old < np.asarray(expires, float), 2.0 ** (-old / half), 0.0)
    return np.where(np.isnan(old), 0.0, weight)


def linear(age: ArrayLike, length: float) -> NDArray[np.float64]:
    """Weight of an event's signal that fades to 0 in a straight line.

        u = max(0, 1 - age / length)

    Raises:
        ValueError: length is not above 0.

    Source: STRATEGIES RATES_BR_04 (15 sessions), RATES_US_03 (20).
    """
    if not length > 0:
        raise ValueError(f"length must be above 0, found {length:g}")
    old = np.asarray(age, float)
    return np.where(np.isnan(old), 0.0, np.clip(1.0 - old / length, 0.0, 1.0))
