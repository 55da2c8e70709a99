"""What ANBIMA prints of each bond index on a session: level, changes, weights, terms and trades, and the bonds in its portfolio.

Changes are in % against the last session before, of the month before, of the year before, and twelve and twenty-four months earlier;
None where the world has no such session. Terms and yields are means weighted by value, the redemption yield by value and duration.
Summaries of a year are computed at once, portfolios when they are asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import bond_terms
from pipelines.sandbox.world.bond_indices import FAMILIES, BondIndices, set_on_of
from pipelines.sandbox.world.bond_listing import CODES, KINDS
from pipelines.sandbox.world.bond_market import Marks
from pipelines.sandbox.world.bond_terms import Terms

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]


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


@dataclass(frozen=True)
class _Year:
    """Marks of a year with what its indices hold of them (thousand bonds, shape (sessions, bonds)) and the lines of each session."""

    marks: Marks
    terms: Terms
    coupons: Floats
    held: Mapping[str, Floats]
    lines: list[list[IndexLine]]


class IndexFigures:
    """Printed figures of one world's indices."""

    def __init__(self, indices: BondIndices) -> None:
        self._indices = indices
        self._market = indices.market
        self._years = dict[int, _Year]()

    def lines(self, day: np.datetime64) -> list[IndexLine]:
        """Every index on a session, in the order of the summary."""
        of = self._of(day)
        return of.lines[int(np.searchsorted(of.marks.sessions, day))]

    def holdings(self, day: np.datetime64, name: str) -> list[Holding]:
        """The portfolio of an index after the close of a session, by maturity."""
        of = self._of(day)
        marks, terms, row = of.marks, of.terms, int(np.searchsorted(of.marks.sessions, day))
        held, level = of.held[name][row], self.level(day, name)
        columns = np.flatnonzero(held)
        value = held * np.nan_to_num(marks.price[row])
        found = []
        for c in columns[np.lexsort((marks.bonds.kind[columns], marks.bonds.maturity[columns]))]:
            kind, traded = KINDS[marks.bonds.kind[c]], bool(np.isfinite(terms.trades[row, c]))
            sold = float(terms.traded_quantity[row, c]) if traded else None
            found.append(Holding(
                kind=kind, code=CODES[kind], maturity=marks.bonds.maturity[c], rate=float(marks.rate[row, c]),
                price=float(marks.price[row, c]), coupon=float(of.coupons[row, c]), quantity=float(held[c]),
                theoretical=round(float(held[c] / value.sum() * level), 8), value=float(np.round(value[c])),
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

    def _of(self, day: np.datetime64) -> _Year:
        year = _year(day)
        if year not in self._years:
            self._years[year] = self._made(year)
        return self._years[year]

    def _made(self, year: int) -> _Year:
        marks = self._market.year(year)
        terms = bond_terms.of_marks(self._market.market.p.seed, marks)
        set_on, marked = set_on_of(marks.sessions), np.isfinite(marks.price)
        held = {name: self._indices.portfolio(marks, name, set_on) * marked for name in FAMILIES}
        coupons = self._indices.coupons(marks, marks.sessions[0] - 1)
        columns = [self._lines(year, name, marks, terms, held[name]) for name in FAMILIES]
        return _Year(marks, terms, coupons, held, [list(line) for line in zip(*columns, strict=True)])

    def _lines(self, year: int, name: str, marks: Marks, terms: Terms, held: Floats) -> list[IndexLine]:
        """An index on every session of a year."""
        levels = self._indices.year(year)
        price, rate, duration, mean_term, convexity, trades, sold = (
            np.nan_to_num(one) * (held > 0) for one in (
                marks.price, marks.rate, terms.duration, terms.mean_term, terms.convexity, terms.trades, terms.traded_quantity,
            )
        )  # fmt: skip
        value = held * price
        total = value.sum(axis=1)
        share = value / total[:, None]
        long = share * duration
        term = long.sum(axis=1)
        alike = name.startswith(("IRF-M", "IMA-B"))
        figures = {
            "level": levels.level[name], "weight": np.round(100 * total / levels.value["IMA-GERAL"], 2), "duration": np.round(term),
            "quantity": np.round(held.sum(axis=1), 2), "value": np.round(total), "traded_quantity": np.round(sold.sum(axis=1), 2),
            "traded_value": np.round((sold * price).sum(axis=1), 2), "mean_term": (share * mean_term).sum(axis=1),
            "convexity": (share * convexity).sum(axis=1), "simple_yield": (share * rate).sum(axis=1),
            "redemption_yield": (long * rate).sum(axis=1) / term,
        }  # fmt: skip
        rows = zip(*(column.tolist() for column in figures.values()), strict=True)
        counts, changes = trades.sum(axis=1).astype(np.int64).tolist(), self._changes(levels.sessions, name)
        mixed: dict[str, None] = {} if alike else {"simple_yield": None, "redemption_yield": None}
        return [
            IndexLine(name=name, trades=count, changes=change, **(dict(zip(figures, row, strict=True)) | mixed))
            for row, count, change in zip(rows, counts, changes, strict=True)
        ]

    def _changes(self, days: Dates, name: str) -> list[tuple[float | None, ...]]:
        """Changes of a year's sessions in %, four decimals."""
        years = range(self._indices.first_year, _year(days[0]) + 1)
        level = np.concatenate([self._indices.year(one).level[name] for one in years])
        sessions, months = self._market.market.sessions, days.astype("datetime64[M]")
        starts = (days, months.astype(days.dtype), days.astype("datetime64[Y]").astype(days.dtype), *(_back(days, n) + 1 for n in (12, 24)))
        found = []
        for start in starts:
            place = np.searchsorted(sessions, start) - 1
            change = np.round((level[np.searchsorted(sessions, days)] / level[place] - 1) * 100, 4) + 0.0
            found.append([None if before < 0 else one for before, one in zip(place.tolist(), change.tolist(), strict=True)])
        return list(zip(*found, strict=True))


def _year(day: np.datetime64) -> int:
    return int(day.astype("datetime64[Y]").astype(np.int64)) + 1970


def _back(days: Dates, months: int) -> Dates:
    """The same days so many months earlier, or that month's last."""
    month = days.astype("datetime64[M]")
    place = (days - month.astype(days.dtype)).astype(np.int64)
    last = (month - months + 1).astype(days.dtype) - 1
    back: Dates = np.minimum((month - months).astype(days.dtype) + place, last)
    return back
