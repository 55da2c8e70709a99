"""Zero curves stripped from coupon bonds, flat forward between maturities: thousands of days in one pass.

Bonds of a day are taken by maturity. Each settles the one forward rate from the last node to its own maturity, so that its flows
are worth its price; flows inside the curve are discounted by what shorter bonds have settled. Growth is -ln(DF); rates compound
on 252 business days. The first bond settles a flat rate from today.

Source: INSTRUMENTS §2 (flat forward), §6 (LTN, then NTN-F).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models_py.quant.bonds import Flows
from models_py.quant.checks import HIGHEST_RATE, LOWEST_RATE, Floats

YEAR = 252.0
NEAREST_BD = 21.0           # a bond that ends within a month of the last node says nothing new, but would fling the forward
_STRIDE = 65536.0
_STEPS = 30

Index = NDArray[np.int64]


@dataclass
class Strip:
    """Curves under construction: nodes (tenor in business days, growth) a day, starting from (0, 0)."""

    days: int
    tenors: list[Floats] = field(default_factory=list)
    growths: list[Floats] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tenors.append(np.zeros(self.days))
        self.growths.append(np.zeros(self.days))
        self._end, self._end_growth = np.zeros(self.days), np.zeros(self.days)

    def add_zero(self, day: Index, tenor_bd: Floats, rate: Floats) -> None:
        """A zero-coupon node for some days, one a day, beyond what they have; others are left out."""
        good = (tenor_bd > self._end[day]) & np.isfinite(rate)
        self._append(day[good], tenor_bd[good], tenor_bd[good] / YEAR * np.log1p(rate[good]))

    def add_bond(self, day: Index, flows: Flows, price: Floats) -> None:
        """A coupon bond for some days, one a day: solve the forward beyond the last node by Newton's method.

            Σ_{inside} CF · DF + Σ_{beyond} CF · exp(-G_last - f · (t - t_last)) = price
        """
        maturity = np.nanmax(flows.business_days, axis=1, initial=0.0)
        good = (maturity >= self._end[day] + NEAREST_BD) & np.isfinite(price) & (price > 0)
        day, maturity, price = day[good], maturity[good], price[good]
        if day.size == 0:
            return
        times, amounts = flows.business_days[good], flows.amount[good]
        end, growth = self._end[day][:, None], self._end_growth[day][:, None]
        beyond = times > end
        known = np.where(beyond, 0.0, amounts * np.exp(-self._growth(day, np.where(beyond, 0.0, times))))
        rest = price - np.nansum(known, axis=1)
        later = np.where(beyond, (times - end) / YEAR, 0.0)
        weight = np.where(beyond, amounts * np.exp(-growth), 0.0)
        forward = np.full(len(day), 0.1)
        for _ in range(_STEPS):
            value = weight * np.exp(-forward[:, None] * later)
            total = value.sum(axis=1)
            # on the logarithm, which is nearly linear in the forward: a handful of steps from any start
            step = (np.log(total) - np.log(np.maximum(rest, 1e-9))) * total / (value * later).sum(axis=1)
            forward = forward + step
            if np.abs(step).max() < 1e-13:
                break
        solved = (rest > 0) & np.isfinite(forward) & (np.abs(step) < 1e-9)
        self._append(day[solved], maturity[solved], (growth[:, 0] + forward * (maturity - end[:, 0]) / YEAR)[solved])

    def nodes(self) -> tuple[Index, Floats, Floats]:
        """Day, tenor and zero rate of all nodes but the origin, sorted by day and tenor; what is no rate is left out."""
        tenor, growth = np.array(self.tenors[1:]), np.array(self.growths[1:])
        if tenor.size == 0:
            return np.empty(0, np.int64), np.empty(0), np.empty(0)
        day = np.nonzero(np.isfinite(tenor.T))[0]
        tenors, growths = tenor.T[np.isfinite(tenor.T)], growth.T[np.isfinite(tenor.T)]
        with np.errstate(over="ignore"):
            rates = np.expm1(growths * YEAR / tenors)
        believable = (rates > LOWEST_RATE) & (rates < HIGHEST_RATE)
        return day[believable], tenors[believable], rates[believable]

    def _append(self, day: Index, tenor: Floats, growth: Floats) -> None:
        column, level = np.full(self.days, np.nan), np.full(self.days, np.nan)
        column[day], level[day] = tenor, growth
        self._end[day], self._end_growth[day] = tenor, growth
        self.tenors.append(column)
        self.growths.append(level)

    def _growth(self, day: Index, times: Floats) -> Floats:
        """Growth at times inside the curves of some days; times are padded with NaN."""
        tenor, growth = np.array(self.tenors).T, np.array(self.growths).T
        present = np.isfinite(tenor)
        keys = (np.arange(self.days)[:, None] * _STRIDE + tenor)[present]
        wanted = np.nan_to_num(times) + day[:, None] * _STRIDE
        found: Floats = np.interp(wanted, keys, growth[present])
        return found
