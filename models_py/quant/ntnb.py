"""NTN-B: federal bonds of Brazil linked to the IPCA, with a 6 % real coupon, and NTN-B Principal without.

The unit value (VNA) is 1000 on 2000-07-15 times the IPCA index since June 2000. Real yields are decimals, compounded on 252
business days; a quotation is percent of VNA; a price is BRL per bond. Flows are on the 15th: February and August for maturities
in even years, May and November in odd ones.

Source: ANBIMA, "Metodologia de cálculo dos títulos públicos federais"; STN; IBGE table 1737.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from models_py.quant.bonds import Flows, macaulay, rounded_sum, semiannual, solve_yield
from models_py.quant.checks import Batch, Floats, floats, masked, require_price, require_rate, require_term, valid_price, valid_rate
from models_py.quant.daycount import DateLike, Days, as_days, calendar, calendar_days
from models_py.quant.decimals import cut_units, trunc, units, year_fraction
from models_py.quant.errors import BadTerm, Matured

COUPON = round(100.0 * (1.06**0.5 - 1.0), 6)       # 2.956301 % of VNA
INDEX_JUN_2000 = 1614.62                           # IPCA, December 1993 = 100
BP = 1e-4

Rule = Literal["anbima", "stn"]


def vna_on_15th(index: ArrayLike) -> Floats:
    """VNA of the 15th of a month from the IPCA index of the month before: trunc6(1000 · NI / 1614.62), in whole numbers."""
    value: Floats = units(require_price("ipca index", index), 2) * 10**9 // round(INDEX_JUN_2000 * 100) / 1e6
    return value


def vna_of_level(level: ArrayLike) -> Floats:
    """VNA of an index level chained from monthly changes, which has more than two decimals: trunc6(1000 · level / 1614.62)."""
    return trunc(1000.0 * require_price("ipca index", level) / INDEX_JUN_2000, 6)


def last_15th(dates: DateLike) -> Days:
    """The 15th on or before each date."""
    days = as_days(dates)
    month = days.astype("datetime64[M]")
    fifteenth: Days = month.astype("datetime64[D]") + 14
    before: Days = (month - 1).astype("datetime64[D]") + 14
    return np.where(days >= fifteenth, fifteenth, before)


def elapsed(dates: DateLike, rule: Rule = "anbima") -> Floats:
    """Share of the month from the last 15th to the next that has passed: in business days (ANBIMA) or calendar days (STN custody).

    Raises:
        BadTerm: an unknown rule.
    """
    if rule not in ("anbima", "stn"):
        raise BadTerm("ntnb vna", rule, "the rule is 'anbima' or 'stn'")
    days = as_days(dates)
    start = last_15th(days)
    end: Days = (start.astype("datetime64[M]") + 1).astype("datetime64[D]") + 14
    if rule == "stn":
        return calendar_days(start, days) / calendar_days(start, end)
    br = calendar("br")
    passed, whole = br.business_days(start, days, days), br.business_days(start, end, days)
    return passed * 10**14 // whole / 1e14            # trunc14


def vna(dates: DateLike, vna_15: ArrayLike, inflation: ArrayLike, rule: Rule = "anbima") -> Floats:
    """VNA between two 15ths: trunc6(VNA_15 · (1 + p) ** trunc14(elapsed)).

    Args:
        vna_15: VNA of the last 15th on or before each date.
        inflation: p, decimal in the month that runs: ANBIMA's projection (two decimals of a percent) until IBGE prints, then the print.
    """
    return trunc(require_price("ntnb vna", vna_15) * (1.0 + require_rate("ipca", inflation)) ** elapsed(dates, rule), 6)


def projected_vna(dates: DateLike, vna_15: ArrayLike, known_15: DateLike, monthly: ArrayLike, rule: Rule = "anbima") -> Floats:
    """VNA on later dates, with the months not yet printed projected.

        VNA_15(k) = trunc6(VNA_15(k - 1) · (1 + p_k)),   then within the month by `vna`

    Args:
        dates: shape (n,), on or after known_15. vna_15: the last VNA of a 15th that follows from a printed index; known_15: that 15th.
        monthly: projected IPCA of the month that runs on known_15, then of each month after it, decimals.
    Raises:
        BadTerm: a date before known_15, or one beyond the projections.
    """
    start = np.datetime64(last_15th(known_15).item(), "M")
    ahead = np.atleast_1d(last_15th(dates).astype("datetime64[M]") - start).astype(np.int64)
    paths = floats(monthly)
    if (ahead < 0).any() or (ahead >= len(paths)).any():
        raise BadTerm("ntnb vna", str(np.atleast_1d(as_days(dates))[(ahead < 0) | (ahead >= len(paths))][0]),
                      f"needs a date from {as_days(known_15)} on and within {len(paths)} projected months")  # fmt: skip
    levels = [float(require_price("ntnb vna", vna_15))]
    for change in require_rate("ipca", paths):
        levels.append(float(trunc(levels[-1] * (1.0 + change), 6)))
    value = vna(np.atleast_1d(as_days(dates)), np.array(levels)[ahead], paths[ahead], rule)
    return value if as_days(dates).ndim else value[0]


def flows(settlement: DateLike, maturity: DateLike) -> Flows:
    """Coupons of 2.956301 and 100 at maturity, percent of VNA."""
    return semiannual(settlement, maturity, COUPON, 100.0)


def quotation(rate: ArrayLike, settlement: DateLike, maturity: DateLike) -> Floats:
    """Percent of VNA: trunc4(Σ round10(CF_j / (1 + y) ** trunc14(du_j / 252))).

    Raises:
        Matured: settlement is not before maturity. BadRate: the yield is no rate.
    """
    value, good = quotation_batch(require_rate("ntnb", rate), settlement, maturity)
    if not good.all():
        raise Matured("ntnb", str(np.atleast_1d(as_days(maturity))[~good][0]), "needs a maturity after settlement")
    return value[0] if np.ndim(rate) == 0 and as_days(maturity).ndim == 0 else value


def quotation_batch(rate: ArrayLike, settlement: DateLike, maturity: DateLike) -> Batch:
    """As `quotation` for many bonds, NaN and False where settlement is not before maturity or the yield is no rate."""
    settled, matured = np.broadcast_arrays(np.atleast_1d(as_days(settlement)), np.atleast_1d(as_days(maturity)))
    good = valid_rate(rate) & (settled < matured)
    (annual,) = masked(good, np.broadcast_to(np.atleast_1d(floats(rate)), good.shape))
    return Batch(rounded_sum(annual, flows(settled, matured), 10, 4), good)


def price(vna: ArrayLike, quotation: ArrayLike) -> Floats:
    """PU: trunc6(VNA · quotation / 100), in whole numbers."""
    product: Floats = cut_units(units(require_price("ntnb vna", vna), 6) * units(require_price("ntnb", quotation), 4), 6) / 1e6
    return product


def principal_quotation(rate: ArrayLike, business_days: ArrayLike) -> Floats:
    """NTN-B Principal: trunc4(round10(100 / (1 + y) ** trunc14(du / 252)))."""
    whole = 100.0 * (1.0 + require_rate("ntnb principal", rate)) ** (-year_fraction(require_term("ntnb principal", business_days)))
    cut: Floats = cut_units(units(whole, 10), 6) / 1e4
    return cut


def principal_dv01(rate: ArrayLike, business_days: ArrayLike, vna: ArrayLike) -> Floats:
    """BRL an NTN-B Principal gains when its real yield falls by 1 bp: VNA · (1 + y) ** (-T) · T / (1 + y) · 1e-4."""
    annual, years = require_rate("ntnb principal", rate), require_term("ntnb principal", business_days) / 252.0
    gain: Floats = require_price("ntnb vna", vna) * (1.0 + annual) ** (-years - 1.0) * years * BP
    return gain


def rate(quotation: ArrayLike, settlement: DateLike, maturity: DateLike) -> Floats:
    """Real yield of a quotation."""
    return solve_yield(quotation, flows(settlement, maturity))


def dv01(rate: ArrayLike, settlement: DateLike, maturity: DateLike, price: ArrayLike) -> Floats:
    """BRL a bond gains when its real yield falls by 1 bp: PU · D_macaulay / (1 + y) · 1e-4."""
    annual = np.atleast_1d(require_rate("ntnb", rate))
    gain: Floats = floats(price) * macaulay(annual, flows(settlement, maturity)) / (1.0 + annual) * BP
    return gain[0] if np.ndim(rate) == 0 and as_days(maturity).ndim == 0 else gain


def implied_vna(price: ArrayLike, quotation: ArrayLike) -> Batch:
    """VNA that a published price implies: 100 · PU / quotation; NaN and False without a price. Bonds of a day must agree to 1e-4."""
    good = valid_price(price) & valid_price(quotation)
    paid, quoted = masked(good, price, quotation)
    return Batch(100.0 * paid / quoted, good)
