"""What the simulated ANBIMA says of a session: marks with their bids, offers and intervals, the curve, unit values, indices.

`day` arguments are one session. Yields are in %, prices in BRL. All of a session is out by twenty past eight in the evening in São
Paulo; the whole index file comes again, with more decimals, in the morning of the next session.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng, term_structure
from pipelines.sandbox.world.bond_indices import BondIndices
from pipelines.sandbox.world.bond_listing import CODES, KINDS
from pipelines.sandbox.world.bond_market import LFT, SLOTS, BondMarket, Marks
from pipelines.sandbox.world.grid import BRT, shift, utc
from pipelines.sandbox.world.index_figures import IndexFigures
from pipelines.sandbox.world.market import Market
from pipelines.sandbox.world.term_structure import TermStructure

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]

FIRST_OUT, SPAN_MINUTES = 19 + 50 / 60, 30           # hour in São Paulo, and minutes over which a session's files appear
MORNING = 8.5
KEPT = 400
HALF_SPREAD = {"LTN": 0.0075, "LFT": 0.0012, "NTN-B": 0.017, "NTN-F": 0.009}       # percentage points
INTERVAL = {"LTN": 0.40, "LFT": 0.015, "NTN-B": 0.30, "NTN-F": 0.45}
NO_BIDS = 0.03                             # share of lines without bid and offer


@dataclass(frozen=True)
class BondLine:
    """One line of the file of marks. `bid` and `ask` are None where nobody gave any."""

    kind: str
    code: str
    issued: np.datetime64
    maturity: np.datetime64
    bid: float | None
    ask: float | None
    rate: float
    price: float
    deviation: float
    interval: tuple[float, float]
    next_interval: tuple[float, float]


@dataclass(frozen=True)
class UnitValue:
    """VNA of a kind of bond: its value, the rate it runs on (% in the month, or a year for LFT), whether that is projected, and since
    when it holds."""

    code: str
    value: float
    rate: float
    is_projected: bool
    since: np.datetime64


@dataclass(frozen=True)
class Times:
    """When what ANBIMA says of a session appears, UTC."""

    published_at: np.datetime64
    morning_at: np.datetime64


@dataclass
class Anbima:
    """ANBIMA of one world; curves of the last few hundred sessions are kept."""

    market: Market
    _curves: OrderedDict[np.datetime64, TermStructure] = field(default_factory=OrderedDict)
    _quoted: dict[int, Floats] = field(default_factory=dict)

    @property
    def sessions(self) -> Dates:
        return self.market.sessions

    @cached_property
    def bond_market(self) -> BondMarket:
        return BondMarket(self.market)

    @cached_property
    def figures(self) -> IndexFigures:
        """Indices and their portfolios."""
        return IndexFigures(BondIndices(self.bond_market))

    def times(self, day: np.datetime64) -> Times:
        at = np.array([day])
        draw = rng.daily(self.market.p.seed, "anbima.times", at, 1, "uniform")
        published = utc(at, FIRST_OUT + np.round(draw * SPAN_MINUTES * 60) / 3600, BRT)[0]
        return Times(published, utc(shift("b3", at + 1, 0), MORNING, BRT)[0])

    def bonds(self, day: np.datetime64) -> list[BondLine]:
        """Marks of a session, in the order of the file."""
        year = _year(day)
        marks = self.bond_market.year(year)
        if year not in self._quoted:
            self._quoted[year] = _drawn(self.market.p.seed, marks)
        row = int(np.searchsorted(marks.sessions, day))
        return [
            _line(marks, row, place, self._quoted[year][:, row, place].tolist())
            for place in np.flatnonzero(np.isfinite(marks.rate[row])).tolist()
        ]

    def curve(self, day: np.datetime64) -> TermStructure:
        """The curve of a session."""
        if day not in self._curves:
            self._curves[day] = term_structure.of_session(self.bond_market, day)
            while len(self._curves) > KEPT:
                self._curves.popitem(last=False)
        return self._curves[day]

    def unit_values(self, day: np.datetime64) -> list[UnitValue]:
        """Unit values of a session: NTN-B and LFT."""
        days, values = np.array([day]), self.bond_market.values
        indexed = UnitValue(
            CODES["NTN-B"], float(values.ntnb(days)[0]), float(values.inflation(days)[0]), not bool(values.is_print(days)[0]),
            values.looked_at(days)[0],
        )
        return [indexed, UnitValue(CODES["LFT"], float(values.lft(days)[0]), float(values.selic_before(days)[0]), False, day)]


_DRAWN = ("bid", "ask", "spread", "width", "drift")       # bid, offer, agreement, width of the interval, its drift by tomorrow


def _drawn(seed: int, marks: Marks) -> Floats:
    """What is drawn for each mark of a year, uniform, shape (draws, sessions, bonds)."""
    slot = marks.bonds.maturity.astype("datetime64[M]").astype(np.int64) % SLOTS
    out = np.empty((len(_DRAWN), *marks.rate.shape))
    for kind, name in enumerate(KINDS):
        mine = np.flatnonzero(marks.bonds.kind == kind)
        for place, what in enumerate(_DRAWN):
            out[place][:, mine] = rng.daily(seed, f"anbima.{what}.{name}", marks.sessions, SLOTS, "uniform")[:, slot[mine]]
    return out


def _year(day: np.datetime64) -> int:
    return int(day.astype("datetime64[Y]").astype(np.int64)) + 1970


def _line(marks: Marks, row: int, place: int, draw: list[float]) -> BondLine:
    kind = int(marks.bonds.kind[place])
    name = KINDS[kind]
    rate = float(marks.rate[row, place])
    bid, ask, spread, width, drift = draw
    half, wide = HALF_SPREAD[name] * (0.6 + 0.8 * bid), INTERVAL[name] * (0.7 + 0.6 * width)
    quoted = kind == LFT or ask >= NO_BIDS
    moved = (drift - 0.5) * 0.1 * wide
    deviation = 0.0 if spread < 0.4 else round((spread - 0.4) * HALF_SPREAD[name], 14)
    return BondLine(
        kind=name, code=CODES[name], issued=marks.bonds.issued[place], maturity=marks.bonds.maturity[place],
        bid=round(rate + half, 4) if quoted else None, ask=round(rate - HALF_SPREAD[name] * (0.6 + 0.8 * ask), 4) if quoted else None,
        rate=rate, price=float(marks.price[row, place]), deviation=deviation,
        interval=(round(rate - wide, 4), round(rate + wide, 4)),
        next_interval=(round(rate - wide + moved, 4), round(rate + wide + moved, 4)),
    )
