"""Value types of identifiers, and the rules of their spelling."""

import re
from typing import NewType

from models_py.kernel.errors import UnknownSeries

SeriesId = NewType("SeriesId", str)
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
