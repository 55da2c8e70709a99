"""Settlements of a session, from curves through rounded rates to prices, as the exchange computes them.

    DI1, DAP   PU = 100,000 / (1 + r)^(du/252)                 r in %, 3 dp
    DDI        PU = 100,000 / (1 + c·dc/360)                   c dirty: its spot leg is the PTAX of the eve
    FRC        forward of two DDI rates, 2 dp; short leg the first DDI at least three business days away
    DOL, WDO   first maturity: spot and clean cupom; beyond: PTAX of the eve · (1 + i)^(du/252) / (1 + c·dc/360) · 1000, 3 dp

`previous` is yesterday's rate at today's term (DI1, DAP, DDI), as the exchange prints it; for DOL the price of the eve. On 0.6 % of
session-contracts a DAP, or an FRC beyond three years, repeats the rate of the eve; DDI and DOL of that maturity follow the FRC.
"""

import math
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import contracts, rng
from pipelines.sandbox.world.grid import NEW_LIST, business_days
from pipelines.sandbox.world.market import Market

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
Ints = NDArray[np.int64]

Listed = tuple[tuple[str, ...], Dates, Ints, Ints]

FACE = 100_000.0
STALE, STALE_YEARS = 0.006, 3.0
SHORT_LEG_DAYS = 3
#       contracts open at the front, decay a year, growth a year
INTEREST = {"DI1": (3_200_000, 0.32, 0.05), "DDI": (420_000, 0.35, 0.02), "DAP": (160_000, 0.05, 0.10), "DOL": (560_000, 14.0, 0.02),
            "WDO": (400_000, 20.0, 0.05)}
MONTH_WEIGHT = {"F": 1.0, "N": 0.65, "J": 0.40, "V": 0.40, "K": 1.0, "Q": 1.0}
ILLIQUID = 40


class Session:
    """Rates and prices of one session by family and symbol."""

    def __init__(self, market: Market, place: int, corrected: bool) -> None:
        self.market, self.place, self.corrected = market, place, corrected
        self.day = market.sessions[place]
        self.row = market.row(np.array([self.day]))
        self.spot = float(market.spot(np.array([self.day]))[0])
        self.ptax = float(market.ptax_previous(np.array([self.day]))[0])
        self._listed: dict[str, Listed] = {}
        self._rates: dict[str, Floats] = {}

    def listed(self, family: str) -> Listed:
        """Symbols, expiries, du and dc of contracts that expire after the session."""
        if family not in self._listed:
            self._listed[family] = self._list(family)
        return self._listed[family]

    def rates(self, family: str) -> Floats:
        """Published rates of a family, %, in the order of `listed`."""
        if family not in self._rates:
            self._rates[family] = self._quote(family)
        return self._rates[family]

    def _list(self, family: str) -> Listed:
        month = int(self.day.astype("datetime64[M]").astype(np.int64))
        found = contracts.listing(family, month, bool(self.day >= NEW_LIST))
        alive = found.expiry > self.day
        du = business_days(self.day, found.expiry)
        alive &= du > 0
        if family == "FRC":
            alive &= found.expiry > self.short_leg()
        symbols = tuple(symbol for symbol, kept in zip(found.symbol, alive, strict=True) if kept)
        return symbols, found.expiry[alive], du[alive], (found.expiry[alive] - self.day).astype(np.int64)

    def short_leg(self) -> np.datetime64:
        """Expiry of the first DDI at least three business days away."""
        found = contracts.listing("DDI", int(self.day.astype("datetime64[M]").astype(np.int64)), bool(self.day >= NEW_LIST))
        return found.expiry[business_days(self.day, found.expiry) >= SHORT_LEG_DAYS][0]

    def model(self, family: str, expiry: Dates) -> Floats:
        """Model rate of contracts for this session, %, 3 dp, before stale quotes."""
        du, dc = business_days(self.day, expiry), (expiry - self.day).astype(np.int64)
        m = self.market
        if family == "DI1":
            rate = m.p.curves.di.discount(self.row, du) ** (-252 / du) - 1
        elif family == "DAP":
            rate = m.real_discount(np.array([self.day]), du) ** (-252 / du) - 1
        else:
            clean = m.p.curves.cupom.rate(self.row, dc)
            rate = ((self.ptax / self.spot) * (1 + clean * dc / 360) - 1) * 360 / dc
        out = np.round(rate * 100, 3)
        if not self.corrected and family in ("DAP", "DI1"):
            out[-1] = np.round(out[-1] + 0.05, 3)            # the file as it first came: one far node was wrong
        return out

    def _quote(self, family: str) -> Floats:
        symbols, expiry, du, dc = self.listed(family)
        if family == "DAP":
            return self._with_stale("DAP", symbols, expiry, self.model("DAP", expiry), np.ones(du.size, bool))
        if family == "DI1":
            return self.model("DI1", expiry)
        if family == "FRC":
            return self._forwards(self.rates("DDI"), self.listed("DDI"), expiry, dc)
        rate = self.model("DDI", expiry)
        return self._ddi(symbols, expiry, dc, rate)

    def _with_stale(self, family: str, symbols: tuple[str, ...], expiry: Dates, rate: Floats, may: NDArray[np.bool_]) -> Floats:
        stale = self._stale(family, symbols) & may
        if self.place == 0 or not stale.any():
            return rate
        eve = Session(self.market, self.place - 1, True)
        return np.where(stale, eve.model(family, expiry), rate)

    def _stale(self, family: str, symbols: tuple[str, ...]) -> NDArray[np.bool_]:
        draw = rng.generator(self.market.p.seed, f"b3.stale.{family}.{self.day}", 0).random(64)
        place = np.array([_slot(symbol) for symbol in symbols], np.int64)
        return draw[place] < STALE

    def _ddi(self, symbols: tuple[str, ...], expiry: Dates, dc: Ints, rate: Floats) -> Floats:
        """DDI rates: where the FRC of a far maturity is stale, the rate that its stale forward gives."""
        stale = self._stale("FRC", symbols) & (dc > 365 * STALE_YEARS)
        if self.place == 0 or not stale.any():
            return rate
        eve = Session(self.market, self.place - 1, True)
        short = self.short_leg()
        theirs = eve.short_leg()
        old = eve.model("DDI", np.concatenate([[theirs], expiry]))
        forward = _forward(old[1:], (expiry - eve.day).astype(np.int64), old[0], int((theirs - eve.day).astype(np.int64)))
        near = int((short - self.day).astype(np.int64))
        c_short = rate[int(np.searchsorted(expiry, short))]
        follows = ((1 + np.round(forward, 2) / 100 * (dc - near) / 360) * (1 + c_short / 100 * near / 360) - 1) * 360 / dc * 100
        return np.where(stale, np.round(follows, 3), rate)

    def _forwards(self, ddi: Floats, listed: Listed, expiry: Dates, dc: Ints) -> Floats:
        place = np.searchsorted(listed[1], expiry)
        short = int(np.searchsorted(listed[1], self.short_leg()))
        return np.round(_forward(ddi[place], dc, ddi[short], int(listed[3][short])), 2)

    def price(self, family: str) -> Floats:
        """Settlements of a family: PU or BRL per USD 1,000; NaN for FRC."""
        _, expiry, du, dc = self.listed(family)
        if family in ("DI1", "DAP"):
            return pu(self.rates(family), du)
        if family == "DDI":
            return np.round(FACE / (1 + self.rates("DDI") / 100 * dc / 360), 2)
        if family == "FRC":
            return np.full(du.size, np.nan)
        di = self.rates("DI1")[np.searchsorted(self.listed("DI1")[1], expiry)]
        ddi = self.rates("DDI")[np.searchsorted(self.listed("DDI")[1], expiry)]
        out = self.ptax * (1 + di / 100) ** (du / 252) / (1 + ddi / 100 * dc / 360) * 1000
        clean = self.market.p.curves.cupom.rate(self.row, dc[:1])
        out[0] = self.spot * (1 + di[0] / 100) ** (du[0] / 252) / (1 + clean[0] * dc[0] / 360) * 1000
        return np.round(out, 3)

    def columns(self, family: str, eve: "Session | None") -> dict[str, Any]:
        """The family's rows of the settlement table, by column; NaN marks what a family does not have."""
        symbols, expiry, du, dc = self.listed(family)
        quoted = family not in ("DOL", "WDO")
        rate = self.rates(family) if quoted else np.full(du.size, np.nan)
        previous_rate, previous = np.full(du.size, np.nan), np.full(du.size, np.nan)
        if eve is not None:
            before = eve.listed(family)
            place = np.minimum(np.searchsorted(before[1], expiry), before[1].size - 1)
            known = before[1][place] == expiry
            if quoted:
                previous_rate = np.where(known, eve.rates(family)[place], np.nan)
            if family in ("DI1", "DAP"):
                previous = pu(previous_rate, du)
            elif family == "DDI":
                previous = np.round(FACE / (1 + previous_rate / 100 * dc / 360), 2)
            elif not quoted:
                previous = np.where(known, eve.price(family)[place], np.nan)
        return {
            "symbol": symbols, "family": [family] * du.size, "maturity_date": expiry.astype("datetime64[D]"), "du": du, "dc": dc,
            "rate": rate, "settlement": self.price(family), "previous_rate": previous_rate, "previous": previous,
            "open_interest": self.interest(family, symbols, dc),
        }

    def interest(self, family: str, symbols: tuple[str, ...], dc: Ints) -> list[int | None]:
        """Open interest in contracts: fades with term, larger in the benchmark months, moved by slow waves of each contract's own."""
        if family == "FRC":
            return [None] * len(symbols)
        front, decay, growth = INTEREST[family]
        age = (self.day - np.datetime64("2018-01-01")).astype(np.int64) / 365.25
        out: list[int | None] = []
        for symbol, days in zip(symbols, dc.tolist(), strict=True):
            phase = _phase(self.market.p.seed, symbol)
            wave = 0.35 * math.sin(2 * math.pi * (age / 0.31 + phase)) + 0.25 * math.sin(2 * math.pi * (age / 0.083 + 7 * phase))
            weight = MONTH_WEIGHT.get(symbol[3], 0.15 if family != "DAP" else 0.02)
            if family in ("DOL", "WDO"):
                weight = 1.0
            level = front * weight * math.exp(-decay * days / 365 + growth * age + wave)
            out.append(int(level) if level >= ILLIQUID else None)
        return out


def pu(rate: Floats, du: Ints) -> Floats:
    """PU of a rate in % on 252 business days, 2 dp."""
    return np.round(FACE / (1 + rate / 100) ** (du / 252), 2)


def _forward(long: Floats, long_days: Ints, short: float, short_days: int) -> Floats:
    """Forward cupom between two linear rates in %, %."""
    ratio = (1 + long / 100 * long_days / 360) / (1 + short / 100 * short_days / 360)
    return (ratio - 1) * 360 / np.maximum(long_days - short_days, 1) * 100


def _phase(seed: int, symbol: str) -> float:
    return int.from_bytes(blake2b(f"{seed}|interest|{symbol}".encode(), digest_size=4).digest(), "little") / 2**32


def _slot(symbol: str) -> int:
    """A place of a contract among 64, by month and year of its code."""
    return (int(symbol[4:]) * 12 + contracts.CODES.index(symbol[3])) % 64
