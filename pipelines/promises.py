"""What a world promises: series of the catalogue and settlements of the exchange, from when, and how old a reading may be.

In `sandbox` and `live` a series is promised from the later of its `since` and the start of the lake, once its first period can be
out; what its source drops after some sessions (`PERISHABLE`), from the first session still kept when the source first answered.
In `files` the import map promises each target between its first and last date; what has ended is not late. Quotes are
promised by family: in `files` those that the seed of instruments knows.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models_py.kernel.errors import LakeError
from models_py.kernel.lake import Lake
from models_py.kernel.seeds import read
from models_py.kernel.settings import Settings
from models_py.quant.daycount import calendar
from pipelines.connectors import connectors
from pipelines.import_map.errors import MAP
from pipelines.import_map.grammar import TESTS_ONLY, ImportMap, MapRow, parse
from pipelines.quoted import quoted_by
from pipelines.vault import DATA, Vault

MARKETS = {"br": "br", "us": "us_sifma", "world": "us_nyse"}         # whose business days the daily series of a country follow
ZONES = {"BRT": "br", "ET": "us_sifma", "CET": "us_nyse"}            # but where it is made elsewhere, as the real at noon in New York
FAMILIES = ("di1", "dap", "ddi", "frc", "dol")                       # what the report of the exchange is read for
FIRST_SESSION = date(2018, 1, 2)                                     # the exchange's report before it is of another kind
FIRST_SIMULATED = date(2010, 1, 1)
QUOTES_MAX_AGE = 3
_SAO_PAULO = ZoneInfo("America/Sao_Paulo")

FIRST_READING = {                                                    # by then the first period promised is out
    "daily": timedelta(days=7),
    "weekly": timedelta(days=21),
    "monthly": timedelta(days=105),
    "quarterly": timedelta(days=200),
    "annual": timedelta(days=400),
}


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing promised. `until` is the last date an import map has, None where there is no end."""

    item: str
    kind: str
    source: str
    frequency: str
    market: str
    max_age_bd: int
    since: date
    until: date | None = None
    readings: int | None = None


def promises(settings: Settings, lake: Lake, today: date) -> tuple[Promise, ...]:
    """Everything promised by a day; an empty `files` lake, whose map has not been read, promises nothing.

    Raises:
        ImportMapError: the vaulted map cannot be read.
    """
    found = _of_map(_map(lake)) if settings.world == "files" else _of_sources(settings, lake)
    due = (one for one in found if one.since + FIRST_READING[one.frequency] <= today)
    return tuple(sorted(due, key=lambda one: (one.source, one.item)))


def market_of(row: Mapping[str, Any]) -> str:
    """Whose business days a daily series has: those of its country, unless its release rule says that it is made elsewhere."""
    zone = re.search(rf"\b({'|'.join(ZONES)})\b", row["release_lag"] or "")
    return MARKETS[row["country"]] if zone is None or row["country"] == "world" else ZONES[zone[1]]


def _of_sources(settings: Settings, lake: Lake) -> Iterator[Promise]:
    start = max(settings.start, FIRST_SIMULATED) if settings.world == "sandbox" else settings.start
    kept = _Kept(lake)
    for row in read("series").iter_rows(named=True):
        if settings.world in row["worlds"].split():
            since = max(date.fromisoformat(row["since"]) if row["since"] else start, kept.since(row["source"], row["source_key"]), start)
            yield Promise(row["series_id"], "series", row["source"], row["frequency"], market_of(row), int(row["max_age_bd"]), since)
    for family in FAMILIES:
        yield Promise(family, "quotes", "b3", "daily", "b3", QUOTES_MAX_AGE, max(start, FIRST_SESSION))
    for one in quoted_by(settings.world):
        if one.family not in FAMILIES:
            since = max(start, kept.since(one.source, one.report))
            yield Promise(one.family, "quotes", one.source, "daily", "b3", QUOTES_MAX_AGE, since)


class _Kept:
    """From when on a source can have given what it keeps for some sessions only."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._first: dict[str, date] = {}

    def since(self, source: str, key: str) -> date:
        """The first session kept when the source first answered; the first of all dates for what is not dropped, or never came."""
        connector = connectors()[source]
        if not any(key.startswith(start) for start in getattr(connector, "PERISHABLE", ())):
            return date.min
        if source not in self._first:
            answered = [poll.fetched_at for poll in Vault(self._lake).polls(source) if poll.outcome in DATA]
            self._first[source] = _sessions_before(min(answered), connector.KEEPS_SESSIONS) if answered else date.min
        return self._first[source]


def _sessions_before(instant: datetime, count: int) -> date:
    """The first of the last so many sessions of B3 up to an instant."""
    day = instant.astimezone(_SAO_PAULO).date()
    found: date = calendar("b3").days(day - timedelta(days=3 * count + 15), day)[-count].item()
    return found


def _of_map(mapped: ImportMap | None) -> Iterator[Promise]:
    if mapped is None:
        return
    catalogue = read("series").filter(read("series")["worlds"].str.contains("files"))
    for row in catalogue.iter_rows(named=True):
        if rows := _dated(mapped.of(row["series_id"])):
            yield _mapped(row["series_id"], "series", row["frequency"], market_of(row), int(row["max_age_bd"]), rows)
    known = set(read("instruments")["family"])
    by_family: dict[str, list[MapRow]] = {}
    for one in _dated(one for one in mapped.rows if one.shape == "quotes" and one.family in known):
        if one.frequency.split()[0].rstrip(",") in FIRST_READING:    # samples of a day or three promise no next day
            by_family.setdefault(one.family, []).append(one)
    for family, rows in by_family.items():
        yield _mapped(family, "quotes", rows[0].frequency.split()[0].rstrip(","), "br", QUOTES_MAX_AGE, rows)


def _mapped(item: str, kind: str, frequency: str, market: str, max_age: int, rows: list[MapRow]) -> Promise:
    first, last = (date.fromisoformat(end) for end in (min(one.first_date for one in rows), max(one.last_date for one in rows)))
    counts = [one.rows for one in rows if one.rows is not None] if kind == "series" else []
    return Promise(item, kind, "files", frequency, market, max_age, first, last, sum(counts) if counts else None)


def _dated(rows: Iterable[MapRow]) -> list[MapRow]:
    return [one for one in rows if one.priority < TESTS_ONLY and len(one.first_date) == len(one.last_date) == 10]


def _map(lake: Lake) -> ImportMap | None:
    """The map as it was last fetched."""
    vault = Vault(lake)
    polls = [poll for poll in vault.polls("files") if poll.key == MAP and poll.outcome in DATA]
    if not polls:
        return None
    try:
        return parse(vault.payload(polls[-1]).body)
    except LakeError:
        return None
