"""FRED: policy and money rates, and weekly series of the Federal Reserve and of labour.

DFF is the middle of the target range + .02 ± .02, with a dip at month ends; SOFR the middle − .03 with a spike at quarter ends. Target
bounds and DFF have a row for every calendar day. SOFR's averages and index compound its printed rates.
"""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.fred_daily import IORB_START, SOFR_START, next_day
from pipelines.sandbox.world.grid import ET, START, is_session, shift, utc
from pipelines.sandbox.world.noise import autoregressive
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Catalogue, Publisher

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]

SOURCE = "fred"
HALF_RANGE = 0.125
CLAIMS_ERROR, CLAIMS_SEASON = 2_000.0, 3_500.0


def catalogue(p: Publisher) -> Catalogue:
    """Series of this module by code."""
    return {
        "DFF": partial(_funds, p), "FEDFUNDS": partial(_funds_month, p),
        "DFEDTARU": partial(_bound, p, "DFEDTARU", HALF_RANGE), "DFEDTARL": partial(_bound, p, "DFEDTARL", -HALF_RANGE),
        "IORB": partial(_bound, p, "IORB", HALF_RANGE - 0.10),
        "SOFR": partial(_sofr, p), "SOFR30DAYAVG": partial(_sofr_average, p, 30), "SOFR90DAYAVG": partial(_sofr_average, p, 90),
        "SOFRINDEX": partial(_sofr_average, p, 0),
        "ICSA": partial(_claims, p, "claims", "ICSA", 5), "CCSA": partial(_claims, p, "continued", "CCSA", 12),
        "IC4WSA": partial(_claims_mean, p),
        "WALCL": partial(_assets, p), "MORTGAGE30US": partial(_mortgage, p),
        "NFCI": partial(_conditions, p, "NFCI"), "ANFCI": partial(_conditions, p, "ANFCI"), "STLFSI4": partial(_conditions, p, "STLFSI4"),
    }


def _every_day(p: Publisher, first: np.datetime64 = START) -> Dates:
    return np.arange(first, np.datetime64(p.grid.until) + 1, dtype="datetime64[D]")


def funds(p: Publisher) -> tuple[Dates, Floats]:
    """Effective funds rate by calendar day, %, 2 dp."""
    days = _every_day(p)
    row = p.grid.at(days)
    middle = p.truth.daily["ffr"][row] * 100
    noise = rng.daily(p.seed, "fed_funds", p.truth.days)[row]
    month_end = p.truth.days[p.grid.closes][p.grid.month_of[row]] == p.truth.days[row]
    return days, np.round(np.maximum(middle + 0.02 + 0.02 * np.clip(noise, -2, 2) - 0.06 * month_end, 0.02), 2)


def _funds(p: Publisher) -> Prints:
    days, value = funds(p)
    at = utc(shift("us_sifma", days + 1, 0), 9.0, ET)
    return p.prints(SOURCE, "DFF", days, at, value, 2, "Federal funds effective rate", "%", "D")


def _funds_month(p: Publisher) -> Prints:
    days, value = funds(p)
    months, start = np.unique(days.astype("datetime64[M]"), return_index=True)
    mean = np.add.reduceat(value, start) / np.diff(np.append(start, days.size))
    return p.once(SOURCE, "FEDFUNDS", "fed_month", months, mean, 2, "Federal funds effective rate, month", "%")


def _bound(p: Publisher, code: str, offset: float) -> Prints:
    """Range and interest on reserves: in force the day after a decision, on FRED the next business day."""
    days = _every_day(p, IORB_START if code == "IORB" else START)
    value = p.truth.daily["ffr"][np.maximum(p.grid.at(days) - 1, 0)] * 100 + offset
    title = {"DFEDTARU": "Federal funds target range, upper limit", "DFEDTARL": "Federal funds target range, lower limit",
             "IORB": "Interest on reserve balances"}[code]
    return p.prints(SOURCE, code, days, next_day(p, days, release="range"), value, 2, title, "%", "D")


def sofr(p: Publisher) -> tuple[Dates, Floats]:
    """SOFR by publication day's value date, %, 2 dp."""
    days = p.truth.days
    days = days[(days >= SOFR_START) & is_session("us_sifma", days)]
    row = p.grid.at(days)
    noise = autoregressive(rng.daily(p.seed, "sofr", p.truth.days), 0.7, 0.02)[row]
    close = p.grid.closes[p.grid.month_of[row]]
    quarter_end = (p.grid.month_of[row] % 3 == 2) & (p.truth.days[close] == days)
    value = p.truth.daily["ffr"][row] * 100 - 0.03 + noise + 0.12 * quarter_end
    return days, np.round(np.maximum(value, 0.01), 2)


def _sofr(p: Publisher) -> Prints:
    days, value = sofr(p)
    draw = rng.daily(p.seed, "sofr.revised", days, 1, "uniform")
    at = utc(shift("us_sifma", days + 1, 0), 8.0, ET)
    revised = draw < 0.002
    return p.prints(SOURCE, "SOFR", np.concatenate([days, days[revised]]), np.concatenate([at, at[revised] + np.timedelta64(390, "m")]),
                    np.concatenate([np.where(revised, np.round(value + 0.01, 2), value), value[revised]]), 2,
                    "Secured overnight financing rate", "%", "D")


def _sofr_average(p: Publisher, term: int) -> Prints:
    """Compound average over the calendar days before each date, or the index (term 0, April 2018 = 1)."""
    days, value = sofr(p)
    length = np.diff(days, append=shift("us_sifma", days[-1:] + 1, 0)).astype(np.int64)
    index = np.concatenate([[1.0], np.cumprod(1 + value / 100 * length / 360)])[:-1]
    code = f"SOFR{term}DAYAVG" if term else "SOFRINDEX"
    # an average dated D compounds to D and appears that morning
    at = utc(days, 8.0, ET)
    if not term:
        return p.prints(SOURCE, code, days, at, index, 8, "SOFR index", "index", "D")
    start = np.searchsorted(days, days - term, side="right") - 1
    kept = start >= 0
    begin = start[kept]
    gap = (days[kept] - term - days[begin]).astype(np.int64)
    opening = index[begin] * (1 + value[begin] / 100 * gap / 360)
    average = (index[kept] / opening - 1) * 360 / term * 100
    return p.prints(SOURCE, code, days[kept], at[kept], average, 5, f"{term}-day average SOFR", "%", "D")


def _claims_prints(p: Publisher, name: str, lag_days: int) -> tuple[Dates, Dates, Floats, Floats]:
    """Weeks, instants of first print, first and final values in persons."""
    chosen = p.truth.weeks >= START
    weeks, exact = p.truth.weeks[chosen], p.truth.weekly[name][chosen]
    draws = rng.daily(p.seed, f"claims.{name}", weeks, 2)
    thursday = weeks + lag_days
    open_ = is_session("us_nyse", thursday)
    at = utc(np.where(open_, thursday, thursday - 1), 8.5, ET)
    final = np.round(exact / 1000) * 1000
    first = np.round((exact + CLAIMS_ERROR * draws[:, 0] * exact / 300_000) / 1000) * 1000
    return weeks, at, first, final


def _claims(p: Publisher, name: str, code: str, lag_days: int) -> Prints:
    """Revised a week later; seasonal factors of five years in January move the past a little."""
    weeks, at, first, final = _claims_prints(p, name, lag_days)
    later = at + np.timedelta64(7, "D")
    dates, instants, values = [weeks, weeks[first != final]], [at, later[first != final]], [first, final[first != final]]
    for january in np.unique(at.astype("datetime64[Y]"))[1:]:
        factor = rng.generator(p.seed, f"claims.factors.{name}", int(january.astype(np.int64)) + 1970).standard_normal(53)
        when = at[np.searchsorted(at, january.astype("datetime64[us]") + np.timedelta64(80,
                                                                                        "D"))] if at[-1] > january + 80 else None
        if when is None:
            continue
        past = (later < when) & (weeks >= np.datetime64(january - 5, "D"))
        number = ((weeks[past] - weeks[past].astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64) // 7) % 53
        shifted = np.round((final[past] + CLAIMS_SEASON * 0.3 * factor[number] * final[past] / 300_000) / 1000) * 1000
        dates.append(weeks[past])
        instants.append(np.repeat(when, int(past.sum())))
        values.append(shifted)
    title = "Initial claims" if code == "ICSA" else "Continued claims"
    return p.prints(SOURCE, code, np.concatenate(dates), np.concatenate(instants), np.concatenate(values), 0, title, "persons",
                    "W", season="SA")


def _claims_mean(p: Publisher) -> Prints:
    """Mean of the last four weeks as known: the newest first print and three revised ones."""
    weeks, at, first, final = _claims_prints(p, "claims", 5)
    value = (first[3:] + final[2:-1] + final[1:-2] + final[:-3]) / 4
    return p.prints(SOURCE, "IC4WSA", weeks[3:], at[3:], value, 0, "Initial claims, four-week mean", "persons", "W", season="SA")


def _on_weekday(p: Publisher, weekday: int) -> tuple[Dates, NDArray[np.int64]]:
    days = p.truth.days[p.truth.days >= START]
    days = days[(days.astype(np.int64) + 3) % 7 == weekday]
    return days, p.grid.at(days)


def _assets(p: Publisher) -> Prints:
    """Assets of the Federal Reserve, Wednesdays: grow at the lower bound and in a crash, shrink slowly otherwise."""
    low = p.truth.daily["ffr"] < 0.0030
    growth = np.where(p.truth.story.inside("crash", 60), 1.6, np.where(low, 0.11, -0.04)) / 261
    log = np.cumsum(np.where(np.arange(growth.size) >= p.grid.start, growth, 0.0))
    days, row = _on_weekday(p, 2)
    noise = 0.002 * rng.daily(p.seed, "fed_assets", days)
    at = utc(shift("us_sifma", days + 1, 0), 16.5, ET)
    return p.prints(SOURCE, "WALCL", days, at, 2_240_000 * np.exp(log[row] + noise), 0, "Federal Reserve, total assets", "USD mn",
                    "W")


def _mortgage(p: Publisher) -> Prints:
    days, row = _on_weekday(p, 3)
    spread = 1.65 + 0.10 * autoregressive(rng.daily(p.seed, "mortgage", p.truth.days), 0.98, 1.0)[row]
    return p.prints(SOURCE, "MORTGAGE30US", days, utc(days, 12.0, ET), p.truth.daily["us_par_10"][row] * 100 + spread, 2,
                    "30-year fixed mortgage rate", "%", "W")


def _conditions(p: Publisher, code: str) -> Prints:
    """Financial conditions on Fridays: volatility, credit and equity stress in standard units, revised a little in the next weeks."""
    days, row = _on_weekday(p, 4)
    daily = p.truth.daily
    stress = 0.35 * np.log(daily["vix"] / 17.5) + 0.55 * np.log(daily["us_hy"] / 450)
    level = {"NFCI": -0.45, "ANFCI": -0.20, "STLFSI4": -0.15}[code] + {"NFCI": 0.75, "ANFCI": 0.65,
                                                                       "STLFSI4": 1.6}[code] * stress[row]
    draws = rng.daily(p.seed, f"conditions.{code}", days, 2)
    final = level + 0.03 * draws[:, 0]
    first = final + 0.015 * draws[:, 1]
    wednesday = utc(shift("us_sifma", days + 5, 0), 8.5 if code != "STLFSI4" else 11.0, ET)
    decimals = 5 if code != "STLFSI4" else 4
    title = {"NFCI": "National financial conditions index", "ANFCI": "Adjusted financial conditions index",
             "STLFSI4": "Financial stress index"}
    return p.prints(SOURCE, code, np.concatenate([days, days]), np.concatenate([wednesday, wednesday + np.timedelta64(7, "D")]),
                    np.concatenate([first, final]), decimals, title[code], "index", "W")
