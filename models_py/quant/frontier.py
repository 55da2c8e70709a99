"""Frontier: for each series, the latest reading as it stood after each knowledge time at which it changed.

Instants are UTC microseconds, reference dates are days. A null value withdraws an observation: the reading falls back to the
newest reference date still standing, or to null when nothing is left.
"""

from bisect import bisect_left, insort

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

INSTANT = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [
        ("series_id", pa.string()),
        ("available_at", INSTANT),
        ("reference_date", pa.date32()),
        ("value", pa.float64()),
        ("known_at", INSTANT),
    ]
)

_Steps = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]


def frontier(table: pa.Table) -> pa.Table:
    """One merge pass over vintaged rows.

    At knowledge time t the reading of a series is its newest reference date whose last vintage with available_at <= t is not
    null; a row is given for each t at which (reference_date, value) differs from the row before. `known_at` is the first
    available_at of that reference date.

    Args:
        table: series_id, reference_date, available_at, vintage, value; sorted by the first, third, second and fourth.
    Returns:
        series_id, available_at, reference_date, value, known_at; sorted by series_id, available_at.
    Raises:
        ValueError: the rows are not sorted.
    """
    series = table.column("series_id").combine_chunks().dictionary_encode()
    codes = series.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    at = _integers(table, "available_at", INSTANT)
    reference = _integers(table, "reference_date", pa.date32())
    value = table.column("value").cast(pa.float64()).to_numpy().astype(np.float64)
    if not len(codes):
        return SCHEMA.empty_table()
    starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    if len(starts) != len(series.dictionary) or ((at[1:] < at[:-1]) & (codes[1:] == codes[:-1])).any():
        raise ValueError("frontier needs rows sorted by series_id, available_at, reference_date, vintage")
    names, parts = [], []
    for first, last in zip(starts, np.r_[starts[1:], len(codes)], strict=True):
        part = _one_series(at[first:last], reference[first:last], value[first:last])
        names.append(np.full(len(part[0]), codes[first]))
        parts.append(part)
    moved, newest, level, known = (np.concatenate(column) for column in zip(*parts, strict=True))
    return pa.table(
        [
            pa.DictionaryArray.from_arrays(pa.array(np.concatenate(names)), series.dictionary).cast(pa.string()),
            pa.array(moved).cast(INSTANT),
            pa.array(newest.astype(np.int32), mask=newest == _NOTHING).cast(pa.date32()),
            pa.array(level, from_pandas=True),
            pa.array(known, mask=newest == _NOTHING).cast(INSTANT),
        ],
        schema=SCHEMA,
    )


_NOTHING = np.int64(np.iinfo(np.int32).min)


def _integers(table: pa.Table, column: str, kind: pa.DataType) -> NDArray[np.int64]:
    width = pa.int32() if kind == pa.date32() else pa.int64()
    numbers: NDArray[np.int64] = table.column(column).cast(kind).cast(width).to_numpy().astype(np.int64)
    return numbers


def _one_series(at: NDArray[np.int64], reference: NDArray[np.int64], value: NDArray[np.float64]) -> _Steps:
    unique, first = np.unique(reference, return_index=True)
    known_at = at[first]
    if np.isnan(value).any():
        moved, newest, level = _with_withdrawals(at, reference, value)
    else:
        leads = reference == np.maximum.accumulate(reference)
        moved, newest, level = at[leads], reference[leads], value[leads]
    final = np.r_[moved[1:] != moved[:-1], True]  # the state after all rows of one instant
    moved, newest, level = moved[final], newest[final], level[final]
    same = (newest[1:] == newest[:-1]) & ((level[1:] == level[:-1]) | (np.isnan(level[1:]) & np.isnan(level[:-1])))
    change = np.r_[True, ~same]
    moved, newest, level = moved[change], newest[change], level[change]
    place = np.clip(np.searchsorted(unique, newest), 0, len(unique) - 1)
    return moved, newest, level, known_at[place]


def _with_withdrawals(
    at: NDArray[np.int64], reference: NDArray[np.int64], value: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    standing: list[int] = []
    readings: dict[int, float] = {}
    newest, level = np.empty(len(at), np.int64), np.empty(len(at), np.float64)
    for row, (day, reading) in enumerate(zip(reference.tolist(), value.tolist(), strict=True)):
        if reading != reading:  # withdrawn
            if day in readings:
                del readings[day]
                del standing[bisect_left(standing, day)]
        else:
            if day not in readings:
                insort(standing, day)
            readings[day] = reading
        newest[row], level[row] = (standing[-1], readings[standing[-1]]) if standing else (_NOTHING, np.nan)
    return at, newest, level
