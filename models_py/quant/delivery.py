"""The cheapest Treasury to deliver into a CME future, and the risk of the contract through it.

A short may deliver any eligible bond at the futures price times its conversion factor plus accrued interest. The cheapest is the one
with the highest implied repo: what buying it now, holding it and delivering it earns a year, actual over 360. Prices are per 100 of
face, rates decimals. Delivery options are left out: DV01 is 1 to 3 % too high.

Source: Burghardt and Belton, "The Treasury Bond Basis"; CME, delivery rules; INSTRUMENTS §10.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from models_py.quant import ust, ust_futures
from models_py.quant.checks import require_price, require_rate
from models_py.quant.contract import Contract
from models_py.quant.daycount import as_days
from models_py.quant.errors import BadTerm

YEAR_CD = 360.0
# remaining term in months at the first day of the delivery month, from and to, and the longest original term in years
ELIGIBLE = {"zt": (21, 24, 5.25), "zf": (50, 63, 5.25), "zn": (78, 120, 10.0), "zb": (180, 299, 30.0)}


@dataclass(frozen=True)
class Bond:
    """A Treasury that may be delivered: its coupon, maturity, date of issue and yield now."""

    coupon: float
    maturity: date
    issue: date
    yield_: float


@dataclass(frozen=True)
class Cheapest:
    """The cheapest bond, its factor, its implied repo (None where it was chosen by duration), and USD a contract gains for 1 bp."""

    bond: Bond
    factor: float
    implied_repo: float | None
    dv01: float


def is_eligible(bond: Bond, contract: Contract) -> bool:
    """Whether the bond may be delivered: its remaining and its original term."""
    shortest, longest, original = ELIGIBLE[_root(contract)]
    months = (bond.maturity.year - contract.month.year) * 12 + bond.maturity.month - contract.month.month
    return shortest <= months <= longest and (bond.maturity - bond.issue).days <= original * 365.25 + 1


def factor(bond: Bond, contract: Contract) -> float:
    """CME conversion factor."""
    rounding = ust_futures.CONTRACTS[_root(contract)].rounding
    return ust_futures.conversion_factor(bond.coupon, bond.maturity, contract.month, rounding)


def implied_repo(bond: Bond, contract: Contract, futures_price: float, settlement: date, delivery: date) -> float:
    """What buying, holding and delivering earns a year.

        (F · CF + AI_delivery + Σ C - P) · 360 / (P · d - Σ C · d_C)

    P is the dirty price at settlement, d the days to delivery, C the coupons on the way and d_C the days each has left.

    Raises:
        BadTerm: delivery is not after settlement.
    """
    days = (delivery - settlement).days
    if days <= 0:
        raise BadTerm(str(contract), delivery.isoformat(), f"needs a delivery after {settlement}")
    paid = float(ust.dirty_price(bond.coupon, bond.yield_, settlement, bond.maturity))
    received = float(require_price(str(contract), futures_price)) * factor(bond, contract)
    received += float(ust.accrued(bond.coupon, delivery, bond.maturity))
    due = ust.coupon_date(bond.maturity, np.arange(80))
    left = (as_days(delivery) - due[(due > as_days(settlement)) & (due <= as_days(delivery))]).astype(np.float64)
    coupons = 100.0 * bond.coupon / 2.0
    return float((received + coupons * len(left) - paid) * YEAR_CD / (paid * days - coupons * left.sum()))


def cheapest(
    bonds: list[Bond], contract: Contract, settlement: date, delivery: date, futures_price: float | None = None
) -> Cheapest:
    """The cheapest of the eligible bonds: highest implied repo; without a futures price by duration.

    Below a yield of 6 % the bond of lowest duration is taken, above it that of highest.

    Raises:
        BadTerm: no bond may be delivered.
    """
    able = [bond for bond in bonds if is_eligible(bond, contract)]
    if not able:
        raise BadTerm(str(contract), len(bonds), "no bond may be delivered, of those given")
    repo: float | None = None
    if futures_price is None:
        high = np.mean([float(require_rate("ust", bond.yield_)) for bond in able]) > ust_futures.NOTIONAL_YIELD
        chosen = sorted(able, key=lambda bond: _duration(bond, settlement))[-1 if high else 0]
    else:
        earned = [(implied_repo(bond, contract, futures_price, settlement, delivery), bond) for bond in able]
        repo, chosen = max(earned, key=lambda pair: pair[0])
    return Cheapest(chosen, factor(chosen, contract), repo, dv01(chosen, contract, settlement))


def dv01(bond: Bond, contract: Contract, settlement: date) -> float:
    """USD a contract gains when the yield of the bond falls by 1 bp, were it the one delivered."""
    per_100 = float(ust.dv01(bond.coupon, bond.yield_, settlement, bond.maturity))
    return ust_futures.dv01(per_100, factor(bond, contract), _root(contract))


def _duration(bond: Bond, settlement: date) -> float:
    terms = (bond.coupon, bond.yield_, settlement, bond.maturity)
    return float(ust.dv01(*terms) / ust.dirty_price(*terms))


def _root(contract: Contract) -> str:
    if contract.root not in ELIGIBLE:
        raise BadTerm(str(contract), contract.root, f"is no Treasury future: {', '.join(ELIGIBLE)}")
    return contract.root
