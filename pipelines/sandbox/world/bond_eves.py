"""Marks of federal bonds as they were the evening before: what prices and auctions of the morning go by."""

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world.bond_market import BondMarket

FIRST_YEAR = 2010


def eve_marks(market: BondMarket, year: int) -> NDArray[np.float64]:
    """Yields in % that were marked on the session before each session of a year, shape (sessions, bonds) of the year's marks; NaN where
    a bond was not marked, as on the first session of all."""
    marks = market.year(year)
    eve = np.full_like(marks.rate, np.nan)
    eve[1:] = marks.rate[:-1]
    if year > FIRST_YEAR:
        before = market.year(year - 1)
        theirs, ours = (zip(one.bonds.kind.tolist(), one.bonds.maturity.tolist(), strict=True) for one in (before, marks))
        known = dict(zip(theirs, before.rate[-1].tolist(), strict=True))
        eve[:1] = [known.get(bond, np.nan) for bond in ours]
    return eve
