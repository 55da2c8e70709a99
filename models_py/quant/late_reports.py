"""Commitments of Traders reports that came out weeks late: publication dates by as-of date.

Sources: CFTC, release schedules after the lapses of appropriations of 2018-19 (one report a Tuesday and a Friday from
2019-02-01, oldest first) and of 2025 (notice of 2025-11-18); resumption after the lapse of 2013 and the incident at ION in
2023: there a report is held until the backlog was gone, which is late, never early.
"""

import numpy as np

from models_py.quant.periods import Days

_SCHEDULES = (
    "2018-12-24 2019-02-01", "2018-12-31 2019-02-05", "2019-01-08 2019-02-08", "2019-01-15 2019-02-12", "2019-01-22 2019-02-15",
    "2019-01-29 2019-02-19", "2019-02-05 2019-02-22", "2019-02-12 2019-02-26", "2019-02-19 2019-03-01", "2019-02-26 2019-03-05",
    "2019-03-05 2019-03-08",
), (
    "2025-09-30 2025-11-19", "2025-10-07 2025-11-21", "2025-10-14 2025-11-25", "2025-10-21 2025-12-02", "2025-10-28 2025-12-05",
    "2025-11-04 2025-12-09", "2025-11-10 2025-12-12", "2025-11-18 2025-12-16", "2025-11-25 2025-12-19", "2025-12-02 2025-12-23",
    "2025-12-09 2025-12-30", "2025-12-16 2026-01-06", "2025-12-23 2026-01-09", "2025-12-30 2026-01-13", "2026-01-06 2026-01-16",
    "2026-01-13 2026-01-20",
)
_HELD = (("2013-10-01", "2013-10-22", "2013-11-01"), ("2023-01-31", "2023-03-07", "2023-03-17"))   # first and last as-of, published


def cftc(as_of: Days) -> Days:
    """The late publication date of each as-of date, NaT where the report was on time. An as-of between two takes the later one."""
    out = np.full(as_of.shape, np.datetime64("NaT", "D"))
    for schedule in _SCHEDULES:
        due, published = np.array([row.split() for row in schedule], dtype="datetime64[D]").T
        late = (as_of >= due[0]) & (as_of <= due[-1])
        out[late] = published[np.searchsorted(due, as_of[late])]
    for first, last, held in _HELD:
        out[(as_of >= np.datetime64(first)) & (as_of <= np.datetime64(last))] = np.datetime64(held)
    return out
