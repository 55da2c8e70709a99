"""The latest reading of some series at one instant, without the pause of a decision."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.gold.asof import AsOf
from models_py.gold.columns import NO_DAY
from models_py.quant.daycount import calendar

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
HELD = "select series_id, reference_date, value, known_at from gold.panel_asof(?, [?], held := ?)"


def latest(asof: AsOf, ids: Sequence[str]) -> pl.DataFrame:
    """series_id, reference_date, value, known_on, age_bd: one row an id, in the order asked for; nulls where nothing was known.

    `known_on` is the day, in São Paulo, on which a value of that reference date was first known; `age_bd` the Brazilian business
    days from then to the day of the instant.

    Raises:
        UnknownSeries: an id that the release's catalogue does not hold.
    """
    for name in ids:
        asof.release.table_of(name)
    reference, value, known_on = _public(asof, ids) if asof.held is None else _held(asof, ids)
    today = np.datetime64(asof.known.astimezone(SAO_PAULO).date(), "D")
    stands = ~np.isnan(value)
    since = np.minimum(np.where(stands, known_on, today.astype(np.int64)).astype("datetime64[D]"), today)
    age = calendar("br").business_days(since, np.broadcast_to(today, since.shape), np.broadcast_to(today, since.shape))
    return pl.DataFrame(
        {
            "series_id": pl.Series(list(ids), dtype=pl.String),
            "reference_date": _dates(reference, stands),
            "value": pl.Series(value, nan_to_null=True),
            "known_on": _dates(known_on, stands),
            "age_bd": pl.Series(age).cast(pl.Int32).zip_with(pl.Series(stands), pl.Series([None], dtype=pl.Int32)),
        }
    )


Arrays = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]


def _public(asof: AsOf, ids: Sequence[str]) -> Arrays:
    columns, cutoff = asof.release.columns, round(asof.known.timestamp() * 1_000_000)
    spans = columns.spans(ids)
    steps = [start + int(np.searchsorted(columns.at[start:end], cutoff, side="right")) - 1 for start, end in spans.tolist()]
    rows = np.array(steps, np.int64)
    known = (rows >= spans[:, 0]) & (spans[:, 1] > spans[:, 0])
    safe = np.where(known, rows, 0)
    if not len(columns.at):
        return np.full(len(rows), NO_DAY), np.full(len(rows), np.nan), np.full(len(rows), NO_DAY)
    value = np.where(known, columns.value[safe], np.nan)
    return columns.reference[safe].astype(np.int64), value, columns.known[safe].astype(np.int64)


def _held(asof: AsOf, ids: Sequence[str]) -> Arrays:
    assert asof.held is not None
    cutoffs = [asof.known.isoformat(), asof.held.isoformat()]
    found = asof.release.sql(HELD, (list(dict.fromkeys(ids)), *cutoffs))
    order = pl.DataFrame({"series_id": list(ids)}).join(found, "series_id", how="left", maintain_order="left")
    day = order["known_at"].dt.convert_time_zone(str(SAO_PAULO)).dt.date()
    return (
        order["reference_date"].to_physical().fill_null(NO_DAY).cast(pl.Int64).to_numpy(),
        order["value"].fill_null(np.nan).to_numpy(),
        day.to_physical().fill_null(NO_DAY).cast(pl.Int64).to_numpy(),
    )


def _dates(days: NDArray[np.int64], stands: NDArray[np.bool_]) -> pl.Series:
    return pl.Series(np.where(stands, days, 0).astype(np.int32)).cast(pl.Date).zip_with(pl.Series(stands), pl.Series([None], dtype=pl.Date))
