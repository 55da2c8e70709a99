"""FRED, monthly and quarterly series with the vintages they really have: reprints of the next releases, seasonal factors, benchmarks.

Sizes are real first-print-to-later revisions of 2010-2019. Payrolls are private plus government; nominal consumption is the printed real
times the printed deflator; a benchmark each February moves the level of the past year's March and is spread over the twelve months
before it.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng, schedule
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Catalogue, Publisher, Revision
from pipelines.sandbox.world.vintages import Rows, as_known

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]

SOURCE = "fred"
FIRST, FIRST_PRICES = "2010-01", "2009-01"
FACTORS = Revision(0.0, 0.073, (2,), 60)
CONSUMER = Revision(0.024, 0.030, (9,), 60)
#           truth column, release, revision, decimals, title, units, season, noise stream
SERIES: dict[str, tuple[str, str, Revision, int, str, str, str, str]] = {
    "CPIAUCSL": ("us_cpi", "cpi", FACTORS, 3, "Consumer prices, all items", "1982-84 = 100", "SA", "cpi"),
    "CPIAUCNS": ("us_cpi_nsa", "cpi", Revision(0.0), 3, "Consumer prices, all items", "1982-84 = 100", "NSA", ""),
    "CPILFESL": ("us_cpi_core", "cpi", Revision(0.0, 0.055, (2,), 60), 3, "Consumer prices, food and energy excluded",
                 "1982-84 = 100", "SA", "core"),
    "CPIUFDSL": ("us_cpi_food", "cpi", FACTORS, 3, "Consumer prices, food", "1982-84 = 100", "SA", "food"),
    "CPIENGSL": ("us_cpi_energy", "cpi", Revision(0.0, 0.30, (2,), 60), 3, "Consumer prices, energy", "1982-84 = 100", "SA",
                 "energy"),
    "PPIFIS": ("us_producer", "producer", Revision(0.10, 0.05, (2,), 60), 3, "Producer prices, final demand", "Nov 2009 = 100",
               "SA", "ppi"),
    "PCEPI": ("us_pce_prices", "income", CONSUMER, 3, "Consumption prices", "2017 = 100", "SA", "pcepi"),
    "PCEPILFE": ("us_pce_core", "income", CONSUMER, 3, "Consumption prices, food and energy excluded", "2017 = 100", "SA",
                 "pcepilfe"),
    "PCEC96": ("us_real_pce", "income", Revision(0.122, 0.090, (9,), 60), 1, "Real consumption", "USD bn, 2017", "SA", "rpce"),
    "PI": ("us_income", "income", Revision(0.14, 0.20, (9,), 60), 1, "Personal income", "USD bn", "SA", "income"),
    "PSAVERT": ("us_saving", "income", Revision(0.15, 0.30, (9,), 60, ratio=False), 1, "Saving rate", "%", "SA", "saving"),
    "INDPRO": ("us_ip", "industry_us", Revision(0.258, 0.110, (6,), 60), 4, "Industrial production", "2017 = 100", "SA", "ip"),
    "TCU": ("us_capacity", "industry_us", Revision(0.15, 0.20, (6,), 60, ratio=False), 4, "Capacity utilisation", "%", "SA",
            "tcu"),
    "RSAFS": ("us_retail_food", "retail_us", Revision(0.243, 0.280, (4,), 60), 0, "Retail and food services", "USD mn", "SA",
              "retail"),
    "RSXFS": ("us_retail", "retail_us", Revision(0.243, 0.280, (4,), 60), 0, "Retail trade", "USD mn", "SA", "retail"),
    "DGORDER": ("us_durables", "durables", Revision(0.70, 1.10, (5,), 60), 0, "Durable goods orders", "USD mn", "SA", "durables"),
    "NEWORDER": ("us_core_orders", "durables", Revision(0.50, 0.70, (5,), 60), 0, "Core capital goods orders", "USD mn", "SA",
                 "orders"),
    "HOUST": ("us_starts", "housing", Revision(2.4, 1.2, (5,), 24), 0, "Housing starts", "thousand a year", "SA", "starts"),
    "PERMIT": ("us_permits", "housing", Revision(0.8, 0.9, (5,), 24), 0, "Building permits", "thousand a year", "SA", "permits"),
    "HSN1F": ("us_new_homes", "new_homes", Revision(4.0, 1.5, (5,), 24), 0, "New houses sold", "thousand a year", "SA", "homes"),
    "UMCSENT": ("us_sentiment", "sentiment", Revision(0.0), 1, "Consumer sentiment", "1966 = 100", "NSA", ""),
    "MICH": ("us_household_inflation", "sentiment", Revision(0.0), 1, "Expected inflation, one year", "%", "NSA", ""),
    "CFNAI": ("us_cfnai", "cfnai", Revision(0.15, 0.05, (2,), 36, ratio=False), 2, "National activity index", "index", "SA",
              "cfnai"),
    "M2SL": ("us_m2", "money_us", Revision(0.05, 0.15, (2,), 60), 1, "M2", "USD bn", "SA", "m2"),
    "JTSJOL": ("us_openings", "openings", Revision(1.4, 0.8, (3,), 60), 0, "Job openings", "thousand", "SA", "jolts"),
    "JTSQUR": ("us_quits", "openings", Revision(0.05, 0.03, (3,), 60, ratio=False), 1, "Quits rate", "%", "SA", "quits"),
    "UNRATE": ("us_unemployment", "jobs_us", Revision(0.0, 0.050, (1,), 60, ratio=False), 1, "Unemployment rate", "%", "SA",
               "unrate"),
    "U6RATE": ("us_underemployment", "jobs_us", Revision(0.0, 0.06, (1,), 60, ratio=False), 1, "Unemployment and underemployment",
               "%", "SA", "u6"),
    "CIVPART": ("us_participation", "jobs_us", Revision(0.0, 0.02, (1,), 60, ratio=False), 1, "Participation rate", "%", "SA",
                "part"),
    "CES0500000003": ("us_wage", "jobs_us", Revision(0.072, 0.050, (2,), 60), 2, "Average hourly earnings", "USD", "SA", "wage"),
    "AWHAETP": ("us_hours", "jobs_us", Revision(0.04, 0.02, (2,), 60, ratio=False), 1, "Average weekly hours", "hours", "SA",
                "hours"),
}
COMMODITIES = {"PCOPPUSDM": ("copper", 2204.6, "Copper", "USD per tonne"), "PIORECRUSDM": ("iron", 1.0, "Iron ore", "USD per tonne"),
               "PSOYBUSDM": ("soy", 0.3674, "Soybeans", "USD per tonne"), "PSUGAISAUSDM": ("sugar", 1.0, "Sugar", "US cents per pound"),
               "PCOFFOTMUSDM": ("coffee", 1.0, "Coffee, other milds", "US cents per pound")}
PAYROLL_ERROR, BENCHMARK = 26.0, 307.0
GDP_STEPS = ("gdp_us_second", "gdp_us_third")
GDP_REVISION = Revision(0.11, 0.10, (), 20, by_release=(1.0, 0.45, 0.0))


def catalogue(p: Publisher) -> Catalogue:
    """Series of this module by code."""
    out: Catalogue = {code: partial(_series, p, code) for code in SERIES}
    out |= {code: partial(_commodity, p, code) for code in COMMODITIES}
    out |= {code: partial(_payrolls, p, code) for code in ("PAYEMS", "USPRIV", "USGOVT")}
    out |= {code: partial(_accounts, p, code) for code in ("GDPC1", "GDPDEF", "GDP", "A191RL1Q225SBEA")}
    return out | {"EMRATIO": partial(_employment_ratio, p), "PCE": partial(_consumption, p), "USREC": partial(_recession, p)}


def _first(p: Publisher, release: str) -> int:
    return p.grid.month(FIRST_PRICES if release == "cpi" else FIRST)


def _rows(p: Publisher, code: str, decimals: int | None = None) -> tuple[Dates, Rows]:
    name, release, revision, places, _, _, _, noise = SERIES[code]
    first = _first(p, release)
    months = p.truth.months[first:]
    return months, p.rows(code, release, months, p.truth.monthly[name][first:], places if decimals is None else decimals,
                          revision,
                          noise=f"fred.{noise or code}")


def _series(p: Publisher, code: str) -> Prints:
    name, release, revision, decimals, title, units, season, noise = SERIES[code]
    first = _first(p, release)
    months, truth = p.truth.months[first:], p.truth.monthly[name][first:]
    if revision.first == 0 and revision.annual == 0:
        return p.once(SOURCE, code, release, months, truth, decimals, title, units, season=season)
    return p.revised(SOURCE, code, release, months, truth, decimals, title, units, revision, noise=f"fred.{noise}", season=season)


def _show(p: Publisher, code: str, periods: Dates, rows: Rows, decimals: int, title: str, units: str,
          frequency: str = "M") -> Prints:
    return p.prints(SOURCE, code, periods.astype("datetime64[D]")[rows.period], rows.at, rows.value, decimals, title, units,
                    frequency, season="SA")


def _product(p: Publisher, left: Rows, right: Rows, scale: float) -> Rows:
    """Rows of a product of two printed series, at every instant of either."""
    both = p.total([(left, 1.0), (right, 1.0)])
    return Rows(both.period, both.at, as_known(left, both.period, both.at) * as_known(right, both.period, both.at) * scale)


def _consumption(p: Publisher) -> Prints:
    months, real = _rows(p, "PCEC96")
    _, prices = _rows(p, "PCEPI")
    return _show(p, "PCE", months, _product(p, real, prices, 0.01), 1, "Personal consumption", "USD bn")


def _employment_ratio(p: Publisher) -> Prints:
    """Employment to population = participation × (1 − unemployment), before rounding of either."""
    months, participation = _rows(p, "CIVPART", 6)
    _, unemployment = _rows(p, "UNRATE", 6)
    employed = Rows(unemployment.period, unemployment.at, 100 - unemployment.value)
    return _show(p, "EMRATIO", months, _product(p, participation, employed, 0.01), 1, "Employment-population ratio", "%")


def _payroll_rows(p: Publisher, name: str) -> Rows:
    first = p.grid.month(FIRST)
    months, truth = p.truth.months[first:], p.truth.monthly[f"us_{name}"][first:]
    size = PAYROLL_ERROR if name == "private" else 5.0
    wedge = _benchmarks(p) if name == "private" else None
    return p.rows(name, "jobs_us", months, truth, 0, Revision(size, 9.0 if name == "private" else 2.0, (2,), 60, ratio=False),
                  noise=f"fred.payrolls.{name}", wedge=wedge)


def _benchmarks(p: Publisher) -> Callable[[Dates, NDArray[np.int64], Dates], Floats]:
    """What benchmarks still to come will take out of a month's level: from the March two years before, over twelve months, then whole."""
    years = np.arange(2011, p.grid.until.year + 4)
    size = np.array([BENCHMARK * rng.generator(p.seed, "payrolls.benchmark", int(year)).standard_normal() for year in years])
    january = np.array([f"{year}-01" for year in years], "datetime64[M]")
    day = schedule.published(p.seed, "jobs_us", january)

    def wedge(periods: Dates, where: NDArray[np.int64], when: Dates) -> Floats:
        month = periods[where].astype("datetime64[M]")
        out = np.zeros(where.size)
        for year, amount, instant in zip(years, size, day, strict=True):
            grown = (month - np.datetime64(f"{year - 2}-03", "M")).astype(np.int64) / 12
            out += np.where(when < instant, amount * np.clip(grown, 0, 1), 0.0)
        return out

    return wedge


def _payrolls(p: Publisher, code: str) -> Prints:
    members = {"PAYEMS": ("private", "public"), "USPRIV": ("private",), "USGOVT": ("public",)}[code]
    rows = p.total([(_payroll_rows(p, name), 1.0) for name in members])
    title = {"PAYEMS": "Nonfarm payrolls", "USPRIV": "Private payrolls", "USGOVT": "Government payrolls"}[code]
    return _show(p, code, p.truth.months[p.grid.month(FIRST) :], rows, 0, title, "thousand")


def _accounts(p: Publisher, code: str) -> Prints:
    """GDP: advance, second and third prints, and an annual revision with the third print of the second quarter."""
    quarters = p.truth.quarters
    first = int(np.searchsorted(quarters, np.datetime64(FIRST)))
    quarters = quarters[first:]
    events = schedule.due("gdp_us_third", quarters[quarters.astype(np.int64) % 12 == 3])
    quarterly = p.truth.quarterly
    real = p.rows("GDPC1", "gdp_us", quarters, quarterly["us_real_gdp"][first:], 3, GDP_REVISION, noise="fred.gdp",
                  steps=GDP_STEPS, events=events)
    prices = p.rows("GDPDEF", "gdp_us", quarters, quarterly["us_deflator"][first:], 3,
                    Revision(0.03, 0.04, (), 20, by_release=(1.0, 0.45, 0.0)),
                    noise="fred.gdpdef", steps=GDP_STEPS, events=events)
    if code == "GDPC1":
        return _show(p, code, quarters, real, 3, "Real GDP", "USD bn, 2017, annual rate", "Q")
    if code == "GDPDEF":
        return _show(p, code, quarters, prices, 3, "GDP deflator", "2017 = 100", "Q")
    if code == "GDP":
        return _show(p, code, quarters, _product(p, real, prices, 0.01), 3, "GDP", "USD bn, annual rate", "Q")
    later = real.period > 0
    before = as_known(real, real.period[later] - 1, real.at[later])
    growth = Rows(real.period[later], real.at[later], ((real.value[later] / before) ** 4 - 1) * 100)
    return _show(p, code, quarters, growth, 1, "Real GDP, growth at annual rate", "%", "Q")


def _commodity(p: Publisher, code: str) -> Prints:
    name, scale, title, units = COMMODITIES[code]
    first = p.grid.month(FIRST)
    mean = np.bincount(p.grid.month_of, p.truth.daily[name]) / np.bincount(p.grid.month_of)
    return p.once(SOURCE, code, "month_prices", p.truth.months[first:], mean[first:] * scale, 4, title, units)


def _recession(p: Publisher) -> Prints:
    """Months of recession, named a year later: the months of a crash."""
    first = p.grid.month(FIRST)
    inside = np.bincount(p.grid.month_of, p.truth.story.inside("crash", 110)) > 10
    return p.once(SOURCE, "USREC", "recession", p.truth.months[first:], inside[first:].astype(np.float64), 0, "Recession",
                  "+1 or 0")
