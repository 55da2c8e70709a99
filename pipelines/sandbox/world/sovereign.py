"""Sovereign credit and offshore money: published CDS, EMBI, peers, US high yield, and the onshore-offshore spread. Spreads in bp.

    published CDS = exp(.86 ln c_t + .14 ln c_(t-1))        EMBI = exp(.80 ln CDS + 1.35 + b),  b OU(2.0, .18 min(h_G, 2))
"""

import math

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import DT, Grid
from pipelines.sandbox.world.noise import autoregressive
from pipelines.sandbox.world.volatility import Volatility

Floats = NDArray[np.float64]

#         level, loading of the global component (risk-off, USD/EM), own vol, reversion a year
PEERS = {"mx": (115.0, 0.60, 0.22, 0.9), "co": (140.0, 0.65, 0.24, 0.9), "cl": (80.0, 0.50, 0.22, 1.0), "za": (190.0, 0.60, 0.24, 0.9),
         "tr": (260.0, 0.60, 0.32, 0.7)}
GLOBAL_VOL = 0.45
HIGH_YIELD = {"us_hy": (430.0, 0.75), "us_ig": (130.0, 0.55), "us_bbb": (170.0, 0.60), "em_corp": (330.0, 0.65),
              "latam_corp": (390.0, 0.65)}


def build(seed: int, grid: Grid, z: Floats, vol: Volatility, cds: Floats) -> dict[str, Floats]:
    """Daily columns; `cds` is the latent spread of Brazil in bp."""
    log = np.log(cds)
    before = np.concatenate([log[:1], log[:-1]])
    out = {"cds": np.exp(0.86 * log + 0.14 * before)}
    root = math.sqrt(DT)
    bond = rng.daily(seed, "embi.basis", grid.days, 1, "t6")
    basis, level = np.empty(log.size), 0.0
    size = (0.18 * np.minimum(vol.global_, 2.0) * root * bond).tolist()
    for t, move in enumerate(size):
        level += move - 2.0 * level * DT
        basis[t] = level
    out["embi"] = np.exp(0.80 * np.log(out["cds"]) + 1.35 + basis)
    common = (-0.60 * z[:, 0] + 0.55 * z[:, 2] - 0.30 * z[:, 5]) * GLOBAL_VOL * root * vol.global_
    own = rng.daily(seed, "cds.peers", grid.days, len(PEERS), "t6")
    for i, (name, (mean, load, sigma, pull)) in enumerate(PEERS.items()):
        out[f"cds_{name}"] = mean * np.exp(_revert(load * common + sigma * root * own[:, i], pull))
    stress = np.log(vol.vix / 17.0)
    own = rng.daily(seed, "credit.us", grid.days, len(HIGH_YIELD))
    for i, (name, (mean, load)) in enumerate(HIGH_YIELD.items()):
        out[name] = mean * np.exp(load * _smooth(stress, 0.06) + _revert(0.10 * root * own[:, i], 1.5))
    widen = np.where(vol.regime == 2, 3.0, 1.0)
    out["ndf_spread"] = 15 + 25 * widen * autoregressive(rng.daily(seed, "ndf", grid.days), 1 - 6 * DT, 1.0)
    return out


def _revert(moves: Floats, pull: float) -> Floats:
    level, out = 0.0, np.empty(moves.size)
    for t, move in enumerate(moves.tolist()):
        level += move - pull * level * DT
        out[t] = level
    return out


def _smooth(values: Floats, weight: float) -> Floats:
    level, out = float(values[0]), np.empty(values.size)
    for t, value in enumerate(values.tolist()):
        level += weight * (value - level)
        out[t] = level
    return out
