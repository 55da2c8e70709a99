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


def latest(asof: AsOf, ids: Sequence[str]) -> pl.DataFrame:
    """series_id, reference_date, value, known_on, age_bd: one row an id, in the order asked for; nulls where nothing was known.

    `known_on` is the day, in São Paulo, on which a value of that reference date was first known; `age_bd` the Brazilian business
    days from then to the day of the instant.

    Raises:
        UnknownSeries: an id that the release's catalogue does not hold.
    """
    for name in ids:
        asof.release.table_of(name)
    found = asof.release.columns if asof.held is None else asof.release.columns_held(ids, asof.held)
    cutoff, spans = round(asof.known.timestamp() * 1_000_000), found.spans(ids)
    last = [start + int(np.searchsorted(found.at[start:end], cutoff, side="right")) - 1 for start, end in spans.tolist()]
    step = np.array(last, np.int64)
    stands = step >= spans[:, 0]
    stands[stands] = ~np.isnan(found.value[step[stands]])
    today = np.datetime64(asof.known.astimezone(SAO_PAULO).date(), "D")
    reference, known_on, value = np.full(len(ids), NO_DAY), np.full(len(ids), NO_DAY), np.full(len(ids), np.nan)
    for into, column in ((reference, found.reference), (known_on, found.known), (value, found.value)):
        into[stands] = column[step[stands]]
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


def _dates(days: NDArray[np.int64], stands: NDArray[np.bool_]) -> pl.Series:
    return pl.Series(np.where(stands, days, 0).astype(np.int32)).cast(pl.Date).zip_with(pl.Series(stands), pl.Series([None], dtype=pl.Date))
