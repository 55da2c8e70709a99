"""Moments no simulated source publishes yet, measured on truth: positions, projections of the VNA, total return of the S&P."""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.moments.published import Published
from pipelines.sandbox.moments.statistics import autocorrelation
from pipelines.sandbox.world.surprises import ipca_release

Floats = NDArray[np.float64]

PRICES = {"gold": ("gold", 1.0), "euro": ("usdeur", -1.0), "snp_500": ("spx", 1.0)}
NAMES = {"10y_treasury": "ust10", "crude_oil": "crude", "euro": "euro", "gold": "gold", "snp_500": "spx"}


def measure(p: Published) -> dict[str, float]:
    """Moments of truth by id."""
    return _positions(p) | _projections(p) | _equity(p)


def _positions(p: Published) -> dict[str, float]:
    truth = p.world.truth
    tuesdays = truth.tuesdays
    inside = (tuesdays >= p.first) & (tuesdays <= p.last)
    row = truth.grid.at(tuesdays[inside])
    out: dict[str, float] = {}
    for name, column in NAMES.items():
        net = truth.tuesday[f"cot_{column}"][inside]
        out[f"cot_{name}_net_ac1"] = autocorrelation(net, 1)
        if name in PRICES:
            price, sign = PRICES[name]
            week = sign * np.diff(np.log(truth.daily[price][row]))
            out[f"cot_{name}_chg_corr_ret1w"] = float(np.corrcoef(np.diff(net), week)[0, 1])
    short = (tuesdays >= np.datetime64("2017-01-01")) & (tuesdays <= np.datetime64("2021-12-31"))
    net, asset = truth.tuesday["cot_brl_leveraged"][short], truth.tuesday["cot_brl_asset"][short]
    week = -np.diff(np.log(truth.daily["usdbrl"][truth.grid.at(tuesdays[short])]))
    return out | {"cot_brl_lev_net_oi_sd": float(net.std()), "cot_brl_lev_net_oi_ac1": autocorrelation(net, 1),
                  "cot_brl_am_net_oi_sd": float(asset.std()), "cot_brl_lev_chg_corr_ret1w": float(np.corrcoef(np.diff(net), week)[0, 1])}


def _projections(p: Published) -> dict[str, float]:
    """IPCA less the projection that accrued 15 and 5 days before its print."""
    projection = p.world._publisher.curves.projection
    truth = p.world.truth
    months = truth.months[(truth.months >= np.datetime64("2010-01")) & (truth.months < np.datetime64("2023-12"))]
    position = (months - truth.months[0]).astype(np.int64)
    out: dict[str, float] = {}
    for wait in (15, 5):
        row = truth.grid.at(ipca_release(months) - wait)
        k = position - projection.month[row]
        error = truth.monthly["printed_ipca"][position] - projection.path[row, k]
        out[f"ipca_proj_err_sd_{wait}d"] = float(error.std())
    return out


def _equity(p: Published) -> dict[str, float]:
    truth = p.world.truth
    inside = (truth.days >= p.first) & (truth.days <= p.last)
    level = truth.daily["spx_total"][inside]
    years = (truth.days[inside][-1] - truth.days[inside][0]).astype(np.int64) / 365.25
    return {"spx_drift": float(100 * np.log(level[-1] / level[0]) / years)}
