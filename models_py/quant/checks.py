"""What a rate, a price and a term must be, in one place.

`require_*` raise for the first bad value and name it; `valid_*` give the mask that batches return beside their values.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models_py.quant.errors import BadPrice, BadRate, Matured

LOWEST_RATE = -0.5          # below it a price is a mistake (INSTRUMENTS §13)
HIGHEST_RATE = 10.0         # a node of a curve beyond 1000 % a year is one as well

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Batch(NamedTuple):
    """Values of a batch, NaN where the inputs make no sense, and the mask that says where they do."""

    value: Floats
    valid: Mask

    def refused(self, instruments: Sequence[str], **inputs: ArrayLike) -> list[str]:
        """One line for each row that has no value: its instrument and what was given for it.

        Args:
            instruments: an id a row. inputs: what the batch was made of, by name; each broadcasts to its rows.
        """
        given = {name: np.broadcast_to(np.asarray(values), self.valid.shape) for name, values in inputs.items()}
        return [
            f"{instruments[int(row)]}: no value for " + ", ".join(f"{name} {values[row]}" for name, values in given.items())
            for row in np.flatnonzero(~self.valid)
        ]


def floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def valid_rate(rate: ArrayLike) -> Mask:
    value = floats(rate)
    good: Mask = np.isfinite(value) & (value > LOWEST_RATE)
    return good


def valid_price(price: ArrayLike) -> Mask:
    value = floats(price)
    good: Mask = np.isfinite(value) & (value > 0.0)
    return good


def valid_term(days: ArrayLike) -> Mask:
    value = floats(days)
    good: Mask = np.isfinite(value) & (value > 0.0)
    return good


def _first_bad(values: ArrayLike, good: Mask) -> float:
    return float(floats(values)[~good].flat[0]) if np.ndim(values) else float(floats(values))


def require_rate(instrument: str, rate: ArrayLike) -> Floats:
    """The rates as floats.

    Raises:
        BadRate: one is not a number or not above -0.5.
    """
    if not (good := valid_rate(rate)).all():
        raise BadRate(instrument, _first_bad(rate, good), f"needs a decimal rate above {LOWEST_RATE}")
    return floats(rate)


def require_price(instrument: str, price: ArrayLike) -> Floats:
    """The prices as floats.

    Raises:
        BadPrice: one is not a positive number.
    """
    if not (good := valid_price(price)).all():
        raise BadPrice(instrument, _first_bad(price, good), "needs a positive price")
    return floats(price)


def require_term(instrument: str, days: ArrayLike, what: str = "business_days") -> Floats:
    """The days to maturity as floats.

    Raises:
        Matured: one is not a positive number.
    """
    if not (good := valid_term(days)).all():
        raise Matured(instrument, _first_bad(days, good), f"needs {what} > 0")
    return floats(days)


def masked(good: Mask, *arrays: ArrayLike) -> tuple[Floats, ...]:
    """The arrays broadcast to the mask, NaN where it is false: what goes through a formula without a warning."""
    return tuple(np.where(good, floats(array), np.nan) for array in arrays)
