"""US activity, labour, prices and finance by month, quarter and week, loadings on the gap with AR noise sized to real prints.

Truth is what the last annual revision will say; `vintages` tells how it was first seen. Levels: index, thousand, USD as FRED has them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import Grid
from pipelines.sandbox.world.noise import autoregressive, lag, moving_mean, seasonal

Floats = NDArray[np.float64]

CPI_SEASON = (0.25, 0.35, 0.45, 0.25, 0.15, 0.10, -0.05, -0.05, 0.0, -0.20, -0.40, -0.45)      # level of NSA over SA, %
#             level at the end of 2009, loading on gap %, trend a year, noise persistence, noise sd %, follows prices
VOLUMES = {
    "ip": (92.0, 1.4, 0.006, 0.30, 0.42, 0.0),
    "retail": (345_000.0, 0.9, 0.022, 0.20, 0.62, 1.0),
    "retail_food": (385_000.0, 0.9, 0.023, 0.20, 0.58, 1.0),
    "durables": (175_000.0, 4.0, 0.020, 0.15, 2.6, 0.6),
    "core_orders": (57_000.0, 2.5, 0.018, 0.20, 1.7, 0.6),
    "starts": (900.0, 4.5, 0.010, 0.20, 5.2, 0.0),
    "permits": (900.0, 4.5, 0.010, 0.40, 3.8, 0.0),
    "new_homes": (420.0, 4.0, 0.010, 0.30, 5.5, 0.0),
    "real_pce": (10_250.0, 0.8, 0.023, 0.30, 0.26, 0.0),
    "income": (12_100.0, 0.6, 0.022, 0.20, 0.35, 1.0),
    "openings": (4_300.0, 7.5, 0.022, 0.60, 3.0, 0.0),
    "m2": (8_500.0, -0.5, 0.035, 0.70, 0.5, 1.0),
}
REFERENCE_GAP = -6.0


@dataclass(frozen=True)
class UsActivity:
    """Monthly (months,), quarterly (quarters,) and weekly (weeks,) columns; `weeks` are Saturdays."""

    monthly: dict[str, Floats]
    quarterly: dict[str, Floats]
    weeks: NDArray[np.datetime64]
    weekly: dict[str, Floats]


def build(seed: int, grid: Grid, us: dict[str, Floats]) -> UsActivity:
    """Measure the US block; `us` are its monthly columns."""
    gap = us["us_gap"]
    base = grid.month("2009-12")
    years = (np.arange(gap.size) - base) / 12
    prices = np.cumsum(np.log1p(us["us_cpi_change"] / 100))
    prices = prices - prices[base]
    draws = rng.monthly(seed, "us.activity", grid.months, len(VOLUMES))
    monthly: dict[str, Floats] = {}
    for i, (name, (level, loading, trend, persistence, sd, nominal)) in enumerate(VOLUMES.items()):
        noise = autoregressive(draws[:, i], persistence, sd)
        monthly[name] = level * np.exp(trend * years + nominal * prices + (loading * (gap - REFERENCE_GAP) + noise) / 100)
    monthly |= _prices(seed, grid, us, base)
    monthly |= _labour(seed, grid, gap, base, monthly["openings"])
    monthly |= _surveys(seed, grid, us)
    monthly["pce"] = monthly["real_pce"] * monthly["pce_prices"] / 100
    return UsActivity(monthly, _accounts(seed, grid, gap, years, monthly), *_weekly(seed, grid, gap))


def _prices(seed: int, grid: Grid, us: dict[str, Floats], base: int) -> dict[str, Floats]:
    draws = rng.monthly(seed, "us.prices", grid.months, 6)
    chain = lambda change, start: start * np.exp(np.cumsum(np.log1p(change / 100)) - np.cumsum(np.log1p(change / 100))[base])  # noqa: E731
    core, headline = us["us_core_change"], us["us_cpi_change"]
    out = {"cpi": chain(headline, 216.0), "cpi_core": chain(core, 220.0)}
    out["cpi_nsa"] = out["cpi"] * (1 + seasonal(grid.months, CPI_SEASON) / 100)
    out["pce_prices"] = chain(0.75 * headline + 0.03 + 0.03 * draws[:, 0], 94.0)
    out["pce_core"] = chain(0.85 * core + 0.005 + 0.03 * draws[:, 1], 94.5)
    out["cpi_food"] = chain(core + autoregressive(draws[:, 2], 0.5, 0.18), 218.0)
    rest = (headline - 0.79 * core - 0.14 * (core + autoregressive(draws[:, 2], 0.5, 0.18))) / 0.07
    out["cpi_energy"] = chain(np.clip(rest, -15, 15), 205.0)
    out["producer"] = chain(headline * 1.3 + 0.35 * draws[:, 3], 100.0)
    return out


def _labour(seed: int, grid: Grid, gap: Floats, base: int, openings: Floats) -> dict[str, Floats]:
    draws = rng.monthly(seed, "us.labour", grid.months, 8)
    unemployment = 4.4 - 0.55 * gap + 0.12 * draws[:, 0]
    private = np.cumsum(np.where(np.arange(gap.size) > base, 143 + 560 * np.diff(gap, prepend=gap[0]) + 105 * draws[:, 1], 0.0))
    public = np.cumsum(np.where(np.arange(gap.size) > base, 8 + 14 * draws[:, 2], 0.0))
    years = (np.arange(gap.size) - base) / 12
    population = 236_900 * np.exp(0.0095 * years)
    participation = np.clip(64.6 - 0.12 * years + 0.10 * (gap - REFERENCE_GAP) + 0.08 * autoregressive(draws[:, 3], 0.8, 1.0), 58, 70)
    wage_growth = 0.20 + 0.020 * gap + 0.10 * draws[:, 4]
    wage = 22.3 * np.exp(np.cumsum(np.where(np.arange(gap.size) > base, wage_growth, 0.0)) / 100)
    return {
        "unemployment": np.clip(unemployment, 1.5, 25), "private": 107_100 + private, "public": 22_500 + public,
        "participation": participation, "population": population, "wage": wage,
        "hours": 34.3 + 0.04 * gap + 0.08 * autoregressive(draws[:, 5], 0.4, 1.0),
        "underemployment": 1.55 * np.clip(unemployment, 1.5, 25) + 1.2 + 0.1 * draws[:, 6],
        "quits": np.clip(2.2 + 0.14 * gap + 0.07 * draws[:, 7], 0.8, 3.6), "openings": openings,
    }


def _surveys(seed: int, grid: Grid, us: dict[str, Floats]) -> dict[str, Floats]:
    draws = rng.monthly(seed, "us.surveys", grid.months, 5)
    gap, inflation = us["us_gap"], us["us_cpi_12m"]
    change = np.diff(gap, prepend=gap[0])
    return {
        "sentiment": np.clip(88 + 2.6 * gap - 3.2 * (inflation - 2) + autoregressive(draws[:, 0], 0.75, 4.0), 45, 115),
        "household_inflation": np.clip(2.9 + 0.30 * (lag(inflation, 1) - 2) + autoregressive(draws[:, 1], 0.6, 0.18), 0.5, 8),
        "cfnai": np.clip(0.9 * change + 0.02 * gap + autoregressive(draws[:, 2], 0.2, 0.3), -18, 8),
        "capacity": np.clip(78.5 + 1.1 * gap + autoregressive(draws[:, 3], 0.6, 0.3), 60, 90),
        "saving": np.clip(6.0 - 0.7 * gap + autoregressive(draws[:, 4], 0.6, 0.5), 2, 30),
    }


def _accounts(seed: int, grid: Grid, gap: Floats, years: Floats, monthly: dict[str, Floats]) -> dict[str, Floats]:
    quarters = gap.size // 3
    shape = lambda values: values[: quarters * 3].reshape(quarters, 3).mean(axis=1)  # noqa: E731
    noise = rng.monthly(seed, "us.gdp", grid.months, 2)[2 : quarters * 3 : 3]
    real = 15_600 * np.exp(shape(0.021 * years + (gap - REFERENCE_GAP) / 100) + 0.0030 * noise[:, 0])
    deflator = shape(monthly["pce_prices"]) * np.exp(0.0008 * noise[:, 1])
    return {"real_gdp": real, "deflator": deflator, "gdp": real * deflator / 100}


def _weekly(seed: int, grid: Grid, gap: Floats) -> tuple[NDArray[np.datetime64], dict[str, Floats]]:
    days = np.arange(grid.days[0], np.datetime64(grid.until) + 1, dtype="datetime64[D]")
    weeks = days[(days.astype(np.int64) + 3) % 7 == 5]
    month = (weeks.astype("datetime64[M]") - grid.months[0]).astype(np.int64)
    noise = autoregressive(_by_week(seed, weeks), 0.35, 0.055)
    level = moving_mean(lag(gap, 1)[month], 6)
    claims = 1000 * np.exp(np.log(235) - 0.16 * level + noise)
    continued = 1000 * np.exp(np.log(1_950) - 0.14 * moving_mean(level, 8) + 0.3 * noise)
    return weeks, {"claims": claims, "continued": continued}


def _by_week(seed: int, weeks: NDArray[np.datetime64]) -> Floats:
    return rng.daily(seed, "us.claims", weeks)
