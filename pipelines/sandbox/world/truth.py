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
    credit_money,
    cupom_curve,
    derivatives,
    di_curve,
    equity,
    external,
    factors,
    fiscal,
    fixings,
    focus,
    global_prices,
    positioning,
    price_indices,
    real_curve,
    rng,
    sovereign,
    story,
    surprises,
    us_activity,
    us_curve,
    us_economy,
    volatility,
)
from pipelines.sandbox.world.factors import SIGMA
from pipelines.sandbox.world.grid import DT, Grid

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]


# weights of trading partners other than the United States in the effective exchange rate
PARTNERS = {"usdeur": 0.20, "usdcny": 0.27, "usdjpy": 0.06, "usdmxn": 0.09, "usdclp": 0.07, "usdgbp": 0.03, "usdcad": 0.03}


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
    def quarters(self) -> Dates:
        return self.grid.months[: self.grid.months.size // 3 * 3 : 3]


@dataclass(frozen=True)
class Curves:
    """Curve objects that price any tenor on any day of the grid."""

    di: di_curve.DiCurve
    projection: real_curve.Projection
    cupom: cupom_curve.CupomCurve
    us_path: Floats
    us_par: Floats
    panel: focus.Panel


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
    curves, daily = _markets(seed, grid, z, e, vol, us, br, logs, surprise)
    groups, group_weights = cores.by_group(br.leaves, br.leaf_weights)
    monthly = dict(br.monthly) | dict(us.monthly)
    monthly |= _measures(seed, grid, br, daily, vol, groups, group_weights)
    american = us_activity.build(seed, grid, us.monthly)
    monthly |= {f"us_{name}": column for name, column in american.monthly.items()}
    brazilian = activity.build(seed, grid, {**br.monthly, "selic": daily["selic"][grid.closes] * 100})
    monthly |= brazilian.monthly
    monthly |= _accounts(seed, grid, br, daily, monthly, vol)
    quarterly = {**brazilian.quarterly, **{f"us_{name}": column for name, column in american.quarterly.items()}}
    returns = {name: np.diff(logs[name], prepend=logs[name][0]) for name in ("gold", "spx", "copper", "dxy")}
    returns |= {"euro": -np.diff(logs["usdeur"], prepend=logs["usdeur"][0]), "crude": np.diff(logs["wti"], prepend=logs["wti"][0])}
    returns["mxn"] = -np.diff(logs["usdmxn"], prepend=logs["usdmxn"][0])
    returns["brl_leveraged"] = returns["brl_asset"] = -np.diff(logs["usdbrl"], prepend=logs["usdbrl"][0])
    returns["ust10"] = -np.diff(daily["us_par_10"], prepend=daily["us_par_10"][0])
    tuesdays, tuesday = positioning.build(seed, grid, returns)
    flows = {key.removeprefix("daily_"): monthly.pop(key) for key in list(monthly) if key.startswith("daily_")}
    daily |= flows
    truth = Truth(grid, events, daily, monthly, quarterly, american.weekly, tuesday, american.weeks, tuesdays, br.leaves, br.leaf_weights,
                  groups, group_weights, surprise)
    return truth, curves


def _markets(
    seed: int, grid: Grid, z: Floats, e: dict[str, Floats], vol: volatility.Volatility, us: us_economy.UsStates, br: brazil.BrazilStates,
    logs: dict[str, Floats], surprise: dict[str, Floats],
) -> tuple[Curves, dict[str, Floats]]:
    """Curves and market columns by day."""
    path = us_curve.policy_path(us.daily["ffr"], us.daily["q_us"], us.daily["long_run_us"])
    par = us_curve.par_yields(path, us.daily["tp_us"])
    di = di_curve.build(grid.days, br.daily["selic"], br.daily["q"], br.daily["long_run"], br.daily["tp"])
    year = real_curve.breakeven(br.daily["expected"], br.daily["target"], br.daily["irp"], np.ones(grid.days.size))
    projection = real_curve.project(seed, grid, br.monthly["ipca"], br.daily["expected"], year, surprise["ipca"])
    cupom = cupom_curve.build(seed, grid, path, br.daily["basis"])
    panel = focus.build(seed, grid, br.daily["expected"], _window_jump(grid, projection, br.daily["expected"]))
    daily = {**us.daily, **br.daily}
    daily |= {f"us_par_{int(tenor)}": par[:, i].copy() for i, tenor in enumerate(us_curve.PAR_YEARS)}
    daily |= {name: np.exp(column) for name, column in logs.items() if name != "commodity"}
    daily |= {"commodity": np.exp(logs["commodity"]), "commodity_index": np.exp(global_prices.brazilian_commodities(logs))}
    mean, size = np.cumsum(vol.vix_slow), 63
    smooth = np.concatenate([vol.vix_slow[:size], (mean[size:] - mean[:-size]) / size])
    daily |= {"vix": vol.vix, "regime": vol.regime.astype(np.float64), "vol_global": vol.global_, "vol_brazil": vol.brazil,
              "vix3m": np.exp(0.35 * np.log(vol.vix) + 0.65 * (smooth + 0.04)),
              "move": 70 * vol.by_shock["ust10"] ** 1.2 * np.exp(0.03 * rng.daily(seed, "move", grid.days))}
    daily |= sovereign.build(seed, grid, z, vol, br.daily["cds_latent"])
    daily |= equity.build(seed, grid, e["ibov"], vol, br.daily["selic"], logs["usdbrl"], logs["spx"], us.daily["ffr"])
    daily |= derivatives.vol_surface(logs["usdbrl"])
    daily |= derivatives.bond_futures({tenor: par[:, i] for i, tenor in enumerate(us_curve.PAR_YEARS)}, us.daily["ffr"])
    daily |= derivatives.commodity_futures(seed, grid, logs)
    daily["ptax"], windows = fixings.ptax(seed, grid, logs["usdbrl"], vol)
    daily |= {f"ptax_window_{i + 1}": windows[:, i].copy() for i in range(windows.shape[1])}
    daily |= {f"noon_{name}": column for name, column in fixings.noon(seed, grid, logs, vol).items()}
    rows = np.arange(grid.days.size)
    daily |= {f"di_{du}": di.zero(rows, np.full(rows.size, du)) for du in (126, 252, 504, 756, 1260)}
    for du in (252, 1260):
        years = np.full(rows.size, du / 252)
        daily[f"bei_{du}"] = real_curve.breakeven(br.daily["expected"], br.daily["target"], br.daily["irp"], years)
        daily[f"real_{du}"] = (1 + daily[f"di_{du}"]) / (1 + daily[f"bei_{du}"]) - 1
    daily["cupom_90"] = cupom.rate(rows, np.full(rows.size, 90))
    daily["usdbrl_vol"] = SIGMA["usdbrl"] * np.sqrt(DT) * vol.by_shock["usdbrl"]
    return Curves(di, projection, cupom, path, par, panel), daily


def _window_jump(grid: Grid, projection: real_curve.Projection, expected: Floats) -> Floats:
    """What an unsmoothed twelve-month forecast adds to the smoothed one, pp: its first month has partly gone by."""
    release = surprises.ipca_release(grid.months)
    last = np.searchsorted(release, grid.days, side="right") - 1
    first = np.clip(last + 1 - projection.month, 0, real_curve.MONTHS_AHEAD - 1)
    gone = np.clip((grid.days - release[np.maximum(last, 0)]).astype(np.int64) / 31, 0, 1)
    month = projection.path[np.arange(grid.days.size), first]
    pattern = real_curve.season()[(np.maximum(last, 0) + 1) % 12]
    return gone * (month - expected / 12 * 100 - pattern)


def _measures(
    seed: int, grid: Grid, br: brazil.BrazilStates, daily: dict[str, Floats], vol: volatility.Volatility, groups: Floats, group_weights: Floats
) -> dict[str, Floats]:
    """IPCA aggregates and price indices by month, from the leaves."""
    out: dict[str, Floats] = {}
    for name, chosen in cores.classifications().items():
        out[f"ipca_{name}"] = cores.subset(br.leaves, br.leaf_weights, chosen)
    out["ipca_core_ma"] = cores.trimmed(br.leaves, br.leaf_weights)
    out["ipca_core_ms"] = cores.smoothed_trimmed(br.leaves, br.leaf_weights)
    out["ipca_core_dp"] = cores.double_weighted(br.leaves, br.leaf_weights, br.monthly["ipca"])
    out["ipca_core_p55"] = cores.percentile(br.leaves, br.leaf_weights)
    out["ipca_diffusion"] = cores.diffusion(br.leaves)
    for i, name in enumerate(cores.basket_groups()):
        out[f"ipca_group_{name}"] = groups[:, i].copy()
    indices = price_indices.build(seed, grid, br.monthly, groups, group_weights)
    out |= {f"printed_{name}": column for name, column in indices.change.items()}
    out |= {f"index_{name}": column for name, column in indices.index.items()}
    return out


def _accounts(
    seed: int, grid: Grid, br: brazil.BrazilStates, daily: dict[str, Floats], monthly: dict[str, Floats], vol: volatility.Volatility
) -> dict[str, Floats]:
    """Credit and money, balance of payments, public accounts; daily columns come back with the prefix `daily_`."""
    closes, month_of = grid.closes, grid.month_of
    count = np.bincount(month_of)
    mean = lambda column: np.bincount(month_of, column) / count  # noqa: E731
    selic = daily["selic"][closes] * 100
    out = {f"credit_{name}": column for name, column in credit_money.build(seed, grid, {**br.monthly, "selic": selic}, monthly["gdp_brl"]).items()}
    prices = np.cumsum(np.log1p(br.monthly["ipca"] / 100)) - np.cumsum(np.log1p(monthly["us_cpi_change"] / 100))
    fx = br.monthly["fx_mean"] / 100
    out["real_rate_log"] = fx - prices
    out["effective_rate_log"] = fx - prices - sum(weight * mean(np.log(daily[name])) for name, weight in PARTNERS.items())
    out["commodity_usd"] = br.monthly["commodity_mean"] - br.monthly["fx_mean"]
    out["cds_mean"] = mean(daily["cds"])
    out["commodity_index_log"] = mean(np.log(daily["commodity_index"])) + fx
    abroad = external.build(
        seed, grid,
        {"gap": br.monthly["gap"], "real_rate_log": out["real_rate_log"], "commodity_usd": out["commodity_usd"], "cds": out["cds_mean"],
         "carry": 100 * mean(daily["di_252"] - daily["ffr"])},
        {"log_usdbrl": br.daily["log_usdbrl"], "usdbrl_vol": daily["usdbrl_vol"], "cupom": daily["cupom_90"], "flow": br.daily["flow"]},
        (vol.global_ < 1.0) & (vol.brazil < 1.0),
    )
    out |= {f"bop_{name}": column for name, column in abroad.monthly.items()}
    out |= {f"daily_fx_{name}": column for name, column in abroad.daily.items()}
    spot = np.exp(br.daily["log_usdbrl"])[closes]
    accounts = fiscal.build(seed, grid, br.monthly, monthly["gdp_brl"], abroad.monthly["reserves"], spot)
    return out | {f"fiscal_{name}": column for name, column in accounts.items()}
