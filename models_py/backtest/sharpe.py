"""The Sharpe ratio of a daily result: its error, its corrections, and what it is worth after many trials.

`x` is the daily excess return, a decimal of NAV over the CDI, oldest first; a year has 252 days. Kurtosis is not excess: 3 for a
normal. Ratios of a result that never moved are NaN.
"""

from math import e, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

YEAR = 252
EULER = 0.5772156649015329
BLOCK = 21                        # mean length of the stationary bootstrap's blocks


def ratio(x: ArrayLike) -> float:
    """mean / sd · √252; NaN with fewer than two days or no movement."""
    values = np.asarray(x, float)
    spread = values.std(ddof=1) if len(values) > 1 else 0.0
    return float(values.mean() / spread * sqrt(YEAR)) if spread > 0 else float("nan")


def error(x: ArrayLike) -> float:
    """Standard error of the annual Sharpe ratio.

        √((1 + ½ SR² - γ₃ SR + (γ₄ - 3)/4 SR²) / (T - 1)) · √252,   SR daily

    Source: RISK §7; Mertens (2002).
    """
    values = np.asarray(x, float)
    daily = ratio(values) / sqrt(YEAR)
    skewness, kurtosis = shape(values)
    variance = (1 + 0.5 * daily**2 - skewness * daily + (kurtosis - 3) / 4 * daily**2) / (len(values) - 1) if len(values) > 1 else 0.0
    return sqrt(variance * YEAR) if variance > 0 else float("nan")


def lo(x: ArrayLike, lags: int = 10) -> float:
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
    return ratio(values) / sqrt(YEAR) * YEAR / sqrt(inflated) if inflated > 0 else float("nan")


def shape(x: ArrayLike) -> tuple[float, float]:
    """Skewness and kurtosis (3 for a normal), moments without bias correction; (0, 3) where nothing moved."""
    values = np.asarray(x, float)
    if len(values) < 2 or values.std() == 0:
        return 0.0, 3.0
    return float(stats.skew(values)), float(stats.kurtosis(values, fisher=False))


def probabilistic(ratio: float, days: int, skewness: float, kurtosis: float, benchmark: float = 0.0) -> float:
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


def deflated(ratio: float, days: int, skewness: float, kurtosis: float, *, trials: int, variance: float) -> float:
    """PSR against the best of N trials; `ratio` and `variance` (of the trials' ratios) per period."""
    return probabilistic(ratio, days, skewness, kurtosis, expected_best(variance, trials))


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
