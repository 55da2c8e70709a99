"""Indices of Brazilian prices: IPCA as printed, IPCA-15, INPC and the IGP family. Changes in % a month, indices as published.

The printed IPCA is the ratio of published indices (December 1993 = 100, 2 dp). IPCA-15 comes from the same latent path of half months:
I_m = mean(p(m,1), p(m,2)), I15_m = mean(p(m−1,2), p(m,1)), with p(m,1) = I_m − x_m, p(m,2) = I_m + x_m and
x_m = (I_m − I_(m−1))/4 + .10 % N: it uses nothing after month m, so that the path does not move when months are added.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import Grid
from pipelines.sandbox.world.noise import moving_mean

Floats = NDArray[np.float64]

IPCA_START, IPCA15_START, INPC_START = 2890.0, 2840.0, 3000.0      # December 2008, rounded choices
FOOD_TILT = 0.08                       # INPC: food weighs eight points more
PASS_THROUGH = 1.6                     # of fx and commodities into producer prices, against food


@dataclass(frozen=True)
class PriceIndices:
    """Monthly columns from January 2009; before it NaN."""

    index: dict[str, Floats]
    change: dict[str, Floats]


def compound(change: Floats, start: float, first: int) -> tuple[Floats, Floats]:
    """Published index (2 dp) and printed change (2 dp) from exact changes in %; `first` is the first month with a value."""
    index, printed = np.full(change.size, np.nan), np.full(change.size, np.nan)
    level = start
    for m in range(first, change.size):
        following = round(level * (1 + change[m] / 100), 2)
        printed[m] = round((following / level - 1) * 100, 2)
        index[m], level = following, following
    return index, printed


def build(seed: int, grid: Grid, monthly: dict[str, Floats], groups: Floats, group_weights: Floats) -> PriceIndices:
    """All indices from monthly states of `brazil` and the nine groups (months, 9)."""
    first = grid.month("2009-01")
    exact: dict[str, Floats] = {"ipca": monthly["ipca"], "ipca15": _half_months(seed, grid, monthly["ipca"], first)}
    tilt = group_weights / 100
    food = np.minimum(tilt[:, 0] + FOOD_TILT, 0.9)
    others = tilt[:, 1:] * ((1 - food) / (1 - tilt[:, 0]))[:, None]
    exact["inpc"] = food * groups[:, 0] + (others * groups[:, 1:]).sum(axis=1)
    exact |= _igp(seed, grid, monthly)
    starts = {"ipca": IPCA_START, "ipca15": IPCA15_START, "inpc": INPC_START}
    index, change = {}, {}
    for name, values in exact.items():
        index[name], change[name] = compound(values, starts.get(name, 400.0), first)
    return PriceIndices(index, change)


def _half_months(seed: int, grid: Grid, ipca: Floats, first: int) -> Floats:
    level = np.cumprod(1 + ipca / 100)
    step = np.diff(level, prepend=level[0])
    lean = step / 4 + 0.0010 * level * rng.monthly(seed, "ipca.halves", grid.months)
    early, late = level - lean, level + lean
    fifteen = (np.roll(late, 1) + early) / 2
    out = (fifteen / np.roll(fifteen, 1) - 1) * 100
    out[:first] = np.nan
    return out


def _igp(seed: int, grid: Grid, monthly: dict[str, Floats]) -> dict[str, Floats]:
    draws = rng.monthly(seed, "igp", grid.months, 8)
    fx = _change(monthly["fx_mean"])
    commodity = _change(monthly["commodity_mean"])
    producer = 0.9 * monthly["trend"] + PASS_THROUGH * (0.03 * moving_mean(fx, 3) + 0.09 * moving_mean(commodity, 4))
    consumer = 0.1 * monthly["trend"] + 0.9 * monthly["ipca"]
    building = 0.30 + 0.35 * monthly["trend"] + np.isin(grid.months.astype(np.int64) % 12, (4, 5)) * 0.45
    out: dict[str, Floats] = {}
    # share of the previous calendar month in each window: DI whole months, M from the 21st, 10 from the 11th
    for suffix, before in (("di", 0.0), ("m", 1 / 3), ("10", 2 / 3)):
        scale = np.sqrt(before**2 + (1 - before) ** 2)
        parts = []
        for i, (values, sd) in enumerate(((producer, 0.65), (consumer, 0.12), (building, 0.20))):
            noise = window(draws[:, i], before) / scale
            parts.append(window(values, before) + sd * noise)
        out[f"ipa_{suffix}"], out[f"ipc_{suffix}"], out[f"incc_{suffix}"] = parts
        out[f"igp_{suffix}"] = 0.6 * parts[0] + 0.3 * parts[1] + 0.1 * parts[2]
    out["ipc_fipe"] = 0.15 * monthly["trend"] + 0.85 * monthly["ipca"] + 0.18 * draws[:, 3]
    # previews: the first and the second ten days of IGP-M's window
    out["igpm_first"] = 0.35 * out["igp_m"] + 0.25 * draws[:, 4] + 0.10 * monthly["trend"]
    out["igpm_second"] = 0.80 * out["igp_m"] + 0.18 * draws[:, 5] + 0.05 * monthly["trend"]
    return out


def window(values: Floats, before: float) -> Floats:
    """A window that starts in the month before: its weighted mean with the month."""
    return before * np.append(values[:1], values[:-1]) + (1 - before) * values


def _change(means: Floats) -> Floats:
    return np.diff(means, prepend=means[0])
