"""Windows of reference dates that stay the same from day to day, so that an unchanged answer is seen to be unchanged.

Years to the one before last make one piece of history (cut where a source wants shorter windows); the last year and this one
stand alone. Only windows that can still change are asked again, and a daily run loads at most a year of a series.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

LAST_DAY = date(9999, 12, 31)


def yearly(since: date, until: date, longest: timedelta | None = None) -> Iterator[tuple[date, date]]:
    """Windows (first, last), both included, from `since` to the end of the year of `until`.

    Raises:
        ValueError: `until` is before `since`.
    """
    if until < since:
        raise ValueError(f"window ends {until} before it starts {since}")
    history = date(until.year - 2, 12, 31)
    first = since
    while first <= history:
        last = history if longest is None else min(history, first + longest - timedelta(days=1))
        yield first, last
        first = last + timedelta(days=1)
    while first.year <= until.year:
        yield first, date(first.year, 12, 31)
        first = date(first.year + 1, 1, 1)


def label(first: date, last: date) -> str:
    """`2018-01-01..2024-12-31`, the part of a request's key that says its window."""
    return f"{first}..{last}"


def ended(key: str, fetched_at: datetime, days: int) -> bool:
    """Whether a payload of that window was fetched so long after its end that no change is expected."""
    last = date.fromisoformat(key.rsplit("..", 1)[1])
    return last < LAST_DAY and fetched_at.date() > last + timedelta(days=days)
