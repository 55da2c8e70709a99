"""Heat of a theme: how far its series stood from their own usual, as known at the end of each month.

    cell = mean over the theme's series of  sign · z(transform(x))      z within 60 months, of the vintage then known

The transform and the score are made anew inside the vintage of each month's end: what was revised later, or came later, is not in
the cell. `sign` is +1 where more of the series is more of the theme (unemployment in labour: −1).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from models_py.quant.checks import Floats
from models_py.quant.periods import month_end
from models_py.quant.transforms import PERIODS, Transform, transform
from models_py.quant.vintaged import History, Ints, Vintaged, month_ends
from models_py.signals.scale import z

MONTHS = 60                                                     # the window of a score
OLDEST = {"monthly": 4, "quarterly": 7, "annual": 15}           # months behind a cut-off that a period's end may lie; else 1


@dataclass(frozen=True)
class Member:
    """One series of a theme."""

    country: str
    theme: str
    series_id: str
    transform: Transform
    sign: int = 1


def heat(series: Vintaged, kind: Transform, frequency: str, cutoffs: Ints) -> Floats:
    """The score of the latest reading known at each cut-off, in standard deviations, within ±3.

    A daily or weekly series is read at month ends (the running month at its latest reading).

    Args:
        cutoffs: microseconds UTC, shape (n,).
    Returns:
        Shape (n,); NaN where too little was known, or the latest period had ended too long before.
    """
    window = MONTHS * PERIODS.get(frequency, 12) // 12
    blocks = np.full((len(cutoffs), window), np.nan)
    for block, cutoff in zip(blocks, cutoffs.tolist(), strict=True):
        values = _latest(series.known(cutoff), kind, frequency, cutoff, window)
        block[window - len(values) :] = values
    # blocks as long as the window: the score at the end of each sees nothing of another
    scored = z(pl.Series(blocks.ravel(), nan_to_null=True), window).fill_null(np.nan).to_numpy()
    found: Floats = np.where(np.isnan(blocks[:, -1]), np.nan, scored[window - 1 :: window])
    return found


def _latest(known: History, kind: Transform, frequency: str, cutoff: int, window: int) -> Floats:
    """The last transformed readings, at most a window of them; none where the newest is too old."""
    oldest, year = OLDEST.get(frequency, 1), PERIODS.get(frequency, 12)
    if frequency not in PERIODS:
        start = np.searchsorted(known.dates, _months_before(cutoff, MONTHS + 13))        # a year before the window: growth looks back
        known, frequency = month_ends(History(known.dates[start:], known.values[start:])), "monthly"
    if not len(known.dates) or known.dates[-1] < _months_before(cutoff, oldest):
        return np.empty(0)
    dates, readings = known.dates[-window - year :], known.values[-window - year :]
    return transform(kind, dates, readings, frequency)[-window:]


def _months_before(cutoff: int, months: int) -> np.datetime64:
    """The end of the month some months before an instant's."""
    day = np.array([cutoff // 86_400_000_000]).astype("datetime64[D]")
    end: np.datetime64 = month_end(day, -months)[0]
    return end
