"""ANBIMA's term structure (ETTJ): a Svensson curve whose value is directly the annual rate on 252 business days.

    y(t) = b1 + b2 · A(l1) + b3 · (A(l1) - exp(-l1·t)) + b4 · (A(l2) - exp(-l2·t)),   A(l) = (1 - exp(-l·t)) / (l·t),  t = du / 252

Lambdas multiply t (some libraries use their inverse). Published values are percent cut at four decimals.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import Floats, require_term


class Svensson(NamedTuple):
    """Parameters of one curve, as ANBIMA publishes them: betas are decimals."""

    b1: float
    b2: float
    b3: float
    b4: float
    l1: float
    l2: float


def rate(parameters: Svensson, business_days: ArrayLike) -> Floats:
    """Annual rate, decimal, at each tenor.

    Raises:
        Matured: a tenor is not positive.

    Source: ANBIMA, "Estrutura a Termo das Taxas de Juros Estimada".
    """
    years = require_term("ettj", business_days, "tenor_bd") / 252.0
    near, far = parameters.l1 * years, parameters.l2 * years
    fast, slow = -np.expm1(-near) / near, -np.expm1(-far) / far
    annual: Floats = (
        parameters.b1
        + parameters.b2 * fast
        + parameters.b3 * (fast - np.exp(-near))
        + parameters.b4 * (slow - np.exp(-far))
    )
    return annual
