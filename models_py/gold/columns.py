"""The frontier of a release as memory-mapped columns, each series in knowledge order: what panels are read from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.gold.manifest import Manifest
from models_py.gold.mapped import open_mapped, spans
from models_py.kernel.lake import Lake

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
FEW = 8
NO_DAY = int(np.iinfo(np.int32).min)
STEPS = "select series_id, available_at, reference_date, value, known_at from gold.frontier order by series_id, available_at"


@dataclass(frozen=True)
class Columns:
    """Steps of the latest reading of every series.

    Shapes (step,): `at` microseconds UTC of knowledge, `reference` days since 1970, `value` (NaN: nothing stands), `known` the day
    of the first print in São Paulo, where ages are counted. `span` says which steps are a series'.
    """

    span: Mapping[str, tuple[int, int]]
    at: NDArray[np.int64]
    reference: NDArray[np.int32]
    value: NDArray[np.float64]
    known: NDArray[np.int32]

    def steps_at(self, spans: NDArray[np.int64], cutoff: int) -> NDArray[np.int64]:
        """The last step of each span with at <= cutoff (microseconds UTC), one before its start where there is none.

        A few are searched one by one, many all at once: each costs ten times as much as the other where it is not in its place.
        """
        if len(spans) <= FEW:
            found = [start + self.at[start:end].searchsorted(cutoff, "right") - 1 for start, end in spans.tolist()]
            return np.array(found, np.int64)
        low, high = spans[:, 0].copy(), spans[:, 1].copy()
        last = len(self.at) - 1
        while (open_ := low < high).any():
            middle = (low + high) >> 1
            right = open_ & (self.at[np.minimum(middle, last)] <= cutoff)
            low = np.where(right, middle + 1, low)
            high = np.where(open_ & ~right, middle, high)
        return low - 1

    def spans(self, needs: Sequence[str]) -> NDArray[np.int64]:
        """Shape (need, 2); an id without steps has an empty span."""
        return np.array([self.span.get(name, (0, 0)) for name in needs], np.int64).reshape(-1, 2)


def columns(steps: pl.DataFrame) -> Columns:
    """Columns of the rows of a frontier, sorted by series_id, available_at."""
    day = pl.col("known_at").dt.convert_time_zone("America/Sao_Paulo").dt.date()
    plain = steps.select(
        at=pl.col("available_at").dt.cast_time_unit("us").to_physical(),
        reference=pl.col("reference_date").to_physical().fill_null(NO_DAY),
        value=pl.col("value").fill_null(np.nan),
        known=day.to_physical().fill_null(NO_DAY),
    )
    return Columns(spans(steps["series_id"]), **{name: plain[name].to_numpy() for name in plain.columns})


def open_columns(lake: Lake, manifest: Manifest, read: Callable[[str], pl.DataFrame]) -> Columns:
    """Map the columns of a release into memory; they are made by `read` (a query of the release) where they are not yet there."""

    def make() -> tuple[Mapping[str, tuple[int, int]], dict[str, NDArray[np.generic]]]:
        made = columns(read(STEPS))
        return made.span, {"at": made.at, "reference": made.reference, "value": made.value, "known": made.known}

    span, arrays = open_mapped(lake, manifest, "columns", ("frontier",), make)
    return Columns(span, **arrays)
