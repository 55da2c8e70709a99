"""Holdings of listed contracts and what they are worth under shocked markets.

Families: `di1` and `dap` are zero-coupon PUs on business days (nominal and real rate), `dol` is BRL per USD. Quantities are signed
contracts in position sign. Shocks: rates in decimals, added to the contract's own rate at its tenor; FX as Δln USDBRL (+ = dollar up).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models_py.kernel.errors import RiskError

FACE = 100_000.0
YEAR_BD = 252.0
BP = 1e-4

# factor class whose nodes move a family: the prefix and suffix of its factor ids around the tenor
CURVE_OF = {"di1": "br_di1", "dap": "br_real"}


class Priced(Protocol):
    """What a mark gives: the last price of a contract and what one point is worth."""

    @property
    def price(self) -> float: ...
    @property
    def point_value(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Holding:
    """A position in one contract. `tenor_bd` is the business days to expiry, for rates."""

    contract: str
    family: str
    quantity: float
    price: float
    point_value: float
    tenor_bd: int

    @property
    def value(self) -> float:
        """Notional value of the position, BRL, signed."""
        return self.quantity * self.price * self.point_value


def family_of(contract: str) -> str:
    """The family of a listed contract: its code less the month letter and year.

    Raises:
        RiskError: a family that risk does not revalue.
    """
    family = contract[:-3]
    if family not in ("di1", "dap", "dol"):
        raise RiskError(f"no revaluation for contract {contract!r}")
    return family


def holdings(quantities: Mapping[str, float], marks: Mapping[str, Priced], tenors: Mapping[str, int]) -> tuple[Holding, ...]:
    """Holdings of a book, in order of contract.

    Args:
        quantities: signed contracts.
        marks: last marks by contract.
        tenors: business days from the session to expiry.
    Raises:
        RiskError: a contract that is held has no mark, or no tenor.
    """
    found = []
    for contract in sorted(quantities):
        if contract not in marks or contract not in tenors:
            missing = "mark" if contract not in marks else "tenor"
            raise RiskError(f"{contract} is held without a {missing}: {quantities[contract]:g} contracts cannot be valued")
        mark = marks[contract]
        found.append(Holding(contract, family_of(contract), quantities[contract], mark.price, mark.point_value, int(tenors[contract])))
    return tuple(found)


def unit_pnl(holding: Holding, curve_shift: NDArray[np.float64], fx: NDArray[np.float64]) -> NDArray[np.float64]:
    """P&L in BRL of one long contract, revalued in full.

        rates:  PU(r + Δ) − PU(r),   PU(r) = FACE / (1 + r)^(bd/252),   r = (FACE / PU)^(252/bd) − 1
        FX:     F (e^Δ − 1)

    Args:
        curve_shift: change of the zero rate at the contract's tenor, decimal, shape (n,).
        fx: Δln USDBRL, shape (n,).
    """
    if holding.family == "dol":
        return np.asarray(holding.price * np.expm1(fx) * holding.point_value)
    years = holding.tenor_bd / YEAR_BD
    if years <= 0:
        return np.zeros(len(curve_shift))       # on its last day a contract is worth its face whatever the curve does
    growth = (FACE / holding.price) ** (1 / years)
    return np.asarray((FACE * np.maximum(growth + curve_shift, 1e-6) ** (-years) - holding.price) * holding.point_value)


def dv01(holding: Holding) -> float:
    """BRL that one long contract gains when its rate falls by one basis point; 0 for FX."""
    if holding.family == "dol":
        return 0.0
    return float(-unit_pnl(holding, np.array([BP]), np.zeros(1))[0])
