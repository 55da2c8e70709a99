"""Levels that are quoted and have no state of their own: other indices, silver, oil volatility, bond funds, the CME's real.

Bond funds are prices of constant duration, P = 100 exp(−D (y − y₀)), from par yields and spreads; income is paid, not in the price.
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import DT
from pipelines.sandbox.world.publisher import Publisher

Floats = NDArray[np.float64]

#        duration, par column, spread column (bp), level at a yield of 3 %
FUNDS = {
    "tip": (6.5, "us_par_7", "", 108.0), "tlt": (17.0, "us_par_20", "", 112.0), "hyg": (4.0, "us_par_5", "us_hy", 102.0),
    "lqd": (8.5, "us_par_10", "us_ig", 122.0), "emb": (7.0, "us_par_10", "embi", 122.0),
}
#            state, beta of log changes to it, own vol a year, level at the close of 2009
FOLLOWERS = {"nasdaq": ("spx", 1.12, 0.07, 2269.0), "russell": ("spx", 1.10, 0.09, 625.0), "silver": ("gold", 1.3, 0.18, 16.8)}
_BASE = 0.03


def level(p: Publisher, name: str) -> Floats:
    """A quoted level on every weekday of the grid.

    Raises:
        KeyError: no such state or level.
    """
    daily, days = p.truth.daily, p.truth.days
    if name in daily:
        return daily[name]
    if name in FUNDS:
        duration, par, spread, start = FUNDS[name]
        excess = daily[spread] / 1e4 - np.mean(daily[spread][: p.grid.start]) / 1e4 if spread else 0.0
        return start * np.exp(-duration * (daily[par] + excess - _BASE))
    noise = rng.daily(p.seed, f"quotes.{name}", days)
    if name in FOLLOWERS:
        followed, beta, sigma, start = FOLLOWERS[name]
        step = beta * np.diff(np.log(daily[followed]), prepend=np.log(daily[followed][0]))
        total = np.cumsum(step + sigma * np.sqrt(DT) * noise - 0.5 * sigma**2 * DT)
        return start * np.exp(total - total[p.grid.start - 1])
    match name:
        case "ovx":
            return 34.0 * (daily["vix"] / 19.0) ** 0.7 * np.exp(0.05 * noise)
        case "gsg":
            return 31.8 * daily["commodity_index"] / daily["commodity_index"][p.grid.start - 1]
        case "brl_cme":
            following = (days.astype("datetime64[M]") + 1).astype("datetime64[D]")
            carry = (daily["selic"] - daily["ffr"]) * (following - days).astype(np.int64) / 365
            return np.exp(-carry) / daily["usdbrl"]
    raise KeyError(name)
