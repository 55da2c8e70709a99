"""The real-time path of a recursion over dates: an index, a filter, whatever rests on all that came before.
"""

from bisect import bisect_left
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa

from models_py.quant.checks import Floats
from models_py.quant.realtime import EARLIEST, Ints, Readings, news, reading_table

State = TypeVar("State")


class Path(NamedTuple):
    """Readings of a path-dependent factor. It is held once all that came before is; its availability is that of what moved it."""

    reference: Ints
    available: Ints
    held: Ints
    weakness: Ints
    value: Floats


def path(readings: Readings, start: State, step: Callable[[State, float], tuple[State, float]]) -> Path:
    """The real-time path of a recursion over dates: at each instant, the readings of the dates that changed and the newest one.

    A late or corrected input re-runs the recursion from its date on the history then known; of what follows from it only the
    newest reading is told, whole re-estimated histories are not. A withdrawn input is skipped, and its reading is withdrawn.

    Args:
        step: (state, value of a date) → (state, reading of that date).
    """
    order = np.lexsort((readings.reference, readings.available))
    dates: list[int] = []
    inputs: list[float] = []
    reading: list[float] = []
    said: list[float] = []              # the reading of each date as it was last told
    states: list[State] = [start]
    out: list[tuple[int, int, int, int, float]] = []
    held = int(EARLIEST)
    for batch in np.split(order, np.flatnonzero(np.diff(readings.available[order])) + 1) if len(order) else ():
        at = int(readings.available[batch[0]])
        held = max(held, int(readings.held[batch].max()))
        lowest = len(dates)
        weakness = int(readings.weakness[batch].max())
        changed: set[int] = set()
        for row in map(int, batch):
            date = int(readings.reference[row])
            place = len(dates) if not dates or date > dates[-1] else bisect_left(dates, date)
            if place == len(dates) or dates[place] != date:
                dates.insert(place, date)
                for column in (inputs, reading, said):
                    column.insert(place, np.nan)
            inputs[place] = float(readings.value[row])
            changed.add(date)
            lowest = min(lowest, place)
        del states[lowest + 1 :]
        for place in range(lowest, len(dates)):
            if np.isnan(inputs[place]):
                states.append(states[-1])
                reading[place] = np.nan
            else:
                state, reading[place] = step(states[-1], inputs[place])
                states.append(state)
        newest = next((place for place in range(len(dates) - 1, -1, -1) if not np.isnan(reading[place])), None)
        if newest is not None and reading[newest] != said[newest]:
            changed.add(dates[newest])
        for date in sorted(changed):
            place = bisect_left(dates, date)
            said[place] = reading[place]
            out.append((date, at, held, weakness, reading[place]))
    columns = np.array(out, dtype=[("r", "i8"), ("a", "i8"), ("h", "i8"), ("w", "i8"), ("v", "f8")])
    return Path(columns["r"], columns["a"], columns["h"], columns["w"], columns["v"])


def cumulated(returns: Readings, base: float = 100.0) -> pa.Table:
    """Index of a daily log return, `base` before the first session: base · exp(Σ r)."""

    def step(level: float, value: float) -> tuple[float, float]:
        total = level + value
        return total, base * float(np.exp(total))

    return told(path(returns, 0.0, step))


def told(found: Path) -> pa.Table:
    """A path as rows of READING_SCHEMA; dates that never had a value are left out."""
    order = np.lexsort((found.available, found.reference))
    kept = order[news(found.reference[order], found.value[order])]
    return reading_table(
        found.reference[kept], found.available[kept], found.held[kept], found.weakness[kept], found.value[kept]
    ).to_arrow()
