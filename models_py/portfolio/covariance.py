"""Covariance of daily returns: exponential weights for size, Ledoit-Wolf for correlation.

Returns are (days, assets), oldest first, whole rows only (`complete` drops the others). Covariances are daily, in the squared
unit of the returns; multiply by 252 for annual.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models_py.quant.riskmetrics import LAMBDA

Matrix = NDArray[np.float64]

FAST_HALF_LIFE, SLOW_WINDOW = 33, 252
YEAR = 252


def complete(returns: ArrayLike) -> Matrix:
    """Rows without NaN."""
    values: Matrix = np.asarray(returns, float)
    return values[~np.isnan(values).any(axis=1)]


def ewma(returns: ArrayLike, decay: float = LAMBDA) -> Matrix:
    """Exponentially weighted second moment around 0.

        Σ = Σ_k w_k r_k r_k',   w_k ∝ λ^age, Σ w = 1

    Raises:
        ValueError: no row, or a decay outside (0, 1).
    """
    values = np.asarray(returns, float)
    if not len(values) or not 0 < decay < 1:
        raise ValueError(f"ewma needs rows and a decay in (0, 1), found {len(values)} rows and {decay:g}")
    weights = decay ** np.arange(len(values) - 1, -1, -1.0)
    result: Matrix = (values * (weights / weights.sum())[:, None]).T @ values
    return result


def constant_correlation(returns: ArrayLike) -> tuple[Matrix, float]:
    """Ledoit-Wolf shrinkage of the sample covariance towards one correlation for all pairs.

        Σ̂ = δ F + (1 - δ) S,   F_ij = r̄ √(s_ii s_jj),   δ = max(0, min(1, κ / T)),   κ = (π̂ - ρ̂) / γ̂

    Returns:
        covariance (n, n) and δ; variances are the sample's (divisor T). With fewer than three assets F is S and δ is 0.
    Raises:
        ValueError: fewer than two rows, or an asset that never moves.

    Source: Ledoit & Wolf (2004), "Honey, I shrunk the sample covariance matrix", J. Portfolio Management 30(4), appendix B.
    """
    values = np.asarray(returns, float)
    days, assets = values.shape
    if days < 2:
        raise ValueError(f"shrinkage needs two rows, found {days}")
    x = values - values.mean(axis=0)
    sample: Matrix = x.T @ x / days
    variance = np.diag(sample)
    if not (variance > 0).all():
        raise ValueError(f"shrinkage needs assets that move, found variances {variance.tolist()}")
    if assets < 3:
        return sample, 0.0
    sd = np.sqrt(variance)
    correlation = sample / np.outer(sd, sd)
    mean = (correlation.sum() - assets) / (assets * (assets - 1))
    target = mean * np.outer(sd, sd)
    np.fill_diagonal(target, variance)
    squares = x**2
    noise = squares.T @ squares / days - sample**2                              # π_ij
    cubes = (squares * x).T @ x / days - variance[:, None] * sample             # θ_ii,ij
    np.fill_diagonal(cubes, 0.0)
    tied = np.trace(noise) + mean * float((np.outer(1 / sd, sd) * cubes).sum())  # ρ̂, both halves by symmetry
    distance = float(((target - sample) ** 2).sum())
    weight = 0.0 if distance <= 0 else float(np.clip((noise.sum() - tied) / distance / days, 0.0, 1.0))
    return weight * target + (1.0 - weight) * sample, weight


def shrunk(returns: ArrayLike, decay: float = LAMBDA) -> Matrix:
    """Variances with exponential weights, correlations shrunk: the covariance portfolios are built with.

    Source: RISK §1 (parametric) and §6 (construction inputs).
    """
    values = np.asarray(returns, float)
    sample, _ = constant_correlation(values)
    sd = np.sqrt(np.diag(sample))
    size = np.sqrt(np.diag(ewma(values, decay)))
    result: Matrix = sample / np.outer(sd, sd) * np.outer(size, size)
    return result


def blended(returns: ArrayLike) -> Matrix:
    """What the vol target measures risk with: half EWMA of half-life 33 days, half the last 252 days in equal weights.

    Source: RISK §6, vol target.
    """
    values = np.asarray(returns, float)
    last = values[-SLOW_WINDOW:]
    result: Matrix = 0.5 * ewma(values, 0.5 ** (1.0 / FAST_HALF_LIFE)) + 0.5 * (last.T @ last / len(last))
    return result
