"""The unit value (VNA) that published prices of one day imply, to its last digit.

A price is cut: PU = trunc6(VNA · q / 100), with q of four decimals. Each line of a day therefore bounds the VNA, a number of six
decimals, to a few candidates; the lines together leave one. Works for NTN-B and LFT alike, in whole numbers.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models_py.quant.checks import Batch, masked, valid_price
from models_py.quant.decimals import units

_NONE = np.iinfo(np.int64)


def implied(price: ArrayLike, quotation: ArrayLike, day: NDArray[np.int64]) -> Batch:
    """The lowest VNA at which every line of a day has its published price; NaN and False where there is none.

        ⌈100 · PU / q⌉ ≤ VNA < 100 · (PU + 1e-6) / q      in units of 1e-6, for each line

    Args:
        price: PU of the lines, BRL. quotation: percent of VNA, four decimals. day: whose line it is, 0, 1, …; all of shape (n,).
    Returns:
        One value a day, shape (max(day) + 1,); a line without a price or quotation bounds nothing.
    """
    good = valid_price(price) & valid_price(quotation)
    paid, quoted = masked(good, price, quotation)
    count = int(day.max(initial=-1)) + 1
    low, high = np.full(count, _NONE.min), np.full(count, _NONE.max)
    whole, percent = units(paid[good], 6), units(quoted[good], 4)
    np.maximum.at(low, day[good], _ceiling(whole * 10**6, percent))
    np.minimum.at(high, day[good], _ceiling((whole + 1) * 10**6, percent) - 1)
    found = (low <= high) & (low > _NONE.min)
    return Batch(np.where(found, low, np.nan) / 1e6, found)


def _ceiling(value: NDArray[np.int64], by: NDArray[np.int64]) -> NDArray[np.int64]:
    up: NDArray[np.int64] = -(-value // by)
    return up
