"""Meetings of the two committees: Wednesdays nearest to fixed anchors, known years ahead.

COPOM decides at 18:30 in São Paulo, after the close: markets see it in the next session, and it takes effect on the business day
after the meeting. A Wednesday that is a national holiday (2 November) gives way to the Wednesday before. The FOMC decides inside
the session.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import grid

Dates = NDArray[np.datetime64]

COPOM = ("01-27", "03-17", "05-05", "06-16", "08-04", "09-22", "11-03", "12-08")
FOMC = ("01-27", "03-17", "04-28", "06-16", "07-28", "09-22", "11-03", "12-15")
LAST_YEAR = 2074


def _wednesdays(anchors: tuple[str, ...], first: int, last: int) -> Dates:
    dates = np.array([f"{year}-{anchor}" for year in range(first, last + 1) for anchor in anchors], "datetime64[D]")
    weekday = (dates.astype(np.int64) + 3) % 7                      # Monday is 0
    ahead = (2 - weekday + 3) % 7 - 3                               # -3 … +3 days to the nearest Wednesday
    return dates + ahead.astype("timedelta64[D]")


@cache
def copom() -> Dates:
    """Dates of decision, 2006 to 2074."""
    dates = _wednesdays(COPOM, 2006, LAST_YEAR)
    closed = grid.business_index(dates + 1, 1) == grid.business_index(dates, 1)
    return np.where(closed, dates - 7, dates)


@cache
def copom_effective() -> Dates:
    """First day of each new target: the business day after the meeting, on the final holiday list."""
    after = copom() + 1
    for _ in range(5):
        closed = grid.business_index(after + 1, 1) == grid.business_index(after, 1)
        after = np.where(closed, after + 1, after)
    return after


@cache
def fomc() -> Dates:
    """Dates of decision, 2006 to 2074."""
    return _wednesdays(FOMC, 2006, LAST_YEAR)
