"""From scores to ideal exposures: signals at risk units, blended within a class, classes at equal risk.

    unit exposure of a signal    u = (sign_k / σ_k) · σ* / σ̂_combination          legs at equal risk, σ* a year together
    exposure of a class          x_c = Σ_i p_i s_i u_i · conflict                   p_i = κ_i / Σ κ
    ideal exposure of the book   x = Σ_c y_c x_c                                    y: equal risk contributions of the classes

Leg returns are daily, a unit of exposure: decimals for currencies, basis points for rates (P&L over DV01).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models_py.kernel.registry import Ratio
from models_py.portfolio.covariance import YEAR, blended, complete, shrunk
from models_py.portfolio.risk_parity import risk_parity
from models_py.quant.riskmetrics import LAMBDA
from models_py.signals.blend import conflict_scale, share
from models_py.signals.scale import FLOOR_WINDOW, FULL_SHARE

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_WEIGHTS = LAMBDA ** np.arange(FLOOR_WINDOW - 1, -1, -1.0)
HEDGE_DAYS = 504                       # of a hedge's regression
LEAST = int(np.ceil(FULL_SHARE * FLOOR_WINDOW))


def daily_volatility(returns: Matrix) -> Vector:
    """σ̂ of each column: max(EWMA λ = 0.94, 0.5 σ of 252 days), over its known days; NaN below 60 % of 252.

    Source: STRATEGIES §0.
    """
    recent = returns[-FLOOR_WINDOW:]
    known = ~np.isnan(recent)
    count = known.sum(axis=0)
    filled = np.where(known, recent, 0.0)
    # weights by known days, so that a hole neither ages nor dilutes what is known
    ages = count - known.cumsum(axis=0)
    weights = np.where(known, _WEIGHTS[FLOOR_WINDOW - 1 - ages], 0.0)
    enough = count >= LEAST
    total = np.where(enough, weights.sum(axis=0), 1.0)
    fast = np.sqrt((weights * filled**2).sum(axis=0) / total)
    mean = filled.sum(axis=0) / np.maximum(count, 1)
    spread = np.where(known, recent - mean, 0.0)
    slow = np.sqrt((spread**2).sum(axis=0) / np.maximum(count - 1, 1))
    result: Vector = np.where(enough, np.maximum(fast, 0.5 * slow), np.nan)
    return result


def unit_exposures(returns: Matrix, signs: Matrix, ratios: Sequence[Ratio], unit_volatility: float) -> Matrix:
    """Exposures of each signal at score 1, such that it runs at σ* a year.

    Args:
        returns: (days, legs).  signs: (signals, legs), 0 where a signal has no such leg.
        ratios: of the legs of each signal: at equal risk, at equal exposure (DV01), or as a hedge by regression.
    Returns:
        (signals, legs); a row of NaN where a leg has no volatility yet.
    """
    sigma = daily_volatility(returns)
    sigma = np.where(sigma > 0, sigma, np.nan)
    legs = np.zeros_like(signs)
    for k, (row, ratio) in enumerate(zip(signs, ratios, strict=True)):
        equal = row * np.where(np.isnan(sigma), np.nan, 1.0)
        mix = equal / sigma if ratio == "risk" else equal if ratio == "dv01" else hedged(returns, row)
        legs[k] = np.where(row != 0, mix, 0.0)
    held = np.where(np.isnan(legs).any(axis=1, keepdims=True), np.nan, legs)
    recent = returns[-FLOOR_WINDOW:]
    # a leg without a return that day leaves the combination unknown; one without a position does not
    combined = np.column_stack([recent[:, row != 0] @ held[k, row != 0] for k, row in enumerate(signs)]) if len(signs) else recent[:, :0]
    together = daily_volatility(combined)
    scale = unit_volatility / np.sqrt(YEAR) / np.where(together > 0, together, np.nan)
    result: Matrix = held * scale[:, None]
    return result


def hedged(returns: Matrix, signs: Vector) -> Vector:
    """A signal's long legs against its short ones by regression.

        h_k = -β / n for each of n short legs, β the slope of the long legs' return on the short legs' mean over 504 days

    Returns:
        (legs,); NaN with fewer than 60 % of the days.

    Source: STRATEGIES RATES_RV_01, SOV_04.
    """
    long, short = signs > 0, signs < 0
    paths = np.column_stack([returns[-HEDGE_DAYS:, long] @ signs[long], returns[-HEDGE_DAYS:, short].mean(axis=1)])
    whole = paths[~np.isnan(paths).any(axis=1)]
    if len(whole) < int(np.ceil(FULL_SHARE * HEDGE_DAYS)):
        return np.full(len(signs), np.nan)
    moments = np.cov(whole.T)
    beta = moments[0, 1] / moments[1, 1] if moments[1, 1] > 0 else np.nan
    weights: Vector = np.where(long, signs, np.where(short, -beta / short.sum(), 0.0))
    return weights


@dataclass(frozen=True, eq=False)
class Construction:
    """Ideal exposures by signal and leg, with the weights they came from."""

    exposures: Matrix                    # (signals, legs)
    shares: Vector                       # of each signal within its class
    class_scores: dict[str, float | None]
    class_weights: dict[str, float]
    covariance: Matrix                   # (legs, legs), annual; 0 where a leg has too little history


def construct(returns: Matrix, units: Matrix, scores: Vector, weights: Vector, classes: tuple[str, ...]) -> Construction:
    """Exposures of all signals.

    Args:
        returns: (days, legs).  units: (signals, legs) at score 1.  scores: (signals,), NaN = no view.
        weights: κ (signals,).  classes: asset class of each signal.
    """
    scores = np.where(np.isnan(units).any(axis=1), np.nan, scores)
    units = np.nan_to_num(units)
    shares = np.zeros(len(scores))
    spoken: dict[str, float | None] = {}
    scaled = np.zeros(len(scores))
    directions: dict[str, Vector] = {}
    for name in sorted(set(classes)):
        mine = np.array([c == name for c in classes])
        shares[mine] = share(scores[mine], weights[mine])
        if not shares[mine].any():
            spoken[name] = None
            continue
        keep = float(conflict_scale(scores[mine], shares[mine]))
        scaled[mine] = np.nan_to_num(scores[mine]) * shares[mine] * keep
        spoken[name] = float(scaled[mine].sum())
        directions[name] = (1.0 if scaled[mine].sum() >= 0 else -1.0) * (shares[mine] @ units[mine])
    parts = class_weights(returns, directions)
    weight = np.array([parts.get(c, 0.0) for c in classes])
    return Construction((weight * scaled)[:, None] * units, shares, spoken, parts, leg_covariance(returns))


def class_weights(returns: Matrix, directions: dict[str, Vector]) -> dict[str, float]:
    """Weights of classes whose risk contributions are equal, from EWMA and Ledoit-Wolf over 252 days; they sum to 1.

    Source: RISK §6, ERC.
    """
    if not directions:
        return {}
    held = np.array([np.abs(x) > 0 for x in directions.values()]).any(axis=0)
    paths = complete(returns[-FLOOR_WINDOW:][:, held])
    book = np.column_stack([paths @ x[held] for x in directions.values()])
    if len(book) < LEAST:
        return dict.fromkeys(directions, 1.0 / len(directions))
    return dict(zip(directions, risk_parity(shrunk(book)).tolist(), strict=True))


def leg_covariance(returns: Matrix) -> Matrix:
    """Annual covariance of the legs that have 60 % of a year of returns; rows and columns of the others are 0."""
    enough = (~np.isnan(returns[-FLOOR_WINDOW:])).sum(axis=0) >= LEAST
    result = np.zeros((returns.shape[1], returns.shape[1]))
    paths = complete(returns[:, enough])
    if enough.any() and len(paths):
        result[np.ix_(enough, enough)] = YEAR * blended(paths)
    return result
