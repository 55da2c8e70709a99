"""How a macroeconomist looks at a series: changes and growth over a period or a year, at annual rates.

Arrays are one vintage, oldest first: `dates` datetime64[D], the last day of each period, strictly increasing; `values` finite, in
the series' unit (rates are decimals). A reading is paired with the reading of the date it is compared with, never with whatever
row stands before: a month that is missing leaves NaN. Row t depends on rows up to t alone.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models_py.kernel.errors import ConfigError
from models_py.quant.checks import Floats
from models_py.quant.periods import Days, days_later, months_later

Transform = Literal["level", "change", "change_12m", "growth", "growth_12m", "saar", "saar_3m", "accumulated_12m"]
PERIODS = {"monthly": 12, "quarterly": 4, "annual": 1}       # a year of readings, where a period has one
NEAR = 7                                                     # a daily series has no reading on the very day a year ago: the last of a week

LABELS: dict[Transform, str] = {
    "level": "level", "change": "change from the reading before", "change_12m": "change over 12 months",
    "growth": "growth from the period before", "growth_12m": "growth over 12 months", "saar": "growth, annual rate",
    "saar_3m": "growth of 3 months on 3, annual rate", "accumulated_12m": "accumulated in 12 months",
}  # fmt: skip


def transforms(unit: str, frequency: str, title: str = "") -> tuple[Transform, ...]:
    """What may be asked of a series: a rate of a month accumulates, a rate is differenced, an index or an amount grows."""
    dated = frequency in PERIODS
    if unit != "decimal":
        growth: tuple[Transform, ...] = ("growth", "growth_12m")
        annual: tuple[Transform, ...] = ("saar", "saar_3m") if frequency == "monthly" else ("saar",) if dated else ()
        return ("level", "change", "change_12m", *growth, *annual)
    accumulates: tuple[Transform, ...] = ("accumulated_12m",) if frequency == "monthly" and "change in the month" in title else ()
    return ("level", *accumulates, "change", "change_12m")


def transform(kind: Transform, dates: Days, values: Floats, frequency: str) -> Floats:
    """A vintage, transformed.

        change           x_t − x_{t−1}                       growth           x_t / x_{t−1} − 1
        change_12m       x_t − x_{t−12m}                     growth_12m       x_t / x_{t−12m} − 1
        saar             (x_t / x_{t−1})^n − 1               n = 12 of months, 4 of quarters
        saar_3m          (Σ_{0..2} x_{t−i} / Σ_{3..5} x_{t−i})^4 − 1
        accumulated_12m  Π_{0..11} (1 + x_{t−i}) − 1

    Growth of what is not positive is NaN. Of a daily or weekly series t−1 is the reading before, t−12m the last of the seven days up
    to that date.

    Args:
        dates, values: shape (n,).
        frequency: of the catalogue: `daily`, `weekly`, `monthly`, `quarterly`, `annual`.
    Returns:
        Shape (n,), NaN where a reading it needs is not there; decimals, changes in the series' unit.
    Raises:
        ConfigError: a transform that the frequency has not.
    """
    match kind:
        case "level":
            return values.astype(np.float64)
        case "change":
            return values - _before(dates, values, frequency)
        case "change_12m":
            return values - _lagged(dates, values, frequency, 12)
        case "growth":
            return _growth(values, _before(dates, values, frequency))
        case "growth_12m":
            return _growth(values, _lagged(dates, values, frequency, 12))
    if frequency not in PERIODS or (kind in ("saar_3m", "accumulated_12m") and frequency != "monthly"):
        raise ConfigError(f"transform {kind!r} needs {'a monthly' if frequency in PERIODS else 'a periodic'} series, found {frequency!r}")
    if kind == "saar":
        return (1.0 + _growth(values, _before(dates, values, frequency))) ** PERIODS[frequency] - 1.0
    if kind == "saar_3m":
        lags = np.array([_lagged(dates, values, frequency, month) for month in range(6)])
        return (1.0 + _growth(lags[:3].sum(axis=0), lags[3:].sum(axis=0))) ** 4 - 1.0
    accumulated: Floats = np.prod([1.0 + _lagged(dates, values, frequency, month) for month in range(12)], axis=0) - 1.0
    return accumulated


def _growth(now: Floats, before: Floats) -> Floats:
    out = np.full(now.shape, np.nan)
    good = (now > 0) & (before > 0)
    out[good] = now[good] / before[good] - 1.0
    return out


def _before(dates: Days, values: Floats, frequency: str) -> Floats:
    if frequency in PERIODS:
        return _lagged(dates, values, frequency, 12 // PERIODS[frequency])
    return np.r_[np.nan, values[:-1]] if len(values) else values.astype(np.float64)


def _lagged(dates: Days, values: Floats, frequency: str, months: int) -> Floats:
    """The reading some months before each date: of that very period, or of a daily series the last of the week up to that day."""
    if not len(dates):
        return values.astype(np.float64)
    wanted = months_later(dates, -months)
    place = np.searchsorted(dates, wanted, side="right") - 1
    found, out = dates[np.maximum(place, 0)], np.full(len(dates), np.nan)
    oldest = wanted if frequency in PERIODS else days_later(wanted, -NEAR + 1)
    there: NDArray[np.bool_] = (place >= 0) & (found >= oldest)
    out[there] = values[place[there]]
    return out
