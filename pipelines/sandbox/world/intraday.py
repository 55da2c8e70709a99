"""Prices of futures inside a session: a bridge from the settlement of the eve to that of the session, by steps of five minutes.

    l_k = l_0 + (k/K) Δl + σ · scale · (W_k − (k/K) W_K),   K steps from 09:00 to 18:00 in São Paulo

W is a random walk of variance 1 over the session, common to a family, so a price says no more of the close than a martingale does.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.sandbox.world.rng import generator

Floats = NDArray[np.float64]

STEPS, MINUTES, OPENS = 108, 5, 9
SCALE = 0.8
# a day's standard deviation: percentage points of rates, share of the price of the dollar
SIGMA = {"DI1": 0.06, "DAP": 0.05, "DDI": 0.10, "FRC": 0.06, "DOL": 0.009}


@dataclass(frozen=True)
class Path:
    """A contract so far: its expiry, settlement of the eve (None on its first day), prices of the steps that are over, rounded."""

    symbol: str
    maturity: str
    previous: float | None
    prices: Floats


def paths(seed: int, day: np.datetime64, family: str, settlements: pl.DataFrame, steps: int) -> list[Path]:
    """Contracts of a family after some steps of a session.

    Args:
        settlements: the session's table (`world.b3.SETTLEMENTS`).
        steps: 0 before the session, STEPS after it.
    """
    level, before = ("settlement", "previous") if family == "DOL" else ("rate", "previous_rate")
    decimals = 2 if family == "FRC" else 3
    walk = generator(seed, f"b3.intraday.{family}.{day}", int(str(day)[:4])).standard_normal(STEPS).cumsum() / np.sqrt(STEPS)
    share = np.arange(1, STEPS + 1) / STEPS
    bridge = SCALE * (walk - share * walk[-1])
    found = []
    for row in settlements.filter(pl.col("family") == family).iter_rows(named=True):
        last, eve = row[level], row[before]
        start = last if eve is None else eve
        size = SIGMA[family] * (start if family == "DOL" else 1.0)
        prices = np.round(start + share * (last - start) + size * bridge, decimals) + 0.0
        found.append(Path(row["symbol"], str(row["maturity_date"]), eve, prices[:steps]))
    return found
