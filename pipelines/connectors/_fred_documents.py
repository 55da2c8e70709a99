"""What FRED tells about series and releases: one document an entry, its text the entry as JSON."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from pipelines.connectors import Document
from pipelines.connectors._numbers import central_instant, iso_day

LISTS = ("seriess", "releases", "release_dates", "elements")


def documents(answer: Mapping[str, Any]) -> Iterator[Document]:
    """Entries of an answer about series, releases, release dates or release tables.

    Raises:
        ValueError: an entry without its id or date.
    """
    for entry in _entries(answer, "seriess"):
        updated = central_instant(str(entry.get("last_updated")))
        day = iso_day(str(entry.get("realtime_start")))
        yield Document("series", day, f"fred_series_{_id(entry, 'id')}", _text(entry), "en", updated, "published")
    for entry in _entries(answer, "releases"):
        yield Document("release", iso_day(str(entry.get("realtime_start"))), f"fred_release_{_id(entry, 'id')}", _text(entry), "en")
    for entry in _entries(answer, "release_dates"):
        day = iso_day(str(entry.get("date")))
        yield Document("release_date", day, f"fred_release_{_id(entry, 'release_id')}_{day}", _text(entry), "en")


def _entries(answer: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = answer.get(name, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise ValueError(f"{name} is not a list of objects")
    return found


def _id(entry: Mapping[str, Any], name: str) -> str:
    if not isinstance(entry.get(name), str | int):
        raise ValueError(f"an entry without {name}: {dict(entry)!r:.120}")
    return str(entry[name])


def _text(entry: Mapping[str, Any]) -> str:
    return orjson.dumps(entry, option=orjson.OPT_SORT_KEYS).decode()
