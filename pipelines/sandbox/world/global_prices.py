"""Prices of the world outside Brazil, in logs: equity, dollar, oil, metals, farm goods and currencies (units per USD).

    l_t = l_(t-1) + drift dt − κ (l_(t-1) − anchor_t) dt + d_t

Levels are set at the close of 2009. Currencies and farm goods beyond the factor engine load on the factors and add own t₆ noise.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.factors import SIGMA
from pipelines.sandbox.world.grid import DT, Grid
from pipelines.sandbox.world.volatility import Volatility

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Path:
    """How a log price moves: level at the close of 2009, trend a year, reversion a year, and the level it reverts to (with trend)."""

    start: float
    trend: float = 0.0
    reversion: float = 0.0
    anchor: float | None = None


CORE = {
    "spx": Path(1120, 0.135),
    "dxy": Path(78, 0.0, 0.10, 92),
    "wti": Path(80, 0.0, 0.30, 70),
    "gold": Path(1120, 0.04),
    "copper": Path(3.30, 0.0, 0.20, 3.3),
    "usdmxn": Path(13.0, 0.015, 0.20, 13.0),
    "usdzar": Path(7.50, 0.030, 0.20, 7.5),
}
#            path, annual vol, loadings on risk-on, USD/EM and metals
OTHERS: dict[str, tuple[Path, float, tuple[float, float, float]]] = {
    "usdeur": (Path(0.698, 0.0, 0.15, 0.86), 0.090, (-0.10, 0.45, -0.35)),
    "usdjpy": (Path(93.0, 0.01, 0.10, 105.0), 0.095, (0.35, 0.10, -0.20)),
    "usdgbp": (Path(0.619, 0.0, 0.15, 0.70), 0.095, (-0.25, 0.40, -0.35)),
    "usdchf": (Path(1.034, 0.0, 0.15, 0.95), 0.090, (0.10, 0.40, -0.30)),
    "usdaud": (Path(1.113, 0.0, 0.15, 1.25), 0.110, (-0.40, 0.45, -0.50)),
    "usdcad": (Path(1.051, 0.0, 0.15, 1.20), 0.080, (-0.45, 0.40, -0.35)),
    "usdcny": (Path(6.827, 0.0, 0.15, 6.70), 0.060, (-0.15, 0.45, -0.15)),
    "usdclp": (Path(507.0, 0.02, 0.20, 507.0), 0.110, (-0.35, 0.45, -0.35)),
    "usdcop": (Path(2044.0, 0.035, 0.20, 2044.0), 0.130, (-0.35, 0.50, -0.20)),
    "usdtry": (Path(1.497, 0.12, 0.10, 1.497), 0.170, (-0.25, 0.50, -0.10)),
    "soy": (Path(1010.0, 0.0, 0.347, 1120.0), 0.22, (0.10, -0.10, 0.45)),
    "corn": (Path(400.0, 0.0, 0.347, 480.0), 0.27, (0.10, -0.10, 0.45)),
    "sugar": (Path(24.0, 0.0, 0.347, 18.5), 0.32, (0.05, -0.15, 0.45)),
    "coffee": (Path(137.0, 0.0, 0.347, 155.0), 0.34, (0.05, -0.15, 0.45)),
    "iron": (Path(118.0, 0.0, 0.347, 105.0), 0.38, (0.15, -0.10, 0.45)),
}
FARM = ("soy", "corn", "sugar", "coffee")
COMMODITY_WEIGHTS = {"copper": 0.42, "wti": 0.26, "gold": 0.12}      # of Brazil's index; the rest is farm goods
BRENT_PREMIUM = 0.05                                                 # mean log spread to WTI


def simulate(seed: int, grid: Grid, z: Floats, shocks: dict[str, Floats], vol: Volatility) -> dict[str, Floats]:
    """Log prices by name, and `commodity`, Brazil's commodity basket in USD. `shocks` are d by name."""
    paths = CORE | {name: row[0] for name, row in OTHERS.items()}
    moves = {name: shocks[name] for name in CORE}
    moves["spx"] = moves["spx"] - 0.5 * (SIGMA["spx"] * vol.by_shock["spx"]) ** 2 * DT
    own = rng.daily(seed, "shock.currencies", grid.days, len(OTHERS), "t6")
    mild = vol.by_shock["dxy"]
    for i, (name, (_, sigma, loads)) in enumerate(OTHERS.items()):
        common = loads[0] * z[:, 0] + loads[1] * z[:, 2] + loads[2] * z[:, 4]
        moves[name] = sigma * math.sqrt(DT) * mild * (common + math.sqrt(1 - sum(x * x for x in loads)) * own[:, i])
    logs = _integrate(grid, paths, moves)
    spread = _mean_reverting(rng.daily(seed, "shock.brent", grid.days, 1, "t6"), 0.985, 0.008)
    logs["brent"] = logs["wti"] + BRENT_PREMIUM + spread
    farm = np.mean([logs[name] for name in FARM], axis=0)
    logs["commodity"] = sum(weight * logs[name] for name, weight in COMMODITY_WEIGHTS.items()) + 0.20 * farm
    return logs


def _integrate(grid: Grid, paths: dict[str, Path], moves: dict[str, Floats]) -> dict[str, Floats]:
    start = np.array([math.log(path.start) for path in paths.values()])
    trend = np.array([path.trend for path in paths.values()])
    pull = np.array([path.reversion for path in paths.values()])
    anchor = np.array([math.log(path.anchor or path.start) for path in paths.values()])
    years = (np.arange(grid.days.size) - (grid.start - 1)) * DT
    step = np.stack([moves[name] for name in paths], axis=1) + trend * DT
    step += pull * DT * (anchor + np.outer(years, np.where(pull > 0, trend, 0.0)))
    keep = 1 - pull * DT
    level, out = start.copy(), np.empty_like(step)
    for t in range(grid.days.size):
        level = start.copy() if t == grid.start - 1 else keep * level + step[t]
        out[t] = level
    return {name: np.ascontiguousarray(out[:, i]) for i, name in enumerate(paths)}


def _mean_reverting(draws: Floats, persistence: float, sd: float) -> Floats:
    level, out = 0.0, np.empty(draws.size)
    for t, draw in enumerate(draws.tolist()):
        level = persistence * level + sd * draw
        out[t] = level
    return out


def brazilian_commodities(logs: dict[str, Floats]) -> Floats:
    """Log of Brazil's published basket, USD: farm goods two thirds (a third of it steadier goods than ours), metals, energy."""
    farm = np.mean([logs[name] for name in FARM], axis=0)
    return 0.50 * farm + 0.10 * logs["copper"] + 0.10 * logs["iron"] + 0.13 * logs["wti"]
