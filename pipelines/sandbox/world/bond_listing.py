"""Federal bonds of the simulated Treasury: which are alive on a day. A semester opens the maturities that come into its reach.

    LTN      1 January to six years, 1 July to four, 1 April and 1 October to two and a half
    NTN-F    1 January of odd years, to eleven years
    NTN-B    15 May of odd years and 15 August of even ones to six years, of years divisible by five to forty
    LFT      1 March and 1 September, to six years and a quarter

Codes are those of the Selic system; indexed bonds count from their base date in July 2000.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Dates = NDArray[np.datetime64]
Ints = NDArray[np.int64]

KINDS = ("LTN", "LFT", "NTN-B", "NTN-F")             # in the order of ANBIMA's file
CODES = {"LTN": "100000", "LFT": "210100", "NTN-B": "760199", "NTN-F": "950199"}
BASE = {"LFT": np.datetime64("2000-07-01"), "NTN-B": np.datetime64("2000-07-15")}
#                 day and months of maturity, parity of the year, years divisible by, reach in months from the semester's start
SCHEDULE: tuple[tuple[str, int, tuple[int, ...], int | None, int, int], ...] = (
    ("LTN", 1, (1,), None, 1, 72), ("LTN", 1, (7,), None, 1, 48), ("LTN", 1, (4, 10), None, 1, 30),
    ("NTN-F", 1, (1,), 1, 1, 132),
    ("NTN-B", 15, (5,), 1, 1, 72), ("NTN-B", 15, (8,), 0, 1, 72), ("NTN-B", 15, (5,), 1, 5, 480), ("NTN-B", 15, (8,), 0, 5, 480),
    ("LFT", 1, (3, 9), None, 1, 75),
)
LAST_DAYS = 2                              # a bond is marked until so many days before it matures


@dataclass(frozen=True)
class Bonds:
    """Bonds that are alive at some time of a year, in the order of the file: `kind` is a place in KINDS, `opens` the semester in which a
    bond is first there, `issued` the date the file gives."""

    kind: Ints
    maturity: Dates
    opens: Dates
    issued: Dates

    def alive(self, days: Dates) -> NDArray[np.bool_]:
        """Whether each bond is marked on each day, shape (days, bonds)."""
        left = (self.maturity[None, :] - days[:, None]).astype(np.int64)
        listed: NDArray[np.bool_] = (self.opens[None, :] <= days[:, None]) & (left > LAST_DAYS)
        return listed


def of_year(year: int) -> Bonds:
    """Every bond that is alive on some day of a year."""
    first, last = np.datetime64(f"{year}-01-01"), np.datetime64(f"{year}-07-01")
    found: dict[tuple[int, np.datetime64], np.datetime64] = {}
    for title, day, months, parity, divisor, reach in SCHEDULE:
        for maturing in range(year, year + reach // 12 + 2):
            if maturing % divisor or (parity is not None and maturing % 2 != parity):
                continue
            for month in months:
                due = np.datetime64(f"{maturing}-{month:02d}-{day:02d}")
                since = _opens(due, reach)
                if due > first and since <= last:
                    name = (KINDS.index(title), due)
                    found[name] = min(found.get(name, since), since)
    names = sorted(found)
    kind = np.array([name[0] for name in names], np.int64)
    maturity = np.array([name[1] for name in names], "datetime64[D]")
    opens = np.array([found[name] for name in names], "datetime64[D]")
    issued = [_issued(KINDS[name[0]], found[name]) for name in names]
    return Bonds(kind, maturity, opens, np.array(issued, "datetime64[D]"))


def _opens(due: np.datetime64, reach: int) -> np.datetime64:
    """First day of the semester from which a maturity is within reach."""
    earliest = int((due.astype("datetime64[M]") - reach).astype(np.int64))
    return np.datetime64(-(-earliest // 6) * 6, "M").astype("datetime64[D]")


def _issued(kind: str, opens: np.datetime64) -> np.datetime64:
    """The base date of an indexed bond; else the first Friday of the semester in which it came."""
    if kind in BASE:
        return BASE[kind]
    weekday = (int(opens.astype(np.int64)) + 3) % 7
    friday: np.datetime64 = opens + (4 - weekday) % 7
    return friday
