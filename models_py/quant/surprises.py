"""Surprises: what was printed less what was expected the moment before, in standard deviations, and their decaying sum.

Everything is one-sided: an expectation uses what stood before its print, a deviation the surprises before it, the index at t the
prints up to t. Instants are microseconds UTC.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models_py.quant.checks import Floats
from models_py.quant.periods import Days
from models_py.quant.transforms import Transform, transform
from models_py.quant.vintaged import History, Ints, Vintaged

FIT = 60                    # readings an expectation is fitted on; fewer than FEWEST give none
FEWEST = 24
SPREAD = 36                 # earlier surprises a surprise is measured against; fewer than LEAST say nothing of what is usual
LEAST = 12
HALF_LIFE_DAYS = 45.0
_DAY = 86_400_000_000.0


class Surprises(NamedTuple):
    """Prints of a series, oldest first, shapes (print,): instant, period, value, expectation, and the surprise in deviations (NaN: none).

    `surveyed` marks the expectations that are a survey's; the others are the model's.
    """

    at: Ints
    dates: Days
    actual: Floats
    expected: Floats
    z: Floats
    surveyed: NDArray[np.bool_]


def expectation(values: Floats) -> float:
    """What a first-order autoregression says of the next reading.

        x̂_{T+1} = m + φ (x_T − m),   φ = Σ (x_t − m)(x_{t−1} − m) / Σ (x_{t−1} − m)², within ±1, of the last 60 readings

    Args:
        values: oldest first, NaN left out.
    Returns:
        NaN with fewer than 24 readings.
    """
    x = values[~np.isnan(values)][-FIT:]
    if len(x) < FEWEST:
        return float("nan")
    centred = x - x.mean()
    spread = float(centred[:-1] @ centred[:-1])
    slope = float(np.clip(centred[1:] @ centred[:-1] / spread, -1.0, 1.0)) if spread > 0 else 0.0
    return float(x.mean() + slope * centred[-1])


def at_survey(survey: tuple[Ints, Ints, Floats] | None, known: int, period: int) -> float | None:
    """The last median of a survey known at an instant that asks about a period (days since 1970); None where there is none.

    Args:
        survey: instant known, period asked about and median, in order of instant, shapes (n,).
    """
    if survey is None:
        return None
    at, target, median = survey
    rows = np.flatnonzero(target[: np.searchsorted(at, known, side="right")] == period)
    return float(median[rows[-1]]) if len(rows) else None


def surprises(
    series: Vintaged, kind: Transform, frequency: str, cutoff: int, since: int, survey: tuple[Ints, Ints, Floats] | None = None
) -> Surprises:
    """First prints since an instant and what was expected of them.

    Args:
        since, cutoff: first and last instant of the prints told; deviations use prints before `since` as well.
        survey: medians as (instant known, period asked about as days since 1970, median), in order of instant, in the transform's unit:
            the last known before a print is its expectation; the autoregression of the vintage then known where there is none.
    """
    at, dates = series.first_prints(cutoff)
    actual, expected, surveyed = np.full(len(at), np.nan), np.full(len(at), np.nan), np.zeros(len(at), dtype=bool)
    first = max(int(np.searchsorted(at, since)) - SPREAD - 1, 0)
    for row in range(first, len(at)):
        now, before = _transformed(series, int(at[row]), kind, frequency), _transformed(series, int(at[row]) - 1, kind, frequency)
        place = int(np.searchsorted(now.dates, dates[row]))
        actual[row] = now.values[place]
        asked = at_survey(survey, int(at[row]) - 1, int(dates[row].astype(np.int64)))
        surveyed[row] = asked is not None
        expected[row] = expectation(before.values) if asked is None else asked
    z = _deviations(actual - expected)
    told = at >= since
    return Surprises(at[told], dates[told], actual[told], expected[told], z[told], surveyed[told])


def index(at: Ints, z: Floats, grid: Ints) -> Floats:
    """Surprises of many series as one number at each instant of a grid, in standard deviations.

        S_t = Σ w_i z_i / √(Σ w_i²),   w_i = 2^(−(t − t_i) / 45 days),   prints i up to t

    Were the surprises independent and as usual, S would have unit variance. NaN before the first print.

    Args:
        at, z: instants and signed surprises, shape (n,); NaN left out.
        grid: shape (m,).

    Source: the surprise indices of Scotti (2016), Journal of Monetary Economics 82, with plain decaying weights.
    """
    stands = ~np.isnan(z)
    at, z = at[stands], z[stands]
    age = (grid[:, None] - at[None, :]) / _DAY
    weight = np.where(age >= 0, np.exp2(-np.maximum(age, 0.0) / HALF_LIFE_DAYS), 0.0)
    size = np.sqrt((weight**2).sum(axis=1))
    out: Floats = np.divide(weight @ z, size, out=np.full(len(grid), np.nan), where=size > 0)
    return out


def _transformed(series: Vintaged, cutoff: int, kind: Transform, frequency: str) -> History:
    known = series.known(cutoff)
    recent = History(known.dates[-FIT - 13 :], known.values[-FIT - 13 :])           # a year more than the fit: growth looks back
    return History(recent.dates, transform(kind, recent.dates, recent.values, frequency))


def _deviations(surprise: Floats) -> Floats:
    """Each surprise over the root mean square of up to 36 before it; NaN with fewer than 12."""
    z = np.full(len(surprise), np.nan)
    for row in np.flatnonzero(~np.isnan(surprise)):
        before = surprise[:row][~np.isnan(surprise[:row])][-SPREAD:]
        size = float(np.sqrt(np.mean(before**2))) if len(before) >= LEAST else 0.0
        if size > 0:
            z[row] = surprise[row] / size
    return z
