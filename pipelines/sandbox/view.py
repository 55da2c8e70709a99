"""What is known at an instant: the only way from the world to an answer.

A `View` holds one world and one clock reading; nothing with `published_at` after it can be reached through it. Answers that
depend on the same known rows share one `Archive`, whose memory is keyed by how many rows are known, so that it is safe for
threads and for clocks that move back.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.sandbox.world import World
from pipelines.sandbox.world.anbima import Anbima
from pipelines.sandbox.world.auctions import Result
from pipelines.sandbox.world.b3 import B3, SessionTimes
from pipelines.sandbox.world.bulletins import Bulletins
from pipelines.sandbox.world.exchange_files import ExchangeFiles
from pipelines.sandbox.world.focus_surveys import Survey
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.retail import Prices
from pipelines.sandbox.world.texts import Text

T = TypeVar("T")
SAO_PAULO, NEW_YORK, CHICAGO = ZoneInfo("America/Sao_Paulo"), ZoneInfo("America/New_York"), ZoneInfo("America/Chicago")


def as_instant(now: datetime) -> np.datetime64:
    """A UTC datetime as datetime64[us]."""
    return np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "us")


def as_datetime(instant: np.datetime64) -> datetime:
    """The inverse of `as_instant`."""
    found: datetime = instant.astype("datetime64[us]").item()
    return found.replace(tzinfo=UTC)


class Memory:
    """The last `size` results by key. Two threads may compute one result twice; they get equal ones."""

    def __init__(self, size: int) -> None:
        self._size, self._kept, self._lock = size, OrderedDict[Hashable, Any](), Lock()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: T = self._kept[key]
                return found
        result = compute()
        with self._lock:
            self._kept[key] = result
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return result


class Archive:
    """One world and what has been derived from it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.memory = Memory(256)        # small: tables, windows
        self.files = Memory(32)          # large: whole answers
        self.tables = Memory(4)          # larger: all rows of a source, whatever the clock
        self._prints: dict[tuple[str, str], Prints] = {}
        self._lock = Lock()
        self._keys: dict[str, tuple[str, ...]] = {}
        self._documents: dict[str, tuple[Text, ...]] = {}

    def keys(self, source: str) -> tuple[str, ...]:
        with self._lock:
            if source not in self._keys:
                self._keys[source] = tuple(self.world.keys(source))
            return self._keys[source]

    @property
    def exchange(self) -> B3:
        with self._lock:
            return self.world.b3

    @property
    def ptax(self) -> Bulletins:
        """Every bulletin of the world: for renderers only through a `View`."""
        with self._lock:
            return self.world.ptax

    def retail(self, year: int) -> Prices:
        """Every price of Tesouro Direto in a year: for renderers only through a `View`."""
        with self._lock:
            return self.world.retail.year(year)

    def auctions(self, year: int) -> list[Result]:
        """Every result of the Treasury's auctions in a year: for renderers only through a `View`."""
        with self._lock:
            return self.world.auctions.year(year)

    def settlements(self, day: np.datetime64, *, corrected: bool) -> pl.DataFrame:
        """Contracts of a session; one thread at a time, since the exchange keeps what it computed."""
        exchange = self.exchange
        with self._lock:
            return exchange.settlements(day, corrected=corrected)

    @property
    def exchange_files(self) -> ExchangeFiles:
        """What the exchange publishes beside its price report: for renderers that know which sessions are out."""
        with self._lock:
            return self.world.exchange_files

    def marked(self, ask: Callable[[Anbima], T]) -> T:
        """What ANBIMA says of a session; one thread at a time, since it keeps what it computed."""
        with self._lock:
            return ask(self.world.anbima)

    def prints(self, source: str, key: str) -> Prints:
        """Every print of a series to the end of the world: for renderers only through a `View`."""
        with self._lock:
            if (source, key) not in self._prints:
                self._prints[source, key] = self.world.prints(source, key)
            return self._prints[source, key]

    def documents(self, source: str) -> tuple[Text, ...]:
        """Every version of every document to the end of the world: for renderers only through a `View`."""
        with self._lock:
            if source not in self._documents:
                self._documents[source] = self.world.documents(source)
            return self._documents[source]

    def survey(self, name: str, indicator: str, part: str) -> Survey:
        """Every row of a Focus set to the end of the world: for renderers that know which rows are out."""
        with self._lock:
            return self.world.survey(name, indicator, part)


@dataclass(frozen=True)
class View:
    """What was known at `now`."""

    archive: Archive
    now: datetime

    @property
    def seed(self) -> int:
        return self.archive.world.seed

    @property
    def memory(self) -> Memory:
        return self.archive.memory

    @property
    def files(self) -> Memory:
        return self.archive.files

    @property
    def tables(self) -> Memory:
        return self.archive.tables

    def at(self, now: datetime) -> "View":
        """The same world, known at another instant."""
        return View(self.archive, now)

    def today(self, zone: ZoneInfo = SAO_PAULO) -> date:
        """The local date of the clock."""
        return self.now.astimezone(zone).date()

    def has(self, source: str, key: str) -> bool:
        return key in self.archive.keys(source)

    def keys(self, source: str) -> tuple[str, ...]:
        return self.archive.keys(source)

    def count(self, source: str, key: str) -> int:
        """How many prints of a series are out."""
        return int(np.searchsorted(self.archive.prints(source, key).published_at, as_instant(self.now), side="right"))

    def state(self, source: str) -> tuple[int, ...]:
        """Counts of all series of a source: two instants with one state have one answer."""
        return tuple(self.count(source, key) for key in self.keys(source))

    def known(self, source: str, key: str) -> Prints:
        """Every print that is out, in order of publication."""
        count = self.count(source, key)
        return self.memory.get(
            ("known", source, key, count), lambda: self.archive.prints(source, key).take(np.arange(count))
        )

    def latest(self, source: str, key: str) -> Prints:
        """The newest print of each source date, by source date."""
        count = self.count(source, key)
        return self.memory.get(("latest", source, key, count), lambda: self.known(source, key).latest())

    def documents(self, source: str) -> tuple[Text, ...]:
        """The newest version of each document that is out, in order of the first."""
        now = as_instant(self.now)
        return tuple({text.id: text for text in self.archive.documents(source) if text.published_at <= now}.values())

    def retail(self, year: int) -> Prices:
        """Prices of Tesouro Direto of a year, of the sessions that are in its file."""
        return self.archive.retail(year).until(as_instant(self.now))

    def auctions(self, year: int) -> list[Result]:
        """Auctions of a year whose results are out; a second round may still be ahead."""
        return [one for one in self.archive.auctions(year) if one.at <= as_instant(self.now)]

    @property
    def sessions(self) -> NDArray[np.datetime64]:
        """B3 sessions up to the local date of the clock."""
        sessions = self.exchange.sessions
        return sessions[: int(np.searchsorted(sessions, np.datetime64(self.today()), side="right"))]

    @property
    def exchange(self) -> B3:
        return self.archive.exchange

    def times(self, day: np.datetime64) -> SessionTimes | None:
        """When the files of a date appear; None where it is no session of this world."""
        sessions = self.exchange.sessions
        place = int(np.searchsorted(sessions, day))
        return self.exchange.times(day) if place < sessions.size and sessions[place] == day else None
