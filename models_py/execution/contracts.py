"""Listed contracts by rule: how a family is listed, and the expiry, last trade and roll of a contract.

Expiries are those of `quant.listed`. The last trade is in the last session before expiry; the desk rolls five business days before
that. Business days are counted on the holiday list known in the session.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Literal

import numpy as np

from models_py.kernel import seeds
from models_py.kernel.errors import MacroError
from models_py.kernel.ids import MONTH_CODES
from models_py.quant import listed as quant_listed
from models_py.quant.contract import ROLL_BD
from models_py.quant.daycount import calendar

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
                row["family"], row["title"], row["currency"], float(row["multiplier"]), int(row["lot"]),
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


def month(contract: str) -> int:
    """Month of a contract, numbered from January 1970; two digits are of this century."""
    family(contract)
    return (30 + int(contract[-2:])) * 12 + MONTH_CODES.index(contract[-3])


def _epoch(as_of: date | None) -> int:
    known = calendar("br").epochs
    return len(known) - 1 if as_of is None else int(np.searchsorted(known, np.datetime64(as_of), side="right")) - 1


@lru_cache(maxsize=50_000)
def _dates(contract: str, epoch: int) -> tuple[date, date, date]:
    known = calendar("br").epochs[epoch]
    end = quant_listed.expiry(family(contract), np.array([month(contract)]), known)[0]
    last = calendar("b3").shift(end, -1, as_of=known)
    roll = calendar("br").shift(last, -ROLL_BD, as_of=known)
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


def screen_side(contract: str, quantity: float) -> Side:
    """Side on the exchange's screen. A rate-quoted contract is sold to go long its PU: to receive fixed is to sell the rate."""
    long = quantity > 0
    return ("sell" if long else "buy") if spec(contract).quote == "rate" else ("buy" if long else "sell")
