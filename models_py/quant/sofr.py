"""SOFR compounded in arrears. Rates are decimals, actual over 360."""

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import require_rate, require_term

YEAR_CD = 360.0


def compounded(fixings: ArrayLike, days: ArrayLike) -> float:
    """Rate of a period: (Π(1 + r_i · n_i / 360) - 1) · 360 / Σ n_i.

    Args:
        fixings: r_i, one a business day. days: n_i, calendar days each holds (3 on a Friday).
    Raises:
        BadRate, Matured: a fixing is no rate, or holds for no day.

    Source: ARRC conventions.
    """
    rates, held = require_rate("sofr", fixings), require_term("sofr", days, "days")
    return float((np.prod(1.0 + rates * held / YEAR_CD) - 1.0) * YEAR_CD / held.sum())
