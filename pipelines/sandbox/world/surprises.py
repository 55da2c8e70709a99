"""Releases move prices: the surprise of a print, in standard deviations, is part of that day's shock.

    e' = √(1 − c²) e + c z,   c = .85 · reaction / (σ √dt)

and 15 % of the reaction drifts in over the next fifteen sessions. The surprise z of a month is drawn once: the market's forecast is
the print less z times its error, so prints, forecasts and prices agree. Volatility of the day is unchanged.
"""

import math
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.kernel import seeds
from pipelines.sandbox.world import grid as time
from pipelines.sandbox.world.factors import SIGMA
from pipelines.sandbox.world.grid import DT, Grid

Dates = NDArray[np.datetime64]
Floats = NDArray[np.float64]

IMMEDIATE, DRIFT_SESSIONS = 0.85, 15
#                      shock, reaction to one sd
REACTIONS = {
    "ipca": (("bei1260", 0.00025), ("di252", 0.0003)),
    "us_cpi": (("ust2", 0.0003),),
    "us_payrolls": (("ust2", 0.0004),),
}


def ipca_release(months: Dates) -> Dates:
    """IPCA of each month: the public calendar where the seed has it, else the first business day on or after the 9th of the next
    month, later by up to two, no later than the first on or after the 12th."""
    months = months.astype("datetime64[M]")
    ninth = (months + 1).astype("datetime64[D]") + 8
    delay = np.array([0, 1, 0, 2, 0, 1, 0, 0, 1, 0, 2, 0])[months.astype(np.int64) % 12]
    usual = np.stack([time.shift("br", ninth, days) for days in range(3)])[delay, np.arange(months.size)]
    usual = np.minimum(usual, time.shift("br", ninth + 3, 0))
    known_months, known_days = _public_calendar()
    place = np.minimum(np.searchsorted(known_months, months), max(known_months.size - 1, 0))
    return np.where(known_months[place] == months, known_days[place], usual) if known_months.size else usual


@cache
def _public_calendar() -> tuple[Dates, Dates]:
    rows = seeds.read("releases").filter(pl.col("calendar") == "ibge_ipca").sort("reference_date")
    months = np.array(rows["reference_date"].to_list(), "datetime64[D]").astype("datetime64[M]")
    return months, np.array(rows["release_date"].to_list(), "datetime64[D]")


def cpi_release(months: Dates) -> Dates:
    """US CPI: between the 10th and the 14th of the next month, a business day."""
    number = months.astype("datetime64[M]").astype(np.int64)
    day = (months.astype("datetime64[M]") + 1).astype("datetime64[D]") + 9 + (number * 7 + number // 12 * 3) % 4
    return time.shift("us_sifma", day, 0)


def payrolls_release(months: Dates) -> Dates:
    """US employment report: the first Friday of the next month, the day before when that is a holiday."""
    first = (months.astype("datetime64[M]") + 1).astype("datetime64[D]")
    friday = first + ((4 - (first.astype(np.int64) + 3) % 7) % 7).astype("timedelta64[D]")
    return np.where(time.is_session("us_nyse", friday), friday, friday - 1)


RELEASES = {"ipca": ipca_release, "us_cpi": cpi_release, "us_payrolls": payrolls_release}


def react(grid: Grid, e: dict[str, Floats], z: dict[str, Floats]) -> dict[str, Floats]:
    """Standardised shocks with the reaction to each month's surprise z (by release name, shape of months) mixed in."""
    out = {name: column.copy() for name, column in e.items()}
    for release, reactions in REACTIONS.items():
        day = RELEASES[release](grid.months)
        position = np.searchsorted(grid.days, day)
        known = (position < grid.days.size) & (grid.months >= np.datetime64("2010-01"))
        for name, size in reactions:
            unit = size / (SIGMA[name] * math.sqrt(DT))
            share = min(IMMEDIATE * unit, 0.9)
            at, surprise = position[known], z[release][known]
            column = out[name]
            column[at] = math.sqrt(1 - share**2) * column[at] + share * surprise
            for later in range(1, DRIFT_SESSIONS + 1):
                inside = at + later < column.size
                column[at[inside] + later] += (1 - IMMEDIATE) * unit / DRIFT_SESSIONS * surprise[inside]
    return out
