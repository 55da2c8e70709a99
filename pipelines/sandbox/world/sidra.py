"""IBGE SIDRA: tables of prices, national accounts, industry, trade, services, crops and labour, as published.

Keys are `t<table>/v<variable>/c<classification>/<category>`. Prices are never revised; the rest is overwritten by each release. What SGS
copies from IBGE has the same errors here, drawn by the same streams.

    group weights: four decimals, the largest remainders rounded up so that they sum to 100.0000
    rates of growth: ratios of the published levels as they stood at each release
    wage bill = employed × average income
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import cores, rng, vintages
from pipelines.sandbox.world.basket import GROUP_NAMES, basket
from pipelines.sandbox.world.noise import autoregressive
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Publisher, Revision

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Column = Callable[[Publisher], Floats]

SOURCE = "ibge_sidra"
GROUPS = dict(zip((7170, 7445, 7486, 7558, 7625, 7660, 7712, 7766, 7786), GROUP_NAMES, strict=True))
HEADLINE, FOOD_HOME, FOOD_AWAY = 7169, 7171, 7432
# Table of groups → its first and last month; the basket's structure changed in between.
BASKETS: Mapping[int, tuple[str, str]] = {2938: ("2009-01", "2011-12"), 1419: ("2012-01", "2019-12"), 7060: ("2020-01", "9999-12")}
NATIONAL, INDUSTRY = Revision(0.20, 0.15, (11, 12), 8), Revision(0.30, 0.15, (3,), 36)
FIRST = "2010-01"


@dataclass(frozen=True)
class _Level:
    """A revised series: column of truth, release, revision, decimals, noise stream, what it is."""

    column: Column
    release: str
    revision: Revision
    decimals: int
    noise: str
    title: str
    units: str
    frequency: str = "M"
    season: str = "NSA"
    first: str = FIRST


def _quarterly(name: str) -> Column:
    return lambda p: p.truth.quarterly[name]


def _monthly(name: str) -> Column:
    return lambda p: p.truth.monthly[name]


def _gdp(name: str, title: str, season: str = "NSA") -> _Level:
    return _Level(_quarterly(name), "gdp", NATIONAL, 2, "gdp", title, "1995 = 100", "Q", season)


def _broad_retail(p: Publisher) -> Floats:
    """Retail with vehicles, which weigh a quarter."""
    return 0.75 * p.truth.monthly["retail_nsa"] + 0.25 * p.truth.monthly["vehicles_nsa"] / 2_500


def _services(p: Publisher) -> Floats:
    return p.truth.monthly["ibcbr_nsa"] * np.exp(autoregressive(rng.monthly(p.seed, "services", p.truth.months), 0.5, 0.006))


def _income(p: Publisher) -> Floats:
    """Average real income, BRL a month: slow growth, up with the gap."""
    years = (np.arange(p.truth.months.size) - p.grid.month("2009-12")) / 12
    noise = autoregressive(rng.monthly(p.seed, "income", p.truth.months), 0.85, 0.012)
    return 2_650 * np.exp(0.006 * years + 0.004 * p.truth.monthly["gap"] + noise)


def _crop(p: Publisher) -> Floats:
    """The year's crop as estimated in each month, tonnes: an error of 5 % in January that is gone in December."""
    months = p.truth.months.astype(np.int64)
    year, left = months // 12, 1 - months % 12 / 11
    opening = (months // 12 * 12).astype("datetime64[M]")
    truth, error = (rng.monthly(p.seed, f"crop.{name}", opening) for name in ("size", "error"))
    return 150e6 * np.exp(0.045 * (year - 40) + 0.06 * truth + 0.05 * left * error)


LEVELS: Mapping[str, _Level] = {
    "t1620/v583/c11255/90707": _gdp("gdp_nsa", "GDP at market prices"),
    "t1620/v583/c11255/93404": _gdp("consumption_nsa", "Household consumption"),
    "t1620/v583/c11255/93405": _gdp("government_nsa", "Government consumption"),
    "t1620/v583/c11255/93406": _gdp("investment_nsa", "Fixed investment"),
    "t1620/v583/c11255/93407": _gdp("exports_nsa", "Exports"),
    "t1620/v583/c11255/93408": _gdp("imports_nsa", "Imports"),
    "t1621/v584/c11255/90707": _gdp("gdp_sa", "GDP at market prices, adjusted", "SA"),
    "t1846/v585/c11255/90707": _Level(_quarterly("gdp_brl"), "gdp", NATIONAL, 0, "gdp", "GDP, current prices", "BRL mn", "Q"),
    "t8888/v12606/c544/129314": _Level(_monthly("ip_nsa"), "industry", INDUSTRY, 5, "ip", "Industrial production", "2022 = 100"),
    "t8888/v12607/c544/129314": _Level(
        _monthly("ip_sa"), "industry", INDUSTRY, 5, "ip", "Industrial production, adjusted", "2022 = 100", season="SA",
    ),
    "t8880/v7169/c11046/56734": _Level(_monthly("retail_nsa"), "retail", INDUSTRY, 5, "retail", "Retail volume", "2022 = 100"),
    "t8880/v7170/c11046/56734": _Level(
        _monthly("retail_sa"), "retail", INDUSTRY, 5, "retail", "Retail volume, adjusted", "2022 = 100", season="SA",
    ),
    "t8881/v7169/c11046/56736": _Level(_broad_retail, "retail", INDUSTRY, 5, "retail", "Broad retail volume", "2022 = 100"),
    "t5906/v7167/c11046/56726": _Level(_services, "services", INDUSTRY, 5, "services", "Services volume", "2022 = 100", first="2011-01"),
    "t6588/v35": _Level(_crop, "crop", Revision(0.0), 0, "", "Crop estimate", "tonnes"),
}
# Change rates of a level: key of the level, lags of the numerator and of the denominator, whose sums are compared
CHANGES: Mapping[str, tuple[str, tuple[int, ...], tuple[int, ...]]] = {
    "t5932/v6561/c11255/90707": ("t1620/v583/c11255/90707", (0,), (4,)),
    "t5932/v6562/c11255/90707": ("t1620/v583/c11255/90707", (0, 1, 2, 3), (4, 5, 6, 7)),
    "t5932/v6564/c11255/90707": ("t1621/v584/c11255/90707", (0,), (1,)),
    "t8888/v11602/c544/129314": ("t8888/v12606/c544/129314", (0,), (12,)),
}
LABOUR = {"t6381/v4099": 1, "t6318/v1641/c629/32387": 0, "t6390/v5933": 0, "t6392/v6293": 0}
PRICES = {
    "t1737/v63": ("printed_ipca", "ipca", 2, "IPCA, change"), "t1737/v2266": ("index_ipca", "ipca", 2, "IPCA, index"),
    "t1736/v44": ("printed_inpc", "ipca", 2, "INPC, change"), "t1736/v2289": ("index_inpc", "ipca", 2, "INPC, index"),
    "t3065/v355": ("printed_ipca15", "ipca15", 2, "IPCA-15, change"), "t3065/v1117": ("index_ipca15", "ipca15", 2, "IPCA-15, index"),
}
SUMS = {"t1737/v2265": 12, "t1737/v69": 0}
FIFTEEN = tuple(f"t7062/v355/c315/{code}" for code in (HEADLINE, FOOD_HOME, FOOD_AWAY))
BASKET_KEYS = tuple(f"t{table}/v{variable}/c315/{code}" for table in BASKETS for variable in (63, 66) for code in (HEADLINE, *GROUPS))
KEYS = tuple(sorted((*LEVELS, *CHANGES, *LABOUR, *PRICES, *SUMS, *FIFTEEN, *BASKET_KEYS)))


def series(p: Publisher, key: str) -> Prints:
    """Every print of a series of `KEYS`.

    Raises:
        KeyError: another key.
    """
    if key in LEVELS:
        return _level(p, key)
    if key in CHANGES:
        return _change(p, key)
    if key in LABOUR:
        return _labour(p, key)
    if key in PRICES:
        name, release, decimals, title = PRICES[key]
        return _once(p, key, release, p.truth.monthly[name], decimals, title, "2009-01")
    if key in SUMS:
        return _once(p, key, "ipca", _compounded(p, SUMS[key]), 2, "IPCA, compounded", "2010-01")
    if key in FIFTEEN:
        return _once(p, key, "ipca15", _fifteen(p, int(key.rsplit("/", 1)[1])), 2, "IPCA-15, change", "2020-02")
    table, variable, code = (int("".join(filter(str.isdigit, part))) for part in (key.split("/")[n] for n in (0, 1, 3)))
    first, last = BASKETS[table]
    values = _weights(p) if variable == 66 else _group_changes(p)
    column = values[:, [HEADLINE, *GROUPS].index(code)]
    return _once(p, key, "ipca", column, 4 if variable == 66 else 2, "IPCA, group", first, last)


def group_weights(weights: Floats) -> Floats:
    """Weights in % with four decimals that sum to 100 exactly, shape (months, groups): the largest remainders are rounded up."""
    whole = np.floor(weights * 1e4)
    short = np.round(1e6 - whole.sum(axis=1)).astype(np.int64)
    rank = np.argsort(np.argsort(-(weights * 1e4 - whole), axis=1, kind="stable"), axis=1, kind="stable")
    return (whole + (rank < short[:, None])) / 1e4


def _weights(p: Publisher) -> Floats:
    groups = group_weights(p.truth.group_weights / p.truth.group_weights.sum(axis=1, keepdims=True) * 100)
    return np.column_stack([np.full(groups.shape[0], 100.0), groups])


def _group_changes(p: Publisher) -> Floats:
    return np.column_stack([p.truth.monthly["printed_ipca"], p.truth.groups])


def _compounded(p: Publisher, months: int) -> Floats:
    """IPCA over the last months, or since December, from published indices, %."""
    index = p.truth.monthly["index_ipca"]
    back = np.full(index.size, months) if months else np.arange(index.size) % 12 + 1
    place = np.arange(index.size) - back
    base = np.where(place >= 0, index[np.maximum(place, 0)], np.nan)
    return (index / base - 1) * 100


def _fifteen(p: Publisher, code: int) -> Floats:
    """IPCA-15 and its two parts of food, from half months of their changes as the headline's are."""
    if code == HEADLINE:
        return p.truth.monthly["printed_ipca15"]
    found = basket()
    chosen = (found.kind == cores.FOOD) if code == FOOD_HOME else ((found.group == 0) & (found.kind != cores.FOOD))
    level = np.cumprod(1 + cores.subset(p.truth.leaves, p.truth.leaf_weights, chosen) / 100)
    lean = np.diff(level, prepend=level[0]) / 4
    middle = (np.roll(level + lean, 1) + level - lean) / 2
    return (middle / np.roll(middle, 1) - 1) * 100


def _once(p: Publisher, key: str, release: str, values: Floats, decimals: int, title: str, first: str, last: str = "9999-12") -> Prints:
    months = p.truth.months
    chosen = (months >= np.datetime64(first)) & (months <= np.datetime64(last))
    return p.once(SOURCE, key, release, months[chosen], values[chosen], decimals, title, "%")


def _rows(p: Publisher, key: str) -> tuple[NDArray[np.datetime64], vintages.Rows]:
    one = LEVELS[key]
    periods = p.truth.quarters if one.frequency == "Q" else p.truth.months
    first = int(np.searchsorted(periods, np.datetime64(one.first)))
    values = one.column(p)[first:]
    return periods[first:], p.rows(key, one.release, periods[first:], values, one.decimals, one.revision, noise=one.noise or key)


def _level(p: Publisher, key: str) -> Prints:
    one, (periods, rows) = LEVELS[key], _rows(p, key)
    return p.prints(
        SOURCE, key, periods.astype("datetime64[D]")[rows.period], rows.at, rows.value, one.decimals, one.title, one.units, one.frequency,
        season=one.season,
    )


def _change(p: Publisher, key: str) -> Prints:
    """Growth of published levels, said again whenever one of them is and the printed rate moves."""
    level, above, below = CHANGES[key]
    periods, rows = _rows(p, level)
    lags = (*above, *below)
    period, at = (np.concatenate(parts) for parts in zip(*(_shifted(rows, lag, periods.size) for lag in lags), strict=True))
    kept = (period >= max(lags)) & (at >= _first_print(rows, periods.size)[period])
    period, at = period[kept], at[kept]
    order = np.lexsort((at, period))
    period, at = period[order], at[order]
    once = np.append(True, (period[1:] != period[:-1]) | (at[1:] != at[:-1]))
    period, at = period[once], at[once]
    sums = [sum(vintages.as_known(rows, period - lag, at) for lag in side) for side in (above, below)]
    value = np.round((sums[0] / sums[1] - 1) * 100, 1)
    new = np.append(True, (period[1:] != period[:-1]) | (value[1:] != value[:-1]))
    frequency = LEVELS[level].frequency
    return p.prints(SOURCE, key, periods.astype("datetime64[D]")[period[new]], at[new], value[new], 1, "Change", "%", frequency)


def _shifted(rows: vintages.Rows, lag: int, size: int) -> tuple[Ints, NDArray[np.datetime64]]:
    """Periods that a print of the period `lag` before concerns, and its instant."""
    kept = rows.period + lag < size
    return rows.period[kept] + lag, rows.at[kept]


def _first_print(rows: vintages.Rows, size: int) -> NDArray[np.datetime64]:
    out = np.full(size, vintages.NEVER)
    np.minimum.at(out, rows.period, rows.at.astype(out.dtype))
    return out


def _labour(p: Publisher, key: str) -> Prints:
    """Moving quarters from March 2012: the rate of unemployment, the employed, their income and the wage bill (BRL mn)."""
    unemployed, employed = np.round(p.truth.monthly["unemployed"]), np.round(p.truth.monthly["employed"])
    income = np.round(_income(p))
    value, title, units = {
        "t6381/v4099": (100 * unemployed / (unemployed + employed), "Unemployment rate", "%"),
        "t6318/v1641/c629/32387": (employed, "Employed", "thousand"), "t6390/v5933": (income, "Average real income", "BRL"),
        "t6392/v6293": (employed * income / 1_000, "Real wage bill", "BRL mn"),
    }[key]
    first = p.grid.month("2012-03")
    return p.once(SOURCE, key, "labour", p.truth.months[first:], value[first:], LABOUR[key], title, units)
