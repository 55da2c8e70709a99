"""Statistics that moments are made of. Changes are simple differences of their inputs; shapes (n,) unless said."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]

SESSIONS = 252


def autocorrelation(values: Floats, lag: int) -> float:
    """Sample autocorrelation at a lag."""
    centred = values - values.mean()
    return float((centred[lag:] * centred[:-lag]).sum() / (centred**2).sum())


def skewness(values: Floats) -> float:
    centred = values - values.mean()
    return float((centred**3).mean() / (centred**2).mean() ** 1.5)


def excess_kurtosis(values: Floats) -> float:
    centred = values - values.mean()
    return float((centred**4).mean() / (centred**2).mean() ** 2 - 3)


def clustering(changes: Floats) -> float:
    """Mean autocorrelation of the absolute change at lags 1, 5, 10, 21."""
    size = np.abs(changes)
    return float(np.mean([autocorrelation(size, lag) for lag in (1, 5, 10, 21)]))


def variance_ratio(changes: Floats, length: int = 21) -> float:
    """Variance of overlapping sums over `length` times the variance of one change."""
    total = np.concatenate([[0.0], np.cumsum(changes)])
    return float((total[length:] - total[:-length]).var() / (length * changes.var()))


def maximum_drawdown(level: Floats) -> float:
    """Largest fall from a past maximum, %, negative."""
    return float(((level / np.maximum.accumulate(level)) - 1).min() * 100)


def component_shares(changes: Floats) -> Floats:
    """Shares of variance of principal components, %, largest first; changes of shape (n, k)."""
    values = np.linalg.eigvalsh(np.cov(changes.T))[::-1]
    return values / values.sum() * 100


def season_share(values: Floats, month: NDArray[np.int64]) -> tuple[float, Floats]:
    """Share of variance of calendar-month means, and the values less those means."""
    means = np.array([values[month == m].mean() for m in range(12)])
    return float(means[month].var() / values.var()), values - means[month]


def last_on(dates: Dates, values: Floats, wanted: Dates) -> Floats:
    """Value at the last date at or before each wanted one."""
    return values[np.searchsorted(dates, wanted, side="right") - 1]


def wednesdays(dates: Dates) -> Dates:
    """Every Wednesday between the first and the last date."""
    span = np.arange(dates[0], dates[-1] + 1, dtype="datetime64[D]")
    return span[(span.astype(np.int64) + 3) % 7 == 2]
