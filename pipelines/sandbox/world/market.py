"""Prices of a world at the close of its B3 sessions: spot, PTAX of the eve, curves and the casado."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import real_curve
from pipelines.sandbox.world.brazil import FX_START
from pipelines.sandbox.world.grid import START, business_days, is_session, shift
from pipelines.sandbox.world.publisher import Publisher

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Market:
    """What settlements are made from. Arguments broadcast; see `b3` for units."""

    p: Publisher

    @cached_property
    def sessions(self) -> Dates:
        days = self.p.truth.days
        return days[(days >= START) & is_session("b3", days)]

    @cached_property
    def _ptax(self) -> tuple[Dates, Floats]:
        days = self.p.truth.days
        days = days[is_session("br", days)]
        ptax = np.round(self.p.truth.daily["ptax"][self.p.grid.at(days)], 4)
        return days, np.where(days < START, FX_START, ptax)           # levels are set at the close of 2009

    def place(self, day: np.datetime64) -> int:
        """Position of a session; ValueError where there is none."""
        found = int(np.searchsorted(self.sessions, day))
        if found >= self.sessions.size or self.sessions[found] != day:
            raise ValueError(f"no B3 session on {day}")
        return found

    def row(self, day: Dates) -> Ints:
        return self.p.grid.at(day)

    def spot(self, day: Dates) -> Floats:
        return self.p.truth.daily["usdbrl"][self.row(day)]

    def ptax_previous(self, day: Dates) -> Floats:
        days, value = self._ptax
        return value[np.searchsorted(days, day) - 1]

    def di_discount(self, day: Dates, du: Ints) -> Floats:
        return self.p.curves.di.discount(self.row(day), du)

    def cupom(self, day: Dates, dc: Ints) -> Floats:
        return self.p.curves.cupom.rate(self.row(day), dc)

    def real_discount(self, day: Dates, du: Ints) -> Floats:
        """DF of the real curve: nominal DF times the index expected over the term; below 252 du the projected index."""
        row, du = np.broadcast_arrays(self.row(day), du)
        daily = self.p.truth.daily
        years = np.maximum(du, 1) / 252
        inflation = real_curve.breakeven(daily["expected"][row], daily["target"][row], daily["irp"][row], years)
        far = np.log1p(inflation) * du / 252
        near = self.p.curves.projection.log_ratio(row, np.minimum(du, real_curve.YEAR))
        return self.p.curves.di.discount(row, du) * np.exp(np.where(du < real_curve.YEAR, near, far))

    def casado(self, day: Dates) -> Floats:
        """First DOL less spot, BRL per USD: the carry to the next month's first business day."""
        following = (day.astype("datetime64[M]") + 1).astype("datetime64[D]")
        expiry = shift("br", following, 0)
        du, dc = business_days(day, expiry), (expiry - day).astype(np.int64)
        row, spot = self.row(day), self.spot(day)
        return spot / self.p.curves.di.discount(row, du) / (1 + self.p.curves.cupom.rate(row, dc) * dc / 360) - spot
