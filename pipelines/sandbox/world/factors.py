"""The shock engine: six factors and seventeen idiosyncratic shocks, Student t with 6 degrees of freedom, every weekday.

    e = Λ z + diag(u) η,   u_i = √max(.02, 1 − Σ_k Λ_ik²)

Λ is a six-factor varimax fit to real weekly changes 2010-2023. `SIGMA` is annual: log-% for prices, bp for rates, as decimals here.
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import Grid
from pipelines.sandbox.world.story import Story

Floats = NDArray[np.float64]

#         annual sd  risk-on Brazil USD/EM US-rates metals oil/credit
TABLE: dict[str, tuple[float, float, float, float, float, float, float]] = {
    "vix": (1.18, -0.78, 0.06, 0.11, -0.13, -0.07, 0.02),
    "spx": (0.16, 0.95, -0.02, -0.17, 0.07, 0.09, 0.07),
    "ust2": (0.0066, 0.09, 0.05, -0.01, 0.79, -0.10, 0.0),
    "ust10": (0.0086, 0.13, 0.12, -0.01, 0.90, 0.07, 0.05),
    "usbei10": (0.0050, 0.29, -0.03, -0.14, 0.39, 0.28, 0.38),
    "dxy": (0.072, -0.18, 0.02, 0.43, 0.29, -0.39, -0.02),
    "wti": (0.39, 0.31, -0.03, -0.14, 0.18, 0.35, 0.32),
    "gold": (0.16, 0.05, -0.05, -0.29, -0.35, 0.42, 0.09),
    "copper": (0.225, 0.33, -0.04, -0.27, 0.10, 0.61, 0.06),
    "usdmxn": (0.125, -0.33, 0.14, 0.60, -0.06, -0.06, -0.08),
    "usdzar": (0.153, -0.25, 0.11, 0.76, 0.0, -0.18, 0.02),
    "usdbrl": (0.158, -0.17, 0.39, 0.55, -0.01, -0.10, -0.32),
    "cds": (0.48, -0.45, 0.41, 0.44, -0.15, -0.05, -0.37),
    "di252": (0.0146, -0.01, 0.76, 0.03, 0.0, -0.10, 0.12),
    "di1260": (0.0205, -0.06, 0.97, 0.10, 0.08, -0.02, -0.03),
    "bei1260": (0.0106, 0.0, 0.78, 0.09, 0.15, 0.08, -0.10),
    "ibov": (0.235, 0.46, -0.41, -0.27, 0.12, 0.20, 0.19),
}
NAMES = tuple(TABLE)
SIGMA: dict[str, float] = {name: row[0] for name, row in TABLE.items()}
LOADINGS: Floats = np.array([row[1:] for row in TABLE.values()])
JUMP_UP, JUMP_DOWN = (3.8, 1.0), (1.2, 0.9)       # on Brazil and oil/credit; were 2.6 and 1.5 both ways: bad news comes in jumps
OWN: Floats = np.sqrt(np.maximum(0.02, 1 - (LOADINGS**2).sum(axis=1)))


def draw(seed: int, grid: Grid, story: Story) -> tuple[Floats, dict[str, Floats]]:
    """Factors z, shape (n, 6), event drifts included, and standardised shocks e by name, each of shape (n,)."""
    z = rng.daily(seed, "shock.factor", grid.days, 6, "t6")
    own = rng.daily(seed, "shock.own", grid.days, len(NAMES), "t6")
    z = z + _drift(story)
    # summed factor by factor: a matrix product may round differently for another number of rows
    e = {name: OWN[i] * own[:, i] for i, name in enumerate(NAMES)}
    for k in range(z.shape[1]):
        for i, name in enumerate(NAMES):
            e[name] = e[name] + LOADINGS[i, k] * z[:, k]
    return z, e


def _drift(story: Story) -> Floats:
    drift = np.zeros((story.days, 6))
    drift[story.inside("crash", 20)] += (-0.75, 0.25, 0.30, 0.0, -0.20, 0.0)
    drift[story.inside("lesser_crash", 12)] += (-0.60, 0.15, 0.30, 0.0, 0.0, 0.0)
    drift[story.inside("fiscal", 80)] += (0.0, 0.12, 0.0, 0.0, 0.0, -0.13)
    drift[story.inside("political", 1)] += (0.0, 7.0, 2.0, 0.0, 0.0, -5.0)
    drift[:, 1] += np.where(story.jump > 0, JUMP_UP[0], JUMP_DOWN[0]) * story.jump
    drift[:, 5] -= np.where(story.jump > 0, JUMP_UP[1], JUMP_DOWN[1]) * story.jump
    return drift
