"""Reference rates of the simulated exchange for swaps: its futures by flat forward, at fixed terms and at the expiry of each contract.

    PRE, SLP, APR   overnight rate, then DI1, on business days; % a year, 3 dp
    DIC             overnight rate, then DAP, the same way, 2 dp
    DOL, DCO        dirty dollar coupon of a day, then DDI, linear growth on actual days over 360, 2 dp
    DOC, DCL        the clean coupon:  1 + c·dc/360 = (1 + c_dirty·dc/360) · spot / PTAX of the eve, 2 dp
    PTX             PTAX of the eve · (1 + PRE)^(du/252) / (1 + DOL·dc/360), BRL per USD, 7 dp

A fixed term that ends on no business day is carried to the next one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.quant.curve import flat_forward
from pipelines.sandbox.world.b3 import B3
from pipelines.sandbox.world.grid import business_days, shift

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TERMS = np.array([1, *range(30, 1201, 30), *range(1440, 5401, 360), 5580, 7200, 9000, 10800], np.int64)
ALIKE = {"SLP": "PRE", "APR": "PRE", "DCO": "DOL", "DCL": "DOC"}       # published under two names


@dataclass(frozen=True)
class ReferenceRates:
    """Curves of a session. `term` is the nominal term of a fixed vertex, in days, and the days themselves at an expiry."""

    day: np.datetime64
    days: Ints
    business_days: Ints
    is_fixed: NDArray[np.bool_]
    term: Ints
    curves: Mapping[str, Floats]


def of_session(b3: B3, day: np.datetime64, settlements: pl.DataFrame, overnight: float) -> ReferenceRates:
    """Reference rates that a table of settlements gives (by family and maturity), and the overnight rate of the session in %."""
    days, fixed, term = _vertices(day, settlements)
    du = business_days(np.array([day]), day + days)
    pre = np.round(_on_business_days(settlements, "DI1", overnight, du), 3) + 0.0
    real = np.round(_on_business_days(settlements, "DAP", overnight, du), 2) + 0.0
    growth = _dollar_growth(b3, day, settlements, days)
    ptax, spot = float(b3.ptax_previous(day)), float(b3.spot(day))
    dirty, clean = (np.round((one - 1) * 36000 / days, 2) + 0.0 for one in (growth, growth * spot / ptax))
    forward = np.round(ptax * (1 + pre / 100) ** (du / 252) / (1 + dirty / 100 * days / 360), 7)
    curves = {"PRE": pre, "DIC": real, "DOL": dirty, "DOC": clean, "PTX": forward}
    return ReferenceRates(day, days, du, fixed, term, curves | {name: curves[other] for name, other in ALIKE.items()})


def _vertices(day: np.datetime64, settlements: pl.DataFrame) -> tuple[Ints, NDArray[np.bool_], Ints]:
    """Days of every vertex in order, whether it is a fixed term, and the term."""
    ends = (shift("br", day + TERMS, 0) - day).astype(np.int64)
    expiries = settlements["dc"].to_numpy()[np.isin(settlements["family"].to_numpy(), ("DI1", "DAP", "DDI", "DOL"))]
    days = np.union1d(ends, expiries.astype(np.int64))
    place = np.searchsorted(ends, days)
    fixed = np.append(ends, -1)[place] == days
    return days, fixed, np.where(fixed, np.append(TERMS, 0)[place], days)


def _on_business_days(settlements: pl.DataFrame, family: str, overnight: float, du: Ints) -> Floats:
    """Rates in % at terms, from the overnight rate (%) and the settlements of a family."""
    listed = (settlements["family"].to_numpy() == family) & (settlements["du"].to_numpy() > 1)
    tenors = np.append(1, settlements["du"].to_numpy()[listed])
    rates = np.append(overnight, settlements["rate"].to_numpy()[listed]) / 100
    return 100 * flat_forward(tenors, rates, du)


def _dollar_growth(b3: B3, day: np.datetime64, settlements: pl.DataFrame, days: Ints) -> Floats:
    """1 + c·dc/360 of the dirty coupon at each term."""
    listed = (settlements["family"].to_numpy() == "DDI") & (settlements["dc"].to_numpy() > int(days[0]))
    first = float(b3.dirty_cupom(day, int(days[0])))
    nodes = np.append(days[0], settlements["dc"].to_numpy()[listed])
    growth = np.log1p(np.append(first, settlements["rate"].to_numpy()[listed] / 100) * nodes / 360)
    slope = (growth[-1] - growth[-2]) / (nodes[-1] - nodes[-2])
    found = np.where(days > nodes[-1], growth[-1] + slope * (days - nodes[-1]), np.interp(days, nodes, growth))
    return np.exp(found)
