"""Historical value at risk and expected shortfall of a P&L vector. Losses are L = −P&L; both measures are positive BRL.

Three readings of one history: plain, age-weighted (Boudoukh, Richardson & Whitelaw 1998) and filtered (Hull & White 1998,
Barone-Adesi et al. 1999). The filtered one is the headline. 1-day VaR at 99 %, ES at 97.5 %.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from models_py.quant.riskmetrics import LAMBDA
from models_py.risk.factors import Shocks

VAR_TAIL, ES_TAIL = 0.01, 0.025
AGE_DECAY = 0.98
RATIO = (0.33, 3.0)

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class VarResult:
    """VaR at 99 % and ES at 97.5 % of one family, BRL, one day."""

    var: float
    es: float


def plain(pnl: Vector) -> VarResult:
    """The ⌈(1 − p)W⌉-th smallest loss (upper order statistic), and the mean of the losses at or beyond the ES quantile."""
    losses = np.sort(-pnl)
    return VarResult(_order(losses, VAR_TAIL), _shortfall(losses, ES_TAIL))


def _order(losses: Vector, tail: float) -> float:
    return float(losses[ceil(round((1 - tail) * len(losses), 9)) - 1])


def _shortfall(losses: Vector, tail: float) -> float:
    return float(losses[losses >= _order(losses, tail)].mean())


def age_weighted(pnl: Vector, decay: float = AGE_DECAY) -> VarResult:
    """Weights w_i = λ^{i−1}(1 − λ)/(1 − λ^W), i = 1 the newest; cumulated from the worst loss until p, interpolated linearly."""
    count = len(pnl)
    weights = (decay ** np.arange(count)[::-1]) * (1 - decay) / (1 - decay**count)
    worst = np.argsort(pnl, kind="stable")
    losses, cumulated = -pnl[worst], np.cumsum(weights[worst])
    value = float(np.interp(VAR_TAIL, cumulated, losses))
    inside = np.minimum(cumulated, ES_TAIL) - np.minimum(np.r_[0.0, cumulated[:-1]], ES_TAIL)
    return VarResult(value, float(losses @ inside / ES_TAIL))


def filtered_shocks(shocks: Shocks) -> Shocks:
    """Shocks at today's volatility: r_i · clip(σ_T / σ_i, 0.33, 3), σ_i the EWMA (λ 0.94) known before day i, σ_T after the last."""
    values = shocks.values
    start = (values[:63] ** 2).mean(axis=0)
    after, _ = lfilter([1 - LAMBDA], [1.0, -LAMBDA], values**2, axis=0, zi=LAMBDA * start[None, :])
    variance = np.vstack([start, after])
    before = np.sqrt(np.maximum(variance[:-1], 1e-18))
    ratio = np.clip(np.sqrt(np.maximum(variance[-1], 1e-18)) / before, *RATIO)
    return Shocks(shocks.dates, shocks.names, values * ratio, shocks.imputed)


def components(pnl: NDArray[np.float64], total: float) -> Vector:
    """Share of each contract in the VaR: its mean loss around the VaR scenario under a Gaussian kernel, scaled to add to the total.

    Args:
        pnl: scenarios × contracts, BRL.
        total: VaR of the sum.
    """
    book = pnl.sum(axis=1)
    spread = max(float(np.std(book)) * 0.1, 1e-12)
    weights = np.exp(-0.5 * ((book + total) / spread) ** 2)
    if not weights.sum() > 0:
        return np.zeros(pnl.shape[1])
    near = -(weights @ pnl) / weights.sum()
    return np.asarray(near * (total / near.sum())) if abs(near.sum()) > 1e-12 else np.zeros(pnl.shape[1])
