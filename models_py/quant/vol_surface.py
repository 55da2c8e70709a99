"""The volatility surface of the dollar: quotes by delta to smiles, and volatility at any strike and term without arbitrage.

A term is quoted as its straddle without delta (ATM), risk reversals (RR) and butterflies (BF):

    σ_call = ATM + BF + RR / 2,   σ_put = ATM + BF - RR / 2        RR > 0: dollar calls are dear, as usual against the real

Each term is one SVI smile, fitted from the shortest on so that total variance never falls with the term at equal moneyness K / F.
Between terms total variance is linear in time at equal moneyness; before the first term its volatility is held, beyond the last the
forward variance of the last two.

Source: INSTRUMENTS §14; Gatheral and Jacquier (2014), Quantitative Finance 14.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant import fx_delta, svi
from models_py.quant.checks import Floats, floats, require_price, require_term
from models_py.quant.errors import BadCurve

YEAR = 252.0


@dataclass(frozen=True)
class Quote:
    """One term as quoted: volatilities are decimals, wings are (delta, RR, BF), such as (0.25, 0.02, 0.003)."""

    tenor_bd: float
    atm: float
    wings: tuple[tuple[float, float, float], ...]

    def points(self, *, premium_adjusted: bool = False, dollar_discount: float = 1.0) -> tuple[Floats, Floats]:
        """Log-moneyness and volatility of the straddle, and of the call and put of each wing, from the lowest strike up."""
        kind = {"premium_adjusted": premium_adjusted}
        k = [float(np.log(fx_delta.atm_strike(1.0, self.tenor_bd, self.atm, **kind)))]
        vols = [self.atm]
        for delta, reversal, fly in self.wings:
            for sign in (1.0, -1.0):
                vol = self.atm + fly + sign * reversal / 2.0
                terms = (sign * delta, 1.0, self.tenor_bd, vol)
                k.append(float(np.log(fx_delta.strike_of(*terms, is_call=sign > 0, dollar_discount=dollar_discount, **kind))))
                vols.append(vol)
        order = np.argsort(k)
        return np.array(k)[order], np.array(vols)[order]


@dataclass(frozen=True)
class Surface:
    """Smiles by term, from the shortest."""

    tenor_bd: Floats
    smiles: tuple[svi.Svi, ...]

    def variance(self, k: ArrayLike, tenor_bd: ArrayLike) -> Floats:
        """Total variance σ²T at log-moneyness and term."""
        at, term = np.broadcast_arrays(floats(k), require_term("vol surface", tenor_bd, "tenor_bd"))
        by_term = np.stack([smile.variance(at) for smile in self.smiles])
        right = np.clip(np.searchsorted(self.tenor_bd, term), 1, max(len(self.smiles) - 1, 1))
        if len(self.smiles) == 1:
            flat: Floats = by_term[0] * term / self.tenor_bd[0]
            return flat
        low, high = (np.take_along_axis(by_term, side[None], axis=0)[0] for side in (right - 1, right))
        share = (term - self.tenor_bd[right - 1]) / (self.tenor_bd[right] - self.tenor_bd[right - 1])
        early = term < self.tenor_bd[0]
        total: Floats = np.where(early, by_term[0] * term / self.tenor_bd[0], low + share * (high - low))
        return total

    def vol(self, forward: ArrayLike, strike: ArrayLike, tenor_bd: ArrayLike) -> Floats:
        """Volatility at a strike, with the forward of the term."""
        k = np.log(require_price("dol option strike", strike) / require_price("dol option", forward))
        annual: Floats = np.sqrt(self.variance(k, tenor_bd) * YEAR / floats(tenor_bd))
        return annual

    def arbitrage(self) -> list[str]:
        """What could be bought for nothing, a line each: butterflies of a term, and a term worth less than the one before it."""
        found = []
        before: svi.Svi | None = None
        for tenor, smile in zip(self.tenor_bd, self.smiles, strict=True):
            wide = svi.grid(float(np.sqrt(smile.variance(0.0))))
            if (worst := float(smile.density(wide).min())) < -svi.TOLERANCE:
                found.append(f"butterfly at {tenor:g} business days: density {worst:.2e}")
            if before is not None and (gap := float((smile.variance(wide) - before.variance(wide)).min())) < -svi.TOLERANCE:
                found.append(f"calendar at {tenor:g} business days: total variance falls by {-gap:.2e}")
            before = smile
        return found


def fit(terms: Sequence[tuple[float, ArrayLike, ArrayLike]]) -> Surface:
    """The surface of volatilities at log-moneyness, a (tenor_bd, k, vol) each term.

    Raises:
        BadCurve: no term, terms that do not rise, or quotes no arbitrage-free smile comes near.
    """
    tenors = [term[0] for term in terms]
    if not terms or (np.diff(tenors) <= 0).any():
        raise BadCurve("vol surface", tenors, "needs terms that rise")
    smiles: list[svi.Svi] = []
    for tenor, k, vol in terms:
        years = float(require_term("vol surface", tenor, "tenor_bd")) / YEAR
        smiles.append(svi.fit(k, vol, years, smiles[-1] if smiles else None))
    return Surface(np.array(tenors, dtype=float), tuple(smiles))


def of_quotes(quotes: Sequence[Quote], *, premium_adjusted: bool = False) -> Surface:
    """The surface of terms quoted by delta, shortest first."""
    return fit([(quote.tenor_bd, *quote.points(premium_adjusted=premium_adjusted)) for quote in quotes])
