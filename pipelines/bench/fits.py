"""W4b: 4,000 Svensson curves fitted to zero rates with noise of 3 bp; and 10,000 federal bonds priced in one call.

The reference of the fits is scipy's least squares on all six parameters from a fixed start, on a sample of the curves; what is compared is
the root mean squared error. The reference of the bonds is the rule in plain Python.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from models_py.kernel.settings import Settings
from models_py.quant import bonds, svensson_fit
from pipelines.bench.measure import absent, answered, difference, row

CURVES, BONDS, SAMPLE, STARTS = 4000, 10_000, 60, 1
TENORS = np.array([21, 42, 63, 126, 189, 252, 378, 504, 630, 756, 882, 1008, 1134, 1260, 1512, 1764, 2016, 2268, 2520, 3024], dtype=float)
NOISE = 3e-4
Array = NDArray[np.float64]


def made(seed: int, curves: int) -> Array:
    """Zero rates (curves × tenors): parameters wander slowly, as those of a market do, and every rate has noise of its own."""
    random = np.random.default_rng(seed)
    start = np.array([0.125, -0.01, -0.015, 0.02, np.log(1.2), np.log(0.45)])
    steps = random.normal(0, 1, (curves, 6)) * np.array([6e-4, 8e-4, 1e-3, 1e-3, 0.01, 0.01])
    path = start + 0.3 * np.cumsum(steps, axis=0)
    return _svensson(path[:, :4], np.exp(path[:, 4:]), TENORS / 252.0) + random.normal(0, NOISE, (curves, len(TENORS)))


def rows(folder: Path, seed: int, settings: Settings, curves: int = CURVES, many: int = BONDS) -> Iterator[dict[str, Any]]:
    """Rows of W4b and of the batch of bonds."""
    rates = made(seed, curves)
    sample = rates[:: max(curves // SAMPLE, 1)]
    found, peak = answered(lambda: svensson_fit.fit(TENORS, rates, starts=STARTS))
    plain, peak_plain = answered(lambda: [_scipy(one) for one in sample])
    ours = svensson_fit.fit(TENORS, sample, starts=STARTS).rmse
    check = f"rmse {found.rmse.mean() * 1e4:.3f} bp, sample {ours.mean() * 1e4:.3f}"
    yield row("W4b Svensson fits", "ours", curves, "curves", lambda: svensson_fit.fit(TENORS, rates, starts=STARTS),
              check=check, peak_mb=peak, note="one start of the grid each")  # fmt: skip
    yield row("W4b Svensson fits", "scipy least_squares", len(sample), "curves", lambda: [_scipy(one) for one in sample],
              check=f"rmse {np.mean(plain) * 1e4:.3f} bp", peak_mb=peak_plain)  # fmt: skip
    if find_spec("nelson_siegel_svensson") is None:
        yield absent("W4b Svensson fits", "nelson_siegel_svensson", "not installed")
    yield from _bonds(seed, many)


def _bonds(seed: int, many: int) -> Iterator[dict[str, Any]]:
    random = np.random.default_rng(seed)
    settled = np.datetime64("2015-01-02") + random.integers(0, 3000, many)
    maturity = (settled.astype("datetime64[Y]") + random.integers(2, 11, many)).astype("datetime64[D]")
    rate = random.uniform(0.06, 0.18, many)

    def ours() -> Array:
        return bonds.ntnf_price_batch(rate, settled, maturity).value

    found, peak = answered(ours)
    flows = bonds.ntnf_flows(settled[:SAMPLE], maturity[:SAMPLE])
    lines = zip(rate.tolist(), flows.amount.tolist(), flows.business_days.tolist(), strict=False)
    plain = [_rule(annual, amounts, times) for annual, amounts, times in lines]
    yield row("W4 NTN-F batch", "ours", many, "bonds", ours, check=difference(found[: len(plain)], plain), peak_mb=peak,
              note="days counted, flows discounted, cut at six decimals")  # fmt: skip


def _rule(annual: float, amounts: list[float], times: list[float]) -> float:
    due = [(amount, int(time)) for amount, time in zip(amounts, times, strict=True) if time == time]
    parts = [round(amount / (1.0 + annual) ** (time * 10**14 // 252 / 1e14) * 1e9) for amount, time in due]
    return sum(parts) // 1000 / 1e6


def _svensson(betas: Array, decays: Array, years: Array) -> Array:
    near, far = (decays[:, k, None] * years for k in (0, 1))
    mean, late = (1.0 - np.exp(-near)) / near, (1.0 - np.exp(-far)) / far
    parts = (np.ones_like(mean), mean, mean - np.exp(-near), late - np.exp(-far))
    curves: Array = np.sum([betas[:, k, None] * part for k, part in enumerate(parts)], axis=0)
    return curves


def _scipy(rates: Array) -> float:
    def miss(x: Array) -> Array:
        return _svensson(x[None, :4], np.exp(x[None, 4:]), TENORS / 252.0)[0] - rates

    found = least_squares(miss, np.array([rates[-1], rates[0] - rates[-1], 0.0, 0.0, np.log(1.0), np.log(0.3)]), x_scale=0.01)
    return float(np.sqrt(np.mean(found.fun**2)))
