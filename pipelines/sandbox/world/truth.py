"""Truth: every state of the world, drawn once. Nothing here knows when or how it will be published.

Order of the blocks: story and shocks, volatility, world prices, United States, Brazil; then what is measured from them. The United
States do not feel Brazil. All arrays of a block run over the whole grid; a longer grid changes no earlier number.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import (
    activity,
    brazil,
    cores,
    equity,
    factors,
    global_prices,
    market_states,
    month_states,
    positioning,
    rng,
    story,
    surprises,
    us_activity,
    us_economy,
    volatility,
)
from pipelines.sandbox.world.factors import SIGMA
from pipelines.sandbox.world.grid import DT, Grid
from pipelines.sandbox.world.market_states import Curves

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]


PREMIA = {
    "brl_carry": brazil.CARRY_PREMIUM, "brl_carry_beta": brazil.CARRY_BETA, "brl_momentum": brazil.MOMENTUM_PREMIUM,
    "brl_value": brazil.FX_REVERSION, "di_term_premium": brazil.TERM_PREMIUM / 100,
    "inflation_risk_premium": brazil.INFLATION_PREMIUM / 100,
    "us_term_premium": us_economy.TERM_PREMIUM / 100, "equity_brazil": equity.EQUITY_PREMIUM,
}


@dataclass(frozen=True)
class Truth:
    """States of the economy.

    `daily` columns have one row a weekday of `days`, `monthly` one a month of `months`, `quarterly` one a quarter of `quarters` (first
    month), `weekly` one a Saturday of `weeks`, `tuesdays` one a Tuesday. Rates are decimals a year, price changes % a month, spreads
    of credit bp. `leaves`, `leaf_weights` (months, 64) and `groups`, `group_weights` (months, 9) are the IPCA's parts, %.
    """

    grid: Grid
    story: story.Story
    daily: Mapping[str, Floats]
    monthly: Mapping[str, Floats]
    quarterly: Mapping[str, Floats]
    weekly: Mapping[str, Floats]
    tuesday: Mapping[str, Floats]
    weeks: Dates
    tuesdays: Dates
    leaves: Floats
    leaf_weights: Floats
    groups: Floats
    group_weights: Floats
    surprise: Mapping[str, Floats]

    @property
    def days(self) -> Dates:
        return self.grid.days

    @property
    def months(self) -> Dates:
        return self.grid.months

    @property
    def calendar(self) -> list[dict[str, str]]:
        """Labelled episodes, for stress tests: kind, first and last day."""
        last = self.days.size - 1
        return [
            {"episode": kind, "start": str(self.days[day]), "end": str(self.days[min(day + story.EPISODES[kind] - 1, last)])}
            for kind, days in self.story.first.items() for day in days
        ]

    @property
    def premia(self) -> dict[str, float]:
        """What the equations pay for risk, a year: see `docs/sandbox.md`."""
        return dict(PREMIA)

    @property
    def quarters(self) -> Dates:
        return self.grid.months[: self.grid.months.size // 3 * 3 : 3]


def simulate(seed: int, grid: Grid) -> tuple[Truth, Curves]:
    """Draw a world."""
    events = story.tell(seed, grid)
    z, e = factors.draw(seed, grid, events)
    vol = volatility.simulate(seed, grid, events, e["vix"])
    surprise = {name: rng.monthly(seed, f"surprise.{name}", grid.months) for name in surprises.REACTIONS}
    e = surprises.react(grid, e, surprise)
    shocks = {name: SIGMA[name] * np.sqrt(DT) * vol.by_shock[name] * e[name] for name in global_prices.CORE}
    logs = global_prices.simulate(seed, grid, z, shocks, vol)
    us = us_economy.simulate(seed, grid, events, e, vol, logs["wti"])
    br = brazil.simulate(seed, grid, events, e, vol, us, logs)
    logs["usdbrl"] = br.daily["log_usdbrl"]
    curves, daily = market_states.build(seed, grid, z, e, vol, us, br, logs, surprise)
    groups, group_weights = cores.by_group(br.leaves, br.leaf_weights)
    monthly = dict(br.monthly) | dict(us.monthly)
    monthly |= month_states.prices(seed, grid, br, daily, vol, groups, group_weights)
    american = us_activity.build(seed, grid, us.monthly)
    monthly |= {f"us_{name}": column for name, column in american.monthly.items()}
    brazilian = activity.build(seed, grid, {**br.monthly, "selic": daily["selic"][grid.closes] * 100})
    monthly |= brazilian.monthly
    monthly |= month_states.accounts(seed, grid, br, daily, monthly, vol)
    quarterly = {**brazilian.quarterly, **{f"us_{name}": column for name, column in american.quarterly.items()}}
    tuesdays, tuesday = positioning.build(seed, grid, positioning.returns(logs, daily["us_par_10"]))
    flows = {key.removeprefix("daily_"): monthly.pop(key) for key in list(monthly) if key.startswith("daily_")}
    daily |= flows
    truth = Truth(grid, events, daily, monthly, quarterly, american.weekly, tuesday, american.weeks, tuesdays, br.leaves, br.leaf_weights,
                  groups, group_weights, surprise)
    return truth, curves


