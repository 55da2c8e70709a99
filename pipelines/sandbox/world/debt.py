"""Public debt by month, in % of GDP: primary balance, implicit rate, gross debt and its composition.

    pb = pb₋₁ + .05 (.9 + .07 (D − 68) − pb₋₁) + .012 gap + .12 N − .35·1[fiscal crisis] − 1·1[crash]
    D  = D₋₁ (1 + i/1200)/(1 + g/1200) − pb_m/12 + .05 D₋₁ Δfx/100 + .05 N

pb and i, g are % a year; pb_m is the month's balance with its season (January up, December down), g the nominal growth of the year.
Uncalibrated: no fiscal history was available to the calibration.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.brazil_prices import Prices
from pipelines.sandbox.world.grid import Grid

TREND_GROWTH = 2.0
SEASON = (5.0, -1.5, -0.5, 1.5, -1.5, -0.5, 0.2, 0.3, -0.3, 1.3, -0.5, -3.5)       # % of GDP a year, sums to zero
LFT, FIXED, IPCA, FX = range(4)
SHARES = (0.40, 0.30, 0.25, 0.05)
COUPON_MEMORY = 1 / 30.0


@dataclass(slots=True)
class Debt:
    """State of the block; `row()` gives the columns of `ROW` for the month just closed."""

    ROW: ClassVar[tuple[str, ...]] = ("primary", "primary_month", "implicit_rate", "nominal_growth", "debt", "debt_residual",
                                      "share_lft", "share_fixed", "share_ipca",
           "share_fx", "cost_fixed", "cost_ipca")

    seed: int
    grid: Grid
    ratio: float = 66.0
    primary: float = 2.5
    coupon: float = 12.0
    real_cost: float = 10.5
    implicit: float = 11.0
    growth: float = 7.0
    month_balance: float = 0.0
    residual: float = 0.0
    gaps: list[float] = field(default_factory=lambda: [0.0] * 13)
    shares: list[float] = field(default_factory=lambda: list(SHARES))
    draws: list[list[float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.draws = rng.monthly(self.seed, "fiscal.month", self.grid.months, 6).tolist()

    def start(self) -> None:
        """States of the close of 2009."""
        self.ratio, self.primary = 60.0, 2.0
        self.gaps = [0.5] * 13

    def month(self, m: int, selic: float, dollar_rate: float, prices: Prices, gap: float, *, crash: bool, crisis: bool) -> None:
        """Close month m; rates are in % a year."""
        draw = self.draws[m]
        self.gaps = [*self.gaps[1:], gap]
        self.primary += 0.05 * (0.9 + 0.07 * (self.ratio - 68) - self.primary) + 0.012 * gap + 0.12 * draw[0]
        self.primary -= 0.35 * crisis + 1.0 * crash
        self.coupon += COUPON_MEMORY * (selic + 1.2 - self.coupon)
        self.real_cost += COUPON_MEMORY * 3 * (prices.ipca_12m + 5.5 - self.real_cost)
        self._issue(draw[2:6])
        costs = (selic, self.coupon, self.real_cost, dollar_rate)
        self.implicit = sum(share * cost for share, cost in zip(self.shares, costs, strict=True))
        self.growth = TREND_GROWTH + self.gaps[-1] - self.gaps[0] + prices.ipca_12m
        self.month_balance = self.primary + SEASON[m % 12]
        self.residual = 0.05 * self.ratio * prices.fx[-1] / 100 + 0.05 * draw[1]
        self.ratio = self.ratio * (1 + self.implicit / 1200) / (1 + self.growth / 1200) - self.month_balance / 12 + self.residual

    def _issue(self, draws: list[float]) -> None:
        moved = [max(share + min(max(0.0025 * x, -0.005), 0.005) + 0.01 * (mean - share), 0.02)
                 for share, mean, x in zip(self.shares, SHARES, draws, strict=True)]
        total = sum(moved)
        self.shares = [share / total for share in moved]

    def row(self) -> tuple[float, ...]:
        return (self.primary, self.month_balance, self.implicit, self.growth, self.ratio, self.residual, *self.shares,
                self.coupon,
                self.real_cost)

