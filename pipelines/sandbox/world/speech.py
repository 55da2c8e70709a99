"""Which of its ways to say a thing a committee takes at each meeting: mostly the words of the meeting before."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.clauses import ByLevel

Ints = NDArray[np.int64]

REPEAT = 0.70


def say(seed: int, stream: str, dates: NDArray[np.datetime64], levels: Ints, ways: ByLevel) -> list[str]:
    """A sentence for each meeting.

    Where the level is that of the meeting before, its sentence stands again with probability .7, else another of the level.
    """
    draw = rng.daily(seed, f"documents.{stream}", dates, 2, "uniform")
    said: list[str] = []
    place, before = 0, None
    for level, (again, choice) in zip(levels.tolist(), draw.tolist(), strict=True):
        count = len(ways[level])
        if level != before:
            place = int(choice * count)
        elif again >= REPEAT:
            place = (place + 1 + int(choice * (count - 1))) % count
        before = level
        said.append(ways[level][place])
    return said


def same(seed: int, stream: str, dates: NDArray[np.datetime64], ways: Sequence[str]) -> list[str]:
    """The same for what has no level."""
    return say(seed, stream, dates, np.zeros(dates.size, np.int64), {0: tuple(ways)})
