"""Nelson-Siegel and Svensson curves fitted to zero rates, one curve or thousands at once.

    y(t) = b1 + b2 · A(l1) + b3 · (A(l1) - exp(-l1·t)) + b4 · (A(l2) - exp(-l2·t)),   A(l) = (1 - exp(-l·t)) / (l·t),  t = du / 252

For given decays the betas are a linear regression, so that only the decays are searched (variable projection): every pair of a fixed
grid of decays is tried, the best few are refined by Levenberg-Marquardt on their logarithms, and the best of those is kept. Nothing
is random: the same rates give the same curve. Nelson-Siegel is b4 = 0. Rates are decimals, weights are of squared errors.

Source: Nelson and Siegel (1987), Journal of Business 60; Svensson (1994), NBER 4871; Golub and Pereyra (2003), Inverse Problems 19.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models_py.quant.checks import Floats, floats, valid_rate, valid_term
from models_py.quant.errors import BadCurve
from models_py.quant.svensson import Svensson

YEAR = 252.0
DECAYS = np.geomspace(0.08, 16.0, 14)       # a year; a hump is where the decay times the years is 1.8
SLOWEST, FASTEST = np.log(0.01), np.log(40.0)
STARTS = 16
NEAREST = 0.2               # logs: decays less than a fifth apart are one
_STEPS, _CHUNK = 60, 2000
_EXACT = 1e-22              # squared error of rates met to the last digit
_RIDGE = 1e-14


class Fits(NamedTuple):
    """Fitted curves: b1, b2, b3, b4, l1, l2 of each, its root mean squared error, and whether it had enough rates."""

    parameters: Floats          # shape (n, 6), NaN where not valid
    rmse: Floats                # decimal, weighted
    valid: NDArray[np.bool_]

    def curve(self, row: int = 0) -> Svensson:
        """The parameters of one curve, for `svensson.rate`."""
        return Svensson(*map(float, self.parameters[row]))


def fit(tenor_bd: ArrayLike, rate: ArrayLike, weight: ArrayLike | None = None, *, humps: int = 2, starts: int = STARTS) -> Fits:
    """Fit a curve to each row of rates.

    Args:
        tenor_bd: business days, > 0, shape (m,) or (n, m). rate: decimals, shape (m,) or (n, m), NaN where there is none.
        weight: > 0, shape (m,) or (n, m), such as the inverse of duration; equal if none is given.
        humps: 2 for Svensson, 1 for Nelson-Siegel. starts: how many points of the grid are refined.
    Returns:
        n curves. One with fewer rates than parameters is not valid.
    Raises:
        BadCurve: no rates at all, or neither one hump nor two.
    """
    rates = np.atleast_2d(floats(rate))
    if rates.size == 0 or humps not in (1, 2):
        raise BadCurve("svensson", rates.size if humps in (1, 2) else humps, "needs rates, and one hump or two")
    tenors, rates = np.broadcast_arrays(np.atleast_2d(floats(tenor_bd)), rates)
    weights = np.ones_like(rates) if weight is None else np.broadcast_to(floats(weight), rates.shape)
    present = valid_rate(rates) & valid_term(tenors) & (np.nan_to_num(weights) > 0)
    valid = present.sum(axis=1) >= 2 * humps + 2
    parameters, rmse = np.full((len(rates), 6), np.nan), np.full(len(rates), np.nan)
    rows = np.flatnonzero(valid)
    for part in np.array_split(rows, max(-(-len(rows) // _CHUNK), 1)):
        if part.size:
            held = present[part]
            root = np.where(held, np.sqrt(np.where(held, weights[part], 0.0)), 0.0)
            years = np.where(held, tenors[part], YEAR) / YEAR
            parameters[part], rmse[part] = _fit(years, np.where(held, rates[part], 0.0), root, humps, starts)
    return Fits(parameters, rmse, valid)


def _fit(years: Floats, rates: Floats, root: Floats, humps: int, starts: int) -> tuple[Floats, Floats]:
    row, decays = _starts(years, rates, root, humps, starts)
    years, rates, root = years[row], rates[row], root[row]
    damping = np.full(len(row), 1e-3)
    error, betas, step = _project(years, rates, root, decays, damping)
    active = np.arange(len(row))
    for _ in range(_STEPS):
        wanted = np.clip(decays[active] + step[active], SLOWEST, FASTEST)
        found, its_betas, its_step = _project(years[active], rates[active], root[active], wanted, damping[active] / 4.0)
        better = found < error[active]
        worse = active[~better]
        gain = np.where(better, error[active] - found, np.inf)
        moved = np.abs(wanted - decays[active]).max(axis=1)
        kept = active[better]
        decays[kept], error[kept], betas[kept], step[kept] = wanted[better], found[better], its_betas[better], its_step[better]
        damping[kept] /= 4.0
        damping[worse] *= 8.0
        if worse.size:
            step[worse] = _project(years[worse], rates[worse], root[worse], decays[worse], damping[worse])[2]
        done = np.where(better, (gain <= 1e-7 * error[active]) | (moved < 1e-12), damping[active] > 1e4) | (error[active] < _EXACT)
        active = active[~done]
        if not active.size:
            break
    best = np.argmin(error.reshape(-1, starts), axis=1) + np.arange(len(error) // starts) * starts
    decay = np.exp(decays[best])
    parameters = np.zeros((len(best), 6))
    parameters[:, : 2 + humps] = betas[best]
    parameters[:, 4], parameters[:, 5] = decay[:, 0], decay[:, -1]
    rmse: Floats = np.sqrt(np.maximum(error[best], 0.0) / (root[best] ** 2).sum(axis=1))
    return parameters, rmse


def _starts(years: Floats, rates: Floats, root: Floats, humps: int, starts: int) -> tuple[NDArray[np.int64], Floats]:
    """The best points of the grid for each curve: its row and its log decays, `starts` rows a curve."""
    grid = DECAYS[:, None] if humps == 1 else np.array([(a, b) for a in DECAYS for b in DECAYS if a != b])
    common = bool((years == years[0]).all() and (root == root[0]).all())
    errors = np.empty((len(years), len(grid)))
    target = rates * root
    total = (target**2).sum(axis=1)
    for k, pair in enumerate(np.log(grid)):
        if common:
            basis = np.linalg.qr(_design(*_loadings(years[:1], pair[None, :])[1:])[0] * root[0][:, None])[0]
            errors[:, k] = total - ((target @ basis) ** 2).sum(axis=1)
        else:
            design = _design(*_loadings(years, np.broadcast_to(pair, (len(years), humps)))[1:]) * root[:, :, None]
            errors[:, k] = _regress(design, target)[1]
    # the best, then the best that is no neighbour of it, and so on: starts in one valley end in one place
    place = np.rint(np.log(grid / DECAYS[0]) / np.log(DECAYS[1] / DECAYS[0]))
    near = (np.abs(place[:, None, :] - place[None, :, :]) <= 1).all(axis=2)
    chosen = np.empty((len(years), starts), dtype=np.int64)
    for k in range(starts):
        chosen[:, k] = np.argmin(errors, axis=1)
        errors = np.where(near[chosen[:, k]], np.inf, errors)
    return np.repeat(np.arange(len(years)), starts), np.log(grid)[chosen.ravel()]


def _loadings(years: Floats, decays: Floats) -> tuple[Floats, Floats, Floats]:
    """l·t, exp(-l·t) and A(l), of each decay: shape (n, m, humps)."""
    product = years[:, :, None] * np.exp(decays)[:, None, :]
    decayed = np.exp(-product)
    return product, decayed, (1.0 - decayed) / product


def _design(decayed: Floats, mean: Floats) -> Floats:
    """Columns 1, A(l1), A(l1) - e(l1), A(l2) - e(l2): shape (n, m, 2 + humps)."""
    return np.concatenate([np.ones((*mean.shape[:2], 1)), mean[:, :, :1], mean - decayed], axis=2)


def _regress(design: Floats, target: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Betas, squared error, residual and inverse of the normal matrix of many weighted regressions."""
    turned = design.transpose(0, 2, 1)
    normal = turned @ design
    ridge = _RIDGE * np.einsum("nkk->n", normal)
    inverse = np.linalg.inv(normal + np.eye(design.shape[2]) * ridge[:, None, None])
    betas = inverse @ (turned @ target[:, :, None])
    # one step of refinement takes out what the normal equations lose
    betas = betas + inverse @ (turned @ (target[:, :, None] - design @ betas))
    residual = target - (design @ betas)[:, :, 0]
    return betas[:, :, 0], (residual**2).sum(axis=1), residual, inverse


def _project(years: Floats, rates: Floats, root: Floats, decays: Floats, damping: Floats) -> tuple[Floats, Floats, Floats]:
    """Squared error and betas at log decays, and the next step of Levenberg-Marquardt on them (Kaufman's projection)."""
    product, decayed, mean = _loadings(years, decays)
    design = _design(decayed, mean) * root[:, :, None]
    betas, error, residual, inverse = _regress(design, rates * root)
    if decays.shape[1] == 2:
        # two decays that meet make two humps of any size that cancel
        error = np.where(np.abs(decays[:, 0] - decays[:, 1]) < NEAREST, np.inf, error)
    # by the log of a decay l: dA = e - A,   d(A - e) = e - A + l·t·e
    slope_mean = decayed - mean
    slope_hump = slope_mean + product * decayed
    slope = slope_hump * betas[:, None, 2:]
    slope[:, :, 0] += slope_mean[:, :, 0] * betas[:, 1, None]
    slope *= root[:, :, None]
    turned = design.transpose(0, 2, 1)
    across = slope - design @ (inverse @ (turned @ slope))
    matrix = across.transpose(0, 2, 1) @ across
    pull = (across.transpose(0, 2, 1) @ residual[:, :, None])[:, :, 0]
    scale = np.einsum("nkk->nk", matrix)
    diagonal = scale * (1.0 + damping[:, None]) + 1e-300
    if decays.shape[1] == 1:
        step = pull / diagonal
    else:
        cross = matrix[:, 0, 1]
        volume = diagonal[:, 0] * diagonal[:, 1] - cross**2 + 1e-300
        step = (diagonal[:, ::-1] * pull - cross[:, None] * pull[:, ::-1]) / volume[:, None]
    return error, betas, np.clip(step, -1.0, 1.0)
