"""Tesouro Direto: morning prices of the bonds that the Treasury sells to the public, a year of sessions at a time.

    rate      the bond's mark of the session before less half of the spread, in % with two decimals (LFT four): what the public buys at
    ask rate  the rate and the spread: what it redeems at
    price     PU at the rate, ask price PU at the ask rate, both settled on the next business day; base price PU at the ask rate today

Prices are cut at cents. Indexed bonds are worth the unit value of the day. NTN-B Principal pays at maturity alone, at the yield of the
NTN-B that matures with it. A session's row is in the file from six in the evening; `place` is where in no order it stands there.
"""

from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from models_py.quant import bonds as nominal
from models_py.quant import ntnb
from models_py.quant.decimals import trunc
from pipelines.sandbox.world import rng
from pipelines.sandbox.world.bond_eves import eve_marks
from pipelines.sandbox.world.bond_listing import KINDS
from pipelines.sandbox.world.bond_market import LFT, LTN, NTNB, NTNF, SLOTS, BondMarket
from pipelines.sandbox.world.grid import BRT, business_days, shift, utc

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
Ints = NDArray[np.int64]

PRINCIPAL = len(KINDS)                     # a kind beyond those of the market
NAMES = (*KINDS, "NTN-B Principal")
SPREAD, SELIC_SPREAD = 0.12, 0.01          # % a year between the two rates
SOLD_MONTHS = {LTN: 1, LFT: 3}             # of maturity, where the market has more
OUT = 18.0                                 # local hour


@dataclass(frozen=True)
class Prices:
    """Rows by session and bond, shape (n,): kind (place in NAMES), rates in %, prices in BRL, when each is in the file, and where."""

    kind: Ints
    maturity: Dates
    day: Dates
    at: Dates
    rate: Floats
    ask_rate: Floats
    price: Floats
    ask_price: Floats
    base_price: Floats
    place: Floats

    def until(self, now: np.datetime64) -> "Prices":
        """Rows that are in the file."""
        known = self.at <= now
        return self if known.all() else Prices(*(getattr(self, one.name)[known] for one in fields(self)))


@dataclass
class Retail:
    """Prices of one world."""

    market: BondMarket
    _years: dict[int, Prices] = field(default_factory=dict)

    def year(self, year: int) -> Prices:
        """Prices of every session of a year; the first session of all has none, since nothing was marked before it."""
        if year not in self._years:
            self._years[year] = self._prices(year)
        return self._years[year]

    def _prices(self, year: int) -> Prices:
        marks = self.market.year(year)
        eve = eve_marks(self.market, year)
        settles = shift("br", marks.sessions, 1)
        month = marks.bonds.maturity.astype("datetime64[M]").astype(np.int64) % 12 + 1
        sold = np.array([SOLD_MONTHS.get(int(kind), m) == m for kind, m in zip(marks.bonds.kind, month, strict=True)])
        row, column = np.nonzero(np.isfinite(eve) & sold[None, :] & (settles[:, None] < marks.bonds.maturity[None, :]))
        indexed = marks.bonds.kind[column] == NTNB
        kind = np.concatenate([marks.bonds.kind[column], np.full(int(indexed.sum()), PRINCIPAL)])
        row, column = np.concatenate([row, row[indexed]]), np.concatenate([column, column[indexed]])
        order = np.lexsort((marks.bonds.maturity[column], kind, row))
        row, column, kind = row[order], column[order], kind[order]
        spread = np.where(kind == LFT, SELIC_SPREAD, SPREAD)
        uncut = eve[row, column] - spread / 2
        rate = np.where(kind == LFT, np.round(uncut, 4), np.round(uncut, 2)) + 0.0
        ask = np.round(rate + spread, 4)
        day, maturity = marks.sessions[row], marks.bonds.maturity[column]
        price, asked = self._worth(kind, day, settles[row], maturity, rate / 100, ask / 100)
        base = asked * (1 + ask / 100) ** (-1 / 252)
        chance = rng.daily(self.market.market.p.seed, "retail", marks.sessions, SLOTS, "uniform")
        place = chance[row, np.arange(row.size) - np.searchsorted(row, row)]
        return Prices(kind, maturity, day, utc(day, OUT, BRT), rate, ask, trunc(price, 2), trunc(asked, 2), trunc(base, 2), place)

    def _worth(self, kind: Ints, day: Dates, settles: Dates, maturity: Dates, rate: Floats, ask: Floats) -> tuple[Floats, Floats]:
        """PU at both rates, uncut."""
        sessions, place = np.unique(day, return_inverse=True)
        vna = {LFT: self.market.values.lft(sessions)[place], NTNB: self.market.values.ntnb(sessions)[place]}
        out = np.empty((2, kind.size))
        for one in range(len(NAMES)):
            mine = np.flatnonzero(kind == one)
            rates = np.stack([rate[mine], ask[mine]])
            if one in (NTNF, NTNB):
                flows = (nominal.ntnf_flows if one == NTNF else ntnb.flows)(settles[mine], maturity[mine])
                worth = np.stack([nominal.present_value(side, flows) for side in rates])
                out[:, mine] = worth if one == NTNF else worth * vna[NTNB][mine] / 100
            else:
                face = nominal.FACE if one == LTN else vna[LFT if one == LFT else NTNB][mine]
                out[:, mine] = face * (1 + rates) ** (-business_days(settles[mine], maturity[mine]) / 252)
        return out[0], out[1]
