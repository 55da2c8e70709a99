"""Positions of speculators, weekly on Tuesday: net over open interest s = ρ s₋₁ + k z(week return) + e, per market.

k is set so that the change of s has the stated correlation with the week's return. Dealers and non-reportables close the sum.
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import Grid

Floats = NDArray[np.float64]

#                       persistence, sd of net over OI, correlation of its change with the week's return, open interest
MARKETS = {
    "brl_leveraged": (0.83, 0.29, -0.20, 45_000), "brl_asset": (0.93, 0.36, 0.30, 45_000), "gold": (0.97, 0.18, 0.61, 480_000),
    "euro": (0.985, 0.20, 0.40, 520_000), "spx": (0.937, 0.06, -0.28, 2_700_000), "crude": (0.975, 0.09, 0.0, 1_900_000),
    "ust10": (0.945, 0.06, 0.0, 3_500_000), "mxn": (0.95, 0.30, 0.45, 180_000), "dxy": (0.96, 0.30, 0.45, 45_000),
    "copper": (0.95, 0.18, 0.5, 210_000),
}


def build(seed: int, grid: Grid, daily_returns: dict[str, Floats]) -> tuple[NDArray[np.datetime64], dict[str, Floats]]:
    """Tuesdays and, by market, net over OI (`cot_…`) and open interest in contracts (`cot_oi_…`)."""
    tuesdays = np.flatnonzero((grid.days.astype(np.int64) + 3) % 7 == 1)
    draws = rng.daily(seed, "cot", grid.days[tuesdays], 2 * len(MARKETS))
    out: dict[str, Floats] = {}
    for i, (name, (rho, sd, correlation, interest)) in enumerate(MARKETS.items()):
        total = np.cumsum(daily_returns[name])[tuesdays]
        week = np.diff(total, prepend=total[0])
        z = week / (np.sqrt(5) * 0.0095) if name.startswith("brl") else week / _running_sd(week)
        innovation = sd * np.sqrt(1 - rho**2)
        # the change is innovation plus reversion: reversion dilutes the correlation by √((1+ρ)/2)
        own = min(abs(correlation) / np.sqrt((1 + rho) / 2), 0.95)
        shock = np.sign(correlation) * own * np.clip(z, -4, 4) + np.sqrt(1 - own**2) * draws[:, 2 * i]
        level, net = 0.0, np.empty(week.size)
        for t, move in enumerate((innovation * shock).tolist()):
            level = rho * level + move
            net[t] = level
        out[f"cot_{name}"] = np.clip(net, -0.9, 0.9)
        out[f"cot_oi_{name}"] = np.round(interest * np.exp(0.15 * np.cumsum(0.05 * draws[:, 2 * i + 1])))
    return grid.days[tuesdays], out


def returns(logs: dict[str, Floats], ust10: Floats) -> dict[str, Floats]:
    """Daily returns of each market, of a long futures position: log prices, and the 10-year yield with its sign turned."""
    move = {name: np.diff(column, prepend=column[0]) for name, column in logs.items()}
    return {
        "brl_leveraged": -move["usdbrl"], "brl_asset": -move["usdbrl"], "gold": move["gold"], "euro": -move["usdeur"],
        "spx": move["spx"],
        "crude": move["wti"], "ust10": -np.diff(ust10, prepend=ust10[0]), "mxn": -move["usdmxn"], "dxy": move["dxy"],
        "copper": move["copper"],
    }


def _running_sd(week: Floats) -> Floats:
    variance, level = np.empty(week.size), 4e-4
    for t, move in enumerate(week.tolist()):
        variance[t] = level
        level = 0.97 * level + 0.03 * move * move
    return np.sqrt(variance)
