"""The exchange of a world: when its files appear, and the settlements they hold. A session's table is made when asked for."""

from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
import polars as pl

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.b3 import B3, SETTLEMENTS, Quotes, SessionTimes
from pipelines.sandbox.world.grid import BRT, shift, utc
from pipelines.sandbox.world.market import Market
from pipelines.sandbox.world.session import Session

CORRECTED = 1 / 60                    # share of sessions whose file is replaced the next business day
FAMILIES = ("DAP", "DDI", "DI1", "DOL", "FRC", "WDO")
KEPT = 2600                           # tables of some 15 kB
EVES = 16                             # sessions kept beside them


@dataclass
class Exchange:
    """Settlement tables of one world; those of the last ten years or so are kept, since several files of a session are made from one."""

    market: Market
    _kept: OrderedDict[tuple[int, bool], pl.DataFrame] = field(default_factory=OrderedDict)
    _sessions: OrderedDict[tuple[int, bool], Session] = field(default_factory=OrderedDict)

    def accessors(self) -> B3:
        """The exchange as `world.b3`."""
        m = self.market
        return B3(
            sessions=m.sessions, _di_discount=m.di_discount, _real_discount=m.real_discount, _cupom=m.cupom, _spot=m.spot,
            _ptax_previous=m.ptax_previous, _casado=m.casado, _settlements=self.settlements, _times=self.times,
            _quotes=self.quotes,
        )

    def quotes(self, family: str, day: np.datetime64) -> Quotes:
        session = Session(self.market, self.market.place(day), True)
        return Quotes(*session.listed(family), session.rates(family))

    def times(self, day: np.datetime64) -> SessionTimes:
        at = np.array([day])
        draw = rng.daily(self.market.p.seed, "b3.times", at, 3, "uniform")[0]
        snapshot = utc(at, 19.5 + np.round(draw[0] * 120) / 3600, BRT)[0]
        published = utc(at, 22 + 31 / 60 + np.round(draw[1] * 14 * 60) / 3600, BRT)[0]
        corrected = utc(shift("br", at + 1, 0), 9.5, BRT)[0] if draw[2] < CORRECTED else None
        return SessionTimes(snapshot, published, corrected)

    def settlements(self, day: np.datetime64, corrected: bool) -> pl.DataFrame:
        place = self.market.place(day)
        key = (place, corrected or self.times(day).corrected_at is None)
        if key not in self._kept:
            self._kept[key] = self._table(place, corrected=key[1])
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]

    def _table(self, place: int, *, corrected: bool) -> pl.DataFrame:
        today = self._session(place, corrected)
        eve = self._session(place - 1, True) if place else None
        found = [today.columns(family, eve) for family in FAMILIES]
        return pl.DataFrame([_column(name, kind, [one[name] for one in found]) for name, kind in SETTLEMENTS.items()])

    def _session(self, place: int, corrected: bool) -> Session:
        """A session's rates; those of the last few are kept, since each is the eve of the next."""
        if (place, corrected) not in self._sessions:
            self._sessions[place, corrected] = Session(self.market, place, corrected)
            while len(self._sessions) > EVES:
                self._sessions.popitem(last=False)
        return self._sessions[place, corrected]


def _column(name: str, kind: Any, parts: list[Any]) -> pl.Series:
    """One column of all families: a polars expression for each would take longer than the prices themselves."""
    if isinstance(parts[0], np.ndarray):
        return pl.Series(name, np.concatenate(parts), dtype=kind, nan_to_null=True)
    return pl.Series(name, [*chain.from_iterable(parts)], dtype=kind)
