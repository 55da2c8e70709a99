"""FRED and ALFRED in the bytes of `api.stlouisfed.org`: observations with vintages, series, vintage dates, release dates.

A request sees its real-time period: today by default, all vintages from 1776-07-04 to 9999-12-31. Intervals are cut to the
period, so chunked requests show edges that are no vintages. A period with more than 2000 vintage dates is refused (every daily
series reaches that), a key is called unregistered once in 200 calls, and one page in 200 comes with fewer rows than its count
says. More than two requests a second get 429 (`pipelines.sandbox.throttle`). Missing values are ".". JSON only, levels only.
"""


from collections.abc import Sequence
from typing import TypeVar

from pipelines.sandbox.render._alfred import FIRST, LAST
from pipelines.sandbox.render._fred_observations import observations, oldest, texts
from pipelines.sandbox.render._fred_query import JSON, Refused, Window, as_json, check_key, check_type, series_id, today, whole, window
from pipelines.sandbox.render._fred_releases import known_intervals, release, release_dates, release_of
from pipelines.sandbox.view import CHICAGO, View, as_datetime
from pipelines.sandbox.wire import Answer, Call, not_found, pick

T = TypeVar("T")

SOURCE = "fred"
ROUTES = (
    "/fred/series?series_id=",
    "/fred/series/observations?series_id=",
    "/fred/series/vintagedates?series_id=",
    "/fred/series/release?series_id=",
    "/fred/releases/dates",
    "/fred/release/dates?release_id=",
)

_FREQUENCY = {"D": "Daily", "W": "Weekly", "M": "Monthly", "Q": "Quarterly", "A": "Annual"}
_SEASON = {"SA": "Seasonally Adjusted", "NSA": "Not Seasonally Adjusted", "SAAR": "Seasonally Adjusted Annual Rate"}


def key(call: Call) -> str:
    """The series, or the release, asked for."""
    return call.params.get("series_id") or call.params.get("release_id", "")


def answer(call: Call, view: View) -> Answer:
    route = call.route.removeprefix("/fred").rstrip("/")
    serve = {
        "/series": _series, "/series/observations": observations, "/series/vintagedates": _vintage_dates,
        "/series/release": _series_release, "/releases/dates": _releases_dates, "/release/dates": _release_dates,
    }.get(route)
    if serve is None:
        return not_found(call, ROUTES)
    try:
        check_key(call)
        check_type(call)
        return Answer(serve(call, view), JSON)
    except Refused as refusal:
        return refusal.answer()


def _series(call: Call, view: View) -> bytes:
    name = series_id(call, view)
    asked = window(call, start=today(view), end=today(view), limit=1000)
    prints, latest = view.archive.prints(SOURCE, name), view.latest(SOURCE, name)
    shown = latest.source_date[latest.source_date >= oldest(prints, view)]
    if not shown.size:
        raise Refused("The series does not exist in ALFRED but may exist in FRED.")
    meta, edges = prints.meta, {"realtime_start": str(asked.start), "realtime_end": str(asked.end)}
    season = meta.get("season", "NSA")
    units = meta.get("units", "Index")
    updated = as_datetime(view.known(SOURCE, name).published_at[-1]).astimezone(CHICAGO)
    entry = {
        "id": name, **edges, "title": f"SIMULATED: {meta.get('title', name)}", "observation_start": str(shown[0]),
        "observation_end": str(shown[-1]), "frequency": _FREQUENCY.get(meta.get("frequency", "M"), "Monthly"),
        "frequency_short": meta.get("frequency", "M"), "units": units, "units_short": units,
        "seasonal_adjustment": _SEASON.get(season, season), "seasonal_adjustment_short": season,
        "last_updated": f"{updated:%Y-%m-%d %H:%M:%S}{updated:%z}"[:-2], "popularity": 20 + pick(view.seed, "fred.popularity", 75, name),
        "notes": f"SIMULATED data of a simulated world (seed {view.seed}), not a statistic. {meta.get('notes', '')}".strip(),
    }
    return as_json({**edges, "seriess": [entry]})


def _vintage_dates(call: Call, view: View) -> bytes:
    name = series_id(call, view)
    asked = window(call, start=FIRST, end=LAST, limit=10_000)
    dates = known_intervals(view, name).vintage_dates
    dates = dates[(dates >= asked.start) & (dates <= asked.end)]
    return as_json({**_head(asked, "vintage_date", int(dates.size)), "vintage_dates": _page(texts(dates), asked)})


def _series_release(call: Call, view: View) -> bytes:
    number = release_of(series_id(call, view))
    asked, found = window(call, start=today(view), end=today(view), limit=1000), release(number)
    edges = {"realtime_start": str(asked.start), "realtime_end": str(asked.end)}
    if found is None:
        raise Refused("The release does not exist.")
    return as_json({**edges, "releases": [{"id": number, **edges, "name": found.name, "press_release": True, "link": found.link}]})


def _release_dates(call: Call, view: View) -> bytes:
    number = whole(call, "release_id", 0, 1, 10**6)
    if release(number) is None:
        raise Refused("The release does not exist.")
    asked = window(call, start=FIRST, end=LAST, limit=10_000)
    dates = release_dates(view, number)
    dates = dates[(dates >= asked.start) & (dates <= asked.end)]
    rows = _page([{"release_id": number, "date": date} for date in texts(dates)], asked)
    return as_json({**_head(asked, "release_date", int(dates.size)), "release_dates": rows})


def _releases_dates(call: Call, view: View) -> bytes:
    asked = window(call, start=today(view).astype("datetime64[Y]").astype("datetime64[D]"), end=LAST, limit=1000, sort="desc")
    found: list[tuple[str, str, dict[str, object]]] = []
    for number in sorted({release_of(series) for series in view.keys(SOURCE)}):
        named = release(number)
        dates = release_dates(view, number)
        dates = dates[(dates >= asked.start) & (dates <= asked.end)]
        name = named.name if named is not None else ""
        found.extend((date, name, {"release_id": number, "release_name": name, "date": date}) for date in texts(dates))
    found.sort(key=lambda row: row[1])
    found.sort(key=lambda row: row[0], reverse=asked.descending)
    rows = [row for _, _, row in found]
    start, stop = asked.offset, asked.offset + asked.limit
    return as_json({**_head(asked, "release_date", len(rows)), "release_dates": rows[start:stop]})


def _head(asked: Window, order_by: str, count: int) -> dict[str, object]:
    return {
        "realtime_start": str(asked.start), "realtime_end": str(asked.end), "order_by": order_by,
        "sort_order": "desc" if asked.descending else "asc", "count": count, "offset": asked.offset, "limit": asked.limit,
    }


def _page(rows: Sequence[T], asked: Window) -> Sequence[T]:
    return (rows[::-1] if asked.descending else rows)[asked.offset : asked.offset + asked.limit]
