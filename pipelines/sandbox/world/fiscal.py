"""Public accounts of Brazil by month from the debt block: flows in BRL mn, ratios in % of twelve-month GDP.

Borrowing requirements have deficit positive (NFSP); the Treasury's own result has surplus positive (RTN). nominal = primary +
interest, monthly and over twelve months. Net debt = gross debt − reserves − other assets. Uncalibrated.
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import Grid
from pipelines.sandbox.world.noise import autoregressive, moving_mean, moving_sum, seasonal

Floats = NDArray[np.float64]

CENTRAL_SHARE = 0.85
OTHER_ASSETS = 5.0                # % of GDP
REVENUE_SEASON = (18.0, -7.0, -4.0, 8.0, -5.0, -4.0, 1.0, -4.0, -5.0, 4.0, -2.0, 8.0)


def build(seed: int, grid: Grid, states: dict[str, Floats], gdp_brl: Floats, reserves: Floats, fx: Floats) -> dict[str, Floats]:
    """Monthly columns. `states`: monthly columns of `brazil`; `reserves` USD mn and `fx` BRL per USD at month ends."""
    draws = rng.monthly(seed, "fiscal.accounts", grid.months, 6)
    gdp = moving_sum(gdp_brl, 12)
    gdp = np.where(np.isnan(gdp), gdp_brl * 12, gdp)
    out = {"gdp_12m": gdp}
    out["primary_need"] = -states["primary_month"] / 1200 * gdp
    net_rate = states["implicit_rate"] * np.clip(0.72 + 0.03 * draws[:, 0], 0.5, 1.0)
    out["interest_need"] = states["debt"] * net_rate / 120_000 * gdp
    out["nominal_need"] = out["primary_need"] + out["interest_need"]
    for name in ("primary", "interest", "nominal"):
        out[f"{name}_need_12m"] = 100 * moving_sum(out[f"{name}_need"], 12) / gdp
    out["gross_debt"], out["gross_debt_brl"] = states["debt"], states["debt"] / 100 * gdp
    net = out["gross_debt_brl"] - reserves * fx - OTHER_ASSETS / 100 * gdp
    out["net_debt_brl"], out["net_debt"] = net, 100 * net / gdp
    out |= _treasury(grid, states, gdp, draws)
    out["maturity"] = 4.1 + autoregressive(draws[:, 4], 0.97, 0.35)
    out["cost_12m"] = moving_mean(states["implicit_rate"], 12)
    return out


def _treasury(grid: Grid, states: dict[str, Floats], gdp: Floats, draws: Floats) -> dict[str, Floats]:
    """Central government: primary = net revenue − expenditure, with social security inside, BRL mn."""
    primary = CENTRAL_SHARE * states["primary_month"] / 1200 * gdp
    revenue = gdp / 1200 * 18.2 * np.exp(0.010 * states["gap"] + (seasonal(grid.months, REVENUE_SEASON) + 2.5 * draws[:, 1]) / 100)
    pensions = -gdp / 1200 * np.clip(2.9 - 0.10 * states["gap"] + 0.1 * draws[:, 2], 1.5, 5.0)
    stock = states["debt"] / 100 * gdp * 0.82
    external = states["share_fx"]
    interest = stock * states["implicit_rate"] / 1200
    flow = np.diff(stock, prepend=stock[:1]) - interest
    redemption = np.maximum(stock * (0.018 + 0.004 * draws[:, 3]), 0.0)
    return {"central_primary": primary, "central_revenue": revenue, "central_expense": revenue - primary,
            "central_pensions": pensions,
            "federal_debt": stock, "federal_domestic": stock * (1 - external), "federal_external": stock * external,
            "federal_issuance": flow + redemption, "federal_redemption": redemption, "federal_interest": interest}
