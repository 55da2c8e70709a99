"""Brazilian equity, its New York fund, two names, and the index future of the S&P: levels by day.

    d ln Ibov = (Selic + 5.5 %) dt + d − ½ σ² h² dt        EWZ = Ibov / USDBRL · k · e^(−.006 t)
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.factors import SIGMA
from pipelines.sandbox.world.grid import DT, Grid
from pipelines.sandbox.world.volatility import Volatility

Floats = NDArray[np.float64]

IBOV_START, EQUITY_PREMIUM = 69_000.0, 0.055
SPX_DIVIDENDS = 0.019
#        level at the end of 2009, beta to the Ibovespa, own vol, dividend yield paid in, split ratio and date
NAMES = {"vale": (42.0, 1.25, 0.26, 0.05), "petr": (36.0, 1.40, 0.28, 0.05)}


def build(seed: int, grid: Grid, e_ibov: Floats, vol: Volatility, selic: Floats, log_usdbrl: Floats, log_spx: Floats, ffr: Floats
          ) -> dict[str, Floats]:
    """Levels by name; total return of the S&P is `spx_total`, its price index `spx`."""
    spread = SIGMA["ibov"] * vol.by_shock["ibov"]
    move = spread * np.sqrt(DT) * e_ibov
    years = (np.arange(grid.days.size) - (grid.start - 1)) * DT
    log_ibov = _from_start(grid, (selic + EQUITY_PREMIUM) * DT + move - 0.5 * spread**2 * DT, IBOV_START)
    out = {"ibov": np.exp(log_ibov), "ewz": 1.9 * np.exp(log_ibov - log_usdbrl - 0.006 * years) / 1000,
           "spx_total": np.exp(log_spx), "spx": np.exp(log_spx - SPX_DIVIDENDS * years)}
    quarter = ((grid.days.astype("datetime64[M]").astype(np.int64) // 3 + 1) * 3).astype("datetime64[M]").astype("datetime64[D]")
    out["es"] = out["spx"] * np.exp((ffr + 0.001 - SPX_DIVIDENDS) * (quarter - grid.days).astype(np.int64) / 365)
    own = rng.daily(seed, "equity.names", grid.days, len(NAMES), "t6")
    for i, (name, (level, beta, sigma, dividends)) in enumerate(NAMES.items()):
        step = beta * move + sigma * np.sqrt(DT) * own[:, i] + (selic * 0.3 + 0.02 - dividends - 0.5 * sigma**2) * DT
        out[name] = np.exp(_from_start(grid, step, level))
    return out


def _from_start(grid: Grid, step: Floats, level: float) -> Floats:
    total = np.cumsum(step)
    return total - total[grid.start - 1] + np.log(level)
