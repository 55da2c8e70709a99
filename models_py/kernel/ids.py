"""Value types of identifiers, and the rules of their spelling."""

import re
from typing import NewType

from models_py.kernel.errors import UnknownSeries

SeriesId = NewType("SeriesId", str)
InstrumentId = NewType("InstrumentId", str)
ReleaseId = NewType("ReleaseId", str)

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")

MONTH_CODES = "fghjkmnquvxz"


def series_id(text: str) -> SeriesId:
    """A well-formed series id: lower case, digits and underscores.

    Raises:
        UnknownSeries: the text cannot be one.
    """
    if not _NAME.fullmatch(text):
        raise UnknownSeries(f"not a series id: {text!r}")
    return SeriesId(text)


def contract_code(root: str, year: int, month: int) -> InstrumentId:
    """A futures contract in lower case: root, month letter, two-digit year (`di1f27`)."""
    return InstrumentId(f"{root.lower()}{MONTH_CODES[month - 1]}{year % 100:02d}")
