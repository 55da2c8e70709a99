"""SGS: balance of payments, FX flow, reserves, real exchange rate, and public accounts.

Totals are the sums of printed parts in every release. Borrowing requirements have deficit positive. The contracted FX flow of a week
(to Friday) appears on Wednesday afternoon of the next; its first print is revised once, a week later. The real effective rate (11752)
rises when the BRL weakens. Revision sizes are choices.
"""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng
from pipelines.sandbox.world.grid import BRT, START, is_session, shift, utc
from pipelines.sandbox.world.noise import moving_sum
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Catalogue, Publisher, Revision
from pipelines.sandbox.world.vintages import Rows

Floats = NDArray[np.float64]

SOURCE = "bcb_sgs"
QUARTERLY = (3, 6, 9, 12)
#              sd of the first print and of later revisions, USD mn
PARTS = {"exports": (60.0, 60.0), "imports": (110.0, 90.0), "services_credit": (60.0, 80.0), "services_debit": (80.0, 100.0),
         "primary": (150.0, 200.0), "secondary": (15.0, 20.0), "idp_in": (150.0, 180.0), "idp_out": (80.0, 90.0), "capital": (4.0, 5.0),
         "errors": (150.0, 150.0), "income_credit": (30.0, 40.0)}
TRADE = (("exports", 1.0), ("imports", -1.0))
SERVICES = (("services_credit", 1.0), ("services_debit", -1.0))
CURRENT = (*TRADE, *SERVICES, ("primary", 1.0), ("secondary", 1.0))
RECEIPTS = (("exports", 1.0), ("services_credit", 1.0), ("income_credit", 1.0))
BALANCE: dict[str, tuple[tuple[tuple[str, float], ...], str]] = {
    "22701": (CURRENT, "Current account"),
    "22702": (RECEIPTS, "Current account, receipts"),
    "22703": ((*RECEIPTS, *((name, -sign) for name, sign in CURRENT)), "Current account, expenses"),
    "22704": ((*TRADE, *SERVICES), "Goods and services, balance"),
    "22705": ((("exports", 1.0), ("services_credit", 1.0)), "Goods and services, receipts"),
    "22706": ((("imports", 1.0), ("services_debit", 1.0)), "Goods and services, expenses"),
    "22707": (TRADE, "Trade balance"),
    "22708": ((("exports", 1.0),), "Exports of goods"),
    "22709": ((("imports", 1.0),), "Imports of goods"),
    "22719": (SERVICES, "Services, balance"),
    "22720": ((("services_credit", 1.0),), "Services, receipts"),
    "22721": ((("services_debit", 1.0),), "Services, expenses"),
    "22800": ((("primary", 1.0),), "Primary income, balance"),
    "22838": ((("secondary", 1.0),), "Secondary income, balance"),
    "22863": ((*CURRENT, ("capital", 1.0), ("errors", 1.0)), "Financial account"),
    "22885": ((("idp_in", 1.0), ("idp_out", -1.0)), "Direct investment in the country, net"),
    "22886": ((("idp_in", 1.0),), "Direct investment in the country, inflow"),
    "22887": ((("idp_out", 1.0),), "Direct investment in the country, outflow"),
}
FLOW_PARTS = ("advance", "prepaid", "other", "imports", "purchases", "sales")
FLOWS: dict[str, tuple[tuple[tuple[str, float], ...], str]] = {
    "13961": ((("advance", 1.0), ("prepaid", 1.0), ("other", 1.0), ("imports", -1.0), ("purchases", 1.0), ("sales", -1.0)),
              "FX flow, total"),
    "13962": ((("advance", 1.0), ("prepaid", 1.0), ("other", 1.0)), "FX flow, exports"),
    "13963": ((("advance", 1.0),), "FX flow, exports, advances on contracts"),
    "13964": ((("prepaid", 1.0),), "FX flow, exports, prepayment"),
    "13965": ((("other", 1.0),), "FX flow, exports, other"),
    "13966": ((("imports", 1.0),), "FX flow, imports"),
    "13967": ((("advance", 1.0), ("prepaid", 1.0), ("other", 1.0), ("imports", -1.0)), "FX flow, commercial balance"),
    "13968": ((("purchases", 1.0),), "FX flow, financial purchases"),
    "13969": ((("sales", 1.0),), "FX flow, financial sales"),
    "13970": ((("purchases", 1.0), ("sales", -1.0)), "FX flow, financial balance"),
}
FLOW_ERROR = 27.0                     # per part and day; about 150 over a week
#          column, decimals, title, units, revision
FISCAL: dict[str, tuple[str, int, str, str, Revision | None]] = {
    "4649": ("fiscal_primary_need", 0, "Primary borrowing requirement", "BRL mn", None),
    "4616": ("fiscal_interest_need", 0, "Nominal interest", "BRL mn", None),
    "5793": ("fiscal_primary_need_12m", 2, "Primary borrowing requirement, twelve months", "% of GDP",
             Revision(0.05, 0.03, (12,), 12, ratio=False)),
    "5760": ("fiscal_interest_need_12m", 2, "Nominal interest, twelve months", "% of GDP", Revision(0.05, 0.03, (12,), 12, ratio=False)),
    "13762": ("fiscal_gross_debt", 2, "Gross general government debt", "% of GDP", Revision(0.05, 0.10, (12,), 12, ratio=False)),
    "4513": ("fiscal_net_debt", 2, "Net public debt", "% of GDP", Revision(0.05, 0.10, (12,), 12, ratio=False)),
    "13761": ("fiscal_gross_debt_brl", 0, "Gross general government debt", "BRL mn", None),
    "4478": ("fiscal_net_debt_brl", 0, "Net public debt", "BRL mn", None),
}
NOMINAL = {"4583": ("4649", "4616"), "5727": ("5793", "5760")}
FIRST = "2010-01"


def catalogue(p: Publisher) -> Catalogue:
    """Series of this module by code."""
    out: Catalogue = {code: partial(_balance, p, code) for code in BALANCE}
    out |= {code: partial(_flow, p, code) for code in FLOWS}
    out |= {code: partial(_fiscal, p, code) for code in FISCAL}
    out |= {code: partial(_nominal, p, code) for code in NOMINAL}
    return out | {"23079": partial(_to_gdp, p, "23079"), "23080": partial(_to_gdp, p, "23080"), "13621": partial(_reserves, p),
                  "3546": partial(_reserves_month, p), "11752": partial(_real_rate, p)}


def _months(p: Publisher) -> tuple[int, NDArray[np.datetime64]]:
    first = p.grid.month(FIRST)
    return first, p.truth.months[first:]


def _part(p: Publisher, name: str) -> Rows:
    first, months = _months(p)
    error, later = PARTS[name]
    revision = Revision(error, later, QUARTERLY, 24, ratio=False, by_release=(1.0, 0.55, 0.30, 0.0))
    return p.rows(name, "external", months, p.truth.monthly[f"bop_{name}"][first:], 1, revision, noise=f"bop.{name}")


def _balance(p: Publisher, code: str) -> Prints:
    members, title = BALANCE[code]
    _, months = _months(p)
    rows = p.total([(_part(p, name), sign) for name, sign in members])
    return p.prints(SOURCE, code, months.astype("datetime64[D]")[rows.period], rows.at, rows.value, 1, title, "USD mn", "M")


def _to_gdp(p: Publisher, code: str) -> Prints:
    """Current account (23079) and direct investment (23080) over twelve months, % of GDP in USD."""
    first, months = _months(p)
    flow = p.truth.monthly["bop_current_account" if code == "23079" else "bop_idp"]
    gdp = moving_sum(p.truth.monthly["gdp_brl"] / np.exp(p.truth.monthly["fx_mean"] / 100), 12)
    value = 100 * moving_sum(flow, 12) / gdp
    title = "Current account to GDP" if code == "23079" else "Direct investment to GDP"
    return p.revised(SOURCE, code, "external", months, value[first:], 2, title, "% of GDP",
                     Revision(0.04, 0.04, QUARTERLY, 24, ratio=False))


def _flow(p: Publisher, code: str) -> Prints:
    members, title = FLOWS[code]
    days = p.truth.days
    days = days[(days >= START) & is_session("br", days)]
    row = p.grid.at(days)
    noise = rng.daily(p.seed, "flow.revision", days, len(FLOW_PARTS))
    first, final = np.zeros(days.size), np.zeros(days.size)
    for name, sign in members:
        exact = p.truth.daily[f"fx_{name}"][row]
        final += sign * np.round(exact)
        first += sign * np.round(np.maximum(exact + FLOW_ERROR * noise[:, FLOW_PARTS.index(name)], 0))
    friday = days + (4 - (days.astype(np.int64) + 3) % 7)
    at = utc(shift("br", friday + 5, 0), 14.5, BRT)
    later = utc(shift("br", friday + 12, 0), 14.5, BRT)
    changed = first != final
    return p.prints(SOURCE, code, np.concatenate([days, days[changed]]), np.concatenate([at, later[changed]]),
                    np.concatenate([first, final[changed]]), 0, title, "USD mn", "D")


def _reserves(p: Publisher) -> Prints:
    days = p.truth.days
    days = days[(days >= START) & is_session("br", days)]
    at = utc(shift("br", days, 2), 8.5, BRT)
    return p.prints(SOURCE, "13621", days, at, p.truth.daily["fx_reserves"][p.grid.at(days)], 0, "International reserves", "USD mn", "D")


def _reserves_month(p: Publisher) -> Prints:
    first, months = _months(p)
    return p.once(SOURCE, "3546", "commodities", months, p.truth.monthly["bop_reserves"][first:], 0, "International reserves, month",
                  "USD mn")


def _real_rate(p: Publisher) -> Prints:
    first, months = _months(p)
    log = p.truth.monthly["effective_rate_log"]
    value = 78.0 * np.exp(log - log[first - 1])
    return p.revised(SOURCE, "11752", "reer", months, value[first:], 2, "Real effective exchange rate, IPCA", "June 1994 = 100",
                     Revision(0.10))


def _fiscal(p: Publisher, code: str) -> Prints:
    name, decimals, title, units, revision = FISCAL[code]
    first, months = _months(p)
    value = p.truth.monthly[name][first:]
    if revision is None:
        return p.once(SOURCE, code, "fiscal", months, value, decimals, title, units)
    rows = p.rows(code, "fiscal", months, value, decimals, revision)
    return p.prints(SOURCE, code, months.astype("datetime64[D]")[rows.period], rows.at, rows.value, decimals, title, units, "M")


def _nominal(p: Publisher, code: str) -> Prints:
    """Nominal requirement: the printed primary plus the printed interest."""
    first, months = _months(p)
    parts = []
    for part in NOMINAL[code]:
        name, decimals, _, units, revision = FISCAL[part]
        value = p.truth.monthly[name][first:]
        parts.append((p.rows(part, "fiscal", months, value, decimals, revision or Revision(0.0)), 1.0))
    rows = p.total(parts)
    title = "Nominal borrowing requirement" + ("" if code == "4583" else ", twelve months")
    return p.prints(SOURCE, code, months.astype("datetime64[D]")[rows.period], rows.at, rows.value, decimals, title, units, "M")
