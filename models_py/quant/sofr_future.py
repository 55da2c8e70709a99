"""Three-month SOFR futures (CME SR3): 100 less the rate of SOFR compounded over the reference quarter, USD 25 a basis point.

The quarter runs from the third Wednesday of the contract's month to the third Wednesday three months on. Rates are decimals, actual
over 360.

Source: CME, rulebook chapter 460.
"""

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import Floats, floats, require_price, require_rate, require_term
from models_py.quant.contract import Contract, third_wednesday
from models_py.quant.daycount import Days
from models_py.quant.errors import BadTerm

BP_USD = 25.0
YEAR_CD = 360.0


def quarter(contract: Contract) -> tuple[Days, Days]:
    """First day of the reference quarter, and the day after its last.

    Raises:
        BadTerm: no SR3 contract.
    """
    if contract.root != "sr3":
        raise BadTerm("sr3", str(contract), "is no three-month SOFR future")
    return third_wednesday(contract.month), third_wednesday((np.datetime64(contract.month, "M") + 3).astype("datetime64[D]"))


def price(rate: ArrayLike) -> Floats:
    """100 · (1 - R)."""
    quoted: Floats = 100.0 * (1.0 - require_rate("sr3", rate))
    return quoted


def rate(price: ArrayLike) -> Floats:
    """R = 1 - price / 100."""
    implied: Floats = 1.0 - require_price("sr3", price) / 100.0
    return implied


def forward(discount_start: ArrayLike, discount_end: ArrayLike, days: ArrayLike) -> Floats:
    """Rate that discount factors at both ends of the quarter imply: (DF_start / DF_end - 1) · 360 / days; no convexity is added."""
    growth = require_price("discount factor", discount_start) / require_price("discount factor", discount_end)
    implied: Floats = (growth - 1.0) * YEAR_CD / require_term("sr3", days, "days")
    return implied


def pnl_usd(price: ArrayLike, previous: ArrayLike, contracts: ArrayLike) -> Floats:
    """Variation margin, USD: 25 a basis point. A bought contract gains when rates fall."""
    margin: Floats = (require_price("sr3", price) - require_price("sr3", previous)) * 100.0 * BP_USD * floats(contracts)
    return margin
