"""The United States: gap, prices and the policy rate by month; market beliefs and curve states by day.

All rates are in % a year inside this module, as the equations are written; `UsStates` holds decimals for rates and % for gap,
unemployment and monthly price changes. Beliefs: q = R̃ + ν is the rule's rate as the market sees it, ν its disagreement with the
data; shocks to the 2y and 10y yields move (q, term premium) by a fixed 2×2 system.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import meetings, rng
from pipelines.sandbox.world.factors import SIGMA
from pipelines.sandbox.world.grid import DT, Grid
from pipelines.sandbox.world.story import Story
from pipelines.sandbox.world.volatility import Volatility

Floats = NDArray[np.float64]

REOPENING = 0.30                 # of the gap a month, in the nine months after the seventy days of a crash: a shut economy opens
POST_CRASH_INFLATION = 0.22      # m/m %, from 300 to 700 calendar days after a crash; second knob of calibration (was .17)
MEETINGS_A_YEAR, SMOOTHING, BELIEF_DECAY = 8, 0.22, 0.15
TERM_DECAY, TERM_PREMIUM = 4.0, 0.85
ANTICIPATED = 0.75               # share of a change of the rule that was already in the price (.60 left trends in the 2y)


def path_sensitivity(years: float, smoothing: float = SMOOTHING, decay: float = BELIEF_DECAY) -> float:
    """Change of the average expected policy rate over a horizon for one unit of q, floor apart."""
    weight, total, steps = 0.0, 0.0, round(years * MEETINGS_A_YEAR)
    for k in range(1, steps + 1):
        weight += smoothing * (math.exp(-decay * k / MEETINGS_A_YEAR) - weight)
        total += weight
    return total / steps


S2, S10 = path_sensitivity(2), path_sensitivity(10)
A2, A10 = 1 - math.exp(-2 / TERM_DECAY), 1 - math.exp(-10 / TERM_DECAY)
DETERMINANT = S2 * A10 - S10 * A2


@dataclass(frozen=True)
class UsStates:
    """Daily: `ffr` (middle of the range), `q`, `long_run`, `tp_us`, `usbei10`, decimals. Monthly: `us_gap`, `us_rstar`, `us_core_change`,
    `us_cpi_change` (m/m, %), `us_cpi_12m`, `us_core_12m` (%), `us_z2`."""

    daily: dict[str, Floats]
    monthly: dict[str, Floats]


@dataclass(slots=True)
class _Economy:
    gap: float = 0.0
    rstar: float = 0.5
    core: float = 0.17
    smooth_core: float = 0.17
    cpi_12m: float = 2.0
    core_12m: float = 2.0
    headlines: list[float] = field(default_factory=lambda: [0.17] * 12)
    cores: list[float] = field(default_factory=lambda: [0.17] * 12)

    def rule(self) -> float:
        prices = 0.5 * (self.cpi_12m - 2) + 0.3 * (self.smooth_core * 12 - 2)
        return self.rstar + 2 + 1.5 * prices + 0.85 * self.gap

    def month(
        self, ffr: float, z2: float, oil: float, draws: list[float], *, crash: bool, reopening: bool, after_crash: bool
    ) -> None:
        self.gap = 0.985 * self.gap - 0.022 * ((ffr - 2) - self.rstar) + 0.14 * (0.6 * z2 + 0.8 * draws[0])
        self.gap += REOPENING * reopening - (2.4 if crash else 0.0)
        self.rstar += 0.02 * (0.3 - self.rstar) + 0.05 * draws[1]
        self.core = 0.55 * self.core + 0.45 * (0.175 + 0.012 * self.gap) + 0.10 * draws[2]
        self.core += POST_CRASH_INFLATION if after_crash else 0.0
        self.record(self.core, self.core + 0.018 * oil + 0.08 * draws[3])

    def record(self, core: float, headline: float) -> None:
        self.smooth_core = 0.8 * self.smooth_core + 0.2 * core
        self.cores = [*self.cores[1:], core]
        self.headlines = [*self.headlines[1:], headline]
        self.core_12m = (math.prod(1 + x / 100 for x in self.cores) - 1) * 100
        self.cpi_12m = (math.prod(1 + x / 100 for x in self.headlines) - 1) * 100


def simulate(seed: int, grid: Grid, story: Story, e: dict[str, Floats], vol: Volatility, log_wti: Floats) -> UsStates:
    """Run the block. `e` are standardised shocks with releases mixed in."""
    draws = rng.monthly(seed, "us.month", grid.months, 4).tolist()
    crash, after = story.inside("crash", 70), story.inside("crash", 286, 214)
    reopening = story.inside("crash", 195, 70)
    hurry = story.inside("crash", 40)
    fomc = np.isin(grid.days, meetings.fomc())
    oil = _month_change(grid, log_wti)
    z2 = _month_sum(grid, e["ust2"])
    root = math.sqrt(DT)
    d10 = (SIGMA["ust10"] * root * 100 * vol.by_shock["ust10"] * e["ust10"]).tolist()
    d2 = (SIGMA["ust2"] * root * 100 * vol.by_shock["ust2"] * e["ust2"]).tolist()
    d_bei = (SIGMA["usbei10"] * root * 100 * vol.by_shock["usbei10"] * e["usbei10"]).tolist()
    economy, ffr, nu, tp, bei = _Economy(), 2.125, 0.0, 0.85, 2.05
    rule = seen = economy.rule()
    closes = np.isin(np.arange(grid.days.size), grid.closes)
    back_fill = grid.month("2009-01")
    daily: list[tuple[float, ...]] = []
    monthly: list[tuple[float, ...]] = []
    for t in range(grid.days.size):
        # quiet at the lower bound: markets do not move what the committee cannot
        two = d2[t] * (0.42 + 0.85 / (1 + math.exp(-(ffr + 0.5 * nu - 0.1) / 0.45)))
        ten = d10[t]
        nu += (A10 * two - A2 * ten) / DETERMINANT - 0.7 * nu * DT
        tp += (S2 * ten - S10 * two) / DETERMINANT - 0.6 * (tp - TERM_PREMIUM) * DT
        bei += d_bei[t] - 0.9 * (bei - 2.05 - 0.15 * (economy.cpi_12m - 2)) * DT
        news = 0.20 * (rule - seen)
        seen += news
        nu -= ANTICIPATED * news
        if fomc[t]:
            ffr += fomc_step(economy, rule, nu, ffr, bool(hurry[t]))
        if closes[t]:
            m = int(grid.month_of[t])
            if back_fill <= m < back_fill + 12:
                economy.record(0.14, 0.17 + 0.08 * draws[m][3])
            else:
                economy.month(ffr, z2[m], oil[m - 1] if m else 0.0, draws[m], crash=bool(crash[t]),
                              reopening=bool(reopening[t]), after_crash=bool(after[t]))
            if t == grid.start - 1:
                economy.gap, economy.rstar, economy.core, economy.smooth_core = -6.0, 0.3, 0.13, 0.13
                ffr, nu, tp, bei = 0.125, 1.0, 1.5, 2.3
                rule = seen = economy.rule()
            rule = economy.rule()
            monthly.append((economy.gap, economy.rstar, economy.cores[-1], economy.headlines[-1], economy.cpi_12m, economy.core_12m))
        daily.append((ffr / 100, (seen + nu) / 100, (economy.rstar + 2) / 100, tp / 100, bei / 100, economy.core_12m / 100))
    day, month = np.array(daily), np.array(monthly)
    return UsStates(
        {name: day[:, i].copy() for i, name in enumerate(("ffr", "q_us", "long_run_us", "tp_us", "usbei10", "us_core_12m"))},
        {name: month[:, i].copy() for i, name in enumerate(("us_gap", "us_rstar", "us_core_change", "us_cpi_change", "us_cpi_12m",
                                                            "us_core_12m"))}
        | {"us_z2": np.array(z2), "oil_change": np.array(oil)},
    )


def fomc_step(economy: _Economy, rule: float, nu: float, ffr: float, crash: bool) -> float:
    """The committee's move in points: partial adjustment in quarters, bounded below, no early lift-off."""
    limit = 1.0 if crash else 0.75
    step = round(SMOOTHING * (rule + 0.5 * nu - ffr) / 0.25) * 0.25
    step = min(max(step, -limit), limit)
    if step > 0 and ffr < 0.2 and economy.gap < -1.2 and economy.smooth_core * 12 < 2.6:
        return 0.0
    return max(step, 0.125 - ffr)


def _month_change(grid: Grid, logs: Floats) -> list[float]:
    mean = np.bincount(grid.month_of, logs) / np.bincount(grid.month_of)
    return np.append(0.0, np.diff(mean) * 100).tolist()


def _month_sum(grid: Grid, e: Floats) -> list[float]:
    return (np.bincount(grid.month_of, e) / np.sqrt(np.bincount(grid.month_of))).tolist()
