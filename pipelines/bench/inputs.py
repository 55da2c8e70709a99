"""Seeded inputs: vintaged series with late revisions, ties and withdrawals, and the decisions that read them.

Each series has 4,080 business-day reference dates from 2010 on, each printed after the series' own lag and revised four times, so
that 250 series are 5.1 M rows. Every release is at noon UTC, which makes releases tie. One series in ten withdraws some values.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models_py.quant.frontier import INSTANT

FIRST = np.datetime64("2010-01-04")
REFERENCES, VINTAGES = 4080, 5
DAY = 86_400_000_000
PAUSE = 300_000_000                       # what a decision takes off its cut-off, microseconds


@dataclass(frozen=True)
class Vintaged:
    """`readings` is in knowledge order (series, available_at, reference_date, vintage); instants are UTC microseconds."""

    names: tuple[str, ...]
    readings: pa.Table
    decisions: NDArray[np.int64]

    @property
    def cutoffs(self) -> NDArray[np.int64]:
        """Decisions less the pause."""
        return self.decisions - PAUSE


def vintaged(seed: int, series: int = 250, decisions: int = 4000, references: int = REFERENCES) -> Vintaged:
    """Vintaged rows and decisions at 11:45 UTC (08:45 in São Paulo) of successive business days."""
    random = np.random.default_rng(seed)
    days = np.busday_offset(FIRST, np.arange(references), roll="forward").astype("datetime64[D]").astype(np.int64)
    parts = [_one(random, days, number) for number in range(series)]
    at, reference, vintage, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    # DuckDB keeps eight characters of a string's bounds: longer ids with one beginning would hide what it can skip
    names = tuple(f"s{number:03d}" for number in range(series))
    labels = pa.DictionaryArray.from_arrays(pa.array(np.repeat(np.arange(series, dtype=np.int32), references * VINTAGES)), pa.array(names))
    readings = pa.table(
        {
            "series_id": labels.cast(pa.string()),
            "available_at": pa.array(at).cast(INSTANT),
            "reference_date": pa.array(reference.astype(np.int32)).cast(pa.date32()),
            "vintage": pa.array(vintage.astype(np.int32)),
            "value": pa.array(value, from_pandas=True),
        }
    )
    mornings = np.busday_offset(FIRST, np.arange(decisions), roll="forward").astype("datetime64[us]").astype(np.int64)
    return Vintaged(names, readings, mornings + (11 * 60 + 45) * 60_000_000)


def _one(random: np.random.Generator, days: NDArray[np.int64], number: int) -> tuple[NDArray[np.int64 | np.float64], ...]:
    """One series in knowledge order: available_at, reference_date, vintage, value (NaN = withdrawn)."""
    lag = int(random.integers(1, 46))
    gaps = np.column_stack([np.full(len(days), lag), random.geometric(1 / 25, (len(days), VINTAGES - 1))])
    at = ((days[:, None] + gaps.cumsum(axis=1)) * DAY + DAY // 2).ravel()
    level = random.normal(0, 1, len(days)).cumsum()
    value = (level[:, None] + random.normal(0, 0.1, (len(days), VINTAGES))).round(2)
    if number % 10 == 0:
        value[random.random(value.shape) < 0.001] = np.nan
    reference, vintage = np.repeat(days, VINTAGES), np.tile(np.arange(VINTAGES), len(days))
    order = np.lexsort((vintage, reference, at))
    return at[order], reference[order], vintage[order], value.ravel()[order]
