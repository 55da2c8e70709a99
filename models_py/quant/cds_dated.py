"""Sovereign CDS on its own dates, as the ISDA standard model values it: quarterly premiums, protection paid at default.

Premiums run from one 20 March, June, September or December to the next, actual over 360, the last one to the maturity included;
payment falls on the next weekday. Hazard and interest are flat and continuous, time is actual over 365 from the trade. Upfronts
are clean, per 1 of notional, and positive where the buyer of protection pays. Spreads and rates are decimals.

    premium      Σ Δ_k · P(t_k) · Q(e_k)  +  accrued to default  ∫ (t - s_k) · λ · P · Q dt · 365/360
    protection   (1 - R) · ∫ λ · P(t) · Q(t) dt

Source: ISDA, "CDS Standard Model", version 1.8; O'Kane and Turnbull (2003), "Valuation of credit default swaps".
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from models_py.quant.cds import COUPON, RECOVERY
from models_py.quant.checks import Floats, require_rate
from models_py.quant.daycount import DateLike, Days, as_days
from models_py.quant.errors import BadRate, BadTerm, Matured

YEAR, YEAR_CD = 365.0, 360.0
CASH_SETTLEMENT_BD = 3
HIGHEST_HAZARD = 100.0
ROLLS_SINCE = np.datetime64("2015-12-21")        # maturities move on half-yearly from here, quarterly before


def maturity(trade: DateLike, years: int = 5) -> Days:
    """Maturity of a standard contract traded on a day.

    From 20 March on it is 20 June of the year so many years ahead, from 20 September on 20 December; before the change of December
    2015 it is the quarterly date that follows the trade.
    """
    traded = as_days(trade)
    month = traded.astype("datetime64[M]").astype(np.int64)
    quarter = month - (month + 1) % 3                           # the last of March, June, September, December
    passed = (traded - traded.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) >= 19
    last_roll = np.where((quarter == month) & ~passed, quarter - 3, quarter)
    half = last_roll - np.where((last_roll % 12 == 5) | (last_roll % 12 == 11), 3, 0)
    start = np.where(traded >= ROLLS_SINCE, half, last_roll)
    return _twentieth(start + 3 + 12 * years)


def _twentieth(month: NDArray[np.int64]) -> Days:
    day: Days = month.astype("datetime64[M]").astype("datetime64[D]") + 19
    return day


@dataclass(frozen=True)
class Legs:
    """Dates of one contract as seen from its trade, in years of 365 days."""

    start: Floats               # of each premium's accrual, from the trade on
    end: Floats
    pay: Floats
    accrual: Floats             # of the whole premium, years of 360 days
    owed: float                 # accrued before the step-in date, years of 360 days
    cash: float                 # when the upfront is paid

    @classmethod
    def of(cls, trade: DateLike, matures: DateLike) -> "Legs":
        """Legs of a contract traded on a day.

        Raises:
            Matured: the contract ends on or before the trade. BadTerm: its maturity is no 20th of a premium month.
        """
        traded, ends = as_days(trade), as_days(matures)
        if not traded < ends:
            raise Matured("cds", str(ends), f"needs a maturity after {traded}")
        last = int(ends.astype("datetime64[M]").astype(np.int64))
        if last % 3 != 2 or ends != _twentieth(np.asarray(last)):
            raise BadTerm("cds", str(ends), "matures on a 20 March, June, September or December")
        count = (last - int(traded.astype("datetime64[M]").astype(np.int64))) // 3 + 2
        plain = _twentieth(last - 3 * np.arange(count, -1, -1))
        dates = np.busday_offset(plain, 0, roll="forward")
        dates[-1] = plain[-1]
        keep = dates[1:] > traded
        starts, stops = dates[:-1][keep], dates[1:][keep]
        days = (stops - starts).astype(np.float64)
        days[-1] += 1.0                                          # the last premium counts its last day
        since = (np.maximum(starts, traded) - traded).astype(np.float64) / YEAR
        paid = np.busday_offset(stops, 0, roll="forward")
        owed = max(float((traded + 1 - starts[0]).astype(np.float64)), 0.0) / YEAR_CD
        cash = float((np.busday_offset(traded, CASH_SETTLEMENT_BD, roll="forward") - traded).astype(np.float64)) / YEAR
        return cls(since, (stops - traded).astype(np.float64) / YEAR, (paid - traded).astype(np.float64) / YEAR,
                   days / YEAR_CD, owed, cash)  # fmt: skip

    def protection(self, hazard: float, rate: float, recovery: float = RECOVERY) -> float:
        """Value of what is paid at default, at the trade."""
        both = hazard + rate
        if abs(both) < 1e-12:
            return (1.0 - recovery) * hazard * float(self.end[-1] - self.start[0])
        return (1.0 - recovery) * hazard / both * float(np.exp(-both * self.start[0]) - np.exp(-both * self.end[-1]))

    def annuity(self, hazard: float, rate: float) -> float:
        """Value of premiums of 1 a year, those owed to the seller before the trade taken off."""
        both = hazard + rate
        regular = float(np.sum(self.accrual * np.exp(-rate * self.pay - hazard * self.end)))
        span = self.end - self.start
        before = self.accrual * YEAR_CD / YEAR - span            # accrued when the span begins, years of 365 days
        grown = np.exp(-both * self.start)
        if abs(both) < 1e-9:
            accrued = hazard * (before * span + span**2 / 2.0)
        else:
            fall = np.exp(-both * span)
            accrued = hazard * grown * (before * (1.0 - fall) / both + (1.0 - fall * (1.0 + both * span)) / both**2)
        return regular + float(np.sum(accrued)) * YEAR / YEAR_CD - self.owed * float(np.exp(-rate * self.cash))


def hazard(spread: float, rate: float, legs: Legs, recovery: float = RECOVERY) -> float:
    """Flat hazard at which a contract with that premium is worth nothing.

    Raises:
        BadRate: the spread is not positive, or no hazard below 100 a year prices it.
    """
    quoted, interest = float(require_rate("cds", spread)), float(require_rate("rate", rate))
    if quoted <= 0:
        raise BadRate("cds", quoted, "needs a positive spread")

    def value(intensity: float) -> float:
        return legs.protection(intensity, interest, recovery) - quoted * legs.annuity(intensity, interest)

    if value(HIGHEST_HAZARD) < 0:
        raise BadRate("cds", quoted, "no hazard rate prices the spread")
    return float(brentq(value, 1e-12, HIGHEST_HAZARD, xtol=1e-15))


def upfront(spread: float, rate: float, legs: Legs, coupon: float = COUPON, recovery: float = RECOVERY) -> float:
    """Clean upfront of a contract that pays the standard coupon, at the cash settlement date, per 1 of notional."""
    intensity = hazard(spread, rate, legs, recovery)
    worth = legs.protection(intensity, rate, recovery) - coupon * legs.annuity(intensity, rate)
    return worth * float(np.exp(rate * legs.cash))
