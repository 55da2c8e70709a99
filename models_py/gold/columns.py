"""The frontier of a release as memory-mapped columns, each series in knowledge order: what panels are read from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models_py.gold.manifest import Manifest
from models_py.gold.mapped import open_mapped, spans
from models_py.kernel.lake import Lake

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
