"""Breakeven inflation and the real curve.

    BEI(T) = w πF + (1 − w)(.75 π* + .25 πF) + irp · min(1, 1.25 (1 − e^(−T/1.2))),  w = (1 − e^(−T/1.2))/(T/1.2)
    (1 + n) = (1 + r)(1 + BEI)  on zeros, exactly

Below 252 business days the inflation leg is the projected index from the pro-rata index of the day: the known print or the projection
of the current month, the projection of the next, then expected months with their season; the unknown months are shifted so that the
index meets BEI(252). So the front real rate can be very negative.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import grid as time
from pipelines.sandbox.world import rng
from pipelines.sandbox.world.basket import GROUPS, basket
from pipelines.sandbox.world.brazil_prices import EDUCATION_ELSE, EDUCATION_FEBRUARY, FOOD_SEASON, INDUSTRIAL_SEASON, SERVICES_SEASON
from pipelines.sandbox.world.grid import Grid
from pipelines.sandbox.world.surprises import ipca_release

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DECAY = 1.2
YEAR = 252
MONTHS_AHEAD = 15
PRINT_ERROR = 0.095              # sd of the last forecast against the print, pp; .10 five days before
EARLY_ERROR = 0.16               # sd fifteen days before
FAR_ERROR = 0.25                 # sd a month and a half before


def breakeven(expected: Floats, target: Floats, irp: Floats, years: Floats) -> Floats:
    """BEI(T), decimal a year; arguments broadcast."""
    w = (1 - np.exp(-years / DECAY)) / (years / DECAY)
    premium = irp * np.minimum(1.0, 1.25 * (1 - np.exp(-years / DECAY)))
    return w * expected + (1 - w) * (0.75 * target + 0.25 * expected) + premium


def season() -> Floats:
    """Expected season of the IPCA by calendar month, pp, at the weights of the basket."""
    b = basket()
    share = np.bincount(b.kind, b.weight)
    school = GROUPS["education"][0] * GROUPS["education"][1][2] / 100
    out = share[0] * np.array(FOOD_SEASON) + share[1] * np.array(INDUSTRIAL_SEASON) + share[2] * np.array(SERVICES_SEASON)
    out = out + school * np.array([EDUCATION_FEBRUARY if month == 1 else EDUCATION_ELSE for month in range(12)])
    return out - out.mean()


@dataclass(frozen=True)
class Projection:
    """What the market thinks of monthly IPCA on each day: `month[t]` is the position of the month that accrues (from its 15th), `path`
    (days, 15) its change and those of the months after, % ; `opens` (days, 15) business days from the day to the end of each accrual;
    `remaining` share of the first still to accrue; `log` (days, 16) cumulative log index ratio at 0 and at each end."""

    month: Ints
    path: Floats
    opens: Ints
    remaining: Floats
    log: Floats

    def log_ratio(self, row: Ints, du: Ints) -> Floats:
        """ln of index at du business days over index today, for du within the months projected; broadcasts."""
        row, du = np.broadcast_arrays(np.asarray(row, np.int64), np.asarray(du, np.int64))
        opens = self.opens[row]
        k = np.minimum((opens < du[..., None]).sum(axis=-1), MONTHS_AHEAD - 1)
        end = np.take_along_axis(opens, k[..., None], -1)[..., 0]
        start = np.where(k > 0, np.take_along_axis(opens, np.maximum(k - 1, 0)[..., None], -1)[..., 0], 0)
        low, high = self.log[row, k], self.log[row, k + 1]
        return low + (high - low) * (du - start) / np.maximum(end - start, 1)


def project(seed: int, grid: Grid, ipca: Floats, expected: Floats, bei_year: Floats, surprise: Floats) -> Projection:
    """Projection of every day. `ipca` exact monthly changes (%), `expected` πF and `bei_year` BEI(252) by day, `surprise` z by month."""
    days = grid.days
    fifteenth = grid.months.astype("datetime64[D]") + 14
    month = grid.month_of - (days < fifteenth[grid.month_of])
    month = np.maximum(month, 0)
    ahead = np.arange(MONTHS_AHEAD)
    target_month = month[:, None] + ahead
    ends = (grid.months[0] + (target_month + 1).astype("timedelta64[M]")).astype("datetime64[D]") + 14
    opens = time.business_days(days[:, None], ends)
    begin = (grid.months[0] + month.astype("timedelta64[M]")).astype("datetime64[D]") + 14
    whole = np.maximum(time.business_days(begin, ends[:, 0]), 1)
    remaining = opens[:, 0] / whole
    path = _expectations(seed, grid, ipca, expected, surprise, target_month)
    log = np.log1p(path / 100)
    log[:, 0] *= remaining
    log = _meet(log, opens, np.log1p(bei_year))
    return Projection(month, path, opens, remaining, np.concatenate([np.zeros((days.size, 1)), np.cumsum(log, axis=1)], axis=1))


def _expectations(seed: int, grid: Grid, ipca: Floats, expected: Floats, surprise: Floats, target_month: Ints) -> Floats:
    """Expected change of each month: the print once out, a nowcast from the first day of the month on, climate before."""
    release = ipca_release(grid.months)
    wait = (release - 1).astype("datetime64[D]")
    early = rng.monthly(seed, "ipca.early", grid.months, 2)
    pattern = season()
    numbers = (target_month + 2006 * 12) % 12
    climate = expected[:, None] / 12 * 100 + pattern[numbers]
    path = climate.copy()
    last = grid.months.size - 1
    for k in range(3):
        m = np.minimum(target_month[:, k], last)
        left = (wait[m] - grid.days).astype(np.int64) + 1
        # errors shrink as the print nears: the parts already resolved are the same draws all along
        to_early = np.clip((left - 5) / 10, 0, 1) * np.sqrt(EARLY_ERROR**2 - PRINT_ERROR**2)
        to_far = np.clip((left - 15) / 25, 0, 1) * np.sqrt(FAR_ERROR**2 - EARLY_ERROR**2)
        nowcast = ipca[m] - PRINT_ERROR * surprise[m] - to_early * early[m, 0] - to_far * early[m, 1]
        value = np.where(left <= 0, ipca[m], nowcast)
        informed = np.clip((40 - left) / 20, 0, 1)         # at the start of the month nothing but climate
        known = target_month[:, k] <= grid.month_of
        path[:, k] = np.where(known, informed * value + (1 - informed) * climate[:, k], climate[:, k])
    # what the nowcast says beyond climate fades over the months ahead
    excess = path[:, 1] - climate[:, 1]
    for k in range(2, MONTHS_AHEAD):
        path[:, k] += 0.25 * excess * 0.5 ** ((k - 1) / 4)
    return path


def _meet(log: Floats, opens: Ints, year: Floats) -> Floats:
    """Shift the months after the second so that the index at 252 du equals the breakeven."""
    ends = opens.astype(np.float64)
    starts = np.concatenate([np.zeros((log.shape[0], 1)), ends[:, :-1]], axis=1)
    inside = np.clip((YEAR - starts) / np.maximum(ends - starts, 1), 0, 1)
    free = np.arange(log.shape[1]) >= 2
    gap = year - (log * inside).sum(axis=1)
    weight = (inside * (ends - starts))[:, free].sum(axis=1)
    return log + np.where(free, (ends - starts) * (gap / weight)[:, None], 0.0)
