"""Brazilian prices, one step a month: trend, four kinds, nine groups, sixty-four leaves and the IPCA.

    τ = .70 τ₋₁ + .30 (.55 πF/12 + .27 π*/12 + .18 avg12(IPCA) + .035) + .012 gap + .010 avg3 Δfx + .040 N,  then max(τ, .5 τ + .13)

Changes are in % a month; Δfx, Δcom, Δoil are % changes of month averages in BRL. The IPCA is the weighted sum of the leaves.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world.basket import GROUP_NAMES, Basket, basket

Floats = NDArray[np.float64]

PERSISTENCE = np.array([0.54, 0.50, 0.15, 0.38])
INNOVATION = np.array([0.74, 0.20, 0.20, 0.62])
GROUP_PERSISTENCE = 0.40          # of the groups' own noise; its sd is unconditional
FOOD_SEASON = (0.45, 0.25, 0.30, 0.20, -0.05, -0.35, -0.50, -0.50, -0.25, 0.05, 0.15, 0.35)
SERVICES_SEASON = (0.00, 0.35, 0.00, -0.05, -0.10, -0.10, 0.05, -0.05, -0.05, -0.05, -0.05, 0.05)
INDUSTRIAL_SEASON = (-0.10, -0.15, 0.0, 0.10, 0.15, 0.05, -0.10, -0.05, 0.05, 0.05, 0.05, -0.05)
EDUCATION = GROUP_NAMES.index("education")
EDUCATION_FEBRUARY, EDUCATION_ELSE = 3.5, -0.32
DRAWS = 1 + 4 + 9                       # trend, kinds, groups; leaves have a stream of their own


def _last(values: list[float], n: int) -> float:
    tail = values[-n:]
    return sum(tail) / n if tail else 0.0


@dataclass(slots=True)
class Prices:
    """State of the price block; `fx`, `commodity`, `oil` hold the month changes so far, `ipca` the printed history."""

    trend: float = 0.37
    own: Floats = field(default_factory=lambda: np.zeros(4))
    group: Floats = field(default_factory=lambda: np.zeros(9))
    weight: Floats = field(default_factory=lambda: basket().weight.copy())
    fx: list[float] = field(default_factory=list)
    commodity: list[float] = field(default_factory=list)
    oil: list[float] = field(default_factory=list)
    ipca: list[float] = field(default_factory=lambda: [0.37] * 12)
    ipca_12m: float = 4.5
    basket: Basket = field(default_factory=basket)

    def kinds(self, month: int, expected: float, target: float, gap: float, draws: Floats) -> Floats:
        """Common change of each kind this month (0 = January), % shape (4,)."""
        anchor = 0.55 * expected / 12 + 0.27 * target / 12 + 0.18 * _last(self.ipca, 12) + 0.035
        trend = 0.70 * self.trend + 0.30 * anchor + 0.012 * gap + 0.010 * _last(self.fx, 3) + 0.040 * draws[0]
        self.trend = max(trend, 0.5 * trend + 0.13)
        self.own = PERSISTENCE * self.own + INNOVATION * draws[1:5]
        fx3, fx6, tau = _last(self.fx, 3), _last(self.fx, 6), self.trend
        com4, oil3 = _last(self.commodity, 4), _last(self.oil, 3)
        common = np.array([
            tau + 0.03 * fx3 + 0.09 * com4 + 0.10 + FOOD_SEASON[month],
            0.95 * tau + 0.05 * fx6 + 0.02 * com4 + INDUSTRIAL_SEASON[month],
            tau + SERVICES_SEASON[month],
            0.45 * tau + 0.40 * _last(self.ipca, 12) + 0.15 * target / 12 + 0.05 * oil3 + 0.05 * fx3,
        ])
        return common + self.own

    def steady(self, month: int, change: float) -> Floats:
        """Kinds of a month that is back-filled: one trend and the seasons."""
        return change + np.array([FOOD_SEASON[month], INDUSTRIAL_SEASON[month], SERVICES_SEASON[month], 0.0])

    def close(self, month: int, kinds: Floats, draws: Floats, leaf_draws: Floats) -> tuple[Floats, Floats, float]:
        """Leaves (64,), their weights before the month (64,), and the IPCA, all in %; records the month and moves the weights."""
        b, weight = self.basket, self.weight
        noise = b.noise * leaf_draws
        cell_weight = np.bincount(b.cell, weight)
        noise -= (np.bincount(b.cell, weight * noise) / np.where(cell_weight > 0, cell_weight, 1.0))[b.cell]
        self.group = GROUP_PERSISTENCE * self.group + np.sqrt(1 - GROUP_PERSISTENCE**2) * draws[5:14]
        leaves = kinds[b.kind] + (b.own * self.group)[b.group] * b.load + noise
        school = (b.group == EDUCATION) & (b.kind == 2)
        leaves = leaves + np.where(school, EDUCATION_FEBRUARY if month == 1 else EDUCATION_ELSE, 0.0)
        ipca = float((weight * leaves).sum())
        self.weight = weight * (1 + leaves / 100) / (1 + ipca / 100)
        self.ipca.append(ipca)
        self.ipca_12m = (math.prod(1 + change / 100 for change in self.ipca[-12:]) - 1) * 100
        return leaves, weight, ipca
