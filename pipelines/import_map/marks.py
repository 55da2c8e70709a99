"""Why a row is dropped: the reasons a map gives, the first that holds. Bronze keeps such a row, marked `dropped:<reason>`.

A calendar-filled file (`keep … business days`) repeats the value before it on closed days: those rows go. One that carries a new
value there is no fill, and stays: a policy rate that took effect on a holiday.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.quant.business_shift import is_business_day
from pipelines.import_map.grammar import MapRow
from pipelines.import_map.ticks import round_trips

CLOSED_DAY, BAD_VALUE, BAD_TICK, OUTSIDE, SUPERSEDED, DUPLICATE, UNDATED = (
    "closed_day", "bad_value", "bad_tick", "outside_window", "superseded", "duplicate", "undated",
)


def drop(row: MapRow, frame: pl.DataFrame, value: str) -> pl.DataFrame:
    """The rows with a column `reason`, null where they are kept.

    Args:
        value: the field that ticks are judged by.
    """
    days = frame["source_date"].to_numpy().astype("datetime64[D]")
    found: list[tuple[str, NDArray[np.bool_]]] = []
    if row.reference.market:
        found.append((CLOSED_DAY, ~is_business_day(days, row.reference.market) & _repeats(frame, value)))
    if row.traps.market:
        found.append((CLOSED_DAY, ~is_business_day(days, row.traps.market)))
    if row.traps.bad_dates:
        found.append((BAD_VALUE, np.isin(days, np.array(row.traps.bad_dates, dtype="datetime64[D]"))))
    if row.traps.before:
        found.append((OUTSIDE, days >= np.datetime64(row.traps.before)))
    if row.traps.since:
        found.append((OUTSIDE, days < np.datetime64(row.traps.since)))
    for first, last in row.traps.holes:
        found.append((OUTSIDE, (days >= np.datetime64(first)) & (days <= np.datetime64(last))))
    if row.traps.log_return is not None:
        bad = np.zeros(days.shape, dtype=np.bool_)
        kept = np.flatnonzero(~np.any([mask for _, mask in found], axis=0)) if found else np.arange(days.size)
        order = kept[np.argsort(days[kept], kind="stable")]
        bad[order] = round_trips(frame[value].to_numpy()[order], row.traps.log_return)
        found.append((BAD_TICK, bad))
    reasons = [pl.when(pl.Series(mask)).then(pl.lit(reason)) for reason, mask in found]
    return frame.with_columns((pl.coalesce(reasons) if reasons else pl.lit(None, pl.String)).alias("reason"))


def _repeats(frame: pl.DataFrame, value: str) -> NDArray[np.bool_]:
    """Where a value is the same as on the date before, in order of date."""
    ordered = frame.select("source_date", value).with_row_index("place").sort("source_date")
    same = ordered.with_columns(pl.col(value).eq_missing(pl.col(value).shift(1)).alias("same")).sort("place")["same"]
    return same.fill_null(False).to_numpy()
