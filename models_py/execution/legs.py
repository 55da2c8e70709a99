"""Legs: the listed contracts that stand for a unit of exposure in a session. Liquid months are those of `quant.listed`."""

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np

from models_py.execution.contracts import NoContract, listed, month, tenor_bd
from models_py.ledger.marks import Mark
from models_py.quant.checks import Mask
from models_py.quant.listed import is_january, is_linked, is_quarter
from models_py.quant.realtime import Ints

YEAR_BD = 252
KINDS = ("di1", "real", "bei")


def known(leg: str) -> bool:
    """Whether there are contracts that stand for a leg."""
    kind, _, tail = leg.partition("_")
    return leg == "usdbrl" or (kind in KINDS and tail.endswith("bd") and tail[:-2].isdigit())


def resolve(leg: str, session: date, marks: Mapping[str, Mark]) -> dict[str, float]:
    """Contracts per unit of exposure of a leg.

        usdbrl          BRL 1 long the real: short 1 / (F · multiplier) of the first DOL
        di1_<n>bd       BRL 1 a basis point, receive: long 1 / dv01 of the contract nearest to n business days
        real_<n>bd      BRL 1 a basis point, receive the real rate: long 1 / dv01 of the DAP nearest to n business days
        bei_<n>bd       BRL 1 a basis point of breakeven: long DAP, short the same dv01 of the DI1 nearest to its expiry

    Raises:
        NoContract: no contract of the leg is marked, or the leg is unknown.
    """
    if not known(leg):
        raise NoContract(f"unknown leg {leg!r}")
    if leg == "usdbrl":
        front = _first(listed("dol", session, marks), leg, session)
        return {front: -1.0 / marks[front].value}
    kind, _, tail = leg.partition("_")
    tenor = int(tail[:-2])
    if kind == "di1":
        chosen = _nearest_di1(tenor, leg, session, marks)
        return {chosen: 1.0 / _dv01(chosen, marks)}
    every = listed("dap", session, marks)
    real = _nearest(_those(every, is_linked) or every, tenor, leg, session)
    if kind == "real":
        return {real: 1.0 / _dv01(real, marks)}
    nominal = _nearest_di1(tenor_bd(real, session), leg, session, marks)
    return {real: 1.0 / _dv01(real, marks), nominal: -1.0 / _dv01(nominal, marks)}


def _nearest_di1(tenor: int, leg: str, session: date, marks: Mapping[str, Mark]) -> str:
    """Of the quarters inside a year, beyond it of the Januaries; of all months where none of them is marked."""
    every = listed("di1", session, marks)
    liquid = is_quarter if tenor < YEAR_BD else is_january
    return _nearest(_those(every, liquid) or every, tenor, leg, session)


def _those(contracts: list[str], liquid: Callable[[Ints], Mask]) -> list[str]:
    kept = liquid(np.array([month(contract) for contract in contracts], np.int64))
    return [contract for contract, good in zip(contracts, kept, strict=True) if good]


def _nearest(contracts: list[str], tenor: int, leg: str, session: date) -> str:
    _first(contracts, leg, session)
    return min(contracts, key=lambda c: (abs(tenor_bd(c, session) - tenor), c))


def _first(contracts: list[str], leg: str, session: date) -> str:
    if not contracts:
        raise NoContract(f"{leg}: no contract with a mark can be traded on {session}")
    return contracts[0]


def _dv01(contract: str, marks: Mapping[str, Mark]) -> float:
    value = marks[contract].dv01
    if not value > 0:
        raise NoContract(f"{contract} {marks[contract].session}: dv01 is {value}, a rate contract needs one above 0")
    return value
