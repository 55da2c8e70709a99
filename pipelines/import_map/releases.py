"""Release dates that the files of a folder tell: the day a projection becomes the print, the calendars of the committees.

| calendar | from | how |
| --- | --- | --- |
| `ibge_ipca` | `br_ipca_anbima_projection`, `br_ipca_mom` | the day in the next month on which the projection turns into the printed rate |
| `copom_decision`, `copom_minutes` | `br_copom` | the day a meeting ends, the day its minutes came out |
| `fomc_minutes`, `fomc_press_conference` | `us_fomc_events` | days of those events |
| any other name | the calendar of that name, where it has a field `published` | its date and that field |

A month whose projection already equalled the print shows no release: the rule's fall-back stands in.
"""

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.quant.periods import Days, days_later, month_end
from models_py.quant.release_calendars import ReleaseDates, Releases
from pipelines.import_map.grammar import ImportMap, MapRow

PROJECTION, PRINT, COPOM, FOMC = "br_ipca_anbima_projection", "br_ipca_mom", "br_copom", "us_fomc_events"
_ROUNDING = 5e-6                                         # a projection file carries 1.249956 for a printed 1.25, in percent
_COLLECTED = 3                                           # prices are collected to the end of the month: no print within three days

Rows = Callable[[MapRow], pl.DataFrame]


def release_dates(mapped: ImportMap, read: Rows) -> Releases:
    """Calendars by name, as far as the map has the series they are read from.

    Args:
        read: the rows of all files of a map row.
    """
    found: dict[str, ReleaseDates] = {}
    for row in mapped.rows:
        if row.kind == "calendar" and "published" in row.fields:
            frame = read(row).filter(pl.col("published").is_not_null())
            found[row.target_id] = ReleaseDates.of(_days(frame["source_date"]), _days(frame["published"].str.to_date()))
    if mapped.of(PROJECTION) and mapped.of(PRINT):
        projection, prints = _observations(mapped, PROJECTION, read), _observations(mapped, PRINT, read)
        found["ibge_ipca"] = turned_into_print(*projection, *prints)
    if mapped.of(COPOM):
        frame = read(mapped.of(COPOM)[0])
        ends = _days(frame["source_date"])
        found["copom_decision"] = ReleaseDates.of(ends, ends)
        if "minutes_published" in frame.columns:
            told = frame.filter(pl.col("minutes_published").is_not_null())
            found["copom_minutes"] = ReleaseDates.of(_days(told["source_date"]), _days(told["minutes_published"].str.to_date()))
    if mapped.of(FOMC):
        frame = read(mapped.of(FOMC)[0])
        for name, event in (("fomc_minutes", pl.col("type") == "Minutes"), ("fomc_press_conference", pl.col("press_conference") == "1")):
            days = _days(frame.filter(event)["source_date"])
            found[name] = ReleaseDates.of(days, days)
    return found


def turned_into_print(days: Days, projected: NDArray[np.float64], months: Days, printed: NDArray[np.float64]) -> ReleaseDates:
    """Release days by month end: the day on which a running projection first shows the print, in the month after the one it is of.

    The projection of a day is of the month of the last 15th on or before it.

    Args:
        days, projected: the projection, a decimal monthly rate, shape (n,).
        months, printed: the prints by month end, decimals, shape (m,).
    """
    order = np.argsort(days)
    days, projected = days[order], projected[order]
    projected_month = month_end(days_later(days, -14))
    rate = np.full(days.shape, np.nan)
    for month, value in zip(months, printed, strict=True):
        rate[projected_month == month] = value
    equal = np.abs(projected - rate) < _ROUNDING
    printable = days > days_later(projected_month, _COLLECTED)
    turned = equal & ~np.roll(equal, 1) & (np.roll(projected_month, 1) == projected_month) & printable
    turned[:1] = False
    return ReleaseDates.of(projected_month[turned], days[turned])


def _observations(mapped: ImportMap, target: str, read: Rows) -> tuple[Days, NDArray[np.float64]]:
    frames = [read(row).filter(pl.col("reason").is_null()).select("source_date", "value") for row in mapped.of(target)]
    frame = pl.concat(frames).unique("source_date", keep="first", maintain_order=True).sort("source_date")
    return _days(frame["source_date"]), frame["value"].to_numpy()


def _days(dates: pl.Series) -> Days:
    return dates.to_numpy().astype("datetime64[D]")
