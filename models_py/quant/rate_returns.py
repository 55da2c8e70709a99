"""Daily returns of received Brazilian rates and of long breakevens at constant tenors, from curves with vintages.

    receive n:    P_t(n - m) / P_{t-1}(n) / FC - 1          P = (1 + z)^(-d/252), m business days between the sessions
    breakeven n:  real leg × VNA_t / VNA_{t-1} / FC - 1, less the nominal leg in the ratio of their DV01

FC is the growth of money at the CDI between the two sessions. A unit is 100,000 at maturity, real or nominal.
"""

import numpy as np
import polars as pl
import pyarrow as pa

from models_py.quant.checks import Floats
from models_py.quant.overnight import Growth, with_late_rates
from models_py.quant.pairing import Pairs, pairs, together
from models_py.quant.realtime import Ints, Readings, frame
from models_py.quant.retelling import lineage
from models_py.quant.returns import LONGEST_STEP_BD, RETURN_SCHEMA, table
from models_py.quant.snapshots import Snapshots

FACE = 100_000.0
YEAR = 252.0
BP = 1e-4


class Leg:
    """A zero-coupon bond of constant tenor on one curve: what it was worth, and would have been worth if the curve stood still."""

    def __init__(self, curve: Snapshots, current: Ints, previous: Ints, tenor: int, passed: Ints) -> None:
        left = np.maximum(tenor - passed, 1)
        self.start_rate = curve.rates(previous, tenor)
        self.end_rate = curve.rates(current, left)
        self.still_rate = curve.rates(previous, left)
        self.now_rate = curve.rates(current, tenor)
        self.start = _discount(self.start_rate, tenor)
        self.growth = np.where(tenor > passed, _discount(self.end_rate, left) / self.start, np.nan)
        self.still_growth = _discount(self.still_rate, left) / self.start
        self.yield_growth = (1.0 + self.start_rate) ** (passed / YEAR)
        self.dv01 = FACE * _discount(self.now_rate, tenor) * tenor / YEAR / (1.0 + self.now_rate) * BP


def _discount(rate: Floats, tenor: Ints | int) -> Floats:
    factor: Floats = (1.0 + rate) ** (-np.asarray(tenor, dtype=float) / YEAR)
    return factor


def received(nodes: pa.Table, overnight: pa.Table, curve_id: str, tenors: tuple[int, ...]) -> pa.Table:
    """Returns of receiving at constant tenors: `di1_{n}bd`.

    Args:
        nodes: curve nodes (snapshots.POINT_SCHEMA). overnight: readings of the CDI, decimal a year.
    Returns:
        Rows of returns.RETURN_SCHEMA, one an instrument, session and instant at which an input changed.
    """
    curve = Snapshots.of(nodes, curve_id)
    if curve is None:
        return pl.DataFrame(schema=RETURN_SCHEMA).to_arrow()
    found = pairs(curve.reference, curve.available, curve.stands)
    joined, money = with_late_rates(curve.reference, found, Readings.of(overnight))
    current, previous = joined.current, joined.previous
    made = lineage((money, None), (curve, current), (curve, previous))
    rows = []
    for tenor in tenors:
        leg = Leg(curve, current, previous, tenor, money.business_days)
        carry = leg.yield_growth / money.factor - 1.0
        rows.append(
            table(
                f"di1_{tenor}bd", curve.reference[current], joined.at, *made,
                excess_return=daily(joined, money, leg.growth / money.factor - 1.0),
                pnl_per_unit=FACE * leg.start * (leg.growth - money.factor),
                carry=carry,
                rolldown=leg.still_growth / money.factor - 1.0 - carry,
                dv01=leg.dv01,
            )
        )
    return pl.concat(rows).to_arrow()


def daily(joined: Pairs, money: Growth, earned: Floats) -> Floats:
    """Returns, NaN where a side is withdrawn or the step is too long for a daily return."""
    kept: Floats = np.where(joined.whole & (money.business_days <= LONGEST_STEP_BD), earned, np.nan)
    return kept


def breakevens(nodes: pa.Table, overnight: pa.Table, vna: pa.Table, tenors: tuple[int, ...]) -> pa.Table:
    """Returns of long breakevens at constant tenors: `bei_{n}bd`, per unit of value of the real leg.

        R_real - h · R_nominal,   h = (1 + nominal) / (1 + real): equal DV01

    Args:
        nodes: curve nodes with their grade (bond_curves.NODE_SCHEMA). vna: readings of the unit value of the index, BRL.
    """
    real, nominal = Snapshots.of(nodes, "br_real"), Snapshots.of(nodes, like_for_like(nodes))
    index = Readings.of(vna)
    if real is None or nominal is None or index.reference.size == 0:
        return pl.DataFrame(schema=RETURN_SCHEMA).to_arrow()
    sides = ((s.reference, s.available) for s in (real, nominal, index))
    reference, available, (row_real, row_nominal, row_index) = together(*sides)
    stands = real.stands[row_real] & nominal.stands[row_nominal] & index.stands[row_index]
    joined, money = with_late_rates(reference, pairs(reference, available, stands), Readings.of(overnight))
    current, previous = joined.current, joined.previous
    accrued = index.value[row_index[current]] / index.value[row_index[previous]]
    sides_of = ((real, row_real), (nominal, row_nominal), (index, row_index))
    made = lineage((money, None), *((side, row[date]) for side, row in sides_of for date in (current, previous)))
    rows = []
    for tenor in tenors:
        long = Leg(real, row_real[current], row_real[previous], tenor, money.business_days)
        short = Leg(nominal, row_nominal[current], row_nominal[previous], tenor, money.business_days)
        hedge = (1.0 + short.start_rate) / (1.0 + long.start_rate)

        def excess(real_growth: Floats, nominal_growth: Floats, hedge: Floats = hedge) -> Floats:
            out: Floats = real_growth * accrued / money.factor - 1.0 - hedge * (nominal_growth / money.factor - 1.0)
            return out

        carry = excess(long.yield_growth, short.yield_growth)
        earned = daily(joined, money, excess(long.growth, short.growth))
        rows.append(
            table(
                f"bei_{tenor}bd", reference[current], joined.at, *made,
                excess_return=earned,
                pnl_per_unit=FACE * long.start * money.factor * earned,
                carry=carry,
                rolldown=excess(long.still_growth, short.still_growth) - carry,
                dv01=long.dv01,
            )
        )
    return pl.concat(rows).to_arrow()


def like_for_like(nodes: pa.Table) -> str:
    """The nominal curve of the market that makes the real one: bonds against bonds where the DI curve is derived from them."""
    rows = frame(nodes).filter(pl.col("curve_id") == "br_di1")
    return "br_pre" if (rows["grade"] == "derived").all() else "br_di1"
