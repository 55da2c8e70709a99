"""Signals of one class into one score: weights by confidence, track record, age and crowding.

A signal is a strategy or an agent's view. Scores lie in [-1, 1]; NaN is no view and has no weight. n is the
number of signals.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

PRIOR_TRIALS = 60                 # coin tosses that a record is shrunk with
SKILL_FLOOR = 0.45                # a shrunk hit rate at or below it has no weight
CONFLICT_BITS, CONFLICT_CAP = 0.9, 0.2


def skill(hits: ArrayLike, trials: ArrayLike) -> NDArray[np.float64]:
    """Weight of a track record: 0.1 without one, 0 for one clearly below a coin.

        h' = (hits + 0.5 · 60) / (trials + 60)          q = max(0, 2 (h' - 0.45))

    Raises:
        ValueError: more hits than trials.

    Source: RISK §6.
    """
    won, tried = np.asarray(hits, float), np.asarray(trials, float)
    if (won > tried).any() or (won < 0).any():
        raise ValueError(f"hits {won.tolist()} do not fit trials {tried.tolist()}")
    shrunk = (won + 0.5 * PRIOR_TRIALS) / (tried + PRIOR_TRIALS)
    weight: NDArray[np.float64] = np.maximum(0.0, 2.0 * (shrunk - SKILL_FLOOR))
    return weight


def crowding(weights: ArrayLike, correlation: ArrayLike) -> NDArray[np.float64]:
    """Discount of each signal for the others that make the same bet.

        v_i = 1 / (1 + Σ_{j≠i} max(0, ρ_ij) κ⁰_j / Σ κ⁰)

    Args:
        weights: κ⁰ before crowding, shape (n,).
        correlation: of the signals' returns, shape (n, n); NaN counts as 0.
    Returns:
        shape (n,), in (0, 1]; 1 where no signal has weight.

    Source: RISK §6.
    """
    kappa, rho = np.asarray(weights, float), np.maximum(np.nan_to_num(np.asarray(correlation, float)), 0.0)
    total = kappa.sum()
    if total <= 0:
        return np.ones_like(kappa)
    shared = rho @ kappa - np.diag(rho) * kappa
    discount: NDArray[np.float64] = 1.0 / (1.0 + shared / total)
    return discount


def share(scores: ArrayLike, weights: ArrayLike) -> NDArray[np.float64]:
    """Each signal's share of the class: κ_i / Σ κ over those with a view; all 0 where Σ κ = 0. Shape (…, n)."""
    score, kappa = np.asarray(scores, float), np.asarray(weights, float)
    counted = np.where(np.isnan(score), 0.0, kappa)
    total = counted.sum(axis=-1, keepdims=True)
    parts: NDArray[np.float64] = counted / np.where(total > 0, total, 1.0)
    return parts


def conflict_scale(scores: ArrayLike, shares: ArrayLike) -> NDArray[np.float64]:
    """Factor that keeps |S| ≤ 0.2 where the signs disagree by more than 0.9 bits; 1 otherwise. (…, n) to (…).

    Source: RISK §6, conflict rule.
    """
    score, part = np.nan_to_num(np.asarray(scores, float)), np.asarray(shares, float)
    sides = np.stack([(part * (score > 0)).sum(axis=-1), (part * (score < 0)).sum(axis=-1)])
    total = sides.sum(axis=0)
    odds = sides / np.where(total > 0, total, 1.0)
    bits = -(odds * np.log2(np.where(odds > 0, odds, 1.0))).sum(axis=0)
    strength = np.abs((score * part).sum(axis=-1))
    torn = (bits > CONFLICT_BITS) & (strength > CONFLICT_CAP)
    factor: NDArray[np.float64] = np.where(torn, CONFLICT_CAP / np.where(torn, strength, 1.0), 1.0)
    return factor


def blend(scores: ArrayLike, weights: ArrayLike) -> NDArray[np.float64]:
    """Confidence-weighted score of a class, (…, n) to (…).

        S = Σ κ_i s_i / Σ κ_i           NaN where Σ κ = 0: no view

    Source: RISK §6.
    """
    parts = share(scores, weights)
    mixed = (np.nan_to_num(np.asarray(scores, float)) * parts).sum(axis=-1) * conflict_scale(scores, parts)
    said: NDArray[np.float64] = np.where(parts.any(axis=-1), mixed, np.nan)
    return said
