"""Brazilian activity, labour and confidence by month and quarter, loadings on the output gap with noise of their own.

Volumes are indices; `_nsa` carries the season, `_sa` does not. GDP in volume is trend · e^(gap/100); expenditure is chosen so that
C + G + I + X − M + inventories = GDP exactly, at the prices of each quarter. Noise sizes meet the moments of real prints.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import Grid
from pipelines.sandbox.world.noise import autoregressive, lag, moving_mean, seasonal

Floats = NDArray[np.float64]

TREND = 0.020                       # a year
GDP_START = 278_000.0               # BRL mn a month at the end of 2009
#                  loading on gap, trend, noise persistence, noise sd %, level
INDICATORS = {
    "ibcbr": (1.0, TREND, 0.50, 0.70, 94.0),
    "ip": (1.25, 0.005, 0.15, 1.28, 103.0),
    "ip_extractive": (0.5, 0.010, 0.30, 2.2, 95.0),
    "ip_manufacturing": (1.4, 0.004, 0.15, 1.40, 105.0),
    "ip_capital": (2.6, 0.000, 0.20, 2.9, 110.0),
    "ip_intermediate": (1.0, 0.004, 0.20, 1.2, 102.0),
    "ip_consumer": (1.3, 0.006, 0.10, 1.9, 104.0),
    "ip_durable": (2.6, 0.000, 0.10, 4.0, 112.0),
    "ip_nondurable": (0.8, 0.008, 0.10, 1.6, 101.0),
    "ip_construction": (1.8, 0.006, 0.20, 1.8, 108.0),
    "retail": (0.8, 0.026, 0.25, 0.98, 78.0),
    "vehicles": (3.0, 0.000, 0.20, 5.0, 250_000.0),
    "electricity": (0.7, 0.022, 0.30, 1.3, 34_500.0),
}
PRODUCTION_SEASON = (-6.0, -8.0, 3.0, -1.0, 2.0, 1.0, 4.0, 6.0, 3.0, 5.0, 0.0, -9.0)
SEASONS = {
    "ibcbr": (-3.0, -3.5, 2.5, 0.5, 0.0, -0.5, 1.5, 2.0, 0.0, 1.0, -0.5, 0.0),
    "retail": (-4.0, -9.0, -1.0, -3.0, 0.0, -2.5, -1.0, 0.5, -1.5, 1.0, 1.5, 19.0),
    "electricity": (1.5, 0.5, 2.0, 0.0, -1.5, -2.5, -2.0, -0.5, 0.0, 1.0, 0.5, 1.0),
}
#              share of GDP, loading on gap, noise sd %
EXPENDITURE = {"consumption": (0.63, 0.9, 0.5), "government": (0.19, 0.1, 0.5), "investment": (0.17, 3.0, 1.6), "exports": (0.16, 0.3, 2.4),
               "imports": (0.15, 2.2, 2.4)}
GDP_SEASON = (-2.5, 0.2, 1.6, 0.7)
UNEMPLOYMENT_SEASON = (0.1, 0.3, 0.6, 0.5, 0.4, 0.2, 0.0, -0.1, -0.2, -0.4, -0.6, -0.8)
JOBS_SEASON = (40.0, 90.0, 40.0, 90.0, 30.0, 40.0, 30.0, 70.0, 60.0, 20.0, -10.0, -500.0)


@dataclass(frozen=True)
class Activity:
    """Monthly columns of shape (months,) and quarterly ones of shape (quarters,), from January 2006."""

    monthly: dict[str, Floats]
    quarterly: dict[str, Floats]


def build(seed: int, grid: Grid, states: dict[str, Floats]) -> Activity:
    """Measure the economy of `brazil`: `states` are its monthly columns with `selic` (month end, %) added."""
    gap = states["gap"]
    years = (np.arange(gap.size) - grid.month("2009-12")) / 12
    draws = rng.monthly(seed, "activity", grid.months, len(INDICATORS))
    monthly: dict[str, Floats] = {}
    for i, (name, (loading, trend, persistence, sd, level)) in enumerate(INDICATORS.items()):
        log = trend * years + (loading * (gap - 0.5) + autoregressive(draws[:, i], persistence, sd)) / 100
        season = seasonal(grid.months, SEASONS.get(name, PRODUCTION_SEASON)) / 100
        monthly[f"{name}_sa"] = level * np.exp(log)
        monthly[f"{name}_nsa"] = level * np.exp(log + season)
    monthly |= _labour(seed, grid, gap, years)
    monthly |= _sentiment(seed, grid, states)
    monthly |= _nominal_gdp(states, gap, years)
    return Activity(monthly, _national_accounts(seed, grid, gap, years, monthly["gdp_brl"]))


def _labour(seed: int, grid: Grid, gap: Floats, years: Floats) -> dict[str, Floats]:
    draws = rng.monthly(seed, "labour", grid.months, 4)
    rate = 10.2 - 0.55 * lag(gap, 4) + seasonal(grid.months, UNEMPLOYMENT_SEASON) + autoregressive(draws[:, 0], 0.6, 0.12)
    force = 96_000 * np.exp(0.011 * years + 0.002 * autoregressive(draws[:, 1], 0.8, 1.0))
    force, rate = moving_mean(force, 3), np.clip(moving_mean(rate, 3), 3.0, 25.0)
    unemployed = force * rate / 100
    jobs = 45 + 32 * gap + seasonal(grid.months, JOBS_SEASON) + 28 * draws[:, 2]
    return {"labour_force": force, "unemployed": unemployed, "employed": force - unemployed, "formal_jobs": jobs,
            "capacity": np.clip(80.5 + 1.3 * gap + autoregressive(draws[:, 3], 0.6, 0.5), 55, 92)}


def _sentiment(seed: int, grid: Grid, states: dict[str, Floats]) -> dict[str, Floats]:
    draws = rng.monthly(seed, "confidence", grid.months, 4)
    mood = 4.0 * moving_mean(states["gap"], 2) - 1.2 * (moving_mean(states["ipca_12m"], 2) - 4.5) - 0.6 * (states["selic"] - 9)
    now = 115 + 1.5 * mood + autoregressive(draws[:, 0], 0.7, 5)
    ahead = 140 + 1.1 * mood + autoregressive(draws[:, 1], 0.7, 5)
    industry_now = np.clip(50 + 0.7 * mood + autoregressive(draws[:, 2], 0.7, 1.4), 20, 75)
    industry_ahead = np.clip(56 + 0.6 * mood + autoregressive(draws[:, 3], 0.7, 1.4), 20, 78)
    return {"consumer_now": np.clip(now, 40, 200), "consumer_ahead": np.clip(ahead, 60, 200),
            "consumer": 0.4 * np.clip(now, 40, 200) + 0.6 * np.clip(ahead, 60, 200), "industry_now": industry_now,
            "industry_ahead": industry_ahead, "industry": (industry_now + 2 * industry_ahead) / 3}


def _nominal_gdp(states: dict[str, Floats], gap: Floats, years: Floats) -> dict[str, Floats]:
    prices = np.cumsum(np.log1p(states["ipca"] / 100))
    base = int(np.searchsorted(years, 0.0))
    gdp = GDP_START * np.exp(TREND * years + (gap - 0.5) / 100 + prices - prices[base])
    return {"gdp_brl": gdp}


def _national_accounts(seed: int, grid: Grid, gap: Floats, years: Floats, gdp_brl: Floats) -> dict[str, Floats]:
    quarters = gap.size // 3
    mean = lambda values: values[: quarters * 3].reshape(quarters, 3).mean(axis=1)  # noqa: E731
    # quarter draws sit in the row of the quarter's last month, so that they do not move with the horizon
    draws = rng.monthly(seed, "gdp", grid.months, 1 + len(EXPENDITURE) + 1)[2 : quarters * 3 : 3]
    season = np.tile(np.array(GDP_SEASON) / 100, quarters // 4 + 1)[:quarters]
    log = mean(TREND * years + (gap - 0.5) / 100) + 0.0035 * draws[:, 0]
    volume = 150.0 * np.exp(log)
    nominal = gdp_brl[: quarters * 3].reshape(quarters, 3).sum(axis=1) * np.exp(0.0035 * draws[:, 0])
    out = {"gdp_sa": volume, "gdp_nsa": volume * np.exp(season), "gdp_brl": nominal * np.exp(season)}
    for i, (name, (share, loading, sd)) in enumerate(EXPENDITURE.items()):
        cycle = (loading - 1) * (mean(gap) - 0.5) / 100 + autoregressive(draws[:, 1 + i], 0.5, sd) / 100
        out[f"{name}_nsa"] = 150.0 * np.exp(log + cycle + season)
        out[f"{name}_brl"] = share * out["gdp_brl"] * np.exp(cycle)
    out["inventories_brl"] = out["gdp_brl"] - out["consumption_brl"] - out["government_brl"] - out["investment_brl"]
    out["inventories_brl"] += out["imports_brl"] - out["exports_brl"]
    out["construction_nsa"] = 150.0 * np.exp(log + 1.2 * (mean(gap) - 0.5) / 100 + autoregressive(draws[:, -1], 0.4, 1.2) / 100 + season)
    return out
