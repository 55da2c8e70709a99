"""Parameters of FRED requests, their defaults and their errors.

Every error is a 400 with `error_code` and `error_message`, also for an unknown series. A date is yyyy-mm-dd.
"""

import json
from dataclasses import dataclass

import numpy as np

from pipelines.sandbox.view import CHICAGO, View
from pipelines.sandbox.wire import Answer, Call

JSON = "application/json; charset=UTF-8"
_KEYS = "https://fred.stlouisfed.org/docs/api/api_key.html"
_UNREGISTERED = (
    "The value for variable api_key is not registered.  "
    "Read http://research.stlouisfed.org/docs/api/api_key.html for more information."
)
_HEX = frozenset("0123456789abcdef")
_FLAKY = 1 / 200                         # share of good keys that are called unregistered


class Refused(Exception):
    """A request that FRED answers with an error."""

    def __init__(self, message: str, code: int = 400) -> None:
        super().__init__(message)
        self.message, self.code = message, code

    def answer(self) -> Answer:
        start = "Too Many Requests" if self.code == 429 else "Bad Request"
        said = json.dumps({"error_code": self.code, "error_message": f"{start}.  {self.message}"}, separators=(",", ":"))
        return Answer(said.encode(), JSON, self.code)


def as_json(value: object) -> bytes:
    """Compact JSON in ASCII with slashes escaped, as FRED writes it."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode()


def check_key(call: Call) -> None:
    """Any key of 32 lower-case hexadecimal digits is good, but for one call in 200.

    Raises:
        Refused: no key, a malformed one, or the unlucky call.
    """
    key = call.params.get("api_key")
    if not key:
        raise Refused(f"Variable api_key is not set.  Read {_KEYS} for more information.")
    if len(key) != 32 or not set(key) <= _HEX or call.draw("fred.key") < _FLAKY:
        raise Refused(_UNREGISTERED)


def check_type(call: Call) -> None:
    """Only JSON is served; FRED's own default, XML, is refused."""
    if call.params.get("file_type") != "json":
        raise Refused("The value for variable file_type is not json.")


@dataclass(frozen=True)
class Window:
    """Real-time period and page of a request."""

    start: np.datetime64
    end: np.datetime64
    limit: int
    offset: int
    descending: bool


def window(call: Call, *, start: np.datetime64, end: np.datetime64, limit: int, sort: str = "asc") -> Window:
    """The request's window; the arguments are the route's defaults and its largest page.

    Raises:
        Refused: a date, a number or a direction that cannot be read, or a period that ends before it starts.
    """
    first, last = day(call, "realtime_start", start), day(call, "realtime_end", end)
    if first > last:
        raise Refused("The value for variable realtime_start is after realtime_end.")
    order = call.params.get("sort_order", sort)
    if order not in ("asc", "desc"):
        raise Refused("The value for variable sort_order is not 'asc' or 'desc'.")
    page = whole(call, "limit", limit, 1, limit)
    return Window(first, last, page, whole(call, "offset", 0, 0, 2**31), order == "desc")


def day(call: Call, name: str, default: np.datetime64) -> np.datetime64:
    """A date parameter."""
    text = call.params.get(name)
    if not text:
        return default
    try:
        if len(text) != 10:
            raise ValueError(text)
        return np.datetime64(text, "D")
    except ValueError as error:
        raise Refused(f"The value for variable {name} is not a valid date (YYYY-MM-DD): {text}.") from error


def whole(call: Call, name: str, default: int, low: int, high: int) -> int:
    """A whole number parameter."""
    text = call.params.get(name)
    if not text:
        return default
    if not text.isdigit() or not low <= int(text) <= high:
        raise Refused(f"The value for variable {name} is not between {low} and {high}.")
    return int(text)


def today(view: View) -> np.datetime64:
    """The date in St. Louis: FRED's real-time default."""
    return np.datetime64(view.today(CHICAGO), "D")


def series_id(call: Call, view: View) -> str:
    """The series asked for.

    Raises:
        Refused: none is named, or it does not exist.
    """
    name = call.params.get("series_id")
    if not name:
        raise Refused("Variable series_id is not set.")
    if not view.has("fred", name):
        raise Refused("The series does not exist.")
    return name
