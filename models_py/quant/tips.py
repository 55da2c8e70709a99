"""TIPS: Treasury bonds whose principal follows the CPI-U, with a lag of three months.

A real price is that of a note at its real yield, per 100 of unadjusted face; what is paid is the real price and accrued interest
times the index ratio. At maturity no less than the face is repaid, an option these prices leave out.

Source: 31 CFR 356, appendix B, section I.B.
"""

from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant import ust
from models_py.quant.checks import Floats, floats, require_price
from models_py.quant.daycount import DateLike, as_days
from models_py.quant.decimals import trunc
from models_py.quant.errors import BadTerm
from models_py.quant.inflation import tips_reference_index

LAG_MONTHS = 3


def reference_index(dates: DateLike, levels: dict[date, float]) -> Floats:
    """Reference CPI of days.

        ref = I_{m-3} + (day - 1) / days of the month · (I_{m-2} - I_{m-3})

    Args:
        levels: CPI-U, not seasonally adjusted, by the first day of the month it describes.
    Raises:
        BadTerm: a month that is needed was not published.
    """
    wanted = np.atleast_1d(as_days(dates))
    month = wanted.astype("datetime64[M]")
    months, which = np.unique(np.concatenate([month - LAG_MONTHS, month - LAG_MONTHS + 1]), return_inverse=True)
    known = np.array([levels.get(found.item(), np.nan) for found in months.astype("datetime64[D]")])
    if not np.isfinite(known[which]).all():
        raise BadTerm("tips", str(months[~np.isfinite(known)][0]), "needs the CPI of the month")
    early, late = np.split(known[which], 2)
    day = (wanted - month.astype("datetime64[D]")).astype(np.int64) + 1
    length = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64)
    found = tips_reference_index(early, late, day, length)
    return found if as_days(dates).ndim else found[0]


def index_ratio(reference: ArrayLike, base: ArrayLike) -> Floats:
    """Reference CPI of the day over that of the issue's dated date, cut at six decimals and rounded at five."""
    ratio = require_price("cpi", reference) / require_price("cpi", base)
    rounded: Floats = np.round(trunc(ratio, 6), 5)
    return rounded


def settlement_price(
    coupon: ArrayLike, real_yield: ArrayLike, settlement: DateLike, maturity: DateLike, ratio: ArrayLike
) -> tuple[Floats, Floats]:
    """What is paid per 100 of unadjusted face: clean price and accrued interest, both times the index ratio."""
    level = require_price("index ratio", ratio)
    clean: Floats = ust.clean_price(coupon, real_yield, settlement, maturity) * level
    accrued: Floats = ust.accrued(coupon, settlement, maturity) * level
    return clean, accrued


def real_dv01(coupon: ArrayLike, real_yield: ArrayLike, settlement: DateLike, maturity: DateLike, ratio: ArrayLike) -> Floats:
    """Gain per 100 of unadjusted face when the real yield falls by 1 bp: that of the note times the index ratio."""
    gain: Floats = ust.dv01(coupon, real_yield, settlement, maturity) * floats(require_price("index ratio", ratio))
    return gain
