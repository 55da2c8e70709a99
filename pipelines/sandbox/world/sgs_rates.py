"""SGS: policy rate, overnight rates, reference rates, PTAX and other daily prices of Brazil.

    CDI, Selic daily = round((1 + a)^(1/252) − 1, 8)   with a the annual rate of 2 dp; a month is the product of its days
    SGS 432 gives the target by calendar day, published at the decision for all days until the next takes effect
    PTAX: sell = mean of four windows, buy = sell − .0006

Selic = target − .10; CDI = Selic less 0 or .01. TR, TBF and savings rates are for the month that starts on the date (`end_date`).
"""

from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import bulletins, meetings, rng, schedule
from pipelines.sandbox.world.grid import BRT, START, business_days, is_session, shift, utc
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Catalogue, Publisher

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]

SOURCE = "bcb_sgs"
OUNCE = 31.1034768
#              threshold of TBF's annual rate, factor b of the TR
REDUCER = ((16.0, 0.48), (15.0, 0.44), (14.0, 0.40), (13.0, 0.36), (12.0, 0.32), (0.0, 0.23))
SAVINGS_RULE = np.datetime64("2012-05-04")
TJLP_STEP = 0.25
ANNUAL, DAILY = {"1178": "Selic", "4389": "CDI"}, {"11": "Selic", "12": "CDI"}
MONTHS = {"4390": ("Selic", 1), "4189": ("Selic", 2), "4391": ("CDI", 1), "4392": ("CDI", 2)}


class Overnight:
    """Business days of the world and their overnight rates."""

    def __init__(self, p: Publisher) -> None:
        self.p = p
        days = p.truth.days
        self.days: Dates = days[(days >= START) & is_session("br", days)]
        self.row = p.grid.at(self.days)

    @cached_property
    def target(self) -> Floats:
        """Selic target in force, % a year: a decision binds from the business day after the meeting."""
        return target_on(self.p, self.days)

    @cached_property
    def selic(self) -> Floats:
        return np.round(self.target - 0.10, 2)

    @cached_property
    def cdi(self) -> Floats:
        low = rng.monthly(self.p.seed, "cdi.discount", self.p.truth.months, 1, "uniform") < 0.30
        return np.round(self.selic - np.where(low[self.p.grid.month_of[self.row]], 0.01, 0.0), 2)

    def rate(self, name: str) -> Floats:
        """Annual rate of `Selic` or `CDI`, %."""
        return self.selic if name == "Selic" else self.cdi

    @staticmethod
    def daily(annual: Floats) -> Floats:
        """Daily rate in %, 6 dp."""
        return np.round(((1 + annual / 100) ** (1 / 252) - 1) * 100, 6)

    def month_product(self, annual: Floats) -> tuple[Dates, Floats, Floats]:
        """Months, and rates accumulated in them: % in the month, % a year."""
        month = self.days.astype("datetime64[M]")
        months, start = np.unique(month, return_index=True)
        total = np.add.reduceat(np.log1p(self.daily(annual) / 100), start)
        count = np.diff(np.append(start, month.size))
        return months, np.expm1(total) * 100, np.expm1(total * 252 / count) * 100


def target_on(p: Publisher, dates: Dates) -> Floats:
    """Target in force on calendar dates, %: the state of the last weekday at or before it, once the decision binds."""
    effective = meetings.copom_effective()
    k = np.searchsorted(effective, dates, side="right") - 1
    opened = np.minimum(effective[k], np.datetime64(p.grid.until))
    return np.round(p.truth.daily["selic"][p.grid.at(opened)] * 100, 2)


def catalogue(p: Publisher) -> Catalogue:
    """Series of this module by code."""
    o = Overnight(p)
    out: Catalogue = {code: partial(_annual, o, code) for code in ANNUAL}
    out |= {code: partial(_daily, o, code) for code in DAILY}
    out |= {code: partial(_month, o, code) for code in MONTHS}
    out |= {code: partial(_for_the_month, o, code) for code in ("226", "253", "195", "25")}
    return out | {
        "432": partial(_target, p), "1": partial(ptax, p, "1"), "10813": partial(ptax, p, "10813"), "7806": partial(_swap, o),
        "21619": partial(_euro, p, "21619"), "21620": partial(_euro, p, "21620"), "256": partial(_long_term_rate, p),
        "7": partial(_ibovespa, o), "4": partial(_gold, o), "3696": partial(_fx_month, p, "3696"), "3698": partial(_fx_month, p, "3698"),
    }


def _annual(o: Overnight, code: str) -> Prints:
    return _next_day(o, code, o.rate(ANNUAL[code]), 2, f"{ANNUAL[code]}, annual", "% a year")


def _daily(o: Overnight, code: str) -> Prints:
    return _next_day(o, code, o.daily(o.rate(DAILY[code])), 6, f"{DAILY[code]}, daily", "% a day")


def _ibovespa(o: Overnight) -> Prints:
    return _next_day(o, "7", o.p.truth.daily["ibov"][o.row], 0, "Ibovespa", "index")


def _gold(o: Overnight) -> Prints:
    price = (o.p.truth.daily["gold"] * o.p.truth.daily["usdbrl"])[o.row] / OUNCE
    return _next_day(o, "4", price, 2, "Gold, BM&F, gram", "BRL")


def _next_day(o: Overnight, code: str, value: Floats, decimals: int, title: str, units: str) -> Prints:
    at = utc(shift("br", o.days, 1), 8.0, BRT)
    return o.p.prints(SOURCE, code, o.days, at, value, decimals, title, units, "D")


def _month(o: Overnight, code: str) -> Prints:
    name, column = MONTHS[code]
    months, in_month, in_year = o.month_product(o.rate(name))
    at = schedule.published(o.p.seed, "month_rates", months)
    title, units = (f"{name} in the month", "%") if column == 1 else (f"{name} in the month, annualised", "% a year")
    value = in_month if column == 1 else in_year
    return o.p.prints(SOURCE, code, months.astype("datetime64[D]"), at, value, 2, title, units, "M")


def _target(p: Publisher) -> Prints:
    """By calendar day; a meeting's decision at 18:30 fixes every day from its effective one to the eve of the next."""
    decided, effective = meetings.copom(), meetings.copom_effective()
    k = int(np.searchsorted(effective, START, side="right")) - 1
    last = int(np.searchsorted(decided, np.datetime64(p.grid.until), side="right"))
    days = np.arange(START, effective[last], dtype="datetime64[D]")
    meeting = np.searchsorted(effective, days, side="right") - 1
    at = utc(decided[np.maximum(meeting, k)], 18.5, BRT)
    return p.prints(SOURCE, "432", days, at, target_on(p, days), 2, "Selic target", "% a year", "D")


def ptax(p: Publisher, code: str) -> Prints:
    """PTAX close: sell (1) and buy (10813), out between 13:05 and 13:30, on 2 % of days as late as 17:00; 18:50 before July 2011."""
    days = p.truth.days
    days = days[(days >= START) & is_session("br", days)]
    row = p.grid.at(days)
    sell = np.round(p.truth.daily["ptax"][row], 4)
    value, title = (sell, "USD/BRL, sell") if code == "1" else (sell - bulletins.SPREAD, "USD/BRL, buy")
    return p.prints(SOURCE, code, days, utc(days, bulletins.closing_hours(p.seed, days), BRT), value, 4, title, "BRL", "D")


def ptax_sell(p: Publisher) -> tuple[Dates, Floats]:
    """PTAX sell as published, by business day."""
    days = p.truth.days
    days = days[is_session("br", days)]
    return days, np.round(p.truth.daily["ptax"][p.grid.at(days)], 4)


def _euro(p: Publisher, code: str) -> Prints:
    """The euro of the closing bulletin, with four decimals."""
    found = bulletins.build(p)
    value, title = (found.sell, "EUR/BRL, sell") if code == "21619" else (found.buy, "EUR/BRL, buy")
    at = utc(found.days, bulletins.closing_hours(p.seed, found.days), BRT)
    return p.prints(SOURCE, code, found.days, at, value["EUR"][:, -1], 4, title, "BRL", "D")


def _for_the_month(o: Overnight, code: str) -> Prints:
    """TBF (253), TR (226), savings under the old (25) and the new rule (195), % for the month from the date to `end_date`."""
    month = o.days.astype("datetime64[M]")
    within = (o.days - month.astype("datetime64[D]")).astype(np.int64)
    following = (month + 1).astype("datetime64[D]")
    end = np.minimum(following + within, (month + 2).astype("datetime64[D]") - 1)
    term = business_days(o.days, end)
    yearly = o.p.curves.di.zero(o.row, np.maximum(term, 1)) * 100 - 0.25
    tbf = np.round(((1 + yearly / 100) ** (term / 252.0) - 1) * 100, 4)
    factor = np.select([yearly > edge for edge, _ in REDUCER], [b for _, b in REDUCER], 0.23)
    excess = ((1 + tbf / 100) / (1.005 + factor * tbf / 100) - 1) * 100
    tr = np.round(np.maximum(excess, 0.0), 4).astype(np.float64)
    old = np.round(((1 + tr / 100) * 1.005 - 1) * 100, 4)
    cheap = np.round(((1 + tr / 100) * (1 + 0.7 * o.target / 100) ** (1 / 12) - 1) * 100, 4)
    rates: dict[str, Floats] = {"253": tbf, "226": tr, "25": old, "195": np.where(o.target <= 8.5, cheap, old)}
    title = {"253": "TBF", "226": "TR", "25": "Savings, deposits to 3 May 2012", "195": "Savings, deposits from 4 May 2012"}[code]
    kept = o.days >= SAVINGS_RULE if code == "195" else np.ones(o.days.size, bool)
    at = utc(shift("br", o.days, 1), 10.0, BRT)
    return o.p.prints(SOURCE, code, o.days[kept], at[kept], rates[code][kept], 4, title, "% a month", "D", extra={"end_date": end[kept]})


def _long_term_rate(p: Publisher) -> Prints:
    """TJLP of each month: target plus a premium, in quarters of a point, set at the end of the quarter before."""
    months = np.arange("2010-01", np.datetime64(p.grid.until, "M") + 4, dtype="datetime64[M]")
    opened = months - (months.astype(np.int64) % 3).astype("timedelta64[M]")
    close = p.grid.closes[np.maximum((opened - p.truth.months[0]).astype(np.int64) - 1, 0)]
    level = p.truth.daily["target"][close] * 100 + 0.01 * p.truth.daily["cds"][close] * 0.6 + 0.3
    value = np.round(level / TJLP_STEP) * TJLP_STEP
    at = schedule.published(p.seed, "tjlp", opened - 1)
    return p.prints(SOURCE, "256", months.astype("datetime64[D]"), at, value, 2, "TJLP", "% a year", "M")


def _swap(o: Overnight) -> Prints:
    value = o.p.curves.di.zero(o.row, np.full(o.row.size, 252)) * 100
    return _next_day(o, "7806", value, 2, "DI x fixed swap, 360 days", "% a year")


def _fx_month(p: Publisher, code: str) -> Prints:
    """PTAX sell at the end of the month (3696) and its mean (3698), from the published days."""
    days, sell = ptax_sell(p)
    chosen = days >= START
    days, sell = days[chosen], sell[chosen]
    months, start = np.unique(days.astype("datetime64[M]"), return_index=True)
    stop = np.append(start[1:], days.size)
    value = sell[stop - 1] if code == "3696" else np.add.reduceat(sell, start) / (stop - start)
    at = utc(shift("br", (months + 1).astype("datetime64[D]"), 0), 8.0, BRT)
    title = "USD/BRL sell, end of month" if code == "3696" else "USD/BRL sell, month average"
    return p.prints(SOURCE, code, months.astype("datetime64[D]"), at, value, 4, title, "BRL", "M")
