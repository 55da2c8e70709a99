"""FRED and ALFRED (Federal Reserve Bank of St. Louis): observations with the real-time intervals in which each value stood.

- A series is asked for its vintage dates first; they call for windows of real time (`_fred_vintages`), since a window with more
  than 2,000 of them is refused. A vintage date is a date: staging gives it the hour of the release rule.
- An answer whose real-time window is one day is a snapshot: when its values appeared is not told, so it has no vintage date.
- `value` is text, "." is missing. `count` counts all rows: a page with fewer than it should have is asked for again.
- Errors are 400 with `error_message`, for unknown series too. "api_key is not registered" comes at times for a good key.
- Since 2026 more than two requests a second get 429. The key is in the query: it is a secret of the request.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from models_py.kernel.errors import ConfigError, PayloadError, RateLimited, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, Observation, Parsed, Payload, Request
from pipelines.connectors import _fred_documents as about
from pipelines.connectors._answers import check_data, check_status, fields, read_json
from pipelines.connectors._asked import Asked
from pipelines.connectors._fred_vintages import FIRST, LAST, Interval, rows, windows
from pipelines.connectors._limits import Host
from pipelines.connectors._numbers import iso_day, number
from pipelines.connectors._windows import ended, label

SOURCE = "fred"
LIVE_URL = "https://api.stlouisfed.org"
HOST = Host(per_second=1.9, parallel=2, flaky=("not registered",))

PAGE = 100_000
_DATES_PAGE = 10_000
_SANDBOX_KEY = "0" * 32                    # any key of 32 hexadecimal digits opens the simulated source
_AHEAD = timedelta(days=400)               # real time before the first observation date: some values are published ahead
_QUIET_DAYS = 2                            # the past of a real-time window is final
_OPENING = "since "                        # in the key of a series' first window
_DATES = re.compile(r" vintage dates since (\S+)$")
_ROW = frozenset(("realtime_start", "realtime_end", "date", "value"))


def plan(series: Sequence[CatalogueRow], since: date, until: date, endpoint: Endpoint) -> list[Request]:
    """The vintage dates of each series since then; `follow` asks for the observations.

    Raises:
        ConfigError: the real source without a key.
    """
    key = endpoint.api_key or (None if endpoint.base_url.startswith(LIVE_URL) else _SANDBOX_KEY)
    if key is None:
        raise ConfigError("FRED needs an API key: set MACRO_FRED_API_KEY")
    first = since.replace(month=1, day=1)      # of the year, so that the period that holds `since` is whole
    opens = first - _AHEAD
    query = f"api_key={key}&file_type=json&realtime_start={opens}&realtime_end={LAST}&limit={_DATES_PAGE}"
    root = f"{endpoint.base_url}/fred/series/vintagedates"
    return [
        Request(SOURCE, f"{code} vintage dates since {first}", f"{root}?series_id={code}&{query}", secrets=("api_key",))
        for code in sorted({row.source_key for row in series})
    ]


def follow(request: Request, payload: Payload) -> list[Request]:
    """The windows of observations that vintage dates call for, and the next page of an answer that is not whole."""
    answer = read_json(payload)
    if "vintage_dates" in answer:
        # the last date of a page opens the next page, and is the edge that their windows share
        return [*_windowed(request, payload, answer), *_next_page(request, answer, "vintage_dates", len(answer["vintage_dates"]) - 1)]
    if "observations" in answer:
        return list(_next_page(request, answer, "observations", len(_whole_dates(answer))))
    return []


def asks(key: str, url: str) -> Sequence[Asked]:
    """The vintages of a series, by the list of their dates: a window of real time is what it calls for."""
    code, is_list = key.split(" ", 1)[0], _DATES.search(key)
    return (Asked(code, iso_day(is_list[1]), proves=" row " not in key) if is_list else Asked(code, proves=False),)


def settled(request: Request, fetched_at: datetime) -> bool:
    """Whether the answer fetched then can be taken as final."""
    return ".." in request.key and ended(request.key, fetched_at, _QUIET_DAYS)


def validate(payload: Payload) -> None:
    """Refuse an error, and a page that is not whole.

    Raises:
        RateLimited: more than two requests a second.
        SourceRefused: a bad key, an unknown series, too many vintage dates.
        SourceDown: a server error, or fewer rows than the answer itself counts.
        PayloadError: not JSON, or not an object.
    """
    check_status(payload)
    check_data(payload, "a JSON object")
    answer = read_json(payload)
    if not isinstance(answer, dict):
        raise PayloadError(payload.source, payload.key, f"{type(answer).__name__} instead of an object")
    if "error_code" in answer:
        refusal = RateLimited if answer["error_code"] == 429 else SourceRefused
        raise refusal(payload.source, payload.key, f"error {answer['error_code']}: {answer.get('error_message')}")
    name = next((name for name in ("observations", "vintage_dates") if name in answer), None)
    if name is None:
        if not any(known in answer for known in about.LISTS):
            raise PayloadError(payload.source, payload.key, f"an answer without observations: {sorted(answer)}")
        return
    counts = [answer.get(word) for word in ("count", "offset", "limit")]
    if not isinstance(answer[name], list) or not all(isinstance(count, int) and count >= 0 for count in counts):
        raise PayloadError(payload.source, payload.key, f"{name} is not a page: {sorted(answer)}")
    expected = max(min(answer["limit"], answer["count"] - answer["offset"]), 0)
    if len(answer[name]) != expected:
        raise SourceDown(payload.source, payload.key, f"partial page: {len(answer[name])} rows of {expected}")
    if name == "observations" and answer[name] and not _whole_dates(answer):
        raise PayloadError(payload.source, payload.key, f"{expected} rows of one date fill a page")


def is_empty(payload: Payload) -> bool:
    """Whether a valid answer holds nothing."""
    answer = read_json(payload)
    return not any(answer.get(name) for name in ("observations", "vintage_dates", *about.LISTS))


def parse(payload: Payload) -> Parsed:
    """Vintages of a window, or a snapshot; entries about series and releases as documents; nothing of a list of vintage dates.

    Raises:
        PayloadError: an undocumented field, a value that is not a number, or intervals that overlap.
    """
    validate(payload)
    answer = read_json(payload)
    try:
        if "observations" not in answer:
            return Parsed(documents=list(about.documents(answer)))
        return Parsed(observations=list(_observations(payload, answer)))
    except ValueError as error:
        raise PayloadError(payload.source, payload.key, str(error)) from error


def _windowed(request: Request, payload: Payload, answer: dict[str, Any]) -> Iterator[Request]:
    code, since = request.key.split(" ", 1)[0], request.key.rsplit(" ", 1)[1]
    root, secret = request.url.split("/vintagedates?", 1)[0], _parameter(request.url, "api_key")
    try:
        vintages = [iso_day(text) for text in answer["vintage_dates"]]
    except (TypeError, ValueError) as error:
        raise PayloadError(payload.source, payload.key, f"vintage dates: {error}") from error
    opening = iso_day(_parameter(request.url, "realtime_start"))
    opens, vintages = (vintages[0], vintages[1:]) if answer["offset"] and vintages else (opening, vintages)
    closes = vintages[-1] if vintages and _more_follows(answer, "vintage_dates") else LAST
    for first, last in windows(vintages, opens, closes):
        query = (
            f"series_id={code}&api_key={secret}&file_type=json&realtime_start={first}&realtime_end={last}"
            f"&observation_start={since}&limit={PAGE}"
        )
        key = f"{code} {_OPENING if first == opening else ''}{label(first, last)}"
        yield replace(request, key=key, url=f"{root}/observations?{query}")


def _next_page(request: Request, answer: dict[str, Any], name: str, taken: int) -> Iterator[Request]:
    if _more_follows(answer, name) and taken > 0:
        offset = answer["offset"] + taken
        url = re.sub(r"&offset=\d+", "", request.url) + f"&offset={offset}"
        code, rest = re.sub(r" row \d+ on", "", request.key).split(" ", 1)
        yield replace(request, key=f"{code} row {offset} on {rest}", url=url)


def _observations(payload: Payload, answer: dict[str, Any]) -> Iterator[Observation]:
    code = payload.key.split(" ", 1)[0]
    if answer.get("output_type") not in (1, 4) or answer.get("units") != "lin":
        raise ValueError(f"output type {answer.get('output_type')} in units {answer.get('units')}: levels by interval are read")
    found = [_interval(payload, row) for row in _whole_dates(answer)]
    _check_order(found)
    first, last = iso_day(str(answer.get("realtime_start"))), iso_day(str(answer.get("realtime_end")))
    if first == last:
        yield from (Observation(code, one.day, one.value) for one in found)
        return
    opens = first <= FIRST or f" {_OPENING}" in payload.key
    yield from rows(code, found, first, last, opens=opens, initial=answer["output_type"] == 4)


def _interval(payload: Payload, row: object) -> Interval:
    found = fields(payload, row, _ROW)
    if not all(isinstance(text, str) for text in found.values()):
        raise ValueError(f"a field is not text: {row!r:.120}")
    value = None if found["value"] == "." else number(found["value"])
    return Interval(iso_day(found["date"]), iso_day(found["realtime_start"]), iso_day(found["realtime_end"]), value)


def _check_order(found: Sequence[Interval]) -> None:
    for one, after in pairwise(sorted(found, key=lambda one: (one.day, one.start))):
        if one.day == after.day and one.end >= after.start:
            raise ValueError(f"{one.day} has two values on {after.start}: {one.value} and {after.value}")


def _more_follows(answer: dict[str, Any], name: str) -> bool:
    return bool(answer["offset"] + len(answer[name]) < answer["count"])


def _whole_dates(answer: dict[str, Any]) -> list[Any]:
    """Rows of a page, less those of its last date where more may follow on the next page, which starts with that date."""
    page: list[Any] = answer["observations"]
    if not page or not _more_follows(answer, "observations") or not isinstance(page[-1], dict):
        return page
    last = page[-1].get("date")
    return [row for row in page if not isinstance(row, dict) or row.get("date") != last]


def _parameter(url: str, name: str) -> str:
    found = re.search(rf"[?&]{name}=([^&]*)", url)
    if found is None:
        raise ValueError(f"request without {name}")
    return found[1]
