"""W4a: DI1 curves, flat forward on business days. 4,000 days of 30 vertices, read at 120 points each.

The reference is the formula day by day and point by point in plain Python; QuantLib reads the same discount factors with a
log-linear discount curve. Both peers do a sample of the days, and say so in their n.
"""

from bisect import bisect_left
from collections.abc import Iterator
from math import expm1, log1p
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models_py.kernel.settings import Settings
from models_py.quant.curve import flat_forward
from pipelines.bench.measure import absent, answered, difference, installed, row

VERTICES, POINTS, SAMPLE = 30, 120, 100
LONGEST = 2520
Array = NDArray[np.float64]


def made(seed: int, days: int) -> tuple[Array, Array, Array]:
    """Vertices (days × 30), rates (days × 30) and points (120): tenors slide by a day and rates wander."""
    random = np.random.default_rng(seed)
    base = np.sort(random.choice(np.arange(22, LONGEST - 30, 7), VERTICES - 2, replace=False))
    slid = base[None, :] - (np.arange(days) % 21)[:, None]
    tenors = np.column_stack([np.ones(days), slid, np.full(days, LONGEST)]).astype(float)
    level = 0.11 + random.normal(0, 0.0005, days).cumsum() * 0.3
    rates = level[:, None] + 0.02 * (1 - np.exp(-tenors / 500)) + random.normal(0, 0.0003, tenors.shape)
    return tenors, rates, np.unique(np.linspace(1, LONGEST, POINTS).astype(int)).astype(float)


def rows(folder: Path, seed: int, settings: Settings, days: int = 4000) -> Iterator[dict[str, Any]]:
    """Rows of W4a."""
    tenors, rates, at = made(seed, days)
    sample = slice(0, min(SAMPLE, days))

    def ours() -> Array:
        return flat_forward(tenors, rates, at)

    found, peak = answered(ours)
    plain, peak_plain = answered(lambda: _plain(tenors[sample], rates[sample], at))
    yield row("W4a DI1 flat forward", "ours", days, "curves", ours, check=difference(found[sample], plain), peak_mb=peak,
              note=f"{VERTICES} vertices, {len(at)} points")  # fmt: skip
    yield row("W4a DI1 flat forward", "plain Python", len(plain), "curves", lambda: _plain(tenors[sample], rates[sample], at),
              check="reference", peak_mb=peak_plain)  # fmt: skip
    if installed("QuantLib"):
        theirs, peak = answered(lambda: _quantlib(tenors[sample], rates[sample], at))
        yield row("W4a DI1 flat forward", "QuantLib", len(theirs), "curves", lambda: _quantlib(tenors[sample], rates[sample], at),
                  check=difference(theirs, plain), peak_mb=peak)  # fmt: skip
    else:
        yield absent("W4a DI1 flat forward", "QuantLib", "not installed")


def _plain(tenors: Array, rates: Array, at: Array) -> Array:
    wanted, answer = at.tolist(), []
    for days, annual in zip(tenors.tolist(), rates.tolist(), strict=True):
        growth = [bd * log1p(rate) for bd, rate in zip(days, annual, strict=True)]
        line = []
        for bd in wanted:
            right = min(max(bisect_left(days, bd), 1), len(days) - 1)
            if bd <= days[0]:
                line.append(annual[0])
                continue
            share = (bd - days[right - 1]) / (days[right] - days[right - 1])
            line.append(expm1((growth[right - 1] + share * (growth[right] - growth[right - 1])) / bd))
        answer.append(line)
    return np.array(answer)


def _quantlib(tenors: Array, rates: Array, at: Array) -> Array:
    import QuantLib as ql

    start = ql.Date(4, 1, 2010)
    counter, wanted = ql.Actual365Fixed(), [start + int(bd) for bd in at]
    answer = []
    for days, annual in zip(tenors, rates, strict=True):
        dates = [start, *(start + int(bd) for bd in days)]
        factors = [1.0, *((1.0 + annual) ** (-days / 252.0)).tolist()]
        curve = ql.DiscountCurve(dates, factors, counter)
        answer.append([curve.discount(day) for day in wanted])
    return np.array(answer) ** (-252.0 / at) - 1.0
