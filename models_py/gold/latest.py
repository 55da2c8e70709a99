"""The latest reading of some series at one instant, without the pause of a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.gold.asof import AsOf
from models_py.gold.columns import SAO_PAULO
from models_py.gold.readings import ages, standing
from models_py.quant.daycount import calendar

EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, eq=False)
class Latest:
    """What each series said last. Shapes (id,): days since 1970, values, whether there is any; the others are then 0.

    `known_on` is the day, in São Paulo, on which a value of that reference date was first known; `age_bd` the Brazilian business
    days from then to the day of the instant, -1 where they cannot be counted: one of the two days is before holidays are listed.
    """

    ids: tuple[str, ...]
    stands: NDArray[np.bool_]
    reference: NDArray[np.int32]
    value: NDArray[np.float64]
    known_on: NDArray[np.int32]
    age_bd: NDArray[np.int32]

    def rows(self) -> list[dict[str, Any]]:
        """One object an id, in the order asked for: series_id, reference_date, value, known_on, age_bd; nulls where nothing was known."""
        columns = (self.stands, self.reference, self.value, self.known_on, self.age_bd)
        return [
            {
                "series_id": name, "reference_date": _day(reference), "value": value, "known_on": _day(known),
                "age_bd": age if age >= 0 else None,
            }
            if stands
            else {"series_id": name, "reference_date": None, "value": None, "known_on": None, "age_bd": None}
            for name, stands, reference, value, known, age in zip(self.ids, *(column.tolist() for column in columns), strict=True)
        ]  # fmt: skip

    def frame(self) -> pl.DataFrame:
        """The same as a frame."""
        types = {"series_id": pl.String, "reference_date": pl.Date, "value": pl.Float64, "known_on": pl.Date, "age_bd": pl.Int32}
        return pl.DataFrame(self.rows(), types)


def latest(asof: AsOf, ids: Sequence[str]) -> Latest:
    """What each series said last at the cut.

    Raises:
        UnknownSeries: an id that the release's catalogue does not hold.
    """
    for name in ids:
        asof.release.table_of(name)
    found = asof.release.columns if asof.held is None else asof.release.columns_held(ids, asof.held)
    step, stands = standing(found, ids, round(asof.known.timestamp() * 1_000_000))
    today = np.datetime64(asof.known.astimezone(SAO_PAULO).date(), "D")
    reference, known_on, age = np.zeros(len(ids), np.int32), np.zeros(len(ids), np.int32), np.full(len(ids), -1, np.int32)
    value = np.zeros(len(ids))
    chosen = step[stands]
    reference[stands], value[stands], known_on[stands] = found.reference[chosen], found.value[chosen], found.known[chosen]
    business = calendar("br")
    listed = stands & (known_on >= business.first.astype(np.int64))
    age[listed] = ages(known_on[listed], today, business)
    return Latest(tuple(ids), stands, reference, value, known_on, age)


def _day(days: int) -> date:
    return date.fromordinal(EPOCH + days)
