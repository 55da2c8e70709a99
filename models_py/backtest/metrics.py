"""Statistics of a daily result: return for risk with its error, drawdown, shape, months.

`x` is the daily excess return, a decimal of NAV over the CDI, oldest first; a year has 252 days. Kurtosis is not excess: 3 for a
normal. Ratios of a result that never moved are NaN.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import e, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

YEAR = 252
EULER = 0.5772156649015329
BLOCK = 21                        # mean length of the stationary bootstrap's blocks

Vector = NDArray[np.float64]

# regimes of Brazil that results are split by
PERIODS: Mapping[str, tuple[str, str]] = {
    "2010-14": ("2010-01-01", "2014-12-31"), "2015-16": ("2015-01-01", "2016-12-31"), "2017-19": ("2017-01-01", "2019-12-31"),
    "2020-21": ("2020-01-01", "2021-12-31"), "2022-23": ("2022-01-01", "2023-12-31"), "2024-": ("2024-01-01", "2099-12-31"),
}  # fmt: skip


def sharpe(x: ArrayLike) -> float:
    """mean / sd · √252; NaN with fewer than two days or no movement."""
    values = np.asarray(x, float)
    spread = values.std(ddof=1) if len(values) > 1 else 0.0
    return float(values.mean() / spread * sqrt(YEAR)) if spread > 0 else float("nan")


def sharpe_error(x: ArrayLike) -> float:
    """Standard error of the annual Sharpe ratio.

        √((1 + ½ SR² - γ₃ SR + (γ₄ - 3)/4 SR²) / (T - 1)) · √252,   SR daily

    Source: RISK §7; Mertens (2002).
    """
    values = np.asarray(x, float)
    ratio = sharpe(values) / sqrt(YEAR)
    skewness, kurtosis = shape(values)
    variance = (1 + 0.5 * ratio**2 - skewness * ratio + (kurtosis - 3) / 4 * ratio**2) / (len(values) - 1) if len(values) > 1 else 0.0
    return sqrt(variance * YEAR) if variance > 0 else float("nan")


def sharpe_lo(x: ArrayLike, lags: int = 10) -> float:
    """Annual Sharpe ratio corrected for autocorrelation.

        SR_d · q / √(q + 2 Σ_{k=1}^{K} (q - k) ρ_k),   q = 252

    Source: Lo (2002), "The statistics of Sharpe ratios", Financial Analysts Journal 58(4); lags beyond K taken as 0.
    """
    values = np.asarray(x, float)
    centred = values - values.mean() if len(values) else values
    total = float(centred @ centred)
    if total <= 0 or len(values) <= lags + 1:
        return float("nan")
    rho = [float(centred[k:] @ centred[:-k]) / total for k in range(1, lags + 1)]
    inflated = YEAR + 2 * sum((YEAR - k) * r for k, r in enumerate(rho, 1))
    return sharpe(values) / sqrt(YEAR) * YEAR / sqrt(inflated) if inflated > 0 else float("nan")


def shape(x: ArrayLike) -> tuple[float, float]:
    """Skewness and kurtosis (3 for a normal), moments without bias correction; (0, 3) where nothing moved."""
    values = np.asarray(x, float)
    if len(values) < 2 or values.std() == 0:
        return 0.0, 3.0
    return float(stats.skew(values)), float(stats.kurtosis(values, fisher=False))


def probabilistic_sharpe(ratio: float, days: int, skewness: float, kurtosis: float, benchmark: float = 0.0) -> float:
    """Probability that the true Sharpe ratio is above a benchmark; both per period.

        PSR = Φ((SR - SR*) √(T - 1) / √(1 - γ₃ SR + (γ₄ - 1)/4 SR²))

    Source: Bailey & López de Prado (2012), J. of Risk 15(2).
    """
    spread = 1 - skewness * ratio + (kurtosis - 1) / 4 * ratio**2
    return float(stats.norm.cdf((ratio - benchmark) * sqrt(days - 1) / sqrt(spread))) if spread > 0 and days > 1 else float("nan")


def expected_best(variance: float, trials: int) -> float:
    """Sharpe ratio that the best of N trials without skill is expected to show.

        SR₀ = √V [(1 - γ) Φ⁻¹(1 - 1/N) + γ Φ⁻¹(1 - 1/(N e))],   γ = 0.5772;  0 for one trial

    Source: Bailey & López de Prado (2014), J. of Portfolio Management 40(5).
    """
    if trials < 2:
        return 0.0
    quantile = stats.norm.ppf
    return float(sqrt(variance) * ((1 - EULER) * quantile(1 - 1 / trials) + EULER * quantile(1 - 1 / (trials * e))))


def deflated_sharpe(ratio: float, days: int, skewness: float, kurtosis: float, *, trials: int, variance: float) -> float:
    """PSR against the best of N trials; `ratio` and `variance` (of the trials' ratios) per period."""
    return probabilistic_sharpe(ratio, days, skewness, kurtosis, expected_best(variance, trials))


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


def bootstrap(x: ArrayLike, *, seed: int, draws: int = 500, level: float = 0.90) -> tuple[float, float]:
    """Interval of the annual Sharpe ratio by the stationary bootstrap, mean block 21 days.

    Source: Politis & Romano (1994), JASA 89(428).
    """
    values = np.asarray(x, float)
    if len(values) < 2 or values.std() == 0:
        return float("nan"), float("nan")
    random, days = np.random.default_rng(seed), len(values)
    starts = random.integers(days, size=(draws, days))
    fresh = random.random((draws, days)) < 1 / BLOCK
    fresh[:, 0] = True
    since = np.arange(days) - np.maximum.accumulate(np.where(fresh, np.arange(days), 0), axis=1)
    begun = np.take_along_axis(starts, np.arange(days) - since, axis=1)
    sample = values[(begun + since) % days]
    ratios = sample.mean(axis=1) / sample.std(axis=1, ddof=1) * sqrt(YEAR)
    low, high = np.quantile(ratios, [0.5 - level / 2, 0.5 + level / 2])
    return float(low), float(high)


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
    skewness, kurtosis = shape(values)
    depth = drawdowns(values)
    worst = float(depth.max()) if len(depth) else 0.0
    months = monthly(values, dates)
    moved = [r for r in months.values() if r != 0]
    up, active = sum(r > 0 for r in moved), values[values != 0]
    mean = float(values.mean() * YEAR) if len(values) else 0.0
    low, high = np.quantile(values, [0.05, 0.95]) if len(values) else (0.0, 0.0)
    nan = float("nan")
    return Summary(
        len(values), mean, float(values.std(ddof=1) * sqrt(YEAR)) if len(values) > 1 else 0.0, sharpe(values), sharpe_error(values),
        sharpe_lo(values), probabilistic_sharpe(sharpe(values) / sqrt(YEAR), len(values), skewness, kurtosis), worst,
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
            out[name] = (len(inside), float(inside.mean() * YEAR), sharpe(inside))
    return out
