"""When each release appears: instants in UTC for reference periods, with the daily defects of lateness.

Periods are months (datetime64[M]) or, for quarterly releases, first months of quarters. Local wall time through tzdata. Three per cent
of releases are late by an hour to three days. IPCA days follow the public calendar where the project's seed has it. Where the
catalogue's release rule gives a later day than the usual one, that rule is a bound: nothing regular appears after it.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng, surprises
from pipelines.sandbox.world.grid import BRT, ET, is_session, last_business_day, later, shift, utc, weekday

Dates = NDArray[np.datetime64]
Floats = NDArray[np.float64]
Delays = NDArray[np.timedelta64]

LATE_SHARE, LATE_HOURS = 0.03, (1.0, 72.0)


def day_after(months: Dates, ahead: int, day: int, market: str) -> Dates:
    """The `day`-th of the month `ahead` months after each, moved to the next business day."""
    return shift(market, (months.astype("datetime64[M]") + ahead).astype("datetime64[D]") + (day - 1), 0)


def _nearest(months: Dates, day: int) -> Dates:
    """Business day nearest to a day of the month; the earlier of two."""
    there = months.astype("datetime64[M]").astype("datetime64[D]") + (day - 1)
    after = shift("br", there, 0)
    before = shift("br", there + 1, -1)
    return np.where((there - before) <= (after - there), before, after)


def _month_end_or(months: Dates, day: int, market: str) -> Dates:
    """The day of the month or its last business day, whichever is first."""
    last = last_business_day(market, months)
    return np.minimum(shift(market, months.astype("datetime64[M]").astype("datetime64[D]") + (min(day, 28) - 1), 0), last)


def _quarter(months: Dates, days: int, market: str) -> Dates:
    """So many days after the end of the quarter that opens in each month, moved to the next business day."""
    end = (months.astype("datetime64[M]") + 3).astype("datetime64[D]") - 1
    return shift(market, end + days, 0)


def _after(months: Dates) -> Dates:
    return months.astype("datetime64[M]") + 1


def _last_friday(months: Dates) -> Dates:
    end = (months.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1
    friday = later(end, -((weekday(end) - 4) % 7))
    return np.where(is_session("us_nyse", friday), friday, friday - 1)


#                                  day of the release, hour, zone
RULES: dict[str, tuple[Callable[[Dates], Dates], float, str]] = {
    "ipca": (surprises.ipca_release, 9.0, BRT),
    "ipca15": (lambda m: _nearest(m, 25), 9.0, BRT),
    "igpm": (lambda m: _month_end_or(m, 28, "br"), 8.0, BRT),
    "igpm_first": (lambda m: day_after(m, 0, 10, "br"), 8.0, BRT),
    "igpm_second": (lambda m: day_after(m, 0, 20, "br"), 8.0, BRT),
    "igpdi": (lambda m: day_after(m, 1, 6, "br"), 8.0, BRT),
    "igp10": (lambda m: day_after(m, 0, 15, "br"), 8.0, BRT),
    "fipe": (lambda m: day_after(m, 1, 4, "br"), 5.0, BRT),
    "ibcbr": (lambda m: day_after(m, 2, 14, "br"), 9.0, BRT),
    "gdp": (lambda q: _quarter(q, 60, "br"), 9.0, BRT),
    "gdp_month": (lambda m: last_business_day("br", _after(m)), 8.5, BRT),
    "industry": (lambda m: day_after(m, 2, 4, "br"), 9.0, BRT),
    "retail": (lambda m: day_after(m, 2, 12, "br"), 9.0, BRT),
    "services": (lambda m: day_after(m, 2, 14, "br"), 9.0, BRT),
    "crop": (lambda m: day_after(m, 1, 12, "br"), 9.0, BRT),
    "rreo": (lambda m: last_business_day("br", _after(m)), 14.5, BRT),
    "rtn": (lambda m: _month_end_or(_after(m), 28, "br"), 14.5, BRT),
    "labour": (lambda m: last_business_day("br", _after(m)), 9.0, BRT),
    "jobs": (lambda m: last_business_day("br", _after(m)), 14.5, BRT),
    "confidence": (lambda m: last_business_day("br", m), 8.0, BRT),
    "vehicles": (lambda m: day_after(m, 1, 7, "br"), 11.0, BRT),
    "electricity": (lambda m: day_after(m, 3, 1, "br"), 15.0, BRT),
    "credit": (lambda m: day_after(m, 1, 26, "br"), 8.5, BRT),
    "household_debt": (lambda m: day_after(m, 2, 26, "br"), 8.5, BRT),
    "money": (lambda m: day_after(m, 1, 25, "br"), 8.5, BRT),
    "external": (lambda m: day_after(m, 1, 24, "br"), 8.5, BRT),
    "reer": (lambda m: day_after(m, 1, 14, "br"), 8.5, BRT),
    "commodities": (lambda m: day_after(m, 1, 7, "br"), 8.5, BRT),
    "fiscal": (lambda m: last_business_day("br", _after(m)), 8.5, BRT),
    "month_rates": (lambda m: day_after(m, 1, 1, "br"), 8.0, BRT),
    "tjlp": (lambda m: last_business_day("br", m), 18.0, BRT),
    "cpi": (surprises.cpi_release, 8.5, ET),
    "jobs_us": (surprises.payrolls_release, 8.5, ET),
    "income": (lambda m: last_business_day("us_sifma", _after(m)), 8.5, ET),
    "industry_us": (lambda m: day_after(m, 1, 16, "us_sifma"), 9.25, ET),
    "retail_us": (lambda m: day_after(m, 1, 15, "us_sifma"), 8.5, ET),
    "durables": (lambda m: day_after(m, 1, 25, "us_sifma"), 8.5, ET),
    "housing": (lambda m: day_after(m, 1, 18, "us_sifma"), 8.5, ET),
    "new_homes": (lambda m: day_after(m, 1, 24, "us_sifma"), 10.0, ET),
    "openings": (lambda m: day_after(m, 2, 7, "us_sifma"), 10.0, ET),
    "sentiment": (_last_friday, 10.0, ET),
    "cfnai": (lambda m: day_after(m, 1, 23, "us_sifma"), 8.5, ET),
    "money_us": (lambda m: day_after(m, 1, 25, "us_sifma"), 13.0, ET),
    "producer": (lambda m: day_after(m, 1, 14, "us_sifma"), 8.5, ET),
    "gdp_us": (lambda q: _quarter(q, 28, "us_sifma"), 8.5, ET),
    "gdp_us_second": (lambda q: _quarter(q, 58, "us_sifma"), 8.5, ET),
    "gdp_us_third": (lambda q: _quarter(q, 88, "us_sifma"), 8.5, ET),
    "month_prices": (lambda m: day_after(m, 1, 15, "us_sifma"), 10.0, ET),
    "recession": (lambda m: day_after(m, 13, 1, "us_sifma"), 12.0, ET),
    "fed_month": (lambda m: day_after(m, 1, 1, "us_sifma"), 16.25, ET),
}
PUNCTUAL = frozenset({"month_rates", "fed_month", "tjlp", "recession"})


def due(release: str, periods: Dates) -> Dates:
    """The scheduled instant of each period's release."""
    rule, hour, zone = RULES[release]
    return utc(rule(periods), hour, zone)


def published(seed: int, release: str, periods: Dates) -> Dates:
    """The instant each period was really released: the scheduled one, or late."""
    at = due(release, periods)
    if release in PUNCTUAL:
        return at
    return at + delays(seed, release, periods)


def delays(seed: int, release: str, periods: Dates) -> Delays:
    """Delay of each period's release, mostly none."""
    draw = rng.monthly(seed, f"late.{release}", periods.astype("datetime64[M]"), 2, "uniform")
    return _delay(draw)


def daily_delays(seed: int, release: str, days: Dates) -> Delays:
    """The same for daily releases."""
    return _delay(rng.daily(seed, f"late.{release}", days, 2, "uniform"))


def _delay(draw: Floats) -> Delays:
    low, high = LATE_HOURS
    hours = np.where(draw[:, 0] < LATE_SHARE, low * (high / low) ** draw[:, 1], 0.0)
    return np.round(hours * 60).astype("timedelta64[m]").astype("timedelta64[us]")
