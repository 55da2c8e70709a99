"""Ticks that jump away and come back: a slipped decimal, a swapped day."""

import numpy as np
from numpy.typing import NDArray

LONGEST = 10


def round_trips(values: NDArray[np.float64], limit: float) -> NDArray[np.bool_]:
    """Mask of the ticks to drop: up to ten in a row whose |log return| from the last good one exceeds the limit, where a later tick
    is within it again. A level that stays is kept, and so is a first tick.

    Args:
        values: prices in order of date, without gaps, shape (n,).
        limit: largest |ln(p / last good p)| of a good tick.
    """
    bad = np.zeros(values.shape, dtype=np.bool_)
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(values)
    good, place = 0, 1
    while place < values.size:
        if not abs(logs[place] - logs[good]) <= limit:
            later = range(place + 1, min(place + 1 + LONGEST, values.size))
            back = next((tick for tick in later if abs(logs[tick] - logs[good]) <= limit), None)
            if back is not None:
                bad[place:back] = True
                place = back
        good, place = place, place + 1
    return bad
