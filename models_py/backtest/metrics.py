"""Statistics of a daily result: drawdown, hit ratios, months and regimes, and all of them in one line.

`x` is the daily excess return, a decimal of NAV over the CDI, oldest first; a year has 252 days. Kurtosis is not excess: 3 for a
normal. Ratios of a result that never moved are NaN.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from models_py.backtest import sharpe
from models_py.backtest.sharpe import YEAR

Vector = NDArray[np.float64]

# regimes of Brazil that results are split by
PERIODS: Mapping[str, tuple[str, str]] = {
    "2010-14": ("2010-01-01", "2014-12-31"), "2015-16": ("2015-01-01", "2016-12-31"), "2017-19": ("2017-01-01", "2019-12-31"),
    "2020-21": ("2020-01-01", "2021-12-31"), "2022-23": ("2022-01-01", "2023-12-31"), "2024-": ("2024-01-01", "2099-12-31"),
}  # fmt: skip


def drawdowns(x: ArrayLike) -> Vector:
    """Distance of the compounded result from its high, a positive share."""
    wealth = np.r_[1.0, np.cumprod(1 + np.asarray(x, float))]
    result: Vector = (1 - wealth / np.maximum.accumulate(wealth))[1:]
    return result


def under_water(x: ArrayLike) -> int:
    """Longest run of days below a former high."""
    longest = run = 0
    for depth in drawdowns(x):
        run = run + 1 if depth > 1e-12 else 0
        longest = max(longest, run)
    return longest


def wilson(hits: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of a hit ratio; (0, 1) without trials.

    Source: Wilson (1927).
    """
    if trials == 0:
        return 0.0, 1.0
    z, p = float(stats.norm.ppf(0.5 + level / 2)), hits / trials
    centre = (p + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z * sqrt(p * (1 - p) / trials + z**2 / (4 * trials**2)) / (1 + z**2 / trials)
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True)
class Summary:
    """One line of a result table. Returns and volatility are annual decimals; turnover is one-way, of NAV a year."""

    days: int
    annual_return: float
    volatility: float
    sharpe: float
    sharpe_error: float
    sharpe_lo: float
    psr: float
    max_drawdown: float
    calmar: float
    ulcer: float
    days_under_water: int
    skew: float
    kurtosis: float
    tail_ratio: float
    hit_days: float
    hit_months: float
    hit_months_interval: tuple[float, float]


def summarise(x: ArrayLike, dates: NDArray[np.datetime64]) -> Summary:
    """All statistics of one daily result."""
    values = np.asarray(x, float)
    skewness, kurtosis = sharpe.shape(values)
    depth = drawdowns(values)
    worst = float(depth.max()) if len(depth) else 0.0
    months = monthly(values, dates)
    moved = [r for r in months.values() if r != 0]
    up, active = sum(r > 0 for r in moved), values[values != 0]
    mean = float(values.mean() * YEAR) if len(values) else 0.0
    low, high = np.quantile(values, [0.05, 0.95]) if len(values) else (0.0, 0.0)
    nan = float("nan")
    return Summary(
        len(values), mean, float(values.std(ddof=1) * sqrt(YEAR)) if len(values) > 1 else 0.0, sharpe.ratio(values), sharpe.error(values),
        sharpe.lo(values), sharpe.probabilistic(sharpe.ratio(values) / sqrt(YEAR), len(values), skewness, kurtosis), worst,
        mean / worst if worst > 0 else nan, float(np.sqrt((depth**2).mean())) if len(depth) else 0.0, under_water(values), skewness,
        kurtosis, float(high / abs(low)) if low < 0 else nan, float((active > 0).mean()) if len(active) else nan,
        up / len(moved) if moved else nan, wilson(up, len(moved)),
    )  # fmt: skip


def monthly(x: ArrayLike, dates: NDArray[np.datetime64]) -> dict[str, float]:
    """Compounded result of each month, `2023-11` to decimal."""
    values, names = np.asarray(x, float), dates.astype("datetime64[M]").astype(str)
    return {month: float(np.prod(1 + values[names == month]) - 1) for month in np.unique(names).tolist()}


def by_period(x: ArrayLike, dates: NDArray[np.datetime64]) -> dict[str, tuple[int, float, float]]:
    """Days, annual return and Sharpe ratio of each regime that has days."""
    values, out = np.asarray(x, float), {}
    for name, (first, last) in PERIODS.items():
        inside = values[(dates >= np.datetime64(first)) & (dates <= np.datetime64(last))]
        if len(inside):
            out[name] = (len(inside), float(inside.mean() * YEAR), sharpe.ratio(inside))
    return out
