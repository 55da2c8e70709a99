"""Listed contracts by rule: expiry, last trade, roll, and the contract that stands for a leg in a session.

    DI1, DOL, DDI, FRC   expire on the first business day of the contract month
    DAP                  expires on the 15th of the contract month, or the next business day

The last trade is in the last session before expiry; the desk rolls five business days before that. Business days are counted on
the holiday list known in the session.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Literal

import numpy as np

from models_py.kernel import seeds
from models_py.kernel.errors import MacroError
from models_py.kernel.ids import MONTH_CODES
from models_py.ledger.marks import Mark
from models_py.quant.daycount import calendar

ROLL_BD = 5
QUARTERLY = "fjnv"                    # the liquid months inside a year; beyond it, January alone
Side = Literal["buy", "sell"]

_ORIGIN = date(2000, 1, 1)            # no listed contract of these families is older in our data


class NoContract(MacroError):
    """A leg has no listed contract with a mark, or a contract code is not one."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A family of contracts as listed. `accretes`: its price grows at CDI from day to day. `quote`: what the screen shows."""

    family: str
    title: str
    currency: str
    multiplier: float
    tick: float
    lot: int
    accretes: bool
    quote: Literal["rate", "price"]


@cache
def _specs() -> dict[str, Spec]:
    found = {}
    for row in seeds.read("instruments").iter_rows(named=True):
        if row["exchange"] == "b3":
            quote: Literal["rate", "price"] = "rate" if row["quote"] == "rate" else "price"
            found[row["family"]] = Spec(
                row["family"], row["title"], row["currency"], float(row["multiplier"]), float(row["tick"]), int(row["lot"]),
                row["accretes"] == "true", quote,
            )  # fmt: skip
    return found


def family(contract: str) -> str:
    """The family of a contract code (`di1f27` → `di1`).

    Raises:
        NoContract: not a code of a listed family.
    """
    name, code = contract[:-3], contract[-3:]
    if name not in _specs() or code[:1] not in MONTH_CODES or not code[1:].isdigit():
        raise NoContract(f"not a listed contract: {contract!r}")
    return name


def spec(contract: str) -> Spec:
    """How a contract is listed."""
    return _specs()[family(contract)]


def month(contract: str) -> tuple[int, int]:
    """Year and month of a contract; two digits are of this century."""
    family(contract)
    return 2000 + int(contract[-2:]), MONTH_CODES.index(contract[-3]) + 1


def _epoch(as_of: date | None) -> int:
    known = calendar("br").epochs
    return len(known) - 1 if as_of is None else int(np.searchsorted(known, np.datetime64(as_of), side="right")) - 1


@lru_cache(maxsize=50_000)
def _dates(contract: str, epoch: int) -> tuple[date, date, date]:
    days, (year, number) = calendar("br"), month(contract)
    known = days.epochs[epoch]
    start = np.datetime64(date(year, number, 15 if family(contract) == "dap" else 1))
    end = days.following(start, as_of=known)
    last = calendar("b3").shift(end, -1, as_of=known)
    roll = days.shift(last, -ROLL_BD, as_of=known)
    return _date(end), _date(last), _date(roll)


def _date(day: np.ndarray | np.datetime64) -> date:
    return date.fromisoformat(str(np.datetime_as_string(np.asarray(day), unit="D")))


def expiry(contract: str, as_of: date | None = None) -> date:
    """Day on which the contract is settled and ends."""
    return _dates(contract, _epoch(as_of))[0]


def last_trade(contract: str, as_of: date | None = None) -> date:
    """Last day on which it trades."""
    return _dates(contract, _epoch(as_of))[1]


def roll_date(contract: str, as_of: date | None = None) -> date:
    """From this day on the desk holds the next contract."""
    return _dates(contract, _epoch(as_of))[2]


@lru_cache(maxsize=500_000)
def tenor_bd(contract: str, session: date) -> int:
    """Business days from a session to expiry; negative after it."""
    return days_to_expiry(contract, session, "br")


def days_to_expiry(contract: str, session: date, market: str) -> int:
    """Business days of a market from a session to expiry, on the list known in the session."""
    epoch = int(np.searchsorted(calendar(market).epochs, np.datetime64(session), side="right")) - 1
    before = _ordinals(market, epoch)
    return before[(expiry(contract, session) - _ORIGIN).days] - before[(session - _ORIGIN).days]


@cache
def _ordinals(market: str, epoch: int) -> list[int]:
    """Business days before each calendar day from the origin on: two look-ups make a count."""
    known = calendar(market)
    every = np.arange(np.datetime64(_ORIGIN), known.last)
    open_days = known.is_business_day(every, as_of=known.epochs[epoch])
    counts: list[int] = np.r_[0, np.cumsum(open_days)[:-1]].tolist()
    return counts


def listed(name: str, session: date, contracts: Iterable[str]) -> list[str]:
    """Contracts of a family that are not yet to be rolled in a session, nearest first."""
    mine = [c for c in contracts if c[:-3] == name and roll_date(c, session) > session]
    return sorted(mine, key=lambda c: tenor_bd(c, session))


def resolve(leg: str, session: date, marks: Mapping[str, Mark]) -> dict[str, float]:
    """Contracts per unit of exposure of a leg.

        usdbrl          BRL 1 long the real: short 1 / (F · multiplier) of the first DOL
        di1_<n>bd       BRL 1 a basis point, receive: long 1 / dv01 of the contract nearest to n business days
        bei_<n>bd       BRL 1 a basis point of breakeven: long DAP, short the same dv01 of the DI1 nearest to its expiry

    Raises:
        NoContract: no contract of the leg is marked, or the leg is unknown.
    """
    kind, _, tail = leg.partition("_")
    if leg == "usdbrl":
        front = _first(listed("dol", session, marks), leg, session)
        return {front: -1.0 / marks[front].value}
    if kind not in ("di1", "bei") or not tail.endswith("bd") or not tail[:-2].isdigit():
        raise NoContract(f"unknown leg {leg!r}")
    tenor = int(tail[:-2])
    if kind == "di1":
        chosen = _nearest_di1(tenor, leg, session, marks)
        return {chosen: 1.0 / _dv01(chosen, marks)}
    real = _nearest(_liquid_dap(listed("dap", session, marks)), tenor, leg, session)
    nominal = _nearest_di1(tenor_bd(real, session), leg, session, marks)
    return {real: 1.0 / _dv01(real, marks), nominal: -1.0 / _dv01(nominal, marks)}


def _nearest_di1(tenor: int, leg: str, session: date, marks: Mapping[str, Mark]) -> str:
    months = QUARTERLY if tenor < 252 else "f"
    all_of = listed("di1", session, marks)
    return _nearest([c for c in all_of if c[-3] in months] or all_of, tenor, leg, session)


def _liquid_dap(contracts: list[str]) -> list[str]:
    """May of odd years and August of even ones, as the NTN-B they mirror; all months where none of them is marked."""
    return [c for c in contracts if (c[-3] == "k" and int(c[-1]) % 2 == 1) or (c[-3] == "q" and int(c[-1]) % 2 == 0)] or contracts


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


def screen_side(contract: str, quantity: float) -> Side:
    """Side on the exchange's screen. A rate-quoted contract is sold to go long its PU: to receive fixed is to sell the rate."""
    long = quantity > 0
    return ("sell" if long else "buy") if spec(contract).quote == "rate" else ("buy" if long else "sell")
