"""Federal bonds of Brazil without index: LTN (zero), NTN-F (10 % coupon) and LFT (Selic), priced by the ANBIMA rules.

Yields are decimals, compounded on 252 business days; prices are BRL per bond of face 1000. Exponents and prices are cut, not
rounded, at the decimals the rule names. Days run from settlement to the flow's own date: a flow on a weekend counts the
business days before it, which is the same as to the next business day.

Source: ANBIMA, "Metodologia de cálculo dos títulos públicos federais"; STN.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.checks import Batch, Floats, floats, masked, require_price, require_rate, require_term, valid_rate, valid_term
from models_py.quant.daycount import DateLike, Days, as_days, calendar
from models_py.quant.decimals import cut_units, trunc, units, year_fraction
from models_py.quant.errors import Matured

FACE = 1000.0
YEAR = 252.0
BP = 1e-4
NTNF_COUPON = round(FACE * (1.10**0.5 - 1.0), 5)      # 48.80885 each 1 January and 1 July


def ltn_price(rate: ArrayLike, business_days: ArrayLike) -> Floats:
    """PU of an LTN: trunc6(1000 / (1 + y) ** trunc14(du / 252)).

    Raises:
        Matured: business_days is not positive. BadRate: the yield is no rate.
    """
    return _ltn(require_rate("ltn", rate), require_term("ltn", business_days))


def ltn_price_batch(rate: ArrayLike, business_days: ArrayLike) -> Batch:
    """As `ltn_price`, NaN and False where the input makes no sense (settlement on or after maturity)."""
    good = valid_rate(rate) & valid_term(business_days)
    return Batch(_ltn(*masked(good, rate, business_days)), good)


def _ltn(rate: Floats, days: Floats) -> Floats:
    return trunc(FACE / (1.0 + rate) ** year_fraction(days), 6)


def ltn_rate(price: ArrayLike, business_days: ArrayLike) -> Floats:
    """Yield of a PU: (1000 / PU) ** (252 / du) - 1."""
    annual: Floats = (FACE / require_price("ltn", price)) ** (YEAR / require_term("ltn", business_days)) - 1.0
    return annual


def ltn_dv01(rate: ArrayLike, business_days: ArrayLike) -> Floats:
    """BRL a bond gains when its yield falls by 1 bp: PU · T / (1 + y) · 1e-4."""
    annual, days = require_rate("ltn", rate), require_term("ltn", business_days)
    gain: Floats = FACE * (1.0 + annual) ** (-days / YEAR) * days / YEAR / (1.0 + annual) * BP
    return gain


class Flows(NamedTuple):
    """Payments of a batch of coupon bonds after settlement, one row a bond, soonest first; NaN where there is none."""

    business_days: Floats       # shape (bonds, flows)
    amount: Floats              # per 1000 of face (or per 100 of VNA), shape (bonds, flows)


def semiannual(settlement: DateLike, maturity: DateLike, coupon: float, redemption: float, market: str = "br") -> Flows:
    """Payments every six months back from maturity, those after settlement, on the holiday list known at settlement.

    Args:
        settlement, maturity: shape (bonds,) each; a bond that has matured gets no flow.
    """
    settled, matured = np.broadcast_arrays(np.atleast_1d(as_days(settlement)), np.atleast_1d(as_days(maturity)))
    months = matured.astype("datetime64[M]").astype(np.int64)
    day = (matured - matured.astype("datetime64[M]")).astype(np.int64)
    now = settled.astype("datetime64[M]").astype(np.int64)
    width = max(int(np.max((months - now) // 6, initial=0)) + 1, 1)
    # months of payment, soonest first; those before settlement are blanked below
    offset = months[:, None] - 6 * np.arange(width - 1, -1, -1)[None, :]
    dates: Days = offset.astype("datetime64[M]").astype("datetime64[D]") + day[:, None]
    due = dates > settled[:, None]
    starts = settled[:, None]
    bd = np.where(due, calendar(market).business_days(starts, np.maximum(dates, starts)), np.nan)
    amount = np.where(due, coupon, np.nan)
    amount[:, -1] += redemption
    return Flows(bd, amount)


def ntnf_flows(settlement: DateLike, maturity: DateLike) -> Flows:
    """Coupons of 48.80885 on 1 January and 1 July, and 1000 at maturity."""
    return semiannual(settlement, maturity, NTNF_COUPON, FACE)


def present_value(rate: ArrayLike, flows: Flows) -> Floats:
    """Σ CF_j / (1 + y) ** (du_j / 252), unrounded, one a bond."""
    annual = np.atleast_1d(require_rate("bond", rate))
    discounted: Floats = np.nansum(flows.amount * (1.0 + annual[:, None]) ** (-flows.business_days / YEAR), axis=1)
    return discounted


def ntnf_price(rate: ArrayLike, settlement: DateLike, maturity: DateLike) -> Floats:
    """PU of an NTN-F: trunc6(Σ round9(CF_j / (1 + y) ** trunc14(du_j / 252))).

    Raises:
        Matured: settlement is not before maturity. BadRate: the yield is no rate.
    """
    value, good = ntnf_price_batch(require_rate("ntnf", rate), settlement, maturity)
    if not good.all():
        raise Matured("ntnf", str(np.atleast_1d(as_days(maturity))[~good][0]), "needs a maturity after settlement")
    return value[0] if np.ndim(rate) == 0 and as_days(maturity).ndim == 0 else value


def ntnf_price_batch(rate: ArrayLike, settlement: DateLike, maturity: DateLike) -> Batch:
    """As `ntnf_price` for many bonds, NaN and False where settlement is not before maturity or the yield is no rate."""
    settled, matured = np.broadcast_arrays(np.atleast_1d(as_days(settlement)), np.atleast_1d(as_days(maturity)))
    good = valid_rate(rate) & (settled < matured)
    flows = ntnf_flows(settled, matured)
    (annual,) = masked(good, np.broadcast_to(np.atleast_1d(floats(rate)), good.shape))
    return Batch(rounded_sum(annual, flows, 9, 6), good)


def rounded_sum(rate: Floats, flows: Flows, flow_decimals: int, decimals: int) -> Floats:
    """trunc(Σ round(CF_j / (1 + y) ** trunc14(du_j / 252), flow_decimals), decimals), in whole numbers; NaN for a yield of NaN."""
    value = flows.amount * (1.0 + rate[:, None]) ** (-year_fraction(flows.business_days))
    total = units(np.nan_to_num(value), flow_decimals).sum(axis=1)
    cut = cut_units(total, flow_decimals - decimals) / 10.0**decimals
    return np.where(np.isfinite(rate), cut, np.nan)


def ntnf_rate(price: ArrayLike, settlement: DateLike, maturity: DateLike) -> Floats:
    """Yield at which the discounted flows are worth the price."""
    return solve_yield(require_price("ntnf", price), ntnf_flows(settlement, maturity))


def solve_yield(price: ArrayLike, flows: Flows) -> Floats:
    """Yields of many bonds by Newton's method on ln(price): price falls and is convex in the yield, so it converges from the left."""
    target = np.log(np.atleast_1d(require_price("bond", price)))
    years = flows.business_days / YEAR
    growth = np.zeros(len(target))              # ln(1 + y)
    for _ in range(60):
        value = flows.amount * np.exp(-growth[:, None] * years)
        total = np.nansum(value, axis=1)
        step = (np.log(total) - target) * total / np.nansum(value * years, axis=1)
        growth += step
        if np.abs(step).max(initial=0.0) < 1e-14:
            break
    return np.expm1(growth)


def macaulay(rate: ArrayLike, flows: Flows) -> Floats:
    """Mean time of the flows weighted by present value, years of 252 business days."""
    annual = np.atleast_1d(require_rate("bond", rate))
    years = flows.business_days / YEAR
    value = flows.amount * (1.0 + annual[:, None]) ** (-years)
    mean: Floats = np.nansum(value * years, axis=1) / np.nansum(value, axis=1)
    return mean


def ntnf_dv01(rate: ArrayLike, settlement: DateLike, maturity: DateLike) -> Floats:
    """BRL a bond gains when its yield falls by 1 bp: PV · D / (1 + y) · 1e-4."""
    flows, annual = ntnf_flows(settlement, maturity), np.atleast_1d(require_rate("ntnf", rate))
    gain: Floats = present_value(annual, flows) * macaulay(annual, flows) / (1.0 + annual) * BP
    return gain[0] if np.ndim(rate) == 0 and as_days(maturity).ndim == 0 else gain


def asset_swap_spread(yield_: ArrayLike, di_rate: ArrayLike) -> Floats:
    """Yield of a bond over the DI of its term: (1 + y) / (1 + i) - 1; paired in equal DV01, it is what the package earns."""
    spread: Floats = (1.0 + require_rate("bond", yield_)) / (1.0 + require_rate("di1", di_rate)) - 1.0
    return spread
