"""Revision moments: monthly growth as first printed, against the same month read three and twelve months later."""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.moments.published import Published
from pipelines.sandbox.world.prints import Prints

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]

LAST_MONTH = np.datetime64("2019-11")
#                  code, change: difference of levels, % growth or the level itself
SERIES = {"payrolls": ("PAYEMS", "points"), "ip": ("INDPRO", "growth"), "retail": ("RSAFS", "growth"), "unrate": ("UNRATE", "level"),
          "cpi": ("CPIAUCSL", "growth"), "pcepi": ("PCEPI", "growth"), "rpce": ("PCEC96", "growth"), "ahe": ("CES0500000003", "growth"),
          "houst": ("HOUST", "growth"), "durables": ("DGORDER", "growth")}


def measure(p: Published) -> dict[str, float]:
    """Revision moments by id."""
    out: dict[str, float] = {}
    for name, (code, kind) in SERIES.items():
        reader = _Vintages(p.world.prints("fred", code))
        first = reader.first()
        months = first.source_date.astype("datetime64[M]")
        inside = (months >= np.datetime64("2010-02")) & (months <= LAST_MONTH) & np.isin(months, p.calm_months)
        months, printed = months[inside], first.published_at[inside]
        then = reader.change(months, printed, kind)
        for label, wait in (("3m", 92), ("12m", 366)):
            later = reader.change(months, printed + np.timedelta64(wait, "D"), kind)
            out[f"rev_{name}_{label}_sd"] = float(np.nanstd(later - then))
    return out | {"rev_payrolls_benchmark_sd": _benchmark(p)}


def _benchmark(p: Published) -> float:
    """Level of March before and after the benchmark of the next February, 2011 to 2020."""
    reader = _Vintages(p.world.prints("fred", "PAYEMS"))
    first = reader.first()
    months = first.source_date.astype("datetime64[M]")
    march = np.array([f"{year - 1}-03" for year in range(2011, 2021)], "datetime64[M]")
    january = np.array([f"{year}-01" for year in range(2011, 2021)], "datetime64[M]")
    release = first.published_at[np.searchsorted(months, january)]
    return float((reader.value(march, release) - reader.value(march, release - np.timedelta64(1, "D"))).std())


class _Vintages:
    """Reads a series as known at instants."""

    def __init__(self, prints: Prints) -> None:
        self.prints = prints
        order = np.lexsort((prints.vintage, prints.source_date))
        self.month = prints.source_date[order].astype("datetime64[M]").astype(np.int64)
        self.at = prints.published_at[order].astype(np.int64)
        self.values = prints.value[order]

    def first(self) -> Prints:
        return self.prints.first()

    def value(self, months: Dates, when: Dates) -> Floats:
        """Value of each month as last printed by each instant; NaN before its first print."""
        out = np.full(months.size, np.nan)
        for i, (month, instant) in enumerate(zip(months.astype(np.int64), when.astype("datetime64[us]").astype(np.int64), strict=True)):
            low, high = np.searchsorted(self.month, (month, month + 1))
            known = int(np.searchsorted(self.at[low:high], instant, side="right"))
            if known:
                out[i] = self.values[low + known - 1]
        return out

    def change(self, months: Dates, when: Dates, kind: str) -> Floats:
        now = self.value(months, when)
        if kind == "level":
            return now
        before = self.value(months - 1, when)
        return now - before if kind == "points" else (now / before - 1) * 100
