"""Risk parity: weights whose shares of risk are the given budgets.

Own solver: cyclical coordinate descent, exact and fast for the desk's few assets. `general` hands the same problem, and its
CVaR form, to riskfolio-lib, which is the extra `optimise`.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models_py.kernel.errors import ConfigError

Vector = NDArray[np.float64]

TOLERANCE = 1e-12
SWEEPS = 10_000


class NotConverged(ConfigError, ValueError):
    """The covariance leaves no risk budget portfolio within the sweeps allowed."""


def risk_parity(covariance: ArrayLike, budgets: ArrayLike | None = None) -> Vector:
    """Long-only weights with w_i (Σw)_i / w'Σw = b_i.

        min ½ y'Σy - Σ b_i ln y_i;  one coordinate at a time: Σ_ii y_i² + (Σ_{j≠i} Σ_ij y_j) y_i - b_i = 0;  w = y / Σ y

    Args:
        covariance: (n, n), symmetric, positive diagonal.
        budgets: shares of risk, > 0, scaled to sum 1; equal if none are given.
    Returns:
        weights (n,), sum 1.
    Raises:
        ValueError: a variance or budget not above 0, or shapes that do not fit.
        NotConverged: no solution found (a covariance far from positive definite).

    Source: Spinu (2013), "An algorithm for computing risk parity weights"; Griveau-Billion, Richard & Roncalli (2013).
    """
    sigma = np.asarray(covariance, float)
    n = len(sigma)
    b = np.full(n, 1.0 / n) if budgets is None else np.asarray(budgets, float)
    if sigma.shape != (n, n) or b.shape != (n,) or not (np.diag(sigma) > 0).all() or not (b > 0).all():
        raise ValueError(f"risk parity needs variances and budgets above 0, found {np.diag(sigma).tolist()} and {b.tolist()}")
    b = b / b.sum()
    sd = np.sqrt(np.diag(sigma))
    rho = sigma / np.outer(sd, sd)                        # on correlations the descent does not depend on units
    y = np.sqrt(b)
    for _ in range(SWEEPS):
        before = y.copy()
        for i in range(n):
            others = float(rho[i] @ y) - y[i]
            y[i] = (-others + np.sqrt(others * others + 4.0 * b[i])) / 2.0
        if np.abs(y - before).max() <= TOLERANCE * np.abs(y).max():
            weights: Vector = y / sd / (y / sd).sum()
            return weights
    raise NotConverged(f"no risk parity after {SWEEPS} sweeps for correlations {np.round(rho, 4).tolist()}")


def general(
    returns: ArrayLike, budgets: ArrayLike | None = None, *, measure: Literal["MV", "CVaR"] = "MV", method: str = "ledoit"
) -> Vector:
    """Risk budget weights by riskfolio-lib: other risk measures and covariance estimators.

    Args:
        returns: (days, n) decimals.
        measure: "MV" for variance, "CVaR" for conditional value at risk at 95 %.
        method: riskfolio's name of the covariance estimator ("hist", "ledoit", "ewma1", …).
    Raises:
        ConfigError: riskfolio-lib is not installed; the message names the extra.
        NotConverged: the solver found nothing.
    """
    try:
        import pandas as pd
        import riskfolio  # heavy, and not part of the light core
    except ImportError as error:
        raise ConfigError("riskfolio-lib is not installed: pip install 'macro-desk[optimise]'") from error
    values = np.asarray(returns, float)
    portfolio = riskfolio.Portfolio(returns=pd.DataFrame(values))
    portfolio.assets_stats(method_mu="hist", method_cov=method)
    share = None if budgets is None else (np.asarray(budgets, float) / np.sum(budgets)).reshape(-1, 1)
    found = portfolio.rp_optimization(model="Classic", rm=measure, rf=0, b=share, hist=True)
    if found is None:
        raise NotConverged(f"riskfolio found no {measure} risk parity for {values.shape[1]} assets")
    weights: Vector = found["weights"].to_numpy(float)
    return weights
