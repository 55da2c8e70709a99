"""Prices at clock times inside the day, by a Brownian bridge between closes.

    l(φ) = l_(t-1) + φ Δl_t + √(φ (1 − φ)) σ_t N · .8

PTAX is the mean of four windows (φ = .40, .47, .54, .60 of the Brazilian day, 18:00 to 18:00); New York noon is φ = .71.
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.factors import SIGMA
from pipelines.sandbox.world.global_prices import OTHERS
from pipelines.sandbox.world.grid import DT, Grid
from pipelines.sandbox.world.volatility import Volatility

Floats = NDArray[np.float64]

WINDOWS = (0.40, 0.47, 0.54, 0.60)
NOON = 0.71
ROUGHNESS = 0.8


def _bridge(logs: Floats, sd: Floats, fraction: float, noise: Floats) -> Floats:
    before = np.concatenate([logs[:1], logs[:-1]])
    return before + fraction * (logs - before) + np.sqrt(fraction * (1 - fraction)) * sd * noise * ROUGHNESS


def ptax(seed: int, grid: Grid, log_usdbrl: Floats, vol: Volatility) -> tuple[Floats, Floats]:
    """PTAX sell, unrounded, shape (n,), and its four windows (n, 4), BRL per USD."""
    sd = SIGMA["usdbrl"] * np.sqrt(DT) * vol.by_shock["usdbrl"]
    # windows are an hour apart: their bridge noises are nearly one
    common = rng.daily(seed, "ptax.bridge", grid.days)
    own = rng.daily(seed, "ptax.window", grid.days, len(WINDOWS))
    levels = [np.exp(_bridge(log_usdbrl, sd, phi, 0.95 * common + 0.3122 * own[:, i])) for i, phi in enumerate(WINDOWS)]
    windows = np.stack(levels, axis=1)
    return (levels[0] + levels[1] + levels[2] + levels[3]) / 4, windows


def noon(seed: int, grid: Grid, logs: dict[str, Floats], vol: Volatility) -> dict[str, Floats]:
    """New York noon rates of currencies, units per USD."""
    names = ("usdbrl", "usdmxn", "usdzar", *(name for name in OTHERS if name.startswith("usd")))
    noise = rng.daily(seed, "fx.noon", grid.days, len(names))
    sigma = {name: SIGMA[name] if name in SIGMA else OTHERS[name][1] for name in names}
    scale = {name: vol.by_shock.get(name, vol.by_shock["dxy"]) for name in names}
    return {name: np.exp(_bridge(logs[name], sigma[name] * np.sqrt(DT) * scale[name], NOON, noise[:, i])) for i,
            name in enumerate(names)}
