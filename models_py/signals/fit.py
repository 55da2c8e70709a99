"""Rolling least squares and principal components, one fit a row from that row and those before it.

Columns grow by one row a decision. A row with a hole is left out of every window and has no fit of its own; windows count the
rows that are whole. Sums run on from row to row, so that a fit costs the same whatever its window.
"""

from math import ceil

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.signals.scale import FULL_SHARE

Matrix = NDArray[np.float64]


def matrix(*columns: pl.Series) -> Matrix:
    """Columns side by side, (rows, columns), NaN for null."""
    return np.column_stack([column.cast(pl.Float64).fill_null(float("nan")).to_numpy() for column in columns])


def coefficients(y: pl.Series, x: Matrix, window: int, *, ridge: float = 0.0) -> Matrix:
    """Coefficients of y on a constant and x over the last `window` rows: expanding until full, NaN below 60 % of it.

        b = (X'X + ρ n diag(s²))⁻¹ X'y        X in deviations from the window's means, s² their variances; no penalty on the constant

    Args:
        x: (rows, k).  ridge: ρ, relative to each column's own variance; 0 is ordinary least squares.
    Returns:
        (rows, 1 + k): constant, then slopes; NaN where the window is too short, the row has a hole, or x does not vary.
    """
    target = matrix(y)[:, 0]
    whole = ~np.isnan(target) & ~np.isnan(x).any(axis=1)
    result = np.full((len(target), 1 + x.shape[1]), np.nan)
    if whole.any():
        result[whole] = _fits(target[whole], x[whole], window, ridge)
    return result


def _fits(y: NDArray[np.float64], x: Matrix, window: int, ridge: float) -> Matrix:
    # measured from the first row, so that sums of squares of levels far from zero keep their digits
    base_x, base_y = x[0], y[0]
    deep, level = x - base_x, y - base_y
    count, mean_x, squares, spread = _moments(deep, window)
    mean_y = _moving(level, window) / count
    crossed = _moving(deep * level[:, None], window) / count[:, None] - mean_x * mean_y[:, None]
    fit = (count >= ceil(FULL_SHARE * window)) & _varies(spread, mean_x)
    result = np.full((len(y), 1 + x.shape[1]), np.nan)
    if fit.any():
        # in units of each column's own deviation, so that columns of any size are conditioned alike
        scale = np.sqrt(spread[fit])
        gram = squares[fit] / (scale[:, :, None] * scale[:, None, :]) + ridge * np.eye(x.shape[1])
        solvable = np.linalg.cond(gram) < 1e12
        slopes = np.full_like(scale, np.nan)
        slopes[solvable] = np.linalg.solve(gram[solvable], (crossed[fit] / scale)[solvable][:, :, None])[:, :, 0] / scale[solvable]
        constant = mean_y[fit] + base_y - (slopes * (mean_x[fit] + base_x)).sum(axis=1)
        result[fit] = np.column_stack([constant, slopes])
    return result


def _moments(x: Matrix, window: int) -> tuple[NDArray[np.float64], Matrix, Matrix, Matrix]:
    """Rows counted, means, covariances and variances of the last `window` rows."""
    count = np.minimum(np.arange(1, len(x) + 1), window).astype(float)
    mean = _moving(x, window) / count[:, None]
    squares = _moving(x[:, :, None] * x[:, None, :], window) / count[:, None, None] - mean[:, :, None] * mean[:, None, :]
    return count, mean, squares, np.einsum("tkk->tk", squares)


def _varies(spread: Matrix, mean: Matrix) -> NDArray[np.bool_]:
    varied: NDArray[np.bool_] = np.all(spread > 1e-14 * np.maximum(mean**2, 1e-30), axis=1)
    return varied


def _moving(values: Matrix, window: int) -> Matrix:
    """Sums of the last `window` rows, or of all there are."""
    total = values.cumsum(axis=0)
    total[window:] = total[window:] - total[:-window]
    return total


def residual(y: pl.Series, x: Matrix, window: int, *, ridge: float = 0.0) -> pl.Series:
    """y less its own row's fit on x; null where there is no fit."""
    fitted = coefficients(y, x, window, ridge=ridge)
    left = matrix(y)[:, 0] - fitted[:, 0] - (fitted[:, 1:] * x).sum(axis=1)
    return pl.Series(y.name, left).fill_nan(None)


def components(x: Matrix, window: int) -> tuple[Matrix, Matrix]:
    """Each row in standard deviations of its window, and the principal directions of that window's correlations.

        u_t = (x_t - mean) / std;    C = V Λ V', Λ falling

    Args:
        x: (rows, k).
    Returns:
        u (rows, k) and V (rows, k, k), the first column of V the first component; each column's largest part is positive. NaN below
        60 % of the window and where a column does not vary.
    """
    whole = ~np.isnan(x).any(axis=1)
    scaled, directions = np.full(x.shape, np.nan), np.full((*x.shape, x.shape[1]), np.nan)
    rows = x[whole]
    if not len(rows):
        return scaled, directions
    deep = rows - rows[0]
    count, mean, squares, spread = _moments(deep, window)
    fit = (count >= ceil(FULL_SHARE * window)) & _varies(spread, mean)
    scale = np.sqrt(spread[fit])
    _, vectors = np.linalg.eigh(squares[fit] / (scale[:, :, None] * scale[:, None, :]))
    vectors = vectors[:, :, ::-1]
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=1)[:, None, :], axis=1)
    place = np.flatnonzero(whole)[fit]
    scaled[place], directions[place] = (deep[fit] - mean[fit]) / scale, vectors * np.sign(largest)
    return scaled, directions
