"""Codes of listed contracts, and when each expires, last trades and is rolled.

A code is root, month letter and two-digit year, in lower case: `di1f27`, `6lh26`, `sr3m26`. Two digits are of this century.

    DI1 DDI FRC DOL WDO OC1 DCO FRO   expire on the first business day of the month, last trade in the session before
    DAP                               the 15th or the next business day, last trade in the session before
    IND WIN                           the Wednesday nearest the 15th of even months or the next session, traded to the end
    6L                                traded to the last business day of the month before, fixed by its PTAX
    ZT ZF                             to the last business day of the month; ZN ZB to the seventh before it
    SR3                               from the third Wednesday of its month to that three months on; last trade the business day before

Rolls: five business days before the last trade in Brazil; of Treasury futures the first business day before first intention, which
is the second business day before the delivery month. Business days are counted on the list known at a date.

Source: B3 and CME, contract specifications.
"""

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from models_py.kernel.ids import MONTH_CODES
from models_py.quant.daycount import DateLike, Days, as_days, calendar
from models_py.quant.errors import BadTerm
from models_py.quant.listed import expiry as b3_expiry

ROLL_BD = 5
BY_RULE = {"di1": "di1", "ddi": "ddi", "frc": "frc", "dol": "dol", "wdo": "dol", "6l": "dol", "dap": "dap",
           "oc1": "di1", "dco": "ddi", "fro": "frc"}      # whose expiry they have; the last three are on the Selic repo
EVEN_MONTHS = ("ind", "win")
TREASURIES = {"zt": 0, "zf": 0, "zn": 7, "zb": 7}       # business days from the last trade to the end of the month
ROOTS = (*BY_RULE, *EVEN_MONTHS, *TREASURIES, "sr3")
_CODE = re.compile(r"([a-z0-9]{2,3})([fghjkmnquvxz])(\d{2})")


@dataclass(frozen=True)
class Contract:
    """A listed contract: its root and the first day of its month."""

    root: str
    month: date

    def __str__(self) -> str:
        return f"{self.root}{MONTH_CODES[self.month.month - 1]}{self.month.year % 100:02d}"


@dataclass(frozen=True)
class Dates:
    """Last day of trading, day of settlement, and the first day on which the next contract is held."""

    last_trade: date
    expiry: date
    roll: date


def parse(code: str) -> Contract:
    """The contract of a code, in either case.

    Raises:
        BadTerm: no such root, letter or year, or an index future of an odd month.
    """
    found = _CODE.fullmatch(code.lower())
    if found is None or found[1] not in ROOTS:
        raise BadTerm("contract", code, f"is root, month letter and two-digit year, the root one of {', '.join(ROOTS)}")
    month = MONTH_CODES.index(found[2]) + 1
    if found[1] in EVEN_MONTHS and month % 2:
        raise BadTerm("contract", code, "is listed for even months")
    return Contract(found[1], date(2000 + int(found[3]), month, 1))


def third_wednesday(month: DateLike) -> Days:
    """IMM date of a month."""
    fifteenth = as_days(month).astype("datetime64[M]").astype("datetime64[D]") + 14
    return _moved(fifteenth, (2 - _weekday(fifteenth)) % 7)


def dates(contract: Contract, known: DateLike) -> Dates:
    """When a contract expires, last trades and is rolled.

    Args:
        known: the day whose holiday lists count.
    """
    at = as_days(known)
    if contract.root in TREASURIES:
        return _treasury(contract, at)
    if contract.root == "sr3":
        end = third_wednesday(_months_on(contract.month, 3))
        last = calendar("us_sifma").shift(end, -1, at)
        return _told(last, end, calendar("us_sifma").shift(last, -ROLL_BD, at))
    br, sessions = calendar("br"), calendar("b3")
    if contract.root in EVEN_MONTHS:
        fifteenth = as_days(contract.month) + 14
        nearest = _moved(fifteenth, (2 - _weekday(fifteenth) + 3) % 7 - 3)
        expiry = last = sessions.following(nearest, at)
    else:
        expiry = b3_expiry(BY_RULE[contract.root], as_days(contract.month).astype("datetime64[M]").astype(np.int64), at)
        last = br.shift(expiry, -1, at) if contract.root == "6l" else sessions.shift(expiry, -1, at)
    return _told(last, expiry, br.shift(last, -ROLL_BD, at))


def _treasury(contract: Contract, at: Days) -> Dates:
    us = calendar("us_sifma")
    end_of_month = us.shift(_months_on(contract.month, 1), -1, at)
    last = us.shift(end_of_month, -TREASURIES[contract.root], at)
    first_intention = us.shift(us.following(as_days(contract.month), at), -2, at)
    return _told(last, end_of_month, us.shift(first_intention, -1, at))


def _weekday(day: Days) -> NDArray[np.int64]:
    """Monday is 0."""
    monday: NDArray[np.int64] = (day.astype(np.int64) + 3) % 7
    return monday


def _moved(day: Days, by: NDArray[np.int64]) -> Days:
    moved: Days = day + by.astype("timedelta64[D]")
    return moved


def _months_on(day: date, months: int) -> Days:
    return as_days((np.datetime64(day, "M") + months).astype("datetime64[D]"))


def _told(*found: Days) -> Dates:
    return Dates(*(date.fromisoformat(str(day)) for day in found))
