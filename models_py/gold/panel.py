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

from models_py.gold.columns import SAO_PAULO
from models_py.gold.readings import Readings, at_once, readings
from models_py.quant.daycount import calendar

if TYPE_CHECKING:
    from models_py.gold.release import Release


def read(
    release: "Release", needs: Sequence[str], decisions: Sequence[datetime], pause: timedelta, held: datetime | None = None
) -> Readings:
    """The panel as arrays (need, decision), for those who compute with it.

    Args:
        decisions: in order.
        pause: taken off each decision's cut-off.
        held: only of what the lake had then; default all it has.
    Raises:
        UnknownSeries: an id that the release's catalogue does not hold. One that it holds without rows is null throughout.
        ValueError: the decisions are not in order.
    """
    for name in needs:
        release.table_of(name)
    found = release.columns if held is None else release.columns_held(needs, held)
    if len(decisions) == 1:
        cutoff = round((decisions[0] - pause).timestamp() * 1_000_000)
        return at_once(found, needs, cutoff, np.datetime64(decisions[0].astimezone(SAO_PAULO).date(), "D"), calendar("br"))
    at = pl.Series("decision_at", decisions, pl.Datetime("us", "UTC"))
    if not at.is_sorted():
        raise ValueError("decisions of a panel are given in order of time")
    cutoffs = at.to_physical().to_numpy() - round(pause.total_seconds() * 1_000_000)
    days = at.dt.convert_time_zone("America/Sao_Paulo").dt.date().to_numpy().astype("datetime64[D]")
    return readings(found, list(needs), cutoffs, days, calendar("br"))


def frame(needs: Sequence[str], decisions: Sequence[datetime], found: Readings) -> pl.DataFrame:
    """One row a decision; for each needed id the columns x, x__age and x__new."""
    columns = [pl.Series("decision_at", decisions, pl.Datetime("us", "UTC"))]
    for name, value, age, new in zip(needs, *found, strict=True):
        columns += [pl.Series(name, value, nan_to_null=True), pl.Series(f"{name}__age", age), pl.Series(f"{name}__new", new)]
    ages = [pl.when(pl.col(f"{name}__age") >= 0).then(pl.col(f"{name}__age")) for name in needs]
    return pl.DataFrame(columns).with_columns(ages)
