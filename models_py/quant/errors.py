"""What the pricing library refuses. Each error is a `ValueError` that carries the instrument and the value found.

Scalars raise; batches return NaN with a validity mask, since one bad line of a file must not lose the others.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from models_py.kernel.errors import MacroError


class PricingError(MacroError, ValueError):
    """A price, rate or term outside what the formula holds for."""

    def __init__(self, instrument: str, value: object, reason: str) -> None:
        super().__init__(f"{instrument}: {reason}, found {value}")
        self.instrument, self.value, self.reason = instrument, value, reason

    def __reduce__(self) -> tuple[type, tuple[str, object, str]]:
        return type(self), (self.instrument, self.value, self.reason)


class Matured(PricingError):
    """Settlement is on or after maturity: there is nothing left to discount."""


class BadRate(PricingError):
    """A rate that is not a number, or so negative that its discount factor has no meaning (r <= -0.5)."""


class BadPrice(PricingError):
    """A price that is not a positive number."""


class BadTerm(PricingError):
    """A number of days that is not a positive number."""


class BadCurve(PricingError):
    """Nodes that make no curve: none, unsorted, repeated, or with discount factors that are not positive."""


class UnknownMarket(PricingError):
    """A calendar that the holiday seed does not have."""


class OutsideCalendar(PricingError):
    """A date that the holiday list of its market does not reach: a count there would silently miss holidays."""


@contextmanager
def naming(instrument: str) -> Iterator[None]:
    """What is refused inside is told of one instrument: a formula knows its family, who calls it knows the contract.

    Raises:
        PricingError: as inside, with the id given here.
    """
    try:
        yield
    except PricingError as error:
        told = error.reason if error.instrument in instrument else f"{error.instrument}: {error.reason}"
        raise type(error)(instrument, error.value, told) from error
