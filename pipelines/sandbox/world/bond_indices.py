"""ANBIMA's bond indices (IMA) in the simulated world: total return of portfolios that hold what the market holds.

    I_t = round(I_(t-1) · Σ q (P_t + C_t) / Σ q P_(t-1), 6),  1000 at the first session

A portfolio is set at the close of the first session from the 15th of a month and kept for a month: bonds that mature after the next
such session, split at one year (IRF-M) or five (IMA-B), with the quantities then in the market. C is the coupon paid since the last
session: 48.80885 on NTN-F, 2.956301 % of the unit value on NTN-B. Quantities are of a thousand bonds and grow over a bond's first
three years.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models_py.quant import bonds as nominal
from models_py.quant import ntnb
from models_py.quant.decimals import trunc
from pipelines.sandbox.world import rng
from pipelines.sandbox.world.bond_listing import KINDS, Bonds
from pipelines.sandbox.world.bond_market import LFT, LTN, NTNB, NTNF, SLOTS, BondMarket, Marks
from pipelines.sandbox.world.grid import shift

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

#             kinds, least and most years to maturity
FAMILIES: Mapping[str, tuple[tuple[int, ...], float, float]] = {
    "IRF-M 1": ((LTN, NTNF), 0, 1), "IRF-M 1+": ((LTN, NTNF), 1, 99), "IRF-M": ((LTN, NTNF), 0, 99),
    "IMA-B 5": ((NTNB,), 0, 5), "IMA-B 5+": ((NTNB,), 5, 99), "IMA-B": ((NTNB,), 0, 99), "IMA-S": ((LFT,), 0, 99),
    "IMA-GERAL ex-C": ((LTN, LFT, NTNB, NTNF), 0, 99), "IMA-GERAL": ((LTN, LFT, NTNB, NTNF), 0, 99),
}
BASE = 1000.0
SIZE = {LTN: 90_000.0, LFT: 14_000.0, NTNB: 28_000.0, NTNF: 75_000.0}      # thousand bonds of a seasoned one
SEASONED_YEARS, SPREAD = 3.0, 0.6
MONTH = np.timedelta64(1, "M")


@dataclass(frozen=True)
class Levels:
    """A year of one world's indices: level after each session, and value of the portfolio at its close (BRL thousand)."""

    sessions: Dates
    level: Mapping[str, Floats]
    value: Mapping[str, Floats]


@dataclass
class BondIndices:
    """Indices of one world, a year at a time; each year goes on from the one before."""

    market: BondMarket
    _years: dict[int, Levels] = field(default_factory=dict)

    @property
    def first_year(self) -> int:
        return int(self.market.market.sessions[0].astype("datetime64[Y]").astype(np.int64)) + 1970

    def year(self, year: int) -> Levels:
        """Levels of every session of a year."""
        for one in range(self.first_year, year + 1):
            if one not in self._years:
                self._years[one] = self._levels(one)
        return self._years[year]

    def portfolio(self, marks: Marks, name: str, set_on: Dates) -> Floats:
        """Thousand bonds of each kind held by an index whose portfolio was set on given days, shape (days, bonds); 0 = not held."""
        return np.where(members(marks.bonds, name, set_on), self.quantity(marks.bonds, set_on), 0.0)

    def quantity(self, bonds: Bonds, days: Dates) -> Floats:
        """Thousand bonds in the market on given days, two decimals, shape (days, bonds)."""
        slot = bonds.maturity.astype("datetime64[M]").astype(np.int64) % SLOTS
        size = np.empty(bonds.maturity.size)
        for kind, name in enumerate(KINDS):
            mine = bonds.kind == kind
            draw = rng.generator(self.market.market.p.seed, f"anbima.size.{name}", 0).random(SLOTS)
            size[mine] = SIZE[kind] * (1 - SPREAD / 2 + SPREAD * draw[slot[mine]])
        age = (days[:, None] - bonds.opens[None, :]).astype(np.int64) / 365.25
        return np.round(size * np.clip((age + 0.25) / SEASONED_YEARS, 0.05, 1.0), 2)

    def coupons(self, marks: Marks, before: np.datetime64) -> Floats:
        """Coupon of each bond paid after the session before and up to each session, BRL a bond, six decimals."""
        bonds, last = marks.bonds, marks.sessions[-1]
        paid = [(column, day) for column in np.flatnonzero(np.isin(bonds.kind, (NTNF, NTNB)))
                for day in _payments(bonds.maturity[column], before, last)]
        out = np.zeros((marks.sessions.size, bonds.maturity.size))
        column = np.array([one[0] for one in paid], np.int64)
        day = np.array([one[1] for one in paid], "datetime64[D]")
        days, place = np.unique(day, return_inverse=True)
        unit = self.market.values.ntnb(days)[place]
        amount = np.where(bonds.kind[column] == NTNF, nominal.NTNF_COUPON, unit * ntnb.COUPON / 100)
        np.add.at(out, (np.searchsorted(marks.sessions, day), column), trunc(amount, 6))
        return out

    def _levels(self, year: int) -> Levels:
        marks, price_before, coupon = self._prices(year)
        set_on = set_on_of(marks.sessions)
        held_since = np.append(set_on[:1], set_on[:-1])         # a portfolio set today earns from tomorrow on
        if year > self.first_year:
            held_since[0] = set_on_of(self.market.year(year - 1).sessions)[-1]
        price = np.nan_to_num(marks.price)
        level, value = {}, {}
        for name in FAMILIES:
            held = self.portfolio(marks, name, held_since)
            both = held * (np.isfinite(marks.price) & (price_before > 0))
            growth = (both * (price + coupon)).sum(axis=1) / (both * price_before).sum(axis=1)
            level[name] = _chained(BASE if year == self.first_year else self.year(year - 1).level[name][-1], growth)
            value[name] = np.round((self.portfolio(marks, name, set_on) * price).sum(axis=1), 0)
        return Levels(marks.sessions, level, value)

    def _prices(self, year: int) -> tuple[Marks, Floats, Floats]:
        """Marks of a year, the price of each bond at the session before (the first of all is its own), and its coupons."""
        marks = self.market.year(year)
        before = np.nan_to_num(np.concatenate([marks.price[:1], marks.price[:-1]]))
        eve = marks.sessions[0]
        if year > self.first_year:
            old = self.market.year(year - 1)
            eve = old.sessions[-1]
            last = {(int(k), m): p for k, m, p in zip(old.bonds.kind, old.bonds.maturity, old.price[-1], strict=True)}
            names = zip(marks.bonds.kind, marks.bonds.maturity, strict=True)
            before[0] = np.nan_to_num([last.get((int(k), m), 0.0) for k, m in names])
        return marks, before, self.coupons(marks, eve)


def members(bonds: Bonds, name: str, set_on: Dates) -> Mask:
    """Whether an index holds each bond, by the day on which its portfolio was set."""
    kinds, least, most = FAMILIES[name]
    years = (bonds.maturity[None, :] - set_on[:, None]).astype(np.int64) / 365.25
    following = next_setting(set_on)
    listed = (bonds.opens[None, :] <= set_on[:, None]) & (bonds.maturity[None, :] > following[:, None] + 7)
    held: Mask = np.isin(bonds.kind, kinds)[None, :] & listed & (years > least) & (years <= most)
    return held


def set_on_of(sessions: Dates) -> Dates:
    """The day on which the portfolio held after the close of each session was set: the first session from a 15th on."""
    opened = shift("b3", ntnb.last_15th(sessions), 0)
    earlier = ntnb.last_15th(ntnb.last_15th(sessions) - 1)
    return np.where(opened <= sessions, opened, shift("b3", earlier, 0))


def next_setting(set_on: Dates) -> Dates:
    """The day on which the portfolio after this one is set."""
    following: Dates = (set_on.astype("datetime64[M]") + MONTH).astype("datetime64[D]") + 14
    return shift("b3", following, 0)


def _payments(maturity: np.datetime64, after: np.datetime64, until: np.datetime64) -> list[np.datetime64]:
    """Days of the half-yearly coupons before maturity, later than one day and up to another."""
    day = maturity - maturity.astype("datetime64[M]")
    due = [(maturity.astype("datetime64[M]") - 6 * n).astype("datetime64[D]") + day for n in range(1, 90)]
    return [one for one in due if after < one <= until]


def _chained(start: float, growth: Floats) -> Floats:
    level, out = start, np.empty(growth.size)
    for place, factor in enumerate(growth.tolist()):
        level = round(level * factor, 6)
        out[place] = level
    return out
