"""Auctions of the Treasury: inflation bonds and LFT on Tuesdays, LTN and NTN-F on Thursdays, a year at a time.

The average rate lies half way between the bond's marks of the evening before and of the day, the cut rate up to two basis points above;
prices follow by the rules of the bond for settlement on the next business day. A second round is held at the average rate: on the next
business day for LTN and NTN-F, the same afternoon for the others. Quantities are choices. Every kind has a notice of its own, numbered
through the year. Results are out at 12:15, those of a second round at 14:45.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models_py.quant import bonds as nominal
from models_py.quant import lft, ntnb
from pipelines.sandbox.world import rng
from pipelines.sandbox.world.bond_eves import eve_marks
from pipelines.sandbox.world.bond_listing import KINDS
from pipelines.sandbox.world.bond_market import LFT, LTN, NTNB, NTNF, BondMarket, Marks
from pipelines.sandbox.world.grid import BRT, business_days, is_session, shift, utc, weekday

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
Ints = NDArray[np.int64]

TUESDAY, THURSDAY = 1, 3
# Weekday → kind, terms in years that are offered, bonds offered of each (thousands)
CALENDAR: Mapping[int, tuple[tuple[int, tuple[float, ...], int], ...]] = {
    TUESDAY: ((NTNB, (4.0, 9.0, 30.0), 400), (LFT, (3.0, 6.0), 600)),
    THURSDAY: ((LTN, (1.0, 2.0, 4.0), 5_000), (NTNF, (6.0, 10.0), 900)),
}
OUT, SECOND_OUT = 12.25, 14.75             # local hours
LOT, SLOTS = 50_000, 6                     # bonds in a lot, and bonds in an auction at most
FULL = 0.8                                 # share of auctions that place all they offer


@dataclass(frozen=True)
class Result:
    """A bond in an auction. Rates in %, 4 dp; prices in BRL, 6 dp. Nothing offered in the second round: there was none."""

    kind: str
    day: np.datetime64
    settles: np.datetime64
    maturity: np.datetime64
    term: str
    notice: int
    offered: int
    accepted: int
    share_at_cut: float
    average_rate: float
    cut_rate: float
    average_price: float
    cut_price: float
    at: np.datetime64
    second_offered: int
    second_accepted: int
    second_settles: np.datetime64
    second_at: np.datetime64

    @property
    def amount(self) -> float:
        return round(self.accepted * self.average_price, 2)

    @property
    def second_amount(self) -> float:
        return round(self.second_accepted * self.average_price, 2)


@dataclass
class Auctions:
    """Results of one world."""

    market: BondMarket
    _years: dict[int, list[Result]] = field(default_factory=dict)

    def year(self, year: int) -> list[Result]:
        """Results of a year in order of day, kind and maturity."""
        if year not in self._years:
            self._years[year] = list(self._results(year))
        return self._years[year]

    def _results(self, year: int) -> Iterator[Result]:
        marks = self.market.year(year)
        eve = eve_marks(self.market, year)
        found = self._offers(marks, np.isfinite(eve) & np.isfinite(marks.rate))
        if not found:
            return iter(())
        name = [one[3] for one in found]
        kind, row, place, notice, size = (np.array([one[n] for one in found]) for n in (0, 1, 2, 4, 5))
        day, maturity = marks.sessions[row], marks.bonds.maturity[place]
        settles, later = (shift("br", day, n) for n in (1, 2))
        chance = rng.daily(self.market.market.p.seed, "auctions", marks.sessions, SLOTS * 5, "uniform")
        chance = chance.reshape(marks.sessions.size, SLOTS, 5)[row, np.arange(row.size) - np.searchsorted(row, row)]
        offered = np.maximum(np.round(size * 1000 * (0.5 + chance[:, 0]) / LOT), 1).astype(np.int64) * LOT
        accepted = np.where(chance[:, 1] < FULL, offered, np.round(offered * chance[:, 1] / LOT).astype(np.int64) * LOT)
        average = np.round((eve + marks.rate)[row, place] / 2, 4)
        cut = np.round(average + 0.02 * chance[:, 2], 4)
        prices = [self._prices(kind, rate / 100, day, settles, maturity) for rate in (average, cut)]
        is_next_day = (kind == LTN) | (kind == NTNF)
        second_day = np.where(is_next_day, settles, day)
        columns = (
            [KINDS[one] for one in kind.tolist()], day, settles, maturity, name, notice.tolist(), offered.tolist(), accepted.tolist(),
            np.round(100 * chance[:, 4], 2).tolist(), average.tolist(), cut.tolist(), *(price.tolist() for price in prices),
            utc(day, OUT, BRT), (accepted // 4).tolist(), np.round(accepted // 4 * chance[:, 3]).astype(np.int64).tolist(),
            np.where(is_next_day, later, settles), utc(second_day, SECOND_OUT, BRT),
        )  # fmt: skip
        return (Result(*one) for one in zip(*columns, strict=True))

    def _offers(self, marks: Marks, marked: NDArray[np.bool_]) -> list[tuple[int, int, int, str, int, int]]:
        """What is offered in each auction of a year: kind, session, place among the bonds, benchmark, notice, thousands of bonds."""
        held = np.flatnonzero(np.isin(weekday(marks.sessions), tuple(CALENDAR)) & is_session("br", marks.sessions))
        notice = 0
        found: list[tuple[int, int, int, str, int, int]] = []
        for row in held.tolist():
            day = marks.sessions[row]
            for kind, terms, thousands in CALENDAR[int(weekday(day))]:
                alive = np.flatnonzero((marks.bonds.kind == kind) & marked[row])
                if not alive.size:
                    continue
                years = (marks.bonds.maturity[alive] - day).astype(np.int64) / 365.25
                notice += 1
                for term in terms:
                    name = f"{KINDS[kind]} {round(term * 12)} meses" if kind == LTN else f"{KINDS[kind]} {round(term)} anos"
                    found.append((kind, row, int(alive[np.argmin(np.abs(years - term))]), name, notice, thousands))
        return found

    def _prices(self, kind: Ints, rate: Floats, day: Dates, settles: Dates, maturity: Dates) -> Floats:
        """PU by the rules of each bond, at the unit value of the day."""
        out = np.empty(kind.size)
        for one in np.unique(kind).tolist():
            mine = kind == one
            r, s, m = rate[mine], settles[mine], maturity[mine]
            if one == LTN:
                out[mine] = nominal.ltn_price(r, business_days(s, m))
            elif one == LFT:
                out[mine] = lft.price(r, business_days(s, m), self.market.values.lft(day[mine]))
            elif one == NTNF:
                out[mine] = nominal.ntnf_price_batch(r, s, m).value
            else:
                out[mine] = ntnb.price(self.market.values.ntnb(day[mine]), ntnb.quotation_batch(r, s, m).value)
        return out
