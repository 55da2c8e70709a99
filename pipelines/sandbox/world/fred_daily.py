"""FRED, daily and weekly series: H.15 copies, breakevens, policy and money rates, volatility, currencies, oil, credit, conditions.

Weekday holidays of the market are rows without a value. H.15 comes at 16:15 New York of the next business day, currencies on Monday for
the week, SOFR at 08:00 of the next day. Breakevens and slopes are differences of the printed yields.
"""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng, treasury
from pipelines.sandbox.world.grid import ET, START, is_session, next_monday, shift, utc
from pipelines.sandbox.world.noise import moving_mean
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Catalogue, Publisher
from pipelines.sandbox.world.schedule import daily_delays

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]

SOURCE = "fred"
NOMINAL = {"DGS1MO": "1 Mo", "DGS3MO": "3 Mo", "DGS6MO": "6 Mo", "DGS1": "1 Yr", "DGS2": "2 Yr", "DGS3": "3 Yr", "DGS5": "5 Yr",
           "DGS7": "7 Yr",
           "DGS10": "10 Yr", "DGS20": "20 Yr", "DGS30": "30 Yr"}
REAL = {"DFII5": 5.0, "DFII7": 7.0, "DFII10": 10.0, "DFII20": 20.0, "DFII30": 30.0}
STARTS = {"DFII30": "2010-02-22"}
MISSING_DAY = 0.004                    # of vendor data: a session that never comes
#            truth column, scale, decimals, title, units
VENDOR = {
    "VIXCLS": ("vix", 1.0, 2, "CBOE Volatility Index: VIX", "index"),
    "VXVCLS": ("vix3m", 1.0, 2, "CBOE S&P 500 3-Month Volatility Index", "index"),
    "SP500": ("spx", 1.0, 2, "S&P 500", "index"),
    "DCOILWTICO": ("wti", 1.0, 2, "Crude oil, WTI, spot", "USD per barrel"),
    "DCOILBRENTEU": ("brent", 1.0, 2, "Crude oil, Brent, spot", "USD per barrel"),
    "BAMLH0A0HYM2": ("us_hy", 0.01, 2, "US high yield, option-adjusted spread", "%"),
    "BAMLC0A0CM": ("us_ig", 0.01, 2, "US corporates, option-adjusted spread", "%"),
    "BAMLC0A4CBBB": ("us_bbb", 0.01, 2, "US BBB corporates, option-adjusted spread", "%"),
    "BAMLEMCBPIOAS": ("em_corp", 0.01, 2, "Emerging-market corporates, option-adjusted spread", "%"),
    "BAMLEMRLCRPILAOAS": ("latam_corp", 0.01, 2, "Latin American corporates, option-adjusted spread", "%"),
}
WINDOWS = {"SP500": 10}
CURRENCIES = {"DEXBZUS": ("usdbrl", False), "DEXMXUS": ("usdmxn", False), "DEXSFUS": ("usdzar", False), "DEXJPUS": ("usdjpy", False),
              "DEXUSEU": ("usdeur", True), "DEXUSUK": ("usdgbp", True), "DEXSZUS": ("usdchf", False), "DEXCAUS": ("usdcad", False),
              "DEXUSAL": ("usdaud", True), "DEXCHUS": ("usdcny", False)}
BROAD = {"usdeur": 0.22, "usdcny": 0.19, "usdmxn": 0.16, "usdcad": 0.16, "usdjpy": 0.08, "usdgbp": 0.07, "usdchf": 0.04,
         "usdaud": 0.03,
         "usdbrl": 0.03, "usdclp": 0.02}
DERIVED = {"T10YIE": "10-year breakeven inflation", "T5YIE": "5-year breakeven inflation",
           "T5YIFR": "5-year, 5-year forward inflation",
           "T10Y2Y": "10-year less 2-year", "T10Y3M": "10-year less 3-month", "DTB3": "3-month bill, discount",
           "BAA10Y": "Baa less 10-year", "AAA10Y": "Aaa less 10-year"}
SOFR_START, IORB_START = np.datetime64("2018-04-03"), np.datetime64("2021-07-29")


def catalogue(p: Publisher) -> Catalogue:
    """Series of this module by code."""
    out: Catalogue = {code: partial(_yield, p, code) for code in (*NOMINAL, *REAL)}
    out |= {code: partial(_vendor, p, code) for code in VENDOR}
    out |= {code: partial(_currency, p, code) for code in CURRENCIES}
    out |= {code: partial(_derived, p, code) for code in DERIVED}
    return out | {"DTWEXBGS": partial(_broad, p), "THREEFYTP10": partial(_term_premium, p)}


def _yield(p: Publisher, code: str) -> Prints:
    if code in NOMINAL:
        return _h15(p, code, treasury.par_curve(p, NOMINAL[code]), f"Treasury yield, {NOMINAL[code]}")
    return _h15(p, code, treasury.real_curve(p, REAL[code]), f"Inflation-indexed yield, {REAL[code]:g} years")


def _derived(p: Publisher, code: str) -> Prints:
    """Series made of printed yields and spreads."""
    value = {
        "T10YIE": lambda: _breakeven(p, 10.0), "T5YIE": lambda: _breakeven(p, 5.0), "T5YIFR": lambda: _forward(p),
        "T10Y2Y": lambda: _nominal(p, "DGS10") - _nominal(p, "DGS2"), "T10Y3M": lambda: _nominal(p, "DGS10") - _nominal(p, "DGS3MO"),
        "DTB3": lambda: _discount(_nominal(p, "DGS3MO")), "BAA10Y": lambda: np.round(p.truth.daily["us_bbb"] * 0.012 + 0.5, 2),
        "AAA10Y": lambda: np.round(p.truth.daily["us_ig"] * 0.008 + 0.2, 2),
    }[code]()
    return _h15(p, code, value, DERIVED[code])


def _nominal(p: Publisher, code: str) -> Floats:
    return treasury.par_curve(p, NOMINAL[code])


def _breakeven(p: Publisher, years: float) -> Floats:
    return np.round(treasury.par_curve(p, f"{years:g} Yr") - treasury.real_curve(p, years), 2)


def _forward(p: Publisher) -> Floats:
    ten, five = 1 + _breakeven(p, 10.0) / 100, 1 + _breakeven(p, 5.0) / 100
    return np.round(((ten**10 / five**5) ** 0.2 - 1) * 100, 2)


def _discount(bond_equivalent: Floats) -> Floats:
    """Bank discount of a 91-day bill from its coupon-equivalent yield, %."""
    price = 1 / (1 + bond_equivalent / 100 * 91 / 365)
    return np.round((1 - price) * 360 / 91 * 100, 2)


def weekdays(p: Publisher, first: np.datetime64 = START) -> Dates:
    """Weekdays from a date on: FRED has a row for each, without a value on holidays."""
    return p.truth.days[p.truth.days >= first]


def next_day(p: Publisher, days: Dates, hour: float = 16.25, release: str = "h15") -> Dates:
    """Next business day at an hour of New York, late now and then."""
    return utc(shift("us_sifma", days + 1, 0), hour, ET) + daily_delays(p.seed, release, days)


def _h15(p: Publisher, code: str, value: Floats, title: str) -> Prints:
    days = weekdays(p, np.datetime64(STARTS.get(code, str(START))))
    shown = np.where(is_session("us_sifma", days), value[p.grid.at(days)], np.nan)
    return p.prints(SOURCE, code, days, next_day(p, days), shown, 2, title, "%", "D")


def _vendor(p: Publisher, code: str) -> Prints:
    name, scale, decimals, title, units = VENDOR[code]
    days = weekdays(p)
    missing = rng.daily(p.seed, f"missing.{code}", days, 1, "uniform") < MISSING_DAY
    shown = np.where(is_session("us_nyse", days) & ~missing, p.truth.daily[name][p.grid.at(days)] * scale, np.nan)
    at = next_day(p, days, release=f"vendor.{code}")
    return p.prints(SOURCE, code, days, at, shown, decimals, title, units, "D", window_years=WINDOWS.get(code))


def _weekly(p: Publisher, days: Dates, release: str) -> Dates:
    """Monday after the week of each day, next business day if closed, 16:15."""
    monday = next_monday(days)
    return utc(shift("us_sifma", monday, 0), 16.25, ET) + daily_delays(p.seed, release, monday)


def _currency(p: Publisher, code: str) -> Prints:
    name, inverse = CURRENCIES[code]
    days = weekdays(p)
    rate = p.truth.daily[f"noon_{name}"][p.grid.at(days)]
    shown = np.where(is_session("us_sifma", days), 1 / rate if inverse else rate, np.nan)
    units = f"USD per {name[3:].upper()}" if inverse else f"{name[3:].upper()} per USD"
    return p.prints(SOURCE, code, days, _weekly(p, days, "h10"), shown, 4, f"Noon rate, {units}", units, "D")


def _broad(p: Publisher) -> Prints:
    """Broad dollar index of noon rates, January 2010 = 93 (a rounded choice)."""
    days = weekdays(p)
    row = p.grid.at(days)
    log = np.zeros(days.size)
    for name, weight in BROAD.items():
        log += weight * np.log(p.truth.daily[f"noon_{name}"][row])
    shown = np.where(is_session("us_sifma", days), 93.0 * np.exp(log - log[0]), np.nan)
    return p.prints(SOURCE, "DTWEXBGS", days, _weekly(p, days, "h10"), shown, 4, "Nominal broad dollar index", "index", "D")


def _term_premium(p: Publisher) -> Prints:
    """Ten-year term premium with the model's error, re-estimated once, a month later."""
    days = weekdays(p)
    row = p.grid.at(days)
    premium = p.truth.daily["tp_us"][row] * 100 * (1 - np.exp(-10 / 4))
    draws = rng.daily(p.seed, "term_premium", days, 2)
    error = 0.05 * moving_mean(draws[:, 0], 21) * 4.5
    final, first = premium + error, premium + error + 0.03 * moving_mean(draws[:, 1], 21) * 4.5
    open_ = is_session("us_sifma", days)
    monday = next_monday(days)
    at = utc(shift("us_sifma", monday + 1, 0), 16.25, ET)
    days, first, final, at = days[open_], first[open_], final[open_], at[open_]
    changed = np.round(first, 4) != np.round(final, 4)
    return p.prints(SOURCE, "THREEFYTP10", np.concatenate([days, days[changed]]),
                    np.concatenate([at, at[changed] + np.timedelta64(28, "D")]), np.concatenate([first, final[changed]]), 4,
                    "Term premium on a 10-year zero coupon bond", "%", "D")
