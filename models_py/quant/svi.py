"""One smile as five numbers (raw SVI), without butterfly arbitrage.

    w(k) = a + b · (ρ · (k - m) + √((k - m)² + s²)),   k = ln(K / F),  w = σ²T

The density of the forward is g(k) times something positive, so that g ≥ 0 everywhere is what rules butterflies out; the slopes
b · (1 ± ρ) stay at 2 or below. A fit is a least squares in volatility, from fixed starts, with what would make g negative, or w lower
than that of a shorter term, added to the error until nothing is left of it. What few quotes leave open takes its shape from the
shorter term.

    g = (1 - k·w' / 2w)² - w'² / 4 · (1/w + ¼) + w''/2

Source: Gatheral and Jacquier (2014), Quantitative Finance 14; Lee (2004), Mathematical Finance 14; INSTRUMENTS §14.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import least_squares

from models_py.quant.checks import Floats, floats
from models_py.quant.errors import BadCurve

STEEPEST = 2.0              # of total variance against log-moneyness, at either end
REACH = 2.0                 # log-moneyness to either side on which arbitrage is looked for: a seventh of the forward to seven times it
POINTS = 201
TOLERANCE = 1e-9
_PENALTIES = (10.0, 1e3, 1e5, 1e7, 1e9)
_MARGIN = 1e-3
_PULL = 3e-3                # what few quotes leave open is as in the shorter term; weighs less than a hundredth of a volatility point
_ABOVE = 1.001
_STARTS = ((0.0, 1.0), (0.5, 0.5), (0.5, 2.0), (-0.5, 1.0))         # correlation, and width in deviations


class Svi(NamedTuple):
    """Parameters of total variance."""

    a: float
    b: float
    rho: float
    m: float
    s: float

    def variance(self, k: ArrayLike) -> Floats:
        """Total variance w at log-moneyness."""
        x = floats(k) - self.m
        w: Floats = self.a + self.b * (self.rho * x + np.sqrt(x**2 + self.s**2))
        return w

    def slopes(self) -> Floats:
        """How fast total variance grows far below and far above the forward: b · (1 - ρ) and b · (1 + ρ)."""
        return self.b * (1.0 + np.array([-self.rho, self.rho]))

    def density(self, k: ArrayLike) -> Floats:
        """g: the sign of the forward's density."""
        at = floats(k)
        x = at - self.m
        root = np.sqrt(x**2 + self.s**2)
        w = self.a + self.b * (self.rho * x + root)
        slope, bend = self.b * (self.rho + x / root), self.b * self.s**2 / root**3
        g: Floats = (1.0 - at * slope / (2.0 * w)) ** 2 - slope**2 / 4.0 * (1.0 / w + 0.25) + bend / 2.0
        return g


def grid(deviation: float) -> Floats:
    """Log-moneyness on which arbitrage is looked for: dense within a deviation of the forward, thinner further out."""
    reach = max(REACH, 8.0 * deviation)
    return floats(deviation * np.sinh(np.linspace(-1.0, 1.0, POINTS) * np.arcsinh(reach / deviation)))


def fit(
    k: ArrayLike, vol: ArrayLike, years: float, floor: Svi | None = None, weight: ArrayLike | None = None
) -> Svi:
    """The smile nearest to volatilities at log-moneyness, free of butterflies and nowhere below `floor`.

    Args:
        k, vol: quotes, shape (n,), n >= 3. years: T. floor: the smile of the shorter term, if there is one.
        weight: of each quote's error; equal if none is given.
    Raises:
        BadCurve: fewer than three quotes, a volatility that is not positive, or quotes no arbitrage-free smile comes near.
    """
    at, quoted = np.atleast_1d(floats(k)), np.atleast_1d(floats(vol))
    if at.size < 3 or at.shape != quoted.shape or not (np.isfinite(at).all() and (quoted > 0).all() and years > 0):
        raise BadCurve("smile", quoted.tolist(), f"needs three volatilities or more and a term, which is {years:g} years")
    importance = np.ones_like(at) if weight is None else np.broadcast_to(floats(weight), at.shape)
    middle = float(np.interp(0.0, *_sorted(at, quoted)))
    wide = grid(middle * float(np.sqrt(years)))
    lowest = _Floor(np.zeros_like(wide), np.zeros(2)) if floor is None else _Floor(floor.variance(wide), floor.slopes())
    level, reach = middle**2 * years, middle * float(np.sqrt(years))
    starts = [_packed(Svi(level * 0.5, 0.5 * level / (width * reach), rho, 0.0, width * reach), level, reach) for rho, width in _STARTS]
    if floor is not None:
        below = float(floor.variance(0.0))
        starts.insert(0, _packed(floor, below, float(np.sqrt(below))))
    shape = starts[0]
    best: tuple[float, Svi] | None = None
    if floor is not None:
        # where the quotes lie below the shorter term's, the nearest smile is hardly above it
        above = floor._replace(a=floor.a * _ABOVE, b=floor.b * _ABOVE)
        if not _arbitrage(above, wide, lowest):
            best = _miss(above, at, quoted, importance, years), above
    for first in starts:
        start = first
        for penalty in _PENALTIES:
            given = (at, quoted, importance, years, wide, lowest, penalty, level, reach, shape)
            found = least_squares(_errors, start, args=given, max_nfev=200)
            smile = _unpacked(found.x, level, reach)
            start = found.x
            if not _arbitrage(smile, wide, lowest):
                error = _miss(smile, at, quoted, importance, years)
                if best is None or error < best[0]:
                    best = error, smile
                break
    if best is None:
        raise BadCurve("smile", quoted.tolist(), "no smile without arbitrage comes near the volatilities")
    return best[1]


class _Floor(NamedTuple):
    """Total variance of the shorter term on the grid, and its slopes beyond."""

    variance: Floats
    slopes: Floats


def _miss(smile: Svi, at: Floats, quoted: Floats, importance: Floats, years: float) -> float:
    return float(np.sum((importance * (np.sqrt(smile.variance(at) / years) - quoted)) ** 2))


def _arbitrage(smile: Svi, wide: Floats, lowest: _Floor) -> bool:
    below = (smile.variance(wide) < lowest.variance - TOLERANCE).any() or (smile.slopes() < lowest.slopes - TOLERANCE).any()
    return bool(below or (smile.density(wide) < -TOLERANCE).any())


def _sorted(at: Floats, values: Floats) -> tuple[Floats, Floats]:
    order = np.argsort(at)
    return at[order], values[order]


def _packed(smile: Svi, level: float, reach: float) -> Floats:
    """Free numbers for the parameters: least variance, steepest slope, correlation, centre and width."""
    low = max(smile.a + smile.b * smile.s * np.sqrt(1.0 - smile.rho**2), 1e-3 * level)
    steep = min(smile.b * (1.0 + abs(smile.rho)) / STEEPEST, 0.95)
    return np.array([np.log(low / level), np.log(steep / (1.0 - steep)), np.arctanh(smile.rho), smile.m / reach, np.log(smile.s / reach)])


def _unpacked(x: Floats, level: float, reach: float) -> Svi:
    low, rho = level * np.exp(np.clip(x[0], -20.0, 20.0)), np.tanh(np.clip(x[2], -4.0, 4.0))
    b = STEEPEST / (1.0 + abs(rho)) / (1.0 + np.exp(-np.clip(x[1], -40.0, 40.0)))
    s = reach * np.exp(np.clip(x[4], -6.0, 4.0))
    return Svi(float(low - b * s * np.sqrt(1.0 - rho**2)), float(b), float(rho), float(reach * np.clip(x[3], -20.0, 20.0)), float(s))


def _errors(
    x: Floats, at: Floats, quoted: Floats, importance: Floats, years: float, wide: Floats, lowest: _Floor, penalty: float,
    level: float, reach: float, shape: Floats,
) -> Floats:  # fmt: skip
    smile = _unpacked(x, level, reach)
    miss = importance * (np.sqrt(np.maximum(smile.variance(at), 1e-12) / years) - quoted) * 100.0
    butterfly = np.maximum(_MARGIN - smile.density(wide), 0.0)
    below = np.maximum(lowest.variance * (1.0 + _MARGIN) - smile.variance(wide), 0.0) / level
    flatter = np.maximum(lowest.slopes * (1.0 + _MARGIN) - smile.slopes(), 0.0)
    root = np.sqrt(penalty / len(wide))
    return np.concatenate([miss, root * butterfly, root * below, np.sqrt(penalty) * flatter, _PULL * (x - shape)])
