"""USD/BRL forwards: DOL futures, onshore parity, NDF, casado, and the return of holding BRL.

Prices are BRL per USD (B3 quotes BRL per USD 1000: divide by 1000). BRL rates compound on business days over 252, dollar rates
are linear on actual days over 360. A positive return is a gain of long BRL, which is a sold DOL.
"""

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import (
    Batch,
    Floats,
    floats,
    masked,
    require_price,
    require_rate,
    require_term,
    valid_price,
    valid_rate,
    valid_term,
)
from models_py.quant.errors import BadTerm

YEAR_BD, YEAR_CD, YEAR_ACT = 252.0, 360.0, 365.0
CONTRACT_USD = {"dol": 50_000.0, "wdo": 10_000.0}       # B3, contract specifications; both settle at one price
CME_BRL = 100_000.0         # CME, contract specification of 6L


def forward(spot: ArrayLike, di_rate: ArrayLike, business_days: ArrayLike, dollar_rate: ArrayLike, days: ArrayLike) -> Floats:
    """Covered parity: F = S · (1 + i) ** (du / 252) / (1 + c · dc / 360).

    With S the PTAX of the eve and c the dirty cupom (DDI) this is B3's settlement of DOL beyond the first maturity.

    Raises:
        Matured: a term is not positive. BadRate, BadPrice: a rate or the spot makes no sense.

    Source: B3, methodology of settlement prices; INSTRUMENTS §4.
    """
    price: Floats = require_price("usdbrl", spot) * _parity(di_rate, business_days, dollar_rate, days)
    return price


def forward_batch(
    spot: ArrayLike, di_rate: ArrayLike, business_days: ArrayLike, dollar_rate: ArrayLike, days: ArrayLike
) -> Batch:
    """As `forward`, NaN and False where the input makes no sense."""
    good = valid_price(spot) & valid_rate(di_rate) & valid_term(business_days) & valid_rate(dollar_rate) & valid_term(days)
    dollars, domestic, du, cupom, dc = masked(good, spot, di_rate, business_days, dollar_rate, days)
    return Batch(dollars * (1.0 + domestic) ** (du / YEAR_BD) / (1.0 + cupom * dc / YEAR_CD), good)


def implied_spot(forward: ArrayLike, di_rate: ArrayLike, business_days: ArrayLike, dollar_rate: ArrayLike, days: ArrayLike) -> Floats:
    """Spot that a forward implies. Over all DOL maturities of a session it is one number, the PTAX of the eve: a check of the data."""
    price: Floats = require_price("dol", forward) / _parity(di_rate, business_days, dollar_rate, days)
    return price


def _parity(di_rate: ArrayLike, business_days: ArrayLike, dollar_rate: ArrayLike, days: ArrayLike) -> Floats:
    domestic = (1.0 + require_rate("di1", di_rate)) ** (require_term("dol", business_days) / YEAR_BD)
    ratio: Floats = domestic / (1.0 + require_rate("cupom", dollar_rate) * require_term("dol", days, "days") / YEAR_CD)
    return ratio


def ndf_yield(spot: ArrayLike, forward: ArrayLike, sofr: ArrayLike, days: ArrayLike, business_days: ArrayLike) -> Floats:
    """BRL rate that an offshore forward implies: ((F / S) · (1 + SOFR · dc / 360)) ** (252 / du) - 1."""
    dollars = 1.0 + require_rate("sofr", sofr) * require_term("ndf", days, "days") / YEAR_CD
    growth = require_price("ndf", forward) / require_price("usdbrl", spot) * dollars
    annual: Floats = growth ** (YEAR_BD / require_term("ndf", business_days)) - 1.0
    return annual


def ndf_settlement(notional_usd: ArrayLike, fixing: ArrayLike, strike: ArrayLike) -> Floats:
    """USD paid to who bought dollars forward: N · (PTAX - K) / PTAX."""
    fixed = require_price("ptax", fixing)
    paid: Floats = floats(notional_usd) * (fixed - require_price("ndf", strike)) / fixed
    return paid


def casado(first_future: ArrayLike, spot: ArrayLike) -> Floats:
    """First DOL less spot, BRL per USD 1000."""
    points: Floats = (require_price("dol", first_future) - require_price("usdbrl", spot)) * 1000.0
    return points


def carry(spot: ArrayLike, forward: ArrayLike, days: ArrayLike) -> Floats:
    """Annual carry of long BRL in the forward: ln(F / S) · 365 / days."""
    annual: Floats = np.log(require_price("dol", forward) / require_price("usdbrl", spot)) * YEAR_ACT / require_term("dol", days, "days")
    return annual


def long_brl_return(price: ArrayLike, previous: ArrayLike) -> Floats:
    """Excess return of a sold DOL over a session, same contract: -ln(F_t / F_{t-1})."""
    gain: Floats = -np.log(require_price("dol", price) / require_price("dol", previous))
    return gain


def pnl_brl(price: ArrayLike, previous: ArrayLike, contracts: ArrayLike, family: str = "dol") -> Floats:
    """Variation margin of DOL or WDO contracts, BRL; positive contracts are long dollars.

    Raises:
        BadTerm: neither of the two families.
    """
    if family not in CONTRACT_USD:
        raise BadTerm("dollar future", family, f"is one of {', '.join(CONTRACT_USD)}")
    move = require_price(family, price) - require_price(family, previous)
    margin: Floats = move * CONTRACT_USD[family] * floats(contracts)
    return margin


def casado_fair(spot: ArrayLike, di_rate: ArrayLike, business_days: ArrayLike, clean_cupom: ArrayLike, days: ArrayLike) -> Floats:
    """What the casado is worth by parity, BRL per USD 1000: 1000 · S · ((1 + i) ** (du / 252) / (1 + c · dc / 360) - 1), c clean."""
    points: Floats = 1000.0 * require_price("usdbrl", spot) * (_parity(di_rate, business_days, clean_cupom, days) - 1.0)
    return points


def on_off_spread(
    spot: ArrayLike, forward: ArrayLike, sofr: ArrayLike, days: ArrayLike, business_days: ArrayLike, di_rate: ArrayLike
) -> Floats:
    """Offshore less onshore rate of the real: `ndf_yield` less the DI of the term."""
    spread: Floats = ndf_yield(spot, forward, sofr, days, business_days) - require_rate("di1", di_rate)
    return spread


def cme_price(price: ArrayLike) -> Floats:
    """CME 6L quotes dollars per real: the inverse of BRL per USD. A contract is BRL 100,000, its tick 0.00005 = USD 5."""
    inverse: Floats = 1.0 / require_price("6l", price)
    return inverse


def cme_pnl_usd(price: ArrayLike, previous: ArrayLike, contracts: ArrayLike) -> Floats:
    """Variation margin of 6L contracts, USD; prices are dollars per real, positive contracts are long the real."""
    margin: Floats = (require_price("6l", price) - require_price("6l", previous)) * CME_BRL * floats(contracts)
    return margin
