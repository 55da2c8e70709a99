"""Market states of each day, made from the blocks: curves, prices, credit, options, fixings."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import (
    brazil,
    cupom_curve,
    derivatives,
    di_curve,
    equity,
    fixings,
    focus,
    global_prices,
    real_curve,
    rng,
    sovereign,
    surprises,
    us_curve,
    us_economy,
    volatility,
)
from pipelines.sandbox.world.factors import SIGMA
from pipelines.sandbox.world.grid import DT, Grid

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curves:
    """Curve objects that price any tenor on any day of the grid."""

    di: di_curve.DiCurve
    projection: real_curve.Projection
    cupom: cupom_curve.CupomCurve
    us_path: Floats
    us_par: Floats
    panel: focus.Panel


def build(
    seed: int, grid: Grid, z: Floats, e: dict[str, Floats], vol: volatility.Volatility, us: us_economy.UsStates,
    br: brazil.BrazilStates,
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
