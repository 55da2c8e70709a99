"""Growth of money at the overnight rate between two dates, as known at an instant.

The rate of business day d earns from d to the next business day: between sessions p and t it is Π_{d in [p, t)} (1 + cdi_d)^(1/252).
A rate not yet published, or withdrawn, is taken to be the last one known; when it comes or goes, that is a new vintage.
"""

from dataclasses import dataclass

import numpy as np

from models_py.quant.checks import Floats
from models_py.quant.daycount import calendar
from models_py.quant.pairing import Pairs
from models_py.quant.realtime import EARLIEST, NEVER, Ints, Readings
from models_py.quant.retelling import Changes, retold, superseded


@dataclass(frozen=True)
class Growth:
    """Growth factors of a batch of periods, and what they rest on. NaN where no rate was known at all."""

    factor: Floats
    business_days: Ints
    held: Ints
    weakness: Ints
    grade: Ints
    late: Ints                  # the earliest instant after `at` at which a rate of the period comes, changes or goes; NEVER if none


def growth(overnight: Readings, start: Ints, end: Ints, at: Ints) -> Growth:
    """Growth from each start to each end (day numbers) as known at each instant."""
    br = calendar("br")
    first, last = start.astype("datetime64[D]"), end.astype("datetime64[D]")
    count = br.business_days(first, last, last)
    total, held, late = np.zeros(len(start)), np.full(len(start), EARLIEST), np.full(len(start), NEVER)
    weakness, grade = np.zeros(len(start), np.int64), np.zeros(len(start), np.int64)
    for k in range(int(count.max(initial=0))):
        inside = np.flatnonzero(count > k)
        day = br.shift(first[inside], k, last[inside]).astype(np.int64)
        row = overnight.known(at[inside], day)
        late[inside] = np.minimum(late[inside], overnight.next_change(row, at[inside], day))
        good = row >= 0
        total[inside[~good]] = np.nan
        found, row = inside[good], row[good]
        total[found] += np.log1p(overnight.value[row])
        held[found] = np.maximum(held[found], overnight.held[row])
        weakness[found] = np.maximum(weakness[found], overnight.weakness[row])
        grade[found] = np.maximum(grade[found], overnight.grade[row])
    return Growth(np.exp(total / 252.0), count, held, weakness, grade, late)


def with_late_rates(reference: Ints, pairs: Pairs, overnight: Readings) -> tuple[Pairs, Growth]:
    """Pairs of dates with the growth between them, and a further row wherever a rate of the period came, or went, after the prices.

    Args:
        reference: dates of the snapshots that the pairs point to.
    """
    row, at = retold(pairs.at, superseded(reference[pairs.current], pairs.at), late_rates(reference, pairs, overnight))
    joined = pairs.take(row, at)
    return joined, growth(overnight, reference[joined.previous], reference[joined.current], at)


def late_rates(reference: Ints, pairs: Pairs, overnight: Readings) -> Changes:
    """When a rate of each pair's period comes, changes or goes."""
    start, end = reference[pairs.previous], reference[pairs.current]
    return lambda rows, at: growth(overnight, start[rows], end[rows], at).late
