"""ANBIMA's curve (ETTJ) in the simulated world: Svensson's form through the day's own bonds, as parameters, vertices and errors.

Decay rates are taken from a grid, betas by least squares on zero rates at the bonds' maturities, weighted by one over the root of the
term; the pair with the least squared error stands. Zero rates are the LTN's own yields and what NTN-F and NTN-B strip to. Bonds that
are about to mature price the next print or meeting and stay out. Vertices are what the printed parameters give, cut at four decimals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from models_py.quant import bonds as nominal
from models_py.quant import ntnb, svensson
from models_py.quant.decimals import trunc
from models_py.quant.svensson import Svensson
from pipelines.sandbox.world.bond_listing import KINDS
from pipelines.sandbox.world.bond_market import LTN, NTNB, NTNF, BondMarket, Marks

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]
Ints = NDArray[np.int64]

FAST = tuple(np.round(np.geomspace(0.5, 6.0, 18), 6).tolist())
SLOW = tuple(np.round(np.geomspace(0.12, 0.9, 12), 6).tolist())
SHORTEST = {LTN: 21, NTNF: 21, NTNB: 252}  # business days: what is nearer is left out
NEAR = 252                                 # business days to the next real bond below which the first vertex is half a year
RIDGE = (1e-9, 1e-4, 1e-4, 1e-4)           # holds the betas of slopes, which few short bonds would let run away
DIGITS = 15                                # significant digits that a parameter is printed with
STEP = 126
LAST_NOMINAL, LAST_REAL = 2646, 8442       # vertices, where bonds reach so far
CIRCULAR = (21, 42, 63, 126, 252, 504, 756, 1008, 1260, 2520)


@dataclass(frozen=True)
class Missed:
    """What the yield of a bond misses the curve by, in %, 4 dp."""

    kind: str
    maturity: np.datetime64
    error: float


@dataclass(frozen=True)
class TermStructure:
    """The curve of a session. Vertices in business days with rates in %, 4 dp cut; NaN where nominal bonds do not reach."""

    day: np.datetime64
    nominal: Svensson
    real: Svensson
    vertices: Ints
    real_rate: Floats
    nominal_rate: Floats
    breakeven: Floats
    circular: Floats
    missed: Sequence[Missed]


def of_session(market: BondMarket, day: np.datetime64) -> TermStructure:
    """The curve through the marks of a session."""
    marks = market.year(int(day.astype("datetime64[Y]").astype(np.int64)) + 1970)
    row = int(np.searchsorted(marks.sessions, day))
    taken = {kind: _taken(marks, row, kind) for kind in (LTN, NTNF, NTNB)}
    zero = _zero_rates(market, marks, row, day)
    both = np.concatenate([taken[LTN], taken[NTNF]])
    pre = fit(marks.business_days[row, both], zero[both])
    real = fit(marks.business_days[row, taken[NTNB]], zero[taken[NTNB]])
    longest = {kind: int(marks.business_days[row, taken[kind]].max()) for kind in (NTNF, NTNB)}
    nearest = int(marks.business_days[row, (marks.bonds.kind == NTNB) & np.isfinite(marks.rate[row])].min())
    vertices = np.arange(STEP if nearest < NEAR else 2 * STEP, min(longest[NTNB], LAST_REAL) + 1, STEP)
    inside = vertices <= min(longest[NTNF] + STEP, LAST_NOMINAL)
    real_rate, nominal_rate = svensson.rate(real, vertices), np.where(inside, svensson.rate(pre, vertices), np.nan)
    breakeven = (1 + nominal_rate) / (1 + real_rate) - 1
    missed = [one for kind in (LTN, NTNF, NTNB) for one in _errors(marks, row, day, kind, taken[kind], real if kind == NTNB else pre)]
    cut = {name: _percent(rates) for name, rates in (("real", real_rate), ("pre", nominal_rate), ("bei", breakeven))}
    circular = _percent(svensson.rate(pre, np.array(CIRCULAR)))
    return TermStructure(day, pre, real, vertices, cut["real"], cut["pre"], cut["bei"], circular, missed)


def fit(du: Ints, zero: Floats) -> Svensson:
    """Svensson's curve through zero rates (decimal), its parameters as they are printed."""
    years = du / 252
    weight = years**-0.25
    pairs = np.array([pair for pair in product(FAST, SLOW) if pair[0] > 1.5 * pair[1]])
    near, far = pairs[:, :1] * years, pairs[:, 1:] * years
    fast, slow = -np.expm1(-near) / near, -np.expm1(-far) / far
    design = np.stack([np.ones_like(fast), fast, fast - np.exp(-near), slow - np.exp(-far)], axis=-1) * weight[:, None]
    aim = zero * weight
    square = np.swapaxes(design, 1, 2) @ design + np.diag(RIDGE)
    betas = np.linalg.solve(square, (np.swapaxes(design, 1, 2) @ aim)[..., None])[..., 0]
    misfit = (((design @ betas[..., None])[..., 0] - aim) ** 2).sum(axis=1)
    best = int(np.argmin(misfit))
    return Svensson(*(float(f"{value:.{DIGITS}g}") for value in (*betas[best], *pairs[best])))


def _taken(marks: Marks, row: int, kind: int) -> Ints:
    listed = (marks.bonds.kind == kind) & np.isfinite(marks.rate[row]) & (marks.business_days[row] >= SHORTEST[kind])
    return np.flatnonzero(listed)


def _zero_rates(market: BondMarket, marks: Marks, row: int, day: np.datetime64) -> Floats:
    """Zero rate at each maturity: the curve's, moved by what the bond yields beyond it."""
    du, out = marks.business_days[row], np.full(marks.rate.shape[1], np.nan)
    for kind in (LTN, NTNF, NTNB):
        mine = _taken(marks, row, kind)
        days = np.repeat(day, mine.size)
        curve = market.market.real_discount if kind == NTNB else market.discount
        zero = curve(days, du[mine]) ** (-252 / du[mine]) - 1
        fair = market.fair(kind, days, marks.bonds.maturity[mine], du[mine])
        out[mine] = zero + (marks.rate[row, mine] / 100 - fair)
    return out


def _errors(marks: Marks, row: int, day: np.datetime64, kind: int, mine: Ints, curve: Svensson) -> list[Missed]:
    """Yield of each bond less the yield at which its flows are worth what the curve gives."""
    days, maturity = np.repeat(day, mine.size), marks.bonds.maturity[mine]
    if kind == LTN:
        model = svensson.rate(curve, marks.business_days[row, mine])
    else:
        flows = nominal.ntnf_flows(days, maturity) if kind == NTNF else ntnb.flows(days, maturity)
        due = np.isfinite(flows.business_days) & (flows.business_days > 0)
        term = np.where(due, flows.business_days, 1.0)
        worth = np.where(due, flows.amount * (1 + svensson.rate(curve, term)) ** (-term / 252), 0.0).sum(axis=1)
        model = nominal.solve_yield(worth, flows)
    error = np.round(marks.rate[row, mine] - 100 * model, 4) + 0.0
    return [Missed(KINDS[kind], due, float(off)) for due, off in zip(maturity, error, strict=True)]


def _percent(rates: Floats) -> Floats:
    return trunc(100 * rates, 4)
