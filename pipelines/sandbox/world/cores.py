"""Aggregates of the IPCA's leaves: groups, classifications, cores and diffusion, each by its definition.

All take leaf changes and leaf weights of shape (months, 64), % a month, and give % a month of shape (months,).
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world.basket import DURABLE, ENERGY, FRESH, GROUP_NAMES, SEMI, SLUGGISH, UNDERLYING, basket

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FOOD, INDUSTRIAL, SERVICES, ADMINISTERED = range(4)
TRIM, SMOOTH_MONTHS, PERCENTILE, VOLATILITY_MONTHS = 0.20, 12, 0.55, 48


def subset(leaves: Floats, weights: Floats, chosen: Mask) -> Floats:
    """Weighted change of the chosen leaves."""
    return (leaves[:, chosen] * weights[:, chosen]).sum(axis=1) / weights[:, chosen].sum(axis=1)


def classifications() -> dict[str, Mask]:
    """Leaves of each classification. Free = tradable + non-tradable = goods + services; goods = durable + semi-durable + non-durable."""
    b = basket()
    goods = (b.kind == FOOD) | (b.kind == INDUSTRIAL)
    durable, semi = b.flagged(DURABLE), b.flagged(SEMI)
    underlying = b.flagged(UNDERLYING)
    fresh, energy = b.flagged(FRESH), b.flagged(ENERGY)
    return {
        "food_at_home": b.kind == FOOD,
        "industrial": b.kind == INDUSTRIAL,
        "services": b.kind == SERVICES,
        "administered": b.kind == ADMINISTERED,
        "free": b.kind != ADMINISTERED,
        "tradable": goods,
        "non_tradable": b.kind == SERVICES,
        "durable": goods & durable,
        "semi_durable": goods & semi,
        "non_durable": goods & ~durable & ~semi,
        "core_ex0": (b.kind == INDUSTRIAL) | (b.kind == SERVICES),
        "core_ex1": ~fresh & ~energy,
        "core_ex2": underlying | ((b.kind == FOOD) & ~fresh),
        "core_ex3": underlying,
        "core_ex3_services": underlying & (b.kind == SERVICES),
        "core_exfe": (b.kind != FOOD) & ~energy,
    }


def by_group(leaves: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Changes and weights of the nine groups, shape (months, 9); weights in % sum to 100."""
    group = basket().group
    starts = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    weight = np.add.reduceat(weights, starts, axis=1)
    return np.add.reduceat(leaves * weights, starts, axis=1) / weight, weight * 100


def trimmed(leaves: Floats, weights: Floats) -> Floats:
    """Mean of the leaves between the 20th and the 80th weighted percentile of change (core MA)."""
    order = np.argsort(leaves, axis=1, kind="stable")
    change, weight = np.take_along_axis(leaves, order, 1), np.take_along_axis(weights, order, 1)
    upper = np.cumsum(weight, axis=1)
    kept = np.clip(np.minimum(upper, 1 - TRIM) - np.maximum(upper - weight, TRIM), 0, None)
    return (change * kept).sum(axis=1) / kept.sum(axis=1)


def smoothed_trimmed(leaves: Floats, weights: Floats) -> Floats:
    """Core MS: the same, with eight sluggish leaves spread over twelve months; NaN before the twelfth."""
    sluggish = basket().flagged(SLUGGISH)
    total = np.cumsum(np.log1p(leaves / 100), axis=0)
    spread = leaves.copy()
    mean = (total[SMOOTH_MONTHS:] - total[:-SMOOTH_MONTHS]) / SMOOTH_MONTHS
    spread[SMOOTH_MONTHS:, sluggish] = np.expm1(mean[:, sluggish]) * 100
    out = trimmed(spread, weights)
    out[:SMOOTH_MONTHS] = np.nan
    return out


def double_weighted(leaves: Floats, weights: Floats, headline: Floats) -> Floats:
    """Core DP: each weight divided by the sd of the leaf's change less the headline over the past 48 months (what is known by then)."""
    relative = leaves - headline[:, None]
    first, second = np.cumsum(relative, axis=0), np.cumsum(relative**2, axis=0)
    count = np.minimum(np.arange(1, leaves.shape[0] + 1), VOLATILITY_MONTHS)[:, None]
    first[VOLATILITY_MONTHS:] -= first[:-VOLATILITY_MONTHS].copy()
    second[VOLATILITY_MONTHS:] -= second[:-VOLATILITY_MONTHS].copy()
    sd = np.sqrt(np.maximum(second / count - (first / count) ** 2, 1e-4))
    weight = weights / sd
    return (leaves * weight).sum(axis=1) / weight.sum(axis=1)


def percentile(leaves: Floats, weights: Floats) -> Floats:
    """Core P55: the 55th weighted percentile of changes, interpolated between the middles of the two leaves around it."""
    order = np.argsort(leaves, axis=1, kind="stable")
    change, weight = np.take_along_axis(leaves, order, 1), np.take_along_axis(weights, order, 1)
    middle = np.cumsum(weight, axis=1) - weight / 2
    above = (middle < PERCENTILE).sum(axis=1)
    row = np.arange(leaves.shape[0])
    share = (PERCENTILE - middle[row, above - 1]) / (middle[row, above] - middle[row, above - 1])
    return change[row, above - 1] + share * (change[row, above] - change[row, above - 1])


def diffusion(leaves: Floats) -> Floats:
    """Share of leaves whose printed change (2 dp) is above zero, %."""
    return (np.round(leaves, 2) > 0).mean(axis=1) * 100


def basket_groups() -> tuple[str, ...]:
    """Names of the nine groups, in the order of `by_group`."""
    return GROUP_NAMES
