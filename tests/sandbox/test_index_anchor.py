"""The level from which the simulated IPCA is chained is the one that its world publishes."""

from datetime import UTC, date

import polars as pl
import pytest

from models_py.kernel.seeds import read
from models_py.quant.index_level import MonthlyIndex
from models_py.quant.realtime import Readings
from pipelines.sandbox.world.world import World
from tests.quant.vintages import table

ANCHORS = read("ipca_index").filter(pl.col("worlds").str.split(" ").list.contains("sandbox"))
LAST = (2024 - 1970) * 12 + 3                        # April 2024


@pytest.mark.parametrize("seed", [20100104, 7])
def test_the_index_chained_from_the_seed_is_the_published_one_to_within_the_rounding_of_its_changes(seed):
    world = World(seed, date(2024, 6, 28))
    levels = dict(zip(world.truth.months.astype("datetime64[M]").astype(int), world.truth.monthly["index_ipca"], strict=True))
    prints = world.prints("bcb_sgs", "433")
    rows = table(
        {"reference_date": (day.astype("datetime64[M]") + 1).astype("datetime64[D]").item() - date.resolution,
         "available_at": at.item().replace(tzinfo=UTC), "value": value / 100}
        for day, at, value in zip(prints.source_date, prints.published_at, prints.value, strict=True)
    )  # fmt: skip
    readings = Readings.of(rows)
    anchors = ANCHORS.select(pl.col("month_end").str.to_date(), pl.col("level").cast(pl.Float64))
    index = MonthlyIndex.of(readings, anchors, LAST)
    assert index is not None
    newest = readings.available.max(keepdims=True)
    _, found = index.known(newest, newest)
    assert found[0, -1] == pytest.approx(levels[LAST], rel=1e-3)
