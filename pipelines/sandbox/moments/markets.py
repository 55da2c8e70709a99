"""Daily moments: volatility, shape, memory, correlations, components and levels of market series."""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.moments.published import DI_NODES, PUBLISHED, REAL_NODES, TRUE, Daily, Published
from pipelines.sandbox.moments.statistics import (
    SESSIONS,
    autocorrelation,
    clustering,
    component_shares,
    excess_kurtosis,
    last_on,
    maximum_drawdown,
    skewness,
    variance_ratio,
    wednesdays,
)

Floats = NDArray[np.float64]

SERIES = (*PUBLISHED, "di252", "di1260", "rr1260", "bei1260", *TRUE)
UST_NODES = ("DGS3MO", "DGS1", "DGS2", "DGS3", "DGS5", "DGS7", "DGS10", "DGS30")
TO_2020 = np.datetime64("2020-10-30")          # CDS history ends


def _window(name: str, series: Daily) -> Daily:
    if name != "cds":
        return series
    kept = series.dates <= TO_2020
    return Daily(series.dates[kept], series.level[kept], series.kind)


def measure(p: Published) -> dict[str, float]:
    """Every moment of daily series, by id."""
    series = {name: _window(name, p.daily(name)) for name in SERIES}
    out: dict[str, float] = {}
    for name, found in series.items():
        out |= _shape(name, found)
    out |= _levels(p, series)
    names = list(series)
    for left in names:
        for right in names:
            if left != right:
                out |= _pair(left, right, series[left], series[right])
    return out | _components(p)


def _shape(name: str, series: Daily) -> dict[str, float]:
    change = np.diff(series.at(series.dates))
    out = {
        "vol": float(change.std() * np.sqrt(SESSIONS)), "ac1": autocorrelation(change, 1), "skew": skewness(change),
        "exkurt": excess_kurtosis(change), "acabs5": clustering(change), "vr21": variance_ratio(change),
    }
    if series.kind == "log":
        out["maxdd"] = maximum_drawdown(series.level)
        years = (series.dates[-1] - series.dates[0]).astype(np.int64) / 365.25
        out["drift"] = float(100 * np.log(series.level[-1] / series.level[0]) / years)
        out["max_min"] = float(series.level.max() / series.level.min())
    return {f"{name}_{moment}": value for moment, value in out.items()}


def _levels(p: Published, series: dict[str, Daily]) -> dict[str, float]:
    out: dict[str, float] = {}
    slopes = {"br_slope": (series["di252"], series["di1260"]), "us_slope": (series["ust2"], series["ust10"])}
    levels = {name: (found.level, found.level) for name, found in series.items()}
    for name, (short, long) in slopes.items():
        common = np.intersect1d(short.dates, long.dates)
        spread = (long.at(common) - short.at(common)) / 100
        levels[name] = (spread, spread)
    for name, (level, _) in levels.items():
        out |= {f"{name}_mean": float(level.mean()), f"{name}_median": float(np.median(level)), f"{name}_sd": float(level.std()),
                f"{name}_p95": float(np.percentile(level, 95)), f"{name}_min": float(level.min()), f"{name}_max": float(level.max())}
        if (level > 0).all():
            out |= {f"{name}_ac21": autocorrelation(np.log(level), 21), f"{name}_ac63": autocorrelation(np.log(level), 63)}
    return out


def _pair(left: str, right: str, x: Daily, y: Daily) -> dict[str, float]:
    common = np.intersect1d(x.dates, y.dates)
    daily = np.corrcoef(np.diff(x.at(common)), np.diff(y.at(common)))[0, 1]
    weeks = wednesdays(common)
    a, b = last_on(common, x.at(common), weeks), last_on(common, y.at(common), weeks)
    return {f"corr_d_{left}_{right}": float(daily), f"corr_w_{left}_{right}": float(np.corrcoef(np.diff(a), np.diff(b))[0, 1])}


def _components(p: Published) -> dict[str, float]:
    sets: dict[str, list[Daily]] = {
        "ust": [Daily(found.source_date, found.value, "bp") for found in (p.latest("fred", code) for code in UST_NODES)],
        "di": [p.curve[f"di{node}"] for node in DI_NODES],
        "rr": [p.curve[f"rr{node}"] for node in REAL_NODES],
    }
    out: dict[str, float] = {}
    for name, members in sets.items():
        common = members[0].dates
        for member in members[1:]:
            common = np.intersect1d(common, member.dates)
        table = np.stack([member.at(common) for member in members], axis=1)
        weeks = np.searchsorted(common, wednesdays(common), side="right") - 1
        for label, changes in (("d", np.diff(table, axis=0)), ("w", np.diff(table[weeks], axis=0))):
            shares = component_shares(changes)
            out |= {f"pca_{name}_{label}_pc{i + 1}": float(shares[i]) for i in range(3)}
    return out
