"""Small tools for monthly measurement: autoregressive noise, seasonal patterns, moving means, lags."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def autoregressive(draws: Floats, persistence: float, sd: float) -> Floats:
    """AR(1) with a given unconditional sd from unit draws, one a period along the first axis; starts at zero."""
    out = np.empty_like(draws)
    level = np.zeros(draws.shape[1:])
    scale = sd * np.sqrt(1 - persistence**2)
    for t in range(draws.shape[0]):
        level = persistence * level + scale * draws[t]
        out[t] = level
    return out


def seasonal(months: NDArray[np.datetime64], pattern: tuple[float, ...]) -> Floats:
    """The pattern's value (January first) less its mean, for each month."""
    values = np.array(pattern) - np.mean(pattern)
    return values[months.astype("datetime64[M]").astype(np.int64) % 12]


def moving_mean(values: Floats, n: int) -> Floats:
    """Mean of the last n values; fewer at the start."""
    total = np.cumsum(values, axis=0)
    out = total.copy()
    out[n:] = total[n:] - total[:-n]
    count = np.minimum(np.arange(1, values.shape[0] + 1), n)
    return out / count if values.ndim == 1 else out / count[:, None]


def moving_sum(values: Floats, n: int) -> Floats:
    """Sum of the last n values; NaN where fewer exist."""
    out = np.full(values.size, np.nan)
    total = np.concatenate([[0.0], np.cumsum(values)])
    out[n - 1 :] = total[n:] - total[:-n]
    return out


def lag(values: Floats, n: int) -> Floats:
    """Values n periods before; the first one repeated at the start."""
    return np.concatenate([np.repeat(values[:1], n), values[:-n]]) if n else values
