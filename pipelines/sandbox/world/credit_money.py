"""Bank credit, lending rates, delinquency and monetary aggregates of Brazil by month: stocks in BRL mn, rates in % a year."""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import Grid
from pipelines.sandbox.world.noise import autoregressive, lag, moving_mean, moving_sum

Floats = NDArray[np.float64]

#           stock at the end of 2009, loading on gap, on (Selic − 9), drift over nominal growth, noise sd % a month
STOCKS = {
    "free_pj": (500_000.0, 2.2, -0.9, 0.0, 0.6),
    "free_pf": (470_000.0, 1.6, -0.7, 1.2, 0.4),
    "directed_pj": (290_000.0, 0.4, -0.1, -0.5, 0.5),
    "directed_pf": (180_000.0, 0.5, -0.2, 3.0, 0.4),
}
#             spread over Selic, pass-through, loading on gap, noise sd
RATES = {"free_pj": (9.0, 1.00, -0.4, 0.35), "free_pf": (32.0, 1.15, -0.7, 0.70), "directed_pj": (-0.5, 0.35, 0.0, 0.20),
         "directed_pf": (0.5, 0.25, 0.0, 0.15)}
DELINQUENCY = {"free_pj": (3.1, -0.30), "free_pf": (5.6, -0.28), "directed_pj": (1.2, -0.15), "directed_pf": (2.0, -0.10)}
MONEY = {"base": 165_000.0, "m1": 250_000.0, "m2": 1_160_000.0, "m3": 2_200_000.0, "m4": 2_600_000.0}


def build(seed: int, grid: Grid, states: dict[str, Floats], gdp_brl: Floats) -> dict[str, Floats]:
    """Monthly columns; `states` are monthly columns of `brazil` with `selic` (%) added, `gdp_brl` the monthly GDP."""
    gap, selic = states["gap"], states["selic"]
    base = grid.month("2009-12")
    nominal = 2.0 + states["ipca_12m"]
    draws = rng.monthly(seed, "credit", grid.months, 16)
    out: dict[str, Floats] = {}
    for i, (name, (stock, on_gap, on_rate, drift, sd)) in enumerate(STOCKS.items()):
        growth = (nominal + 1.5 + drift + on_gap * moving_mean(gap, 6) + on_rate * (moving_mean(selic, 6) - 9)) / 12 + sd * draws[:, i]
        log = np.cumsum(growth / 100)
        out[f"stock_{name}"] = stock * np.exp(log - log[base])
        spread, through, load, noise = RATES[name]
        level = spread + 9 + through * (moving_mean(selic, 3) - 9) + load * lag(gap, 3)
        out[f"rate_{name}"] = np.maximum(level + autoregressive(draws[:, 4 + i], 0.6, noise), 2.0)
        mean, slope = DELINQUENCY[name]
        out[f"npl_{name}"] = np.clip(mean + slope * moving_mean(lag(gap, 6), 6) + autoregressive(draws[:, 8 + i], 0.8, 0.12), 0.3,
                                     15)
    out |= _totals(out, selic)
    gdp_12m = moving_sum(gdp_brl, 12)
    out["credit_gdp"] = 100 * out["stock_total"] / gdp_12m
    out["credit_gdp_pj"], out["credit_gdp_pf"] = 100 * out["stock_pj"] / gdp_12m, 100 * out["stock_pf"] / gdp_12m
    out["granted"] = 0.105 * out["stock_total"] * np.exp(0.02 * gap + 0.03 * draws[:, 12])
    income = 0.55 * gdp_12m
    out["debt_income"] = 100 * 0.72 * out["stock_pf"] / income
    out["debt_service"] = 0.36 * out["debt_income"] * (out["rate_pf"] + 14) / 45
    velocity = -0.010 * (moving_mean(selic, 6) - 9)
    shared = np.cumsum((nominal + 0.8) / 1200)
    money = rng.monthly(seed, "money", grid.months, len(MONEY))
    for i, (name, stock) in enumerate(MONEY.items()):
        weight = 1.0 if name in ("base", "m1") else 0.2
        out[f"money_{name}"] = stock * np.exp(shared - shared[base] + weight * velocity + autoregressive(money[:, i], 0.7, 0.008))
    return out


def _totals(parts: dict[str, Floats], selic: Floats) -> dict[str, Floats]:
    """Sums of stocks and stock-weighted means of rates: corporates, households, free, earmarked, all."""
    members = {
        "pj": ("free_pj", "directed_pj"), "pf": ("free_pf", "directed_pf"), "free": ("free_pj", "free_pf"),
        "directed": ("directed_pj", "directed_pf"), "total": tuple(STOCKS),
    }
    out: dict[str, Floats] = {}
    for name, parents in members.items():
        stock = sum((parts[f"stock_{parent}"] for parent in parents), np.zeros(selic.size))
        out[f"stock_{name}"] = stock
        for kind in ("rate", "npl"):
            weighted = sum((parts[f"stock_{parent}"] * parts[f"{kind}_{parent}"] for parent in parents), np.zeros(selic.size))
            out[f"{kind}_{name}"] = weighted / stock
    out["spread_total"], out["spread_free"] = out["rate_total"] - 0.85 * selic, out["rate_free"] - 0.95 * selic
    return out
