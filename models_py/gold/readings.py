"""The latest reading of many series at many decisions, in one merge pass over the columns of a release.

With numba installed a large pass is compiled (and kept on disk); otherwise the same answer comes from numpy, series by series.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models_py.gold.columns import NO_DAY, Columns
from models_py.quant.daycount import Calendar
from models_py.quant.errors import OutsideCalendar

WORTH_COMPILING = 200_000          # cells: below, importing a compiler takes longer than the answer


class Readings(NamedTuple):
    """Shapes (need, decision): `value` (NaN: nothing was known), `age` in business days (-1 where nothing was), `new` marks."""

    value: NDArray[np.float64]
    age: NDArray[np.int32]
    new: NDArray[np.bool_]


def readings(
    columns: Columns, needs: list[str], cutoffs: NDArray[np.int64], days: NDArray[np.datetime64], business: Calendar
) -> Readings:
    """What stood at each cut-off.

    Args:
        cutoffs: microseconds UTC, in order.
        days: the local day of each decision, to which ages are counted.
    Raises:
        OutsideCalendar: a reading was first printed before the holiday list begins.
    """
    spans, shape = columns.spans(needs), (len(needs), len(cutoffs))
    lists, first = business.lists_known(days), business.first.astype("datetime64[D]").astype(np.int64)
    made = Readings(np.empty(shape), np.empty(shape, np.int32), np.empty(shape, np.bool_))
    merge = _compiled() if len(needs) * len(cutoffs) >= WORTH_COMPILING and find_spec("numba") else _by_series
    earliest = merge(
        spans, columns.at, columns.reference, columns.value, columns.known, cutoffs, days.astype(np.int64), lists,
        business.counts(), int(first), *made,
    )  # fmt: skip
    if earliest < first:
        raise OutsideCalendar(business.market, str(np.datetime64(int(earliest), "D")), f"holidays are listed from {business.first}")
    return made


def standing(columns: Columns, needs: Sequence[str], cutoff: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Shapes (need,): the step of each at one cut-off (microseconds UTC), 0 where there is none, and whether a value stands there."""
    spans = columns.spans(needs)
    step = columns.steps_at(spans, cutoff)
    stands = step >= spans[:, 0]
    step[~stands] = 0
    if len(columns.at):
        stands &= ~np.isnan(columns.value[step])
    return step, stands


def at_once(columns: Columns, needs: Sequence[str], cutoff: int, day: np.datetime64, business: Calendar) -> Readings:
    """The same as `readings` at one cut-off, in one search through all series."""
    step, stands = standing(columns, needs, cutoff)
    value, age = np.full(len(needs), np.nan), np.full(len(needs), -1, np.int32)
    value[stands] = columns.value[step[stands]]
    age[stands] = ages(columns.known[step[stands]], day, business)
    return Readings(value[:, None], age[:, None], stands[:, None])


def ages(known: NDArray[np.int32], day: np.datetime64, business: Calendar) -> NDArray[np.int32]:
    """Business days from days of first prints (since 1970; `NO_DAY` counts as the day itself) to a day, on the list then known.

    Raises:
        OutsideCalendar: a print was before the holiday list begins.
    """
    if not known.size:
        return np.empty(0, np.int32)
    today, first = int(day.astype(np.int64)), int(business.first.astype("datetime64[D]").astype(np.int64))
    printed = np.where(known == NO_DAY, today, np.minimum(known, today))
    if (earliest := int(printed.min())) < first:
        raise OutsideCalendar(business.market, str(np.datetime64(earliest, "D")), f"holidays are listed from {business.first}")
    counts = business.counts()[business.lists_known(day)]
    counted: NDArray[np.int32] = counts[today - first] - counts[printed - first]
    return counted


def _merge(
    spans: Any, at: Any, reference: Any, value: Any, known: Any, cutoffs: Any, days: Any, lists: Any, counts: Any, first: int,
    out: Any, age: Any, new: Any,
) -> int:  # fmt: skip
    """The pass itself, in the part of Python that numba compiles; the earliest first print that was used."""
    earliest = first
    for need in range(spans.shape[0]):
        step, end, newest = spans[need, 0] - 1, spans[need, 1], NO_DAY
        start = spans[need, 0]
        for row in range(cutoffs.shape[0]):
            while step + 1 < end and at[step + 1] <= cutoffs[row]:
                step += 1
            if step < start or np.isnan(value[step]):
                out[need, row], age[need, row], new[need, row] = np.nan, -1, False
                continue
            out[need, row] = value[step]
            new[need, row] = reference[step] > newest
            newest = max(newest, reference[step])
            day = days[row]
            printed = day if known[step] == NO_DAY else min(known[step], day)
            earliest = min(earliest, printed)
            held = counts[lists[row]]
            age[need, row] = held[day - first] - held[max(printed - first, 0)]
    return earliest


@cache
def _compiled() -> Any:
    from numba import njit

    return njit(cache=True)(_merge)


def _by_series(
    spans: Any, at: Any, reference: Any, value: Any, known: Any, cutoffs: Any, days: Any, lists: Any, counts: Any, first: int,
    out: Any, age: Any, new: Any,
) -> int:  # fmt: skip
    """The same with numpy."""
    earliest = first
    for need, (start, end) in enumerate(spans.tolist()):
        step = np.searchsorted(at[start:end], cutoffs, side="right") - 1 + start
        if start == end:
            out[need], age[need], new[need] = np.nan, -1, False
            continue
        safe = np.maximum(step, start)
        out[need] = np.where(step < start, np.nan, value[safe])
        stands = ~np.isnan(out[need])
        seen = np.where(stands, reference[safe], NO_DAY)
        new[need] = seen > np.r_[NO_DAY, np.maximum.accumulate(seen)[:-1]]
        printed = np.where(known[safe] == NO_DAY, days, np.minimum(known[safe], days))
        earliest = min(earliest, int(printed[stands].min(initial=earliest)))
        age[need] = np.where(stands, counts[lists, days - first] - counts[lists, np.maximum(printed - first, 0)], -1)
    return earliest
