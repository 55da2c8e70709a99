"""Days on which United States federal offices are closed: they move the reports that those offices publish.

Source: 5 U.S.C. 6103 (a Saturday holiday is observed on Friday, a Sunday one on Monday); Executive Orders and proclamations
that closed the offices on further days.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from models_py.quant.periods import Days, days_later, nth_weekday, weekday

_MONDAY, _THURSDAY = 0, 3
_FIXED = ((1, 1, 1), (6, 19, 2021), (7, 4, 1), (11, 11, 1), (12, 25, 1))        # month, day, first year
_FLOATING = (                                                                     # month, weekday, which, first year
    (1, _MONDAY, 3, 1986), (2, _MONDAY, 3, 1971), (5, _MONDAY, -1, 1971),
    (9, _MONDAY, 1, 1), (10, _MONDAY, 2, 1971), (11, _THURSDAY, 4, 1),
)
_ORDERED = (
    "2012-12-24", "2014-12-26", "2018-12-05", "2018-12-24", "2019-12-24",
    "2020-12-24", "2024-12-24", "2025-01-09", "2025-12-24", "2025-12-26",
)
_YEARS = np.arange(1980, 2100)


@cache
def _closed() -> Days:
    lists = [np.array(_ORDERED, dtype="datetime64[D]")]
    for month, day, since in _FIXED:
        dates = np.array([f"{year}-{month:02d}-{day:02d}" for year in _YEARS if year >= since], dtype="datetime64[D]")
        on = weekday(dates)
        lists.append(days_later(dates, np.where(on == 5, -1, np.where(on == 6, 1, 0))))
    for month, wanted, nth, since in _FLOATING:
        starts = np.array([f"{year}-{month:02d}-01" for year in _YEARS if year >= since], dtype="datetime64[D]")
        lists.append(nth_weekday(starts, wanted, nth))
    return np.unique(np.concatenate(lists))


def is_closed(days: Days) -> NDArray[np.bool_]:
    """Whether federal offices were closed on each day for a holiday (weekends are not counted). From 1980 to 2099."""
    return np.isin(days.astype("datetime64[D]"), _closed())
