"""Numbers and dates as text, read strictly: what is not exactly a number or a date raises ValueError with the text found.

Point decimals are JSON's and Treasury's (`4.06`); Brazilian text has a comma for decimals and points between thousands
(`1.008` is one thousand and eight). NaN and infinities are never numbers.
"""

import math
import re
from datetime import UTC, date, datetime
from functools import lru_cache

_POINT = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)
_BRAZILIAN = re.compile(r"[-+]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?:[eE][-+]?\d{1,3})?", re.ASCII)
_SLASHED = re.compile(r"(\d\d)/(\d\d)/(\d{4})", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def number(text: str) -> float:
    """A number with a decimal point."""
    if not _POINT.fullmatch(text):
        raise ValueError(f"not a number: {text!r}")
    return finite(float(text))


def brazilian_number(text: str) -> float:
    """A number with a decimal comma and points between thousands."""
    if not _BRAZILIAN.fullmatch(text):
        raise ValueError(f"not a Brazilian number: {text!r}")
    return finite(float(text.replace(".", "").replace(",", ".")))


def finite(value: float) -> float:
    """The number itself, if it is one."""
    if not math.isfinite(value):
        raise ValueError(f"not a finite number: {value!r}")
    return value


def json_number(value: object) -> float | None:
    """A JSON number, or null."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"not a number: {value!r}")
    return finite(float(value))


@lru_cache(maxsize=65_536)
def brazilian_day(text: str) -> date:
    """dd/mm/yyyy."""
    return _slashed(text, month=2, day=1)


@lru_cache(maxsize=65_536)
def american_day(text: str) -> date:
    """mm/dd/yyyy."""
    return _slashed(text, month=1, day=2)


@lru_cache(maxsize=65_536)
def iso_day(text: str) -> date:
    """yyyy-mm-dd."""
    if not _ISO_DAY.fullmatch(text):
        raise ValueError(f"not a date (yyyy-mm-dd): {text!r}")
    return date.fromisoformat(text)


def central_instant(text: str) -> datetime:
    """FRED's `2024-10-30 07:54:01-05`: US Central, an offset without minutes."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"not an instant: {text!r}") from error
    if parsed.tzinfo is None:
        raise ValueError(f"instant without offset: {text!r}")
    return parsed.astimezone(UTC)


def _slashed(text: str, *, month: int, day: int) -> date:
    found = _SLASHED.fullmatch(text)
    if found is None:
        raise ValueError(f"not a date: {text!r}")
    return date(int(found[3]), int(found[month]), int(found[day]))
