"""`/fred/series/observations`: rows by real-time interval (output type 1), by vintage (2, 3), or first releases (4)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.render._alfred import FIRST, LAST, Intervals
from pipelines.sandbox.render._fred_query import Refused, as_json, day, series_id, today, whole, window
from pipelines.sandbox.render._fred_releases import known_intervals
from pipelines.sandbox.view import CHICAGO, View
from pipelines.sandbox.wire import Call, pick
from pipelines.sandbox.world.prints import Prints

SOURCE = "fred"
VINTAGES_MAX = 2000
PARTIAL = 1 / 200                        # share of pages that come with fewer rows than they count
_DAY_ONE = np.datetime64("1600-01-01")

Days = NDArray[np.datetime64]


def observations(call: Call, view: View) -> bytes:
    """One page of observations.

    Raises:
        Refused: a parameter that cannot be read, or more vintage dates than FRED hands out.
    """
    name, kind = series_id(call, view), whole(call, "output_type", 1, 1, 4)
    if call.params.get("units", "lin") != "lin" or "frequency" in call.params:
        raise Refused("The sandbox serves levels at the series' own frequency only (units=lin).")
    asked = window(call, start=today(view), end=LAST if "realtime_start" in call.params else today(view), limit=100_000)
    first, last = day(call, "observation_start", _DAY_ONE), day(call, "observation_end", LAST)
    prints, every = view.archive.prints(SOURCE, name), known_intervals(view, name)
    vintages = every.vintage_dates
    vintages = vintages[(vintages >= asked.start) & (vintages <= asked.end)]
    if vintages.size > VINTAGES_MAX:
        raise Refused(
            f"There are {vintages.size} vintage dates in the specified real-time period: {asked.start} to {asked.end}.  "
            f"This exceeds the maximum number of vintage dates allowed ({VINTAGES_MAX})."
        )
    rows = (every.initial() if kind == 4 else every).touching(asked.start, asked.end)
    rows = rows.take((rows.date >= max(first, oldest(prints, view))) & (rows.date <= last))
    if kind in (2, 3):
        spelled = _wide(name, rows, vintages if vintages.size else np.array([asked.start]), prints.decimals, kind)
    else:
        spelled = _narrow(rows.cut(asked.start, asked.end), prints.decimals)
    if asked.descending:
        spelled.reverse()
    page = spelled[asked.offset : asked.offset + asked.limit]
    if len(page) > 1 and call.draw("fred.partial") < PARTIAL:
        page = page[: 1 + pick(call.seed, "fred.partial.rows", len(page) - 1, call.identity)]
    head = {
        "realtime_start": str(asked.start), "realtime_end": str(asked.end), "observation_start": str(first),
        "observation_end": str(last), "units": "lin", "output_type": kind, "file_type": "json", "order_by": "observation_date",
        "sort_order": "desc" if asked.descending else "asc", "count": len(spelled), "offset": asked.offset, "limit": asked.limit,
    }
    return as_json(head)[:-1] + b',"observations":[' + ",".join(page).encode() + b"]}"


def texts(days: Days) -> list[str]:
    """ISO dates."""
    found: list[str] = np.datetime_as_string(days, unit="D").tolist()
    return found


def oldest(prints: Prints, view: View) -> np.datetime64:
    """First date shown: some index providers allow the last years only."""
    if prints.window_years is None:
        return FIRST - np.timedelta64(200 * 366, "D")
    now = view.today(CHICAGO)
    return np.datetime64(now.replace(year=now.year - prints.window_years, day=min(now.day, 28)), "D")


def _narrow(rows: Intervals, decimals: int) -> list[str]:
    """A row an interval, with its edges."""
    columns = (texts(rows.start), texts(rows.end), texts(rows.date), _values(rows.value, decimals))
    return [
        f'{{"realtime_start":"{start}","realtime_end":"{end}","date":"{date}","value":"{value}"}}'
        for start, end, date, value in zip(*columns, strict=True)
    ]


def _wide(name: str, rows: Intervals, vintages: Days, decimals: int, kind: int) -> list[str]:
    """A row a date, a column a vintage: all observations of each vintage (2), or those new or revised in it (3)."""
    places = np.searchsorted(vintages, rows.start)
    ends = np.searchsorted(vintages, rows.end, side="right")
    if kind == 3:
        ends = np.where(np.isin(rows.start, vintages), places + 1, places)
    names = [f"{name}_{text.replace('-', '')}" for text in texts(vintages)]
    found: dict[str, list[str]] = {}
    columns: Sequence[list[Any]] = (texts(rows.date), places.tolist(), ends.tolist(), _values(rows.value, decimals))
    for date, place, end, value in zip(*columns, strict=True):
        found.setdefault(date, []).extend(f'"{column}":"{value}"' for column in names[place:end])
    return [f'{{"date":"{date}",{",".join(cells)}}}' for date, cells in found.items() if cells]


def _values(values: NDArray[np.float64], decimals: int) -> list[str]:
    return ["." if value != value else f"{value:.{decimals}f}" for value in values.tolist()]
