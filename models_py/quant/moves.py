"""The last move of a series against its own past, and how old a reading may be before it is said to be late or stale."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

WINDOW = 252                  # changes a move is measured against: a year of a daily series
LEAST = 21                    # fewer say nothing of what is usual

Freshness = Literal["OK", "LATE", "STALE"]


class Move(NamedTuple):
    """Latest reading, its change from the one before, and that change in standard deviations; None where these are not to be had."""

    value: float
    change: float | None
    z: float | None


def last_move(readings: ArrayLike, window: int = WINDOW) -> Move:
    """The last move.

        change = x_T − x_{T−1}        z = change / sd(x_t − x_{t−1}, t = T−window … T−1)

    The deviation (n − 1) is of the changes before the last one, about their mean; with fewer than 21 of them, or none that moves,
    there is no z.

    Args:
        readings: oldest first, in order of what they describe, shape (n,), n > 0, finite.
    Raises:
        ValueError: no reading, or one that is not a number.
    """
    x = np.asarray(readings, dtype=np.float64)
    if not x.size or not np.isfinite(x).all():
        raise ValueError(f"a move needs finite readings, found {x.size} of which {np.isfinite(x).sum()} finite")
    changes = np.diff(x)
    if not changes.size:
        return Move(float(x[-1]), None, None)
    before = changes[:-1][-window:]
    spread = float(before.std(ddof=1)) if before.size >= LEAST else 0.0
    change = float(changes[-1])
    return Move(float(x[-1]), change, change / spread if spread > 0 else None)


def freshness(age_bd: int, max_age_bd: int) -> Freshness:
    """What the age of a reading says: OK up to the age its series promises, LATE up to twice that, then STALE.

    Source: docs/quality.md, which scores a build by the same rule.
    """
    return "OK" if age_bd <= max_age_bd else "LATE" if age_bd <= 2 * max_age_bd else "STALE"
