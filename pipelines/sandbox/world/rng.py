"""Random numbers that do not move when the world grows.

Each pair (stream, year) has a Philox generator of its own, keyed by a hash of seed, stream and year, and draws one whole block:
366 rows for daily streams, 12 for monthly, 53 for weekly. A date takes the row of its place in the year. So a longer horizon adds
blocks and changes none, and a new stream changes no other. Nothing is drawn inside a branch.
"""

from hashlib import blake2b
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Law = Literal["normal", "t6", "uniform"]
Dates = NDArray[np.datetime64]
Floats = NDArray[np.float64]

UNIT_T6 = np.sqrt(4.0 / 6.0)       # a Student t with 6 degrees of freedom has variance 6/4
CLIP = 6.0


def generator(seed: int, stream: str, year: int) -> np.random.Generator:
    """The generator of one stream in one year."""
    key = blake2b(f"{seed}|{stream}|{year}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "little")))


def _block(seed: int, stream: str, year: int, rows: int, columns: int, law: Law) -> Floats:
    source = generator(seed, stream, year)
    if law == "normal":
        return source.standard_normal((rows, columns))
    if law == "t6":
        return np.clip(source.standard_t(6, (rows, columns)) * UNIT_T6, -CLIP, CLIP)
    return source.random((rows, columns))


def _gather(seed: int, stream: str, year: NDArray[np.int64], row: NDArray[np.int64], rows: int, columns: int, law: Law) -> Floats:
    out = np.empty((year.size, columns))
    for value in np.unique(year):
        chosen = year == value
        out[chosen] = _block(seed, stream, int(value), rows, columns, law)[row[chosen]]
    return out


def daily(seed: int, stream: str, days: Dates, columns: int = 1, law: Law = "normal") -> Floats:
    """Draws for calendar days: shape (n,) for one column, else (n, columns); unit variance, or uniform on [0, 1)."""
    days = days.astype("datetime64[D]")
    years = days.astype("datetime64[Y]")
    row = (days - years.astype("datetime64[D]")).astype(np.int64)
    out = _gather(seed, stream, years.astype(np.int64) + 1970, row, 366, columns, law)
    return out[:, 0] if columns == 1 else out


def monthly(seed: int, stream: str, months: Dates, columns: int = 1, law: Law = "normal") -> Floats:
    """Draws for months: shape (n,) for one column, else (n, columns)."""
    number = months.astype("datetime64[M]").astype(np.int64)
    out = _gather(seed, stream, number // 12 + 1970, number % 12, 12, columns, law)
    return out[:, 0] if columns == 1 else out
