"""The panel: what each series said at each decision, with its age and whether the reading is new.

    x         value of the latest reading with available_at <= decision_at - pause; null when nothing was known
    x__age    Brazilian business days from the day its reference date was first printed to the decision
    x__new    true on the first decision that sees a later reference date than any before (a revision is not a new reading)
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.quant.daycount import Calendar, calendar

if TYPE_CHECKING:
    from models_py.gold.release import Release

_NEVER = np.iinfo(np.int32).min


def build(
    release: "Release", needs: Sequence[str], decisions: Sequence[datetime], pause: timedelta, held: datetime | None = None
) -> pl.DataFrame:
    """One row a decision; for each needed id the columns x, x__age and x__new.

    Args:
        pause: taken off each decision's cut-off.
        held: only of what the lake had then; default all it has.
    Raises:
        UnknownSeries: an id that the release's catalogue does not hold. One that it holds without rows is null throughout.
    """
    at = pl.Series("decision_at", decisions, pl.Datetime("us", "UTC"))
    cutoffs = at.to_physical().to_numpy() - round(pause.total_seconds() * 1_000_000)
    days = at.dt.convert_time_zone("America/Sao_Paulo").dt.date().to_numpy().astype("datetime64[D]")
    columns = [at]
    for name in needs:
        columns += _column(name, release.frontier(name, held), cutoffs, days, calendar("br"))
    return pl.DataFrame(columns)


def _column(
    name: str, steps: pl.DataFrame, cutoffs: NDArray[np.int64], days: NDArray[np.datetime64], business: Calendar
) -> list[pl.Series]:
    place = np.searchsorted(steps["available_at"].to_physical().to_numpy(), cutoffs, side="right") - 1
    reading = steps[np.maximum(place, 0)] if len(steps) else pl.DataFrame({c: [None] * len(place) for c in steps.columns}, steps.schema)
    nothing = pl.Series(place < 0) | reading["value"].is_null()
    value = pl.select(pl.when(~nothing).then(reading["value"])).to_series().alias(name)
    newest = reading["reference_date"].to_physical().to_numpy().astype(np.float64)
    seen = np.where(nothing.to_numpy() | np.isnan(newest), _NEVER, newest)
    new = seen > np.r_[_NEVER, np.maximum.accumulate(seen)[:-1]] if len(seen) else np.empty(0, bool)
    known = reading["known_at"].dt.convert_time_zone("America/Sao_Paulo").dt.date().to_numpy().astype("datetime64[D]")
    known = np.where(np.isnat(known), days, known)
    age = pl.Series(f"{name}__age", business.business_days(np.minimum(known, days), days, as_of=days).astype(np.int32))
    return [value, pl.select(pl.when(~nothing).then(age)).to_series().alias(f"{name}__age"), pl.Series(f"{name}__new", new)]
