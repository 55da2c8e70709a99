"""DV01 of cash flows by buckets of the zero curve: key rates that add up to the parallel shift.

A bucket's bump is a triangle, 1 at its node and 0 at the neighbouring ones; the outer two stay 1 beyond the ends. The triangles of all
nodes add up to 1 at every tenor, and so do the DV01s. Rates are decimals on 252 business days, DV01 is the gain for a fall of 1 bp.

Source: Ho (1992), Journal of Fixed Income 2.
"""

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import Floats, floats, require_rate, require_term
from models_py.quant.errors import BadCurve

YEAR = 252.0
BP = 1e-4


def weights(tenor_bd: ArrayLike, nodes: ArrayLike) -> Floats:
    """Share of each bucket at each tenor: shape (tenors, nodes), rows that add up to 1.

    Raises:
        BadCurve: no node, or nodes that do not rise.
    """
    keys = np.atleast_1d(require_term("key rates", nodes, "node"))
    if not keys.size or (np.diff(keys) <= 0).any():
        raise BadCurve("key rates", keys.tolist(), "needs nodes that rise")
    at = np.atleast_1d(floats(tenor_bd))
    return np.column_stack([np.interp(at, keys, column) for column in np.eye(len(keys))])


def flow_dv01(tenor_bd: ArrayLike, amount: ArrayLike, zero_rate: ArrayLike) -> Floats:
    """Gain of each flow when its own zero rate falls by 1 bp: CF · DF · T / (1 + z) · 1e-4."""
    years, annual = require_term("flow", tenor_bd, "tenor_bd") / YEAR, require_rate("zero", zero_rate)
    gain: Floats = floats(amount) * (1.0 + annual) ** (-years - 1.0) * years * BP
    return gain


def bucketed(tenor_bd: ArrayLike, amount: ArrayLike, zero_rate: ArrayLike, nodes: ArrayLike) -> Floats:
    """DV01 of a bundle of flows in each bucket, shape (nodes,); their sum is the DV01 of a parallel shift.

    Args:
        tenor_bd, amount, zero_rate: of each flow, shape (flows,); amounts may be negative.
    """
    split: Floats = np.atleast_1d(flow_dv01(tenor_bd, amount, zero_rate)) @ weights(tenor_bd, nodes)
    return split
