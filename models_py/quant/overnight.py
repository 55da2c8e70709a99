"""Growth of money at the overnight rate between two dates, as known at an instant.

The rate of business day d earns from d to the next business day: between sessions p and t it is Π_{d in [p, t)} (1 + cdi_d)^(1/252).
A rate not yet published is taken to be the last one known; when it comes, that is a new vintage.
"""

from dataclasses import dataclass

import numpy as np

from models_py.quant.checks import Floats
from models_py.quant.daycount import calendar
from models_py.quant.pairing import Pairs
from models_py.quant.realtime import EARLIEST, NEVER, Ints, Readings


@dataclass(frozen=True)
class Growth:
    """Growth factors of a batch of periods, and what they rest on. NaN where no rate was known at all."""

    factor: Floats
    business_days: Ints
    held: Ints
    weakness: Ints
    late: Ints                  # the earliest instant after `at` at which a rate of the period becomes known; max int64 if none


def growth(overnight: Readings, start: Ints, end: Ints, at: Ints) -> Growth:
    """Growth from each start to each end (day numbers) as known at each instant."""
    br = calendar("br")
    first, last = start.astype("datetime64[D]"), end.astype("datetime64[D]")
    count = br.business_days(first, last, last)
    total, held, late = np.zeros(len(start)), np.full(len(start), EARLIEST), np.full(len(start), NEVER)
    weakness = np.zeros(len(start), np.int64)
    for k in range(int(count.max(initial=0))):
        inside = count > k
        day = br.shift(first[inside], k, last[inside]).astype(np.int64)
        row = overnight.known(at[inside], day)
        good = row >= 0
        value, hold, weak = np.full(len(row), np.nan), np.full(len(row), EARLIEST), np.zeros(len(row), np.int64)
        value[good], hold[good], weak[good] = overnight.value[row[good]], overnight.held[row[good]], overnight.weakness[row[good]]
        total[inside] += np.log1p(value)
        held[inside] = np.maximum(held[inside], hold)
        weakness[inside] = np.maximum(weakness[inside], weak)
        late[inside] = np.minimum(late[inside], _next_vintage(overnight, day, at[inside]))
    return Growth(np.exp(total / 252.0), count, held, weakness, late)


def _next_vintage(overnight: Readings, day: Ints, at: Ints) -> Ints:
    """First vintage of a day's own rate after an instant; NEVER if there is none."""
    after = np.searchsorted(overnight.reference, day, side="right")
    found = np.full(len(day), NEVER)
    row = np.searchsorted(overnight.reference, day, side="left")
    while (open_ := row < after).any():
        available = overnight.available[row[open_]]
        found[open_] = np.where(available > at[open_], np.minimum(found[open_], available), found[open_])
        row = row + 1
    return found


def with_late_rates(reference: Ints, pairs: Pairs, overnight: Readings) -> tuple[Pairs, Growth]:
    """Pairs of dates with the growth between them, and a further row wherever a rate of the period came later than the prices.

    Args:
        reference: dates of the snapshots that the pairs point to.
    """
    current, previous, at = pairs
    grown = growth(overnight, reference[previous], reference[current], at)
    while True:
        day = reference[current]
        following = np.r_[np.where(day[1:] == day[:-1], at[1:], NEVER), NEVER] if len(day) else np.empty(0, np.int64)
        late = np.flatnonzero(grown.late < following)
        if late.size == 0:
            return Pairs(current, previous, at), grown
        current, previous = np.r_[current, current[late]], np.r_[previous, previous[late]]
        at = np.r_[at, grown.late[late]]
        order = np.lexsort((at, reference[current]))
        current, previous, at = current[order], previous[order], at[order]
        grown = growth(overnight, reference[previous], reference[current], at)
