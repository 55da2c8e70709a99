"""What the pricing functions share: terms of contracts, lists of numbers, and choosing between a rate and a price."""

from datetime import date
from typing import NamedTuple

import numpy as np

from models_py.kernel.errors import ConfigError
from models_py.quant import contract
from models_py.quant.daycount import calendar, calendar_days


class Term(NamedTuple):
    """From a trade to an expiry."""

    code: str
    expiry: date
    business_days: int
    days: int


def term(code: str, trade: date, *roots: str) -> Term:
    """Term of a contract of one of the roots, on the holidays known at the trade.

    Raises:
        ConfigError: a contract of another root. BadTerm: no contract code.
    """
    found = contract.parse(code)
    if found.root not in roots:
        raise ConfigError(f"{code} is no contract of {', '.join(roots)}")
    return until(str(found), contract.dates(found, trade).expiry, trade)


def until(name: str, end: date, trade: date) -> Term:
    """Term from a trade to a date."""
    return Term(name, end, int(calendar("br").business_days(trade, end)), int(calendar_days(trade, end)))


def numbers(text: str) -> list[float]:
    """Numbers of a comma-separated list.

    Raises:
        ConfigError: a part that is no number.
    """
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise ConfigError(f"not numbers separated by commas: {text!r}") from error


def one_of(**given: float | str | None) -> str:
    """The name of the one that is given.

    Raises:
        ConfigError: none is given, or more than one.
    """
    names = [name for name, value in given.items() if value is not None]
    if len(names) != 1:
        wanted = " or ".join(f"--{name.strip('_').replace('_', '-')}" for name in given)
        raise ConfigError(f"needs one of {wanted}, found {', '.join(names) or 'none'}")
    return names[0]


def number(value: object) -> float:
    """A scalar of numpy as a float."""
    return float(np.asarray(value, dtype=float).reshape(-1)[0])
