"""Story events: crashes, fiscal crises, a political jump, and Poisson jumps of Brazil.

One of each kind falls in every block of seventeen years (2010-2026, 2027-2043), at a drawn fraction of the block. Windows are
counted in weekdays and are kept as labelled episodes. `inside(name, n)` marks the n weekdays from an event on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import DT, Grid

BLOCK_YEARS, FIRST_BLOCK = 17, 2010
FRACTIONS = {                                   # of the block: uniform between
    "crash": (0.55, 0.75),
    "lesser_crash": (0.08, 0.20),
    "fiscal_first": (0.28, 0.40),
    "fiscal_second": (0.72, 0.90),
    "political": (0.42, 0.50),
}
EPISODES = {"crash": 70, "lesser_crash": 25, "fiscal": 160, "political": 1}      # weekdays of each labelled episode
JUMPS_A_YEAR = 1.5
UPWARD = 0.78                                   # probability that a jump is bad for Brazil; first knob of calibration (was .62)


@dataclass(frozen=True)
class Story:
    """Day positions of each kind of event, and the sign of Poisson jumps by day (0 = none)."""

    days: int
    first: dict[str, tuple[int, ...]]
    jump: NDArray[np.float64]

    def inside(self, kind: str, length: int, delay: int = 0) -> NDArray[np.bool_]:
        """True on the `length` weekdays that start `delay` weekdays after each event of the kind."""
        mask = np.zeros(self.days, bool)
        for start in self.first[kind]:
            mask[start + delay : start + delay + length] = True
        return mask


def tell(seed: int, grid: Grid) -> Story:
    """Draw the events of every block that the grid touches."""
    first: dict[str, list[int]] = {"crash": [], "lesser_crash": [], "fiscal": [], "political": []}
    for opening in range(FIRST_BLOCK, grid.until.year + 1, BLOCK_YEARS):
        start = np.datetime64(f"{opening}-01-01")
        length = (np.datetime64(f"{opening + BLOCK_YEARS}-01-01") - start).astype(np.int64)
        for name, (low, high) in FRACTIONS.items():
            fraction = low + (high - low) * rng.generator(seed, f"story.{name}", opening).random()
            position = int(np.searchsorted(grid.days, start + np.int64(fraction * length)))
            if position < grid.days.size:
                first[name.split("_")[0] if name.startswith("fiscal") else name].append(position)
    draw = rng.daily(seed, "story.jump", grid.days, 2, "uniform")
    sign = np.where(draw[:, 1] < UPWARD, 1.0, -1.0)
    jump = np.where((draw[:, 0] < JUMPS_A_YEAR * DT) & (grid.days >= np.datetime64("2010-01-01")), sign, 0.0)
    return Story(grid.days.size, {name: tuple(days) for name, days in first.items()}, jump)
