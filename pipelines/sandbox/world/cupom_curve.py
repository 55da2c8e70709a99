"""Cupom cambial (clean): dollar interest inside Brazil, and the forward it gives.

    1 + c·dc/360 = (1 + OIS(T) + b (.4 + .6 (1 − e^(−T/.75))) + spike)^T,  T = dc/360

so that the linear rate of long maturities stays the same money as the compounded one. Maturities across a year end pay a premium of
20–80 bp in November and December, worth that much over sixty days.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import Grid
from pipelines.sandbox.world.us_curve import average_path

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SPIKE_DAYS = 60.0


@dataclass(frozen=True)
class CupomCurve:
    """States of each day: the US policy path, the basis b and the year-end premium, decimals."""

    path: Floats
    basis: Floats
    year_end: Floats
    to_year_end: Ints

    def rate(self, row: Ints, dc: Ints) -> Floats:
        """Linear clean cupom for dc > 0 calendar days; broadcasts."""
        row, dc = np.broadcast_arrays(np.asarray(row, np.int64), np.asarray(dc, np.int64))
        years = dc / 360
        flat_row, flat_years = row.ravel(), years.ravel()
        unique, back = np.unique(flat_years, return_inverse=True)
        days, where = np.unique(flat_row, return_inverse=True)
        ois = average_path(self.path[days], unique)[where, back].reshape(row.shape)
        basis = self.basis[row] * (0.4 + 0.6 * (1 - np.exp(-years / 0.75)))
        crosses = dc >= self.to_year_end[row]
        spike = np.where(crosses, self.year_end[row] * np.minimum(1.0, SPIKE_DAYS / dc), 0.0)
        return ((1 + ois + basis + spike) ** years - 1) / years


def build(seed: int, grid: Grid, path: Floats, basis: Floats) -> CupomCurve:
    """Curve states by day; `path` from `us_curve.policy_path`, `basis` b in decimals."""
    years = grid.days.astype("datetime64[Y]")
    end = (years + 1).astype("datetime64[D]") - 1
    left = (end - grid.days).astype(np.int64)
    number = years.astype(np.int64) + 1970
    size = np.array([rng.generator(seed, "cupom.year_end", int(year)).random() for year in np.unique(number)])
    premium = (0.0020 + 0.0060 * size)[number - number[0]]
    rising = np.clip((61 - left) / 30, 0, 1)
    return CupomCurve(path, basis, premium * rising, left)
