"""Hidden regime, VIX, and the volatility multipliers of every shock.

VIX: ln V = x + y with a slow and a fast part, driven by the convex jump j of the VIX shock; the level it reverts to depends on the
regime calm, transition or stress. Global multiplier h_G follows last week's VIX; Brazil's h_B has a life of its own.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.factors import SIGMA
from pipelines.sandbox.world.grid import DT, Grid
from pipelines.sandbox.world.story import Story

Floats = NDArray[np.float64]

STAY = (1 - 1 / 110, 1 - 1 / 35, 1 - 1 / 22)
EXITS = ((1, 2, 0.93), (0, 2, 0.72), (1, 0, 0.95))      # first choice, second choice, probability of the first
ANCHOR = (math.log(14.5), math.log(20.5), math.log(33.0))
BRAZIL_SHARE = {"usdbrl": 0.55, "cds": 0.50, "di252": 0.70, "di1260": 0.70, "bei1260": 0.70, "ibov": 0.35}
GLOBAL_SHARE = {                                         # h² = (1 - b) + b·h_G²
    "spx": 1.0, "dxy": 0.5, "gold": 0.5, "copper": 0.5, "usdmxn": 0.5, "usdzar": 0.5, "wti": 0.65, "usbei10": 0.65, "ust10": 0.3,
    "ust2": 0.4,                                         # times the lower-bound term of the US block
}


@dataclass(frozen=True)
class Volatility:
    """`regime` 0 calm, 1 transition, 2 stress; VIX in points; multipliers by shock, each of shape (n,)."""

    regime: NDArray[np.int64]
    vix: Floats
    vix_slow: Floats
    global_: Floats
    brazil: Floats
    by_shock: dict[str, Floats]


def simulate(seed: int, grid: Grid, story: Story, e_vix: Floats) -> Volatility:
    """Regime chain, VIX and multipliers over the grid."""
    regime = _regimes(seed, grid, story)
    vix, slow, h_global = _vix(regime, e_vix, story.inside("crash", 30), grid.start - 1)
    h_brazil = _brazil(seed, grid, story)
    by_shock = {name: np.sqrt((1 - b) + b * h_global**2) for name, b in GLOBAL_SHARE.items()}
    by_shock |= {name: np.sqrt(b * h_brazil**2 + (1 - b) * h_global**2) for name, b in BRAZIL_SHARE.items()}
    return Volatility(regime, vix, slow, h_global, h_brazil, by_shock)


def _regimes(seed: int, grid: Grid, story: Story) -> NDArray[np.int64]:
    draw = rng.daily(seed, "regime", grid.days, 2, "uniform")
    forced = story.inside("crash", 45) | story.inside("lesser_crash", 25)
    out = np.zeros(grid.days.size, np.int64)
    state = 0
    for t, (leave, where) in enumerate(draw.tolist()):
        if leave > STAY[state]:
            first, second, probability = EXITS[state]
            state = first if where < probability else second
        if forced[t]:
            state = 2
        out[t] = state
    return out


def _vix(regime: NDArray[np.int64], e_vix: Floats, panic: NDArray[np.bool_], reset: int) -> tuple[Floats, Floats, Floats]:
    scale = 0.5 * SIGMA["vix"] * math.sqrt(DT)
    x, y, level, smooth = ANCHOR[0] + 0.2, 0.0, 18.5, 18.5
    vix, slow, multiplier = [], [], []
    for t, (shock, state, fear) in enumerate(zip(e_vix.tolist(), regime.tolist(), panic.tolist(), strict=True)):
        smooth = 0.8 * smooth + 0.2 * level
        h = 0.92 * min(max((smooth / 18.5) ** 1.25, 0.35), 5.0)
        shock = min(max(shock * math.sqrt(0.7 + 0.3 * h), -5.0), 5.5)
        jump = (math.exp(0.22 * shock) - math.exp(0.0242)) / 0.22
        x += 0.030 * (ANCHOR[state] + (0.62 if fear else 0.0) - x) + jump * scale
        y = 0.82 * y + jump * scale
        if t == reset:
            x, y = math.log(20.0), 0.0
        level = math.exp(min(x + y, math.log(88.0)))
        vix.append(level)
        slow.append(x)
        multiplier.append(h)
    return np.array(vix), np.array(slow), np.array(multiplier)


def _brazil(seed: int, grid: Grid, story: Story) -> Floats:
    own = rng.daily(seed, "vol.brazil", grid.days, 1, "t6")
    kick = np.zeros(grid.days.size)
    for name, size in (("fiscal", 0.9), ("political", 0.8)):
        kick[list(story.first[name])] += size
    log_h, out = 0.0, np.empty(grid.days.size)
    for t, (shock, jump) in enumerate(zip(own.tolist(), kick.tolist(), strict=True)):
        log_h = 0.975 * log_h + 0.085 * shock + jump
        out[t] = log_h
    return 0.90 * np.exp(out)
