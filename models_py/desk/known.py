"""Tables as they become known: a fold over knowledge time that holds, at any instant, exactly what was known then.

Rows come once in order of `available_at` and vintage; `advance` takes up those with available_at <= the cut-off. A later vintage
replaces, a null withdraws. The same instant gives the same arrays whether it is reached in one step or in many.
"""

from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Matrix = NDArray[np.float64]


def microseconds(at: datetime) -> int:
    """An instant as polars stores it."""
    return round(at.timestamp() * 1_000_000)


class KnownMatrix:
    """Values by reference date (rows) and name (columns)."""

    def __init__(self, rows: pl.DataFrame, names: tuple[str, ...]) -> None:
        """`rows`: name, reference_date, available_at, vintage, value; names not asked for are left out."""
        kept = rows.filter(pl.col("name").is_in(names), pl.col("reference_date").is_not_null())
        kept = kept.sort("available_at", "vintage", "reference_date", "name")
        self.names = names
        self.dates: Days = kept["reference_date"].unique().sort().to_numpy().astype("datetime64[D]")
        self._at = kept["available_at"].cast(pl.Datetime("us", "UTC")).to_physical().to_numpy()
        self._row = np.searchsorted(self.dates, kept["reference_date"].to_numpy().astype("datetime64[D]"))
        place = {name: number for number, name in enumerate(names)}
        self._column = kept["name"].replace_strict(place, return_dtype=pl.Int64).to_numpy()
        self._value = kept["value"].fill_null(float("nan")).to_numpy()
        self.values: Matrix = np.full((len(self.dates), len(names)), np.nan)
        self._had = np.zeros(self.values.shape, bool)
        self._seen = np.zeros(len(self.dates), bool)
        self._next = self._top = 0

    def advance(self, cutoff: int) -> list[tuple[int, int]]:
        """Take up what became known until the cut-off (microseconds); cells (row, column) first given a value, in order."""
        stop = int(np.searchsorted(self._at, cutoff, side="right"))
        first: list[tuple[int, int]] = []
        for k in range(self._next, stop):
            row, column, value = int(self._row[k]), int(self._column[k]), self._value[k]
            if not (self._had[row, column] or np.isnan(value)):
                first.append((row, column))
                self._had[row, column] = True
            self.values[row, column] = value
            self._seen[row] = True
            self._top = max(self._top, row + 1)
        self._next = max(self._next, stop)
        return first

    def last(self, count: int) -> tuple[Days, Matrix]:
        """The last dates on which anything is known, oldest first, and a copy of their values."""
        rows = self.rows(count)
        return self.dates[rows], self.values[rows]

    def rows(self, count: int) -> NDArray[np.int64]:
        """Row numbers of the last dates on which anything is known."""
        return np.flatnonzero(self._seen[: self._top])[-count:]


class KnownRows:
    """The row of the newest day of each name that is known and stands: listed contracts and their last mark."""

    def __init__(self, rows: pl.DataFrame, name: str, value: str) -> None:
        """`rows` has `name`, reference_date, available_at, vintage and `value`, whose null withdraws the day; other columns are carried."""
        self.rows = rows.sort("available_at", "vintage", "reference_date", name)
        self._at = self.rows["available_at"].cast(pl.Datetime("us", "UTC")).to_physical().to_numpy()
        self._names: list[str] = self.rows[name].to_list()
        self._days: Days = self.rows["reference_date"].to_numpy().astype("datetime64[D]")
        self._stands = self.rows[value].is_not_null().to_numpy()
        self._standing: dict[str, dict[np.datetime64, int]] = {}
        self._next = 0

    def advance(self, cutoff: int) -> None:
        """Take up what became known until the cut-off (microseconds)."""
        stop = int(np.searchsorted(self._at, cutoff, side="right"))
        for k in range(self._next, stop):
            known = self._standing.setdefault(self._names[k], {})
            if self._stands[k]:
                known[self._days[k]] = k
            else:
                known.pop(self._days[k], None)
        self._next = max(self._next, stop)

    def recent(self, days: int) -> list[int]:
        """Rows whose day is at most so many calendar days before the newest, one a name in order of name; older days are let go."""
        newest = max((max(known) for known in self._standing.values() if known), default=None)
        if newest is None:
            return []
        oldest = newest - np.timedelta64(days, "D")
        kept = {name: {day: row for day, row in known.items() if day >= oldest} for name, known in self._standing.items()}
        self._standing = {name: known for name, known in kept.items() if known}
        return [known[max(known)] for _, known in sorted(self._standing.items())]
