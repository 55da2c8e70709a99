"""SGS: activity, national accounts, labour, confidence, credit and money. Overwritten at each release: SGS keeps no vintages.

Revision sizes of Brazil are choices: no public vintages exist to calibrate them. Index bases change on their real dates: IBC-Br is
2002 = 100 until January 2025 and 2022 = 100 after, the whole history reprinted with the same growth.
"""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import schedule
from pipelines.sandbox.world.noise import moving_sum
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Catalogue, Publisher, Revision
from pipelines.sandbox.world.vintages import as_known

Floats = NDArray[np.float64]

SOURCE = "bcb_sgs"
ACTIVITY = Revision(0.25, 0.12, (3,), 24)
SEASONAL = Revision(0.25, 0.20, (3,), 60)
INDUSTRY = Revision(0.30, 0.15, (3,), 36)
STOCK = Revision(0.20)
RATE = Revision(0.03, ratio=False)
#        column, release, revision, decimals, title, units, season, noise stream
MONTHLY: dict[str, tuple[str, str, Revision, int, str, str, str, str]] = {
    "21859": ("ip_nsa", "industry", INDUSTRY, 2, "Industrial production, total", "2012 = 100", "NSA", "ip"),
    "21861": ("ip_extractive_nsa", "industry", INDUSTRY, 2, "Industrial production, extractive", "2012 = 100", "NSA", "ip1"),
    "21862": ("ip_manufacturing_nsa", "industry", INDUSTRY, 2, "Industrial production, manufacturing", "2012 = 100", "NSA", "ip2"),
    "21863": ("ip_capital_nsa", "industry", INDUSTRY, 2, "Industrial production, capital goods", "2012 = 100", "NSA", "ip3"),
    "21864": ("ip_intermediate_nsa", "industry", INDUSTRY, 2, "Industrial production, intermediate goods", "2012 = 100", "NSA", "ip4"),
    "21865": ("ip_consumer_nsa", "industry", INDUSTRY, 2, "Industrial production, consumer goods", "2012 = 100", "NSA", "ip5"),
    "21866": ("ip_durable_nsa", "industry", INDUSTRY, 2, "Industrial production, consumer durables", "2012 = 100", "NSA", "ip6"),
    "21867": ("ip_nondurable_nsa", "industry", INDUSTRY, 2, "Industrial production, semi and non-durables", "2012 = 100", "NSA", "ip7"),
    "21868": ("ip_construction_nsa", "industry", INDUSTRY, 2, "Industrial production, construction inputs", "2012 = 100", "NSA", "ip8"),
    "28503": ("ip_sa", "industry", INDUSTRY, 2, "Industrial production, total, adjusted", "2022 = 100", "SA", "ip"),
    "28506": ("ip_capital_sa", "industry", INDUSTRY, 2, "Industrial production, capital goods, adjusted", "2022 = 100", "SA", "ip3"),
    "28507": ("ip_intermediate_sa", "industry", INDUSTRY, 2, "Industrial production, intermediate goods, adjusted", "2022 = 100", "SA",
              "ip4"),
    "1455": ("retail_nsa", "retail", INDUSTRY, 2, "Retail sales volume", "2022 = 100", "NSA", "retail"),
    "28473": ("retail_sa", "retail", INDUSTRY, 2, "Retail sales volume, adjusted", "2022 = 100", "SA", "retail"),
    "28763": ("formal_jobs", "jobs", Revision(4.0, ratio=False), 3, "Formal jobs, balance", "thousand", "NSA", "jobs"),
    "20631": ("credit_granted", "credit", STOCK, 0, "New credit operations", "BRL mn", "NSA", "granted"),
    "21082": ("credit_npl_total", "credit", RATE, 2, "Delinquency above 90 days, total", "%", "NSA", "npl"),
    "21083": ("credit_npl_pj", "credit", RATE, 2, "Delinquency, corporates", "%", "NSA", "npl1"),
    "21084": ("credit_npl_pf", "credit", RATE, 2, "Delinquency, households", "%", "NSA", "npl2"),
    "21085": ("credit_npl_free", "credit", RATE, 2, "Delinquency, non-earmarked", "%", "NSA", "npl3"),
    "21086": ("credit_npl_free_pj", "credit", RATE, 2, "Delinquency, non-earmarked corporates", "%", "NSA", "npl4"),
    "21112": ("credit_npl_free_pf", "credit", RATE, 2, "Delinquency, non-earmarked households", "%", "NSA", "npl5"),
    "20714": ("credit_rate_total", "credit", RATE, 2, "Lending rate, total", "% a year", "NSA", "rate"),
    "20715": ("credit_rate_pj", "credit", RATE, 2, "Lending rate, corporates", "% a year", "NSA", "rate1"),
    "20716": ("credit_rate_pf", "credit", RATE, 2, "Lending rate, households", "% a year", "NSA", "rate2"),
    "20717": ("credit_rate_free", "credit", RATE, 2, "Lending rate, non-earmarked", "% a year", "NSA", "rate3"),
    "20718": ("credit_rate_free_pj", "credit", RATE, 2, "Lending rate, non-earmarked corporates", "% a year", "NSA", "rate4"),
    "20740": ("credit_rate_free_pf", "credit", RATE, 2, "Lending rate, non-earmarked households", "% a year", "NSA", "rate5"),
    "20783": ("credit_spread_total", "credit", RATE, 2, "Credit spread, total", "pp", "NSA", "spread"),
    "20786": ("credit_spread_free", "credit", RATE, 2, "Credit spread, non-earmarked", "pp", "NSA", "spread1"),
    "20622": ("credit_credit_gdp", "credit", RATE, 2, "Credit to GDP", "% of GDP", "NSA", "gdp"),
    "20623": ("credit_credit_gdp_pj", "credit", RATE, 2, "Credit to GDP, corporates", "% of GDP", "NSA", "gdp1"),
    "20624": ("credit_credit_gdp_pf", "credit", RATE, 2, "Credit to GDP, households", "% of GDP", "NSA", "gdp2"),
    "29037": ("credit_debt_income", "household_debt", RATE, 2, "Household debt to income", "%", "NSA", "household"),
    "29034": ("credit_debt_service", "household_debt", RATE, 2, "Household debt service to income", "%", "SA", "household1"),
    "4380": ("gdp_brl", "gdp_month", Revision(0.3, 0.2, (9,), 24), 1, "Monthly GDP, current prices", "BRL mn", "NSA", "gdp"),
    "27574": ("commodity_brl", "commodities", Revision(0.05), 2, "IC-Br, commodity index in BRL", "2005 = 100", "NSA", "icbr"),
}
#        column, release, decimals, scale, title, units: never revised
PLAIN: dict[str, tuple[str, str, int, float, str, str]] = {
    "4393": ("consumer", "confidence", 2, 1.0, "Consumer confidence", "index"),
    "4394": ("consumer_now", "confidence", 2, 1.0, "Consumer confidence, current conditions", "index"),
    "4395": ("consumer_ahead", "confidence", 2, 1.0, "Consumer confidence, expectations", "index"),
    "7341": ("industry", "confidence", 1, 1.0, "Industry confidence", "index"),
    "7342": ("industry_now", "confidence", 1, 1.0, "Industry confidence, current conditions", "index"),
    "7343": ("industry_ahead", "confidence", 1, 1.0, "Industry confidence, expectations", "index"),
    "1344": ("capacity", "confidence", 1, 1.0, "Capacity utilisation, manufacturing", "%"),
    "1378": ("vehicles_nsa", "vehicles", 0, 1.0, "Vehicle production", "units"),
    "1406": ("electricity_nsa", "electricity", 0, 1.0, "Electricity consumption", "GWh"),
    "1788": ("credit_money_base", "money", 0, 1000.0, "Monetary base, end of period", "BRL thousand"),
    "27791": ("credit_money_m1", "money", 0, 1000.0, "M1, end of period", "BRL thousand"),
    "27810": ("credit_money_m2", "money", 0, 1000.0, "M2, end of period", "BRL thousand"),
    "27813": ("credit_money_m3", "money", 0, 1000.0, "M3, end of period", "BRL thousand"),
    "27815": ("credit_money_m4", "money", 0, 1000.0, "M4, end of period", "BRL thousand"),
}
#               parts that the source adds up
STOCKS = {"20540": ("free_pj", "directed_pj"), "20541": ("free_pf", "directed_pf"), "20542": ("free_pj", "free_pf"),
          "20593": ("directed_pj", "directed_pf"), "20539": ("free_pj", "free_pf", "directed_pj", "directed_pf")}
STOCK_TITLES = {"20539": "total", "20540": "corporates", "20541": "households", "20542": "non-earmarked", "20593": "earmarked"}
QUARTERLY = {"22099": ("gdp_nsa", "GDP, volume"), "22109": ("gdp_sa", "GDP, volume, adjusted"),
             "22100": ("consumption_nsa", "Household consumption"),
             "22101": ("government_nsa", "Government consumption"), "22102": ("investment_nsa", "Fixed investment"),
             "22103": ("exports_nsa", "Exports"), "22104": ("imports_nsa", "Imports"), "22087": ("construction_nsa", "Construction")}
IBCBR_REBASED, IBCBR_OLD_FACTOR = np.datetime64("2025-01"), 1.46
FIRST = "2010-01"


def catalogue(p: Publisher) -> Catalogue:
    """Series of this module by code."""
    out: Catalogue = {code: partial(_monthly, p, code) for code in MONTHLY}
    out |= {code: partial(_plain, p, code) for code in PLAIN}
    out |= {code: partial(_stock, p, code) for code in STOCKS}
    out |= {code: partial(_quarterly, p, code) for code in QUARTERLY}
    out |= {code: partial(_labour, p, code) for code in ("24369", "24378", "24379", "24380")}
    out |= {"24363": partial(_ibcbr, p, "24363"), "24364": partial(_ibcbr, p, "24364")}
    out |= {code: partial(_gdp_value, p, code) for code in ("4382", "4385", "4192", "7326", "1207")}
    return out


def _column(p: Publisher, name: str) -> Floats:
    if name == "commodity_brl":
        log = p.truth.monthly["commodity_index_log"]
        return 130 * np.exp(log - log[p.grid.month("2009-12")])
    return p.truth.monthly[name]


def _monthly(p: Publisher, code: str) -> Prints:
    name, release, revision, decimals, title, units, season, noise = MONTHLY[code]
    first = p.grid.month(FIRST)
    return p.revised(SOURCE, code, release, p.truth.months[first:], _column(p, name)[first:], decimals, title, units, revision, noise=noise,
                     season=season)


def _plain(p: Publisher, code: str) -> Prints:
    name, release, decimals, scale, title, units = PLAIN[code]
    first = p.grid.month(FIRST)
    return p.once(SOURCE, code, release, p.truth.months[first:], p.truth.monthly[name][first:] * scale, decimals, title, units)


def _stock(p: Publisher, code: str) -> Prints:
    """Credit stocks: each part is revised, and a total is the sum of its parts in every release."""
    first = p.grid.month(FIRST)
    months = p.truth.months[first:]
    parts = [(p.rows(part, "credit", months, p.truth.monthly[f"credit_stock_{part}"][first:], 0, STOCK, noise=f"stock.{part}"), 1.0)
             for part in STOCKS[code]]
    rows = p.total(parts)
    return p.prints(SOURCE, code, months.astype("datetime64[D]")[rows.period], rows.at, rows.value, 0,
                    f"Credit outstanding, {STOCK_TITLES[code]}", "BRL mn", "M")


def _ibcbr(p: Publisher, code: str) -> Prints:
    """IBC-Br: revised over 24 months, adjusted series over five years; all of it reprinted on the new base in 2025."""
    name, revision, season = ("ibcbr_nsa", ACTIVITY, "NSA") if code == "24363" else ("ibcbr_sa", SEASONAL, "SA")
    first = p.grid.month(FIRST)
    months, truth = p.truth.months[first:], p.truth.monthly[name][first:]
    at = schedule.published(p.seed, "ibcbr", months)
    rows = p.rows(code, "ibcbr", months, truth, 8, revision, noise="ibcbr")
    rebased = at[np.searchsorted(months, IBCBR_REBASED)] if months[-1] >= IBCBR_REBASED else np.datetime64("9999-01-01", "us")
    before = rows.at < rebased
    old = np.where(before, rows.value * IBCBR_OLD_FACTOR, rows.value)
    dates = months.astype("datetime64[D]")
    known = np.setdiff1d(np.flatnonzero(at < rebased), rows.period[rows.at == rebased])
    if rebased > p.end:
        known = known[:0]
    again = as_known(rows, known, np.repeat(rebased, known.size))
    title = "IBC-Br" if code == "24363" else "IBC-Br, adjusted"
    return p.prints(
        SOURCE, code, np.concatenate([dates[rows.period], dates[known]]), np.concatenate([rows.at, np.repeat(rebased, known.size)]),
        np.concatenate([old, again]), 2, title, "2022 = 100 (2002 = 100 before 2025)", "M", season=season,
    )


def _quarterly(p: Publisher, code: str) -> Prints:
    name, title = QUARTERLY[code]
    quarters = p.truth.quarters
    first = int(np.searchsorted(quarters, np.datetime64(FIRST)))
    return p.revised(SOURCE, code, "gdp", quarters[first:], p.truth.quarterly[name][first:], 2, title, "1995 = 100",
                     Revision(0.20, 0.15, (11, 12), 8), "Q", noise="gdp", season="SA" if name.endswith("_sa") else "NSA")


def _labour(p: Publisher, code: str) -> Prints:
    """Labour force = employed + unemployed in thousands; the rate is their printed ratio. The first quarter ends in March 2012."""
    first = p.grid.month("2012-03")
    months = p.truth.months[first:]
    unemployed = np.round(p.truth.monthly["unemployed"][first:])
    employed = np.round(p.truth.monthly["employed"][first:])
    force = employed + unemployed
    value, decimals, title, units = {
        "24378": (force, 0, "Labour force", "thousand"), "24379": (employed, 0, "Employed", "thousand"),
        "24380": (unemployed, 0, "Unemployed", "thousand"), "24369": (100 * unemployed / force, 1, "Unemployment rate", "%"),
    }[code]
    return p.once(SOURCE, code, "labour", months, value, decimals, title, units)


def _gdp_value(p: Publisher, code: str) -> Prints:
    """GDP of twelve months in BRL (4382) and USD (4192), of the month in USD (4385), annual growth (7326) and level (1207)."""
    gdp = p.truth.monthly["gdp_brl"]
    fx = np.exp(p.truth.monthly["fx_mean"] / 100)
    first = p.grid.month(FIRST)
    months = p.truth.months[first:]
    if code in ("7326", "1207"):
        volume = p.truth.quarterly["gdp_nsa"]
        years = volume.size // 4
        mean = volume[: years * 4].reshape(years, 4).mean(axis=1)
        growth = np.append(np.nan, (mean[1:] / mean[:-1] - 1) * 100)
        total = p.truth.quarterly["gdp_brl"][: years * 4].reshape(years, 4).sum(axis=1) * 1e6
        value = growth if code == "7326" else total
        quarter = (p.truth.months[0] + np.arange(years).astype("timedelta64[M]") * 12) + 9
        kept = np.arange(years) >= 5
        at = schedule.published(p.seed, "gdp", quarter)[kept]
        dates = (quarter - 9)[kept].astype("datetime64[D]")
        return p.prints(SOURCE, code, dates, at, value[kept], 2 if code == "7326" else 0,
                        "GDP, real growth" if code == "7326" else "GDP, current prices", "%" if code == "7326" else "BRL", "A")
    value, title, units = {
        "4382": (moving_sum(gdp, 12), "GDP, twelve months", "BRL mn"), "4385": (gdp / fx, "Monthly GDP in USD", "USD mn"),
        "4192": (moving_sum(gdp / fx, 12), "GDP, twelve months, in USD", "USD mn"),
    }[code]
    return p.revised(SOURCE, code, "gdp_month", months, value[first:], 1, title, units, Revision(0.3, 0.2, (9,), 24), noise="gdp")
