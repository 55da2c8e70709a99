"""What ANBIMA prints of each bond index on a session: level, changes, weights, terms and trades, and the bonds in its portfolio.

Changes are in % against the last session before, of the month before, of the year before, and twelve and twenty-four months earlier;
None where the world has no such session. Terms and yields are means weighted by value, the redemption yield by value and duration.
"""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import bond_terms
from pipelines.sandbox.world.bond_indices import FAMILIES, BondIndices, set_on_of
from pipelines.sandbox.world.bond_listing import CODES, KINDS
from pipelines.sandbox.world.bond_market import Marks
from pipelines.sandbox.world.bond_terms import Terms

Floats = NDArray[np.float64]
KEPT = 4                                    # years of terms


@dataclass(frozen=True)
class Holding:
    """A bond in an index: `weight` in % of the index, quantities in thousand bonds, value and trades in BRL thousand."""

    kind: str
    code: str
    maturity: np.datetime64
    rate: float
    price: float
    coupon: float
    quantity: float
    theoretical: float
    value: float
    weight: float
    business_days: int
    duration: float
    mean_term: float
    convexity: float
    trades: int | None
    traded_quantity: float | None
    traded_value: float | None


@dataclass(frozen=True)
class IndexLine:
    """An index on a session. `changes` are of the day, month, year, 12 and 24 months; bonds of several kinds have no common yield."""

    name: str
    level: float
    changes: tuple[float | None, ...]
    weight: float
    duration: float
    quantity: float
    value: float
    trades: int
    traded_quantity: float
    traded_value: float
    mean_term: float
    convexity: float
    simple_yield: float | None
    redemption_yield: float | None


class IndexFigures:
    """Printed figures of one world's indices."""

    def __init__(self, indices: BondIndices) -> None:
        self._indices = indices
        self._market = indices.market
        self._terms = OrderedDict[int, tuple[Terms, Floats]]()

    def lines(self, day: np.datetime64) -> list[IndexLine]:
        """Every index on a session, in the order of the summary."""
        marks, row, terms, _ = self._of(day)
        price, rate = marks.price[row], marks.rate[row]
        found, whole = [], float(self._indices.year(_year(day)).value["IMA-GERAL"][row])
        for name in FAMILIES:
            held = self._held(marks, row, day, name)
            on = held > 0
            value = held[on] * price[on]
            share = value / value.sum()
            long = share * terms.duration[row, on]
            sold = np.nan_to_num(terms.traded_quantity[row, on])
            alike = name.startswith(("IRF-M", "IMA-B"))
            found.append(IndexLine(
                name=name, level=self.level(day, name), changes=self._changes(day, name), weight=round(100 * float(value.sum()) / whole, 2),
                duration=float(np.round(long.sum())), quantity=round(float(held[on].sum()), 2), value=float(np.round(value.sum())),
                trades=int(np.nan_to_num(terms.trades[row, on]).sum()), traded_quantity=round(float(sold.sum()), 2),
                traded_value=round(float((sold * price[on]).sum()), 2), mean_term=float(share @ terms.mean_term[row, on]),
                convexity=float(share @ terms.convexity[row, on]), simple_yield=float(share @ rate[on]) if alike else None,
                redemption_yield=float(long @ rate[on] / long.sum()) if alike else None,
            ))  # fmt: skip
        return found

    def holdings(self, day: np.datetime64, name: str) -> list[Holding]:
        """The portfolio of an index after the close of a session, by maturity."""
        marks, row, terms, coupon = self._of(day)
        held = self._held(marks, row, day, name)
        columns = np.flatnonzero(held)
        value = held * np.nan_to_num(marks.price[row])
        found = []
        for c in columns[np.lexsort((marks.bonds.kind[columns], marks.bonds.maturity[columns]))]:
            kind, traded = KINDS[marks.bonds.kind[c]], bool(np.isfinite(terms.trades[row, c]))
            sold = float(terms.traded_quantity[row, c]) if traded else None
            found.append(Holding(
                kind=kind, code=CODES[kind], maturity=marks.bonds.maturity[c], rate=float(marks.rate[row, c]),
                price=float(marks.price[row, c]), coupon=float(coupon[row, c]), quantity=float(held[c]),
                theoretical=round(float(held[c] / value.sum() * self.level(day, name)), 8), value=float(np.round(value[c])),
                weight=round(float(value[c] / value.sum() * 100), 2), business_days=int(marks.business_days[row, c]),
                duration=float(terms.duration[row, c]), mean_term=float(terms.mean_term[row, c]),
                convexity=float(terms.convexity[row, c]), trades=int(terms.trades[row, c]) if traded else None, traded_quantity=sold,
                traded_value=None if sold is None else round(sold * float(marks.price[row, c]), 2),
            ))  # fmt: skip
        return found

    def level(self, day: np.datetime64, name: str) -> float:
        """Level of an index after a session."""
        levels = self._indices.year(_year(day))
        return float(levels.level[name][int(np.searchsorted(levels.sessions, day))])

    def _held(self, marks: Marks, row: int, day: np.datetime64, name: str) -> Floats:
        """Thousand bonds of each kind in the portfolio after the close."""
        return self._indices.portfolio(marks, name, set_on_of(np.array([day])))[0] * np.isfinite(marks.price[row])

    def _changes(self, day: np.datetime64, name: str) -> tuple[float | None, ...]:
        sessions, month = self._market.market.sessions, day.astype("datetime64[M]")
        opened = [month.astype("datetime64[D]"), day.astype("datetime64[Y]").astype("datetime64[D]")]
        starts = [*opened, *(_back(day, months) + 1 for months in (12, 24))]
        places = [int(np.searchsorted(sessions, start)) - 1 for start in (day, *starts)]
        now = self.level(day, name)
        return tuple(None if place < 0 else round((now / self.level(sessions[place], name) - 1) * 100, 4) for place in places)

    def _of(self, day: np.datetime64) -> tuple[Marks, int, Terms, Floats]:
        """Marks, place, terms and coupons of a session's year."""
        year = _year(day)
        marks = self._market.year(year)
        if year not in self._terms:
            terms = bond_terms.of_marks(self._market.market.p.seed, marks)
            self._terms[year] = terms, self._indices.coupons(marks, marks.sessions[0] - 1)
            while len(self._terms) > KEPT:
                self._terms.popitem(last=False)
        return marks, int(np.searchsorted(marks.sessions, day)), *self._terms[year]


def _year(day: np.datetime64) -> int:
    return int(day.astype("datetime64[Y]").astype(np.int64)) + 1970


def _back(day: np.datetime64, months: int) -> np.datetime64:
    """The same day so many months earlier, or that month's last."""
    month = day.astype("datetime64[M]") - months
    last = (month + 1).astype("datetime64[D]") - 1
    back: np.datetime64 = min(month.astype("datetime64[D]") + (day - day.astype("datetime64[M]")), last)
    return back
