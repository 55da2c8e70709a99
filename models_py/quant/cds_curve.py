"""Hazard curve of a sovereign from CDS spreads of several terms: the hazard is constant between neighbouring terms.

Each term settles the hazard of its own segment, so that its quarterly premiums (with accrual on default, in mid-quarter) pay for
protection. Spreads and the flat rate are decimals, time is in years, hazards are continuous.

Source: O'Kane and Turnbull (2003), "Valuation of credit default swaps"; INSTRUMENTS §11.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from models_py.quant.cds import ACT_360, QUARTER, RECOVERY
from models_py.quant.checks import Floats, floats, require_rate, require_term
from models_py.quant.errors import BadCurve, BadRate

HIGHEST_HAZARD = 100.0


@dataclass(frozen=True)
class HazardCurve:
    """Hazards of the segments that end at `years`; the last one is held beyond."""

    years: Floats
    hazards: Floats
    rate: float
    recovery: float

    def survival(self, years: ArrayLike) -> Floats:
        """Q(t) = exp(-∫ λ)."""
        ends = np.r_[0.0, self.years]
        spent = np.r_[0.0, np.cumsum(self.hazards * np.diff(ends))]
        at = floats(years)
        beyond = np.maximum(at - ends[-1], 0.0) * self.hazards[-1]
        alive: Floats = np.exp(-np.interp(at, ends, spent) - beyond)
        return alive

    def par_spread(self, years: float) -> float:
        """Premium a year that pays for protection to a term."""
        pay = np.append(np.arange(QUARTER, years - 1e-9, QUARTER), years)
        start = np.r_[0.0, pay[:-1]]
        alive = self.survival(np.r_[0.0, pay])
        died = -np.diff(alive)
        middle = np.exp(-self.rate * (start + pay) / 2.0)
        annuity = ACT_360 * np.sum((pay - start) * (alive[1:] * np.exp(-self.rate * pay) + died * middle / 2.0))
        return float((1.0 - self.recovery) * np.sum(died * middle) / annuity)


def bootstrap(years: ArrayLike, spreads: ArrayLike, rate: float, recovery: float = RECOVERY) -> HazardCurve:
    """The hazard curve of spreads quoted at rising terms.

    Raises:
        BadCurve: fewer than two terms, or terms that do not rise.
        BadRate: a spread that is not positive, or that no hazard of its segment pays
            (a curve so inverted that default would have to be undone).
    """
    terms, quoted = np.atleast_1d(require_term("cds", years, "years")), np.atleast_1d(require_rate("cds", spreads))
    if terms.size < 2 or terms.shape != quoted.shape or not (np.diff(terms) > 0).all():
        raise BadCurve("cds", terms.tolist(), "needs two terms or more, that rise, and a spread each")
    interest = float(require_rate("rate", rate))
    hazards: list[float] = []
    for term, spread in zip(terms, quoted, strict=True):
        if spread <= 0:
            raise BadRate("cds", float(spread), "needs a positive spread")

        def gap(own: float, term: float = float(term), spread: float = float(spread)) -> float:
            made = HazardCurve(terms[: len(hazards) + 1], np.array([*hazards, own]), interest, recovery)
            return made.par_spread(term) - spread

        if gap(0.0) > 0 or gap(HIGHEST_HAZARD) < 0:
            raise BadRate("cds", float(spread), f"no hazard after the shorter terms pays the spread of {term:g} years")
        hazards.append(float(brentq(gap, 0.0, HIGHEST_HAZARD, xtol=1e-15)))
    return HazardCurve(terms, np.array(hazards), interest, recovery)
