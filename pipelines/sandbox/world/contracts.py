"""Which futures are listed on a session, and when they expire.

DI1, DDI, FRC, DOL and WDO expire on the first business day of their month; DAP on the 15th or the next business day. The next twelve
months are listed, then quarters, then semesters, then Januaries; DAP has the next six months, two Januaries and the maturities of
NTN-B (August of even years, May of odd ones).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models_py.quant.daycount import calendar
from pipelines.sandbox.world.grid import NEW_LIST

CODES = "FGHJKMNQUVXZ"
NEAR_MONTHS = 12
#            years of quarters (F J N V), of semesters (F N), of Januaries, from the session's year
REACH = {"DI1": (4, 5, 15), "DDI": (4, 5, 15), "FRC": (4, 5, 15), "DOL": (2, 5, 5), "WDO": (1, 3, 3)}
DAP_MONTHS, DAP_JANUARIES, DAP_EVERY, DAP_LAST = 6, 2, 9, 35


@dataclass(frozen=True)
class Listing:
    """Months of the listed contracts of a family, as months since 1970, ascending, and their expiry dates on one holiday list."""

    symbol: tuple[str, ...]
    expiry: NDArray[np.datetime64]


@cache
def listing(family: str, month: int, new_list: bool) -> Listing:
    """Contracts of a family whose month is this one or later, seen from a month (months since 1970)."""
    months = _dap(month) if family == "DAP" else _monthly(family, month)
    opened = np.array(months, "datetime64[M]").astype("datetime64[D]")
    anchor = opened + 14 if family == "DAP" else opened
    known = np.datetime64("2024-01-02") if new_list else NEW_LIST - 4
    expiry = calendar("br").following(anchor, as_of=known)
    symbols = tuple(f"{family}{CODES[value % 12]}{(1970 + value // 12) % 100:02d}" for value in months)
    return Listing(symbols, expiry)


def _monthly(family: str, month: int) -> list[int]:
    quarters, semesters, januaries = REACH[family]
    out = set(range(month, month + NEAR_MONTHS + 1))
    opening = month - month % 12
    for year, steps in ((quarters, 3), (semesters, 6), (januaries, 12)):
        out |= set(range(opening, opening + 12 * year + 1, steps))
    return sorted(value for value in out if value >= month)


def _dap(month: int) -> list[int]:
    out = set(range(month, month + DAP_MONTHS + 1))
    year = month // 12
    out |= {12 * (year + ahead) for ahead in range(1, DAP_JANUARIES + 1)}
    for ahead in range(DAP_LAST + 1):
        calendar_year = 1970 + year + ahead
        if ahead <= DAP_EVERY or calendar_year % 5 == 0:
            out.add(12 * (year + ahead) + (7 if calendar_year % 2 == 0 else 4))
    return sorted(value for value in out if value >= month)

