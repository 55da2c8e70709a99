"""Marks of federal bonds at the close of each session: yields from the world's curves, prices by the rules that ANBIMA prices by.

    LTN      zero rate of the DI curve times a premium of the term, as such bonds yield more than the future
    NTN-F    the yield at which its flows are worth what that curve gives
    NTN-B    the yield at which its flows are worth what the real curve gives
    LFT      a spread over the Selic rate that grows with the term and with sovereign risk

To each yield come a lasting richness of the bond and noise of the day; it is then rounded to four decimals of a percent, and the
price follows from it with the cuts of `models_py.quant` and the published unit value. A year is computed at once, the same whatever
the horizon of the world.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models_py.quant import bonds as nominal
from models_py.quant import lft, ntnb
from pipelines.sandbox.world import rng
from pipelines.sandbox.world.bond_listing import KINDS, Bonds, of_year
from pipelines.sandbox.world.grid import business_days
from pipelines.sandbox.world.market import Market
from pipelines.sandbox.world.unit_values import UnitValues

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
Ints = NDArray[np.int64]

LTN, LFT, NTNB, NTNF = range(len(KINDS))
PREMIUM = ((1, 0.0), (126, 0.0002), (378, 0.0008), (630, 0.0012), (1260, 0.0016), (2520, 0.0018))      # of nominal bonds over DI
RICHNESS, NOISE = {LTN: 1.0, NTNF: 1.5, NTNB: 2.0, LFT: 0.15}, {LTN: 0.5, NTNF: 0.7, NTNB: 1.0, LFT: 0.05}        # bp, sd
LFT_SPREAD = (0.5, 1.4, 0.010)             # bp at the front, bp a year, bp a year and bp of CDS beyond 150
SLOTS = 512                                # noise of a day is drawn for all bonds that there can be
QUOTE_DECIMALS = 4


@dataclass(frozen=True)
class Marks:
    """Bonds of a year's sessions: yields in %, 4 dp, and prices in BRL, 6 dp, shape (sessions, bonds), NaN where a bond is not marked."""

    sessions: Dates
    bonds: Bonds
    business_days: Ints
    rate: Floats
    price: Floats


@dataclass
class BondMarket:
    """Marks of one world, a year at a time."""

    market: Market
    _years: dict[int, Marks] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values = UnitValues(self.market.p)

    def year(self, year: int) -> Marks:
        """Marks of every session of a year."""
        if year not in self._years:
            self._years[year] = self._marks(year)
        return self._years[year]

    def discount(self, days: Dates, du: Ints) -> Floats:
        """Discount factor of nominal bonds: the DI curve and the premium of the term."""
        terms, sizes = zip(*PREMIUM, strict=True)
        premium = np.interp(du, terms, sizes)
        return self.market.di_discount(days, du) * (1 + premium) ** (-du / 252)

    def _marks(self, year: int) -> Marks:
        sessions = self.market.sessions
        days = sessions[sessions.astype("datetime64[Y]").astype(np.int64) + 1970 == year]
        bonds = of_year(year)
        alive = bonds.alive(days)
        du = business_days(days[:, None], bonds.maturity[None, :])
        shape = (days.size, bonds.maturity.size)
        row, column = np.nonzero(alive & (du > 0))
        rate, price = np.full(shape, np.nan), np.full(shape, np.nan)
        noise = self._noise(days, bonds)
        values = self.values.ntnb(days), self.values.lft(days)
        for kind in range(len(KINDS)):
            mine = bonds.kind[column] == kind
            r, c = row[mine], column[mine]
            fair = self.fair(kind, days[r], bonds.maturity[c], du[r, c])
            rate[r, c] = np.round((fair + noise[r, c]) * 100, QUOTE_DECIMALS) + 0.0
            price[r, c] = _priced(kind, rate[r, c] / 100, days[r], bonds.maturity[c], du[r, c], values[0][r], values[1][r])
        return Marks(days, bonds, du, rate, price)

    def fair(self, kind: int, days: Dates, maturity: Dates, du: Ints) -> Floats:
        """Yield of bonds before richness and noise, decimal: one a pair of day and maturity."""
        if kind == LTN:
            return self.discount(days, du) ** (-252 / du) - 1
        if kind == LFT:
            front, slope, risk = LFT_SPREAD
            cds = self.market.p.truth.daily["cds"][self.market.row(days)]
            years = du / 252
            return (front + (slope + risk * (cds - 150)) * years - front * np.exp(-years)) / 1e4
        flows = nominal.ntnf_flows(days, maturity) if kind == NTNF else ntnb.flows(days, maturity)
        term = np.nan_to_num(flows.business_days).astype(np.int64)
        curve = self.discount if kind == NTNF else self.market.real_discount
        worth = np.nansum(flows.amount * curve(days[:, None], term), axis=1)
        return nominal.solve_yield(worth, flows)

    def _noise(self, days: Dates, bonds: Bonds) -> Floats:
        """Richness of each bond and noise of each day, decimal."""
        out = np.empty((days.size, bonds.maturity.size))
        slot = bonds.maturity.astype("datetime64[M]").astype(np.int64) % SLOTS
        for kind, name in enumerate(KINDS):
            mine = np.flatnonzero(bonds.kind == kind)
            lasting = rng.generator(self.market.p.seed, f"anbima.rich.{name}", 0).standard_normal(SLOTS)
            daily = rng.daily(self.market.p.seed, f"anbima.noise.{name}", days, SLOTS)
            out[:, mine] = RICHNESS[kind] * lasting[slot[mine]] + NOISE[kind] * daily[:, slot[mine]]
        return out / 1e4


def _priced(kind: int, rate: Floats, days: Dates, maturity: Dates, du: Ints, vna_ntnb: Floats, vna_lft: Floats) -> Floats:
    """PU of each bond at its printed yield."""
    if kind == LTN:
        return nominal.ltn_price(rate, du)
    if kind == LFT:
        return lft.price(rate, du, vna_lft)
    if kind == NTNF:
        return nominal.ntnf_price_batch(rate, days, maturity).value
    return ntnb.price(vna_ntnb, ntnb.quotation_batch(rate, days, maturity).value)
