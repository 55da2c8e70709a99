"""Ibovespa and its futures: IND at BRL 1 a point, WIN at BRL 0.20.

The index reinvests dividends, so that a future is the index carried at the DI to its expiry. Rates are decimals on 252 business
days.

Source: B3, methodology of the Ibovespa and contract specifications of IND and WIN; INSTRUMENTS §12.
"""

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import Floats, floats, require_price, require_rate, require_term
from models_py.quant.errors import BadTerm

YEAR = 252.0
POINT_BRL = {"ind": 1.0, "win": 0.2}


def fair(index: ArrayLike, di_rate: ArrayLike, business_days: ArrayLike) -> Floats:
    """F = S · (1 + i) ** (du / 252)."""
    growth = (1.0 + require_rate("di1", di_rate)) ** (require_term("ind", business_days) / YEAR)
    price: Floats = require_price("ibovespa", index) * growth
    return price


def implied_rate(future: ArrayLike, index: ArrayLike, business_days: ArrayLike) -> Floats:
    """Rate at which the index is carried to the future: (F / S) ** (252 / du) - 1."""
    ratio = require_price("ind", future) / require_price("ibovespa", index)
    annual: Floats = ratio ** (YEAR / require_term("ind", business_days)) - 1.0
    return annual


def excess_return(index: ArrayLike, previous: ArrayLike, cdi: ArrayLike, business_days: ArrayLike = 1) -> Floats:
    """Log return of the future through the index: ln(I_t / I_{t-1}) - ln(1 + cdi) · bd / 252."""
    cost = np.log1p(require_rate("cdi", cdi)) * floats(business_days) / YEAR
    earned: Floats = np.log(require_price("ibovespa", index) / require_price("ibovespa", previous)) - cost
    return earned


def dollar_return(index: ArrayLike, previous: ArrayLike, usdbrl: ArrayLike, usdbrl_previous: ArrayLike) -> Floats:
    """Log return in dollars: ln(I_t / I_{t-1}) - ln(S_t / S_{t-1})."""
    local = np.log(require_price("ibovespa", index) / require_price("ibovespa", previous))
    earned: Floats = local - np.log(require_price("usdbrl", usdbrl) / require_price("usdbrl", usdbrl_previous))
    return earned


def pnl_brl(price: ArrayLike, previous: ArrayLike, contracts: ArrayLike, family: str = "ind") -> Floats:
    """Variation margin of IND or WIN contracts, BRL.

    Raises:
        BadTerm: neither of the two families.
    """
    if family not in POINT_BRL:
        raise BadTerm("index future", family, f"is one of {', '.join(POINT_BRL)}")
    move = require_price(family, price) - require_price(family, previous)
    margin: Floats = move * POINT_BRL[family] * floats(contracts)
    return margin
