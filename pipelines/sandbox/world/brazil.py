"""Brazil: policy, expectations, curve states, credit and the exchange rate by day; activity, prices and debt by month.

Rates are in % and spreads in bp inside this module, as the equations are written; `BrazilStates` holds decimals for rates (CDS in bp).
The order of a day: markets move on shocks and on what was known; the COPOM decides after the close, so that its move is in the next
weekday's prices; the last weekday of a month closes prices, gap and debt.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import copom, meetings, rng
from pipelines.sandbox.world.brazil_prices import DRAWS, Prices
from pipelines.sandbox.world.debt import Debt
from pipelines.sandbox.world.factors import SIGMA
from pipelines.sandbox.world.grid import DT, Grid
from pipelines.sandbox.world.story import Story
from pipelines.sandbox.world.us_economy import UsStates
from pipelines.sandbox.world.volatility import Volatility

Floats = NDArray[np.float64]

SMOOTHING, BELIEF_DECAY, TERM_DECAY = 0.30, 0.35, 2.5
NOISE_WEIGHT = 0.75                    # of n in the belief q = Q̃ + .75 n
REGIME_CREDIT = (0.0, 0.12, 0.30)
FX_START = 1.75                          # BRL per USD at the close of 2009
MISALIGNMENT_START, FX_REVERSION = -0.33, 0.25
CARRY_PREMIUM, CARRY_BETA, MOMENTUM_PREMIUM = 0.040, 0.7, 0.045
TERM_PREMIUM, INFLATION_PREMIUM = 1.1, 0.25
FLOW_PRESSURE = 0.02                   # of USDBRL a year for one sd of four-week flow: a Sharpe ratio near .13
BASIS_PRESSURE = 12.0                  # of the cupom basis, bp a year for the same


def path_sensitivity(years: float) -> float:
    """Change of the average expected Selic over a horizon for one unit of q: meetings an eighth of a year apart, floor apart."""
    level, total, steps = 0.0, 0.0, round(years * 8)
    for k in range(steps):
        level += SMOOTHING * (math.exp(-BELIEF_DECAY * (k + 0.5) / 8) - level)
        total += level * (1.0 if k < steps - 1 else 0.5)
    return total / steps


S1, S5 = path_sensitivity(1), path_sensitivity(5)
COMPOUNDING = 1.09                     # the term premium multiplies 1 + path, about nine per cent
A1, A5 = (COMPOUNDING * (1 - math.exp(-years / TERM_DECAY)) for years in (1, 5))
DETERMINANT = NOISE_WEIGHT * (S1 * A5 - S5 * A1)


@dataclass(frozen=True)
class BrazilStates:
    """Daily and monthly columns by name; `leaves` and `leaf_weights` of shape (months, 64), %."""

    daily: dict[str, Floats]
    monthly: dict[str, Floats]
    leaves: Floats
    leaf_weights: Floats


@dataclass(slots=True)
class _Activity:
    gap: float = 0.0
    rstar: float = 4.8
    ipca_expected: float = 4.5

    def month(self, selic: float, us_gap: float, crash: bool, draws: list[float]) -> None:
        real = selic - self.ipca_expected - self.rstar
        self.gap = 0.93 * self.gap - 0.030 * real + 0.06 * us_gap + 0.40 * draws[0] - (2.0 if crash else 0.0)
        self.rstar += 0.03 * (4.8 - self.rstar) + 0.12 * draws[1]


@dataclass(slots=True)
class _Market:
    """Market states of a day."""

    selic: float = 11.25
    seen: float = 11.25
    noise: float = 0.0
    memory: float = 0.0
    tp: float = 1.1
    irp: float = 0.25
    log_cds: float = math.log(150)
    log_fx: float = math.log(1.9)
    trend: float = 0.0
    basis: float = 25.0
    last_sign: int = 0
    since_move: int = 9
    flows: list[float] = field(default_factory=lambda: [0.0] * 20)
    flow_z: float = 0.0


def simulate(
    seed: int, grid: Grid, story: Story, e: dict[str, Floats], vol: Volatility, us: UsStates, logs: dict[str, Floats]
) -> BrazilStates:
    """Run the block on standardised shocks e (releases mixed in), US states and log prices of the world."""
    root = math.sqrt(DT)
    d = {name: (SIGMA[name] * root * vol.by_shock[name] * e[name]).tolist() for name in ("usdbrl", "cds", "di252", "di1260",
                                                                                         "bei1260")}
    expected_noise = rng.daily(seed, "focus.consensus", grid.days).tolist()
    flow_noise = rng.daily(seed, "flow.daily", grid.days).tolist()
    basis_noise = rng.daily(seed, "cupom.basis", grid.days).tolist()
    activity_draws = rng.monthly(seed, "brazil.activity", grid.months, 2).tolist()
    price_draws = rng.monthly(seed, "brazil.prices", grid.months, DRAWS)
    leaf_draws = rng.monthly(seed, "ipca.leaves", grid.months, 64, "t6")
    crash, crisis = story.inside("crash", 70), story.inside("fiscal", 160)
    closes = np.isin(np.arange(grid.days.size), grid.closes)
    meeting = np.isin(grid.days, meetings.copom())
    ffr, ust10 = (us.daily["ffr"] * 100).tolist(), (us.daily["long_run_us"] * 100).tolist()
    us_prices = np.cumsum(np.log1p(us.monthly["us_cpi_change"] / 100)).tolist()
    commodity, oil = logs["commodity"].tolist(), logs["wti"].tolist()
    e_fx, e_cds, regime = e["usdbrl"].tolist(), e["cds"].tolist(), vol.regime.tolist()

    prices, activity, market, debt = Prices(), _Activity(), _Market(), Debt(seed, grid)
    expected, goal, log_prices, misalignment_zero = 4.5, copom.target(2006), 0.0, 0.0
    sums, months_seen = [0.0, 0.0, 0.0, 0], [(math.nan, math.nan, math.nan)]
    daily: list[tuple[float, ...]] = []
    monthly: list[tuple[float, ...]] = []
    leaves, weights = np.empty((grid.months.size, 64)), np.empty((grid.months.size, 64))
    for t in range(grid.days.size):
        m = int(grid.month_of[t])
        goal = copom.target(2006 + m // 12)
        asked = copom.rule(activity.rstar, expected, goal, prices.ipca_12m, activity.gap)
        consensus = goal + 0.20 * (prices.ipca_12m - goal) + 0.20 * (12 * prices.trend - goal) + 0.10 * activity.gap + 0.35
        expected += 0.012 * (consensus - expected) + 0.012 * expected_noise[t]
        # credit and the exchange rate
        kappa = math.log(150) + 0.012 * (debt.ratio - 70) + REGIME_CREDIT[regime[t]] + 0.075 * (expected - goal)
        market.log_cds += d["cds"][t] - 0.9 * (market.log_cds - kappa) * DT
        cds = math.exp(market.log_cds)
        us_log = us_prices[m - 1] if m else 0.0
        mis = market.log_fx - log_prices + us_log - misalignment_zero
        real = ((market.selic - expected) - (ffr[t] - 2.0)) / 100
        premium = CARRY_PREMIUM + CARRY_BETA * (real - CARRY_PREMIUM) + FX_REVERSION * mis
        premium -= MOMENTUM_PREMIUM * math.tanh(market.trend / 0.06)
        drift = (market.selic - ffr[t]) / 100 - premium - FLOW_PRESSURE * market.flow_z
        market.log_fx += drift * DT + d["usdbrl"][t]
        market.trend = 0.984 * market.trend + d["usdbrl"][t]
        # beliefs about the Selic, term premium, inflation premium
        one, five = d["di252"][t] * 100, d["di1260"][t] * 100
        dq = (A5 * one - A1 * five) / DETERMINANT
        market.seen += 0.16 * (asked - market.seen)
        market.noise += dq - 0.9 * market.noise * DT + 0.10 * market.memory
        market.memory = 0.955 * market.memory + 0.045 * dq
        market.tp += (five - S5 * NOISE_WEIGHT * dq) / A5 - 1.3 * (market.tp - TERM_PREMIUM - 0.875 * math.log(cds / 150)) * DT
        market.irp += d["bei1260"][t] * 100 - 1.4 * (market.irp - INFLATION_PREMIUM - 0.12 * (market.tp - 0.8)) * DT
        # dollars: flow leans against the day's move; cupom basis
        flow = -0.35 * e_fx[t] + 0.937 * flow_noise[t]
        market.flows = [*market.flows[1:], flow]
        market.flow_z = sum(market.flows) / math.sqrt(20)
        market.basis += 55 * root * (0.4 * e_cds[t] + 0.9 * basis_noise[t])
        market.basis -= (2.0 * (market.basis - 25 - 0.10 * (cds - 150)) + BASIS_PRESSURE * market.flow_z) * DT
        daily.append((
            market.selic / 100, (market.seen + NOISE_WEIGHT * market.noise) / 100,
            (activity.rstar + 0.7 * goal + 0.3 * expected) / 100,
            market.tp / 100, market.irp / 100, expected / 100, goal / 100, cds, market.log_fx, mis, market.basis / 1e4, flow,
            market.flow_z, asked / 100, market.noise / 100, real, consensus / 100,
        ))
        for i, level in enumerate((market.log_fx, commodity[t] + market.log_fx, oil[t] + market.log_fx)):
            sums[i] += level
        sums[3] += 1
        if meeting[t]:
            move = copom.step(copom.pressure(asked, market.noise, market.selic), market.last_sign, market.since_move,
                              market.selic)
            market.selic += move
            market.since_move = 1 if move else market.since_move + 1
            market.last_sign = (1 if move > 0 else -1) if move else market.last_sign
        if closes[t]:
            calendar_month = m % 12
            means = (100 * sums[0] / sums[3], 100 * sums[1] / sums[3], 100 * sums[2] / sums[3])
            for series, now, before in zip((prices.fx, prices.commodity, prices.oil), means, months_seen[-1], strict=True):
                series.append(0.0 if math.isnan(before) else now - before)
            months_seen.append(means)
            sums = [0.0, 0.0, 0.0, 0]
            activity.ipca_expected = expected
            activity.month(market.selic, us.monthly["us_gap"][m], bool(crash[t]), activity_draws[m])
            kinds = prices.kinds(calendar_month, expected, goal, activity.gap, price_draws[m])
            if grid.months[m].astype("datetime64[Y]") == np.datetime64("2009", "Y"):
                kinds = prices.steady(calendar_month, 0.36)
            leaves[m], weights[m], ipca = prices.close(calendar_month, kinds, price_draws[m], leaf_draws[m])
            log_prices += math.log1p(ipca / 100)
            debt.month(m, market.selic, ust10[t] + cds / 100, prices, activity.gap, crash=bool(crash[t]), crisis=bool(crisis[t]))
            if t == grid.start - 1:
                expected = _start(prices, activity, market, debt)
                misalignment_zero = market.log_fx - log_prices + us_prices[m] - MISALIGNMENT_START
                months_seen[-1] = (math.nan, math.nan, math.nan)
            monthly.append((ipca, prices.trend, *kinds, activity.gap, activity.rstar, prices.ipca_12m, *means, *debt.row()))
    day, month = np.array(daily), np.array(monthly)
    return BrazilStates(
        {name: np.ascontiguousarray(day[:, i]) for i, name in enumerate(DAILY)},
        {name: np.ascontiguousarray(month[:, i]) for i, name in enumerate(MONTHLY)},
        leaves, weights,
    )


DAILY = (
    "selic", "q", "long_run", "tp", "irp", "expected", "target", "cds_latent", "log_usdbrl", "misalignment", "basis", "flow",
    "flow_z",
    "rule", "noise", "real_differential", "focus_truth",
)
MONTHLY = (
    "ipca", "trend", "food", "industrial", "services", "administered", "gap", "rstar", "ipca_12m", "fx_mean", "commodity_mean",
    "oil_mean",
    *Debt.ROW,
)


def _start(prices: Prices, activity: _Activity, market: _Market, debt: Debt) -> float:
    """Set the states of the close of 2009; returns πF."""
    prices.trend, prices.own = 0.40, np.zeros(4)
    prices.fx, prices.commodity, prices.oil = [0.0] * 12, [0.0] * 12, [0.0] * 12
    activity.gap, activity.rstar = 0.5, 5.2
    market.selic, market.tp, market.noise, market.memory = 8.75, 1.6, 1.5, 0.0
    market.log_fx, market.log_cds, market.irp, market.trend = math.log(FX_START), math.log(130), 0.25, 0.0
    market.last_sign, market.since_move, market.basis = 0, 9, 25.0
    market.seen = copom.rule(5.2, 4.6, 4.5, prices.ipca_12m, 0.5)
    debt.start()
    return 4.6
