"""Reference periods on `datetime64[D]`: the last day of a month or quarter, and the same day some months on."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Days = NDArray[np.datetime64]


def days_later(days: Days, count: ArrayLike) -> Days:
    """Each date moved by calendar days. Broadcasts."""
    return np.asarray(days.astype(np.int64) + np.asarray(count, dtype=np.int64)).astype("datetime64[D]")


def weekday(days: Days) -> NDArray[np.int64]:
    """Monday 0 … Sunday 6."""
    return np.asarray((days.astype("datetime64[D]").astype(np.int64) + 3) % 7)       # 1970-01-01 was a Thursday


def year(days: Days) -> NDArray[np.int64]:
    """The calendar year of each date."""
    return np.asarray(days.astype("datetime64[Y]").astype(np.int64) + 1970)


def month_start(days: Days, months: int = 0) -> Days:
    """The first day of each date's month, or of the n-th month after it."""
    return (days.astype("datetime64[M]").astype(np.int64) + months).astype("datetime64[M]").astype("datetime64[D]")


def month_end(days: Days, months: int = 0) -> Days:
    """The last day of each date's month, or of the n-th month after it."""
    return days_later(month_start(days, months + 1), -1)


def quarter_end(days: Days) -> Days:
    """The last day of each date's quarter."""
    next_quarter = (days.astype("datetime64[M]").astype(np.int64) // 3 + 1) * 3
    return days_later(next_quarter.astype("datetime64[M]").astype("datetime64[D]"), -1)


def year_end(days: Days) -> Days:
    """31 December of each date's year."""
    return days_later((days.astype("datetime64[Y]").astype(np.int64) + 1).astype("datetime64[Y]").astype("datetime64[D]"), -1)


def months_later(days: Days, count: int) -> Days:
    """The same day of the month some months on: a month's last day stays a last day, a day a month lacks becomes its last."""
    same_day = days_later(month_start(days, count), days.astype(np.int64) - month_start(days).astype(np.int64))
    last = month_end(days, count)
    return np.where(days == month_end(days), last, np.minimum(same_day, last))


def nth_weekday(days: Days, wanted: int, nth: int) -> Days:
    """The n-th such weekday (Monday 0) of each date's month; -1 is the last."""
    if nth < 0:
        last = month_end(days)
        return days_later(last, -((weekday(last) - wanted) % 7) + 7 * (nth + 1))
    first = month_start(days)
    return days_later(first, (wanted - weekday(first)) % 7 + 7 * (nth - 1))
