"""US Treasury: the daily par yield curve and its real twin, as published (2 dp), by column name; FRED copies the same numbers a day later.

Bills are OIS less five basis points, plus or minus eight, and worth more than the one-year note; the Treasury sets negative yields to
zero. Published by 18:00 in New York; one evening in 250 is corrected two hours later. Columns begin on their real dates.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng, us_curve
from pipelines.sandbox.world.grid import ET, START, is_session, utc
from pipelines.sandbox.world.noise import autoregressive
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Catalogue, Publisher
from pipelines.sandbox.world.schedule import daily_delays

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]

SOURCE = "us_treasury"
COLUMNS: Mapping[str, float] = {**us_curve.BILL_YEARS, **{f"{int(years)} Yr": years for years in us_curve.PAR_YEARS}}
STARTS = {"1.5 Month": "2025-02-18", "2 Mo": "2018-10-16", "4 Mo": "2022-10-19"}
REAL_YEARS = (5.0, 7.0, 10.0, 20.0, 30.0)
BILL_SPREAD, BILL_NOISE = -0.0005, 0.0008
CORRECTED = 1 / 250


def sessions(p: Publisher) -> Dates:
    """Days on which the Treasury publishes: SIFMA's."""
    days = p.truth.days
    return days[(days >= START) & is_session("us_sifma", days)]


def par_curve(p: Publisher, column: str) -> Floats:
    """Published par yield of a column on every weekday of the grid, % with 2 dp."""
    years = COLUMNS[column]
    if years < 1:
        ois = us_curve.average_path(p.curves.us_path, years)
        place = list(us_curve.BILL_YEARS).index(column)
        draws = rng.daily(p.seed, "bills", p.truth.days, len(us_curve.BILL_YEARS) + 1)
        # scarcity of bills is shared and lasting: most of the spread is common
        noise = BILL_NOISE * (0.8 * autoregressive(draws[:, -1], 0.985, 1.0) + 0.6 * autoregressive(draws[:, place], 0.97, 0.5))
        one_year = p.curves.us_par[:, us_curve.PAR_YEARS.index(1.0)]
        value = np.minimum(ois + BILL_SPREAD + noise, (one_year - us_curve.FLOOR / 2) / years)
    else:
        value = p.curves.us_par[:, us_curve.PAR_YEARS.index(years)]
    return np.maximum(np.round(value * 100, 2), 0.0)


def real_curve(p: Publisher, years: float) -> Floats:
    """Published real par yield on every weekday, %: nominal of the tenor less its breakeven."""
    breakeven = us_curve.breakevens(p.truth.daily["usbei10"], p.truth.daily["us_core_12m"], np.array([years]))[:, 0]
    return np.round((p.curves.us_par[:, us_curve.PAR_YEARS.index(years)] - breakeven) * 100, 2)


def catalogue(p: Publisher) -> Catalogue:
    """Series by column name."""
    return {column: partial(_par, p, column) for column in COLUMNS}


def _par(p: Publisher, column: str) -> Prints:
    return published(p, SOURCE, column, par_curve(p, column), STARTS.get(column, ""))


def published(p: Publisher, source: str, column: str, curve: Floats, since: str) -> Prints:
    """A column's rates of every weekday as the Treasury publishes them: on its sessions, in the evening, one in 250 wrong for two hours."""
    days = sessions(p)
    days = days[days >= np.datetime64(since or "2010-01-01")]
    value = curve[p.grid.at(days)]
    draw = rng.daily(p.seed, "treasury.time", days, 2, "uniform")
    at = utc(days, np.round((17 + 55 / 60 * draw[:, 0]) * 60) / 60, ET) + daily_delays(p.seed, "h15", days)
    wrong = (draw[:, 1] < CORRECTED) & (rng.daily(p.seed, f"treasury.error.{column}", days, 1, "uniform") < 0.3)
    first = np.where(wrong, np.round(value + 0.05, 2), value)
    return p.prints(
        source, column, np.concatenate([days, days[wrong]]), np.concatenate([at, at[wrong] + np.timedelta64(2, "h")]),
        np.concatenate([first, value[wrong]]), 2, f"Daily Treasury rate, {column}", "%", "D",
    )
