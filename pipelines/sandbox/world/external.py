"""Brazil's dealings with the world: balance of payments by month (USD mn), FX flow, reserves and intervention by day.

    exports ln = .2 ln RER + .8 c + trend    imports ln = .009 gap − .4 ln RER + .4 c + trend    (RER up = BRL weak)

Import prices follow commodities by half as much as export prices and income paid abroad grows with exports, so that the current account
stays near balance over decades.

CA = goods + services + primary + secondary income;  CA + capital + errors = financial account, reserves inside it. Uncalibrated: no
external history was available to the calibration.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import Grid
from pipelines.sandbox.world.noise import autoregressive, moving_mean, seasonal

Floats = NDArray[np.float64]

RESERVES_START = 239_000.0
EXPORT_SEASON = (-14.0, -12.0, 0.0, 1.0, 7.0, 6.0, 8.0, 6.0, 4.0, 4.0, -3.0, -2.0)
IMPORT_SEASON = (-4.0, -12.0, -2.0, -4.0, 1.0, 0.0, 4.0, 7.0, 4.0, 7.0, 3.0, -6.0)
SALE, CALM_PURCHASE = 3_000.0, 60.0
DAILY_NOISE = {"exports": 190.0, "imports": 150.0, "purchases": 520.0, "sales": 520.0}


@dataclass(frozen=True)
class External:
    """Monthly and daily columns, USD mn; flows positive into Brazil unless named otherwise."""

    monthly: dict[str, Floats]
    daily: dict[str, Floats]


def build(seed: int, grid: Grid, monthly: dict[str, Floats], daily: dict[str, Floats], calm: NDArray[np.bool_]) -> External:
    """`monthly`: gap, real_rate_log (ln RER), commodity_mean, cds (month mean), carry; `daily`: log_usdbrl, usdbrl_vol, cupom, flow."""
    reserves, intervention = _reserves(grid, daily, calm)
    draws = rng.monthly(seed, "external", grid.months, 10)
    base = grid.month("2009-12")
    years = (np.arange(grid.months.size) - base) / 12
    rer = monthly["real_rate_log"] - monthly["real_rate_log"][base]
    commodity = (monthly["commodity_usd"] - monthly["commodity_usd"][base]) / 100
    exports = 14_200 * np.exp(0.2 * rer + 0.8 * commodity + 0.012 * years + (seasonal(grid.months, EXPORT_SEASON) + 3 * draws[:, 0]) / 100)
    imports = 12_600 * np.exp(0.009 * monthly["gap"] - 0.4 * rer + 0.4 * commodity + 0.030 * years
                              + (seasonal(grid.months, IMPORT_SEASON) + 3 * draws[:, 1]) / 100)
    out: dict[str, Floats] = {"exports": exports, "imports": imports, "goods": exports - imports}
    services_debit = 5_800 * np.exp(0.02 * years - 0.2 * rer + 0.04 * draws[:, 2])
    out["services_credit"], out["services_debit"] = services_debit - 3_000 + 180 * draws[:, 3], services_debit
    out["services"] = out["services_credit"] - out["services_debit"]
    out["secondary"] = 230 + 40 * draws[:, 4]
    out["capital"] = 30 + 15 * draws[:, 5]
    out |= _income(out, draws[:, 6])
    out["idp"] = np.maximum(5_500 + autoregressive(draws[:, 7], 0.4, 1_900), -1_000)
    out["idp_out"] = 2_600 + 350 * np.abs(draws[:, 8])
    out["idp_in"] = out["idp"] + out["idp_out"]
    month_of = grid.month_of
    out["reserve_flow"] = np.bincount(month_of, intervention, grid.months.size).astype(np.float64)
    stress = np.diff(monthly["cds"], prepend=monthly["cds"][:1])
    carry = (monthly["carry"] - 6.0) / 3.0
    out["portfolio"] = -2_500 * np.clip(stress / 25.0, -3, 3) + 900 * carry
    out["errors"] = 1_500 * draws[:, 9]
    out["current_account"] = out["goods"] + out["services"] + out["primary"] + out["secondary"]
    out["financial_account"] = out["current_account"] + out["capital"] + out["errors"]
    # net assets acquired abroad: what is not direct, portfolio or reserves is other investment
    out["other_investment"] = out["financial_account"] - 500 + out["idp"] + out["portfolio"] - out["reserve_flow"]
    out["income_credit"] = 1_330 * np.exp(0.03 * years)
    out["reserves"] = reserves[grid.closes]
    return External(out, {"reserves": reserves, "intervention": intervention} | _contracted(seed, grid, out, daily))


def _income(parts: dict[str, Floats], draws: Floats) -> dict[str, Floats]:
    """Primary income, near −4,000 at first: profits in proportion to exports, and 2 % a year on what the country owes (NFA < 0)."""
    nfa, primary, position = -600_000.0, np.empty(draws.size), np.empty(draws.size)
    rest = parts["goods"] + parts["services"] + parts["secondary"]
    for m in range(draws.size):
        primary[m] = -0.20 * parts["exports"][m] + 0.02 * nfa / 12 + 500 * draws[m]
        nfa += rest[m] + primary[m] + 1_900
        position[m] = nfa
    return {"primary": primary, "nfa": position}


def _reserves(grid: Grid, daily: dict[str, Floats], calm: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Sells up to USD 3 bn a day after a 5-day move above 3.5 sd or a cupom above 4 %; buys a little on calm days."""
    log = daily["log_usdbrl"]
    move = np.zeros(log.size)
    move[5:] = log[5:] - log[:-5]
    excess = move / (daily["usdbrl_vol"] * np.sqrt(5)) - 3.5
    tight = daily["cupom"] - 0.04
    sale = np.where(excess > 0, np.minimum(1_000 + 1_500 * np.maximum(excess, 0), SALE), 0.0)
    sale = np.maximum(sale, np.where(tight > 0, np.minimum(20_000 * np.maximum(tight, 0), SALE), 0.0))
    early = grid.days < np.datetime64("2012-07-01")
    purchase = np.where(calm & (move < 0), np.where(early, 260.0, CALM_PURCHASE), 0.0)
    intervention = np.where(sale > 0, -sale, purchase)
    intervention[: grid.start] = 0.0
    income = 0.015 / 261
    level, out = RESERVES_START, np.empty(log.size)
    for t in range(log.size):
        level = level * (1 + (income if t >= grid.start else 0.0)) + intervention[t]
        out[t] = level
    return out, intervention


def _contracted(seed: int, grid: Grid, monthly: dict[str, Floats], daily: dict[str, Floats]) -> dict[str, Floats]:
    """Contracted FX: commercial = exports − imports, financial = purchases − sales; its daily surprise is the flow that moves BRL."""
    noise = rng.daily(seed, "flow.contracted", grid.days, 4)
    smooth = {name: moving_mean(monthly[name], 6)[np.maximum(grid.month_of - 1, 0)] / 21 for name in ("exports", "imports")}
    exports = np.maximum(0.93 * smooth["exports"] * np.exp(0.22 * noise[:, 0]), 50)
    imports = np.maximum(0.95 * smooth["imports"] * np.exp(0.18 * noise[:, 1]), 50)
    volume = 1_500 * np.exp(0.3 * noise[:, 2])
    net = -0.85 * (smooth["exports"] - smooth["imports"]) + 420 * daily["flow"]
    advance, prepaid = 0.22 * exports, 0.30 * exports
    return {"exports": exports, "advance": advance, "prepaid": prepaid, "other": exports - advance - prepaid, "imports": imports,
            "purchases": volume + np.maximum(net, 0), "sales": volume + np.maximum(-net, 0)}
