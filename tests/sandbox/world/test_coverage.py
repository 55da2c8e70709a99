"""The world publishes what the catalogue of the desk asks of its sources."""

import polars as pl
import pytest

from models_py.kernel import seeds
from tests.sandbox.world.worlds import world

SOURCES = ("bcb_sgs", "fred", "us_treasury", "bcb_focus")


def test_every_series_the_desk_reads_in_the_sandbox_is_published():
    rows = seeds.read("series").filter(pl.col("source").is_in(SOURCES) & pl.col("worlds").str.contains("sandbox"))
    asked = {(source, "|".join(key.split("|")[:3])) for source, key in rows.select("source", "source_key").iter_rows()}
    assert len(asked) > 100
    missing = [(source, key) for source, key in asked if key not in world().keys(source)]
    assert missing == []


@pytest.mark.parametrize(("source", "least"), [("bcb_sgs", 150), ("fred", 90), ("us_treasury", 14), ("bcb_focus", 30)])
def test_there_are_enough_series(source, least):
    assert len(world().keys(source)) >= least


def test_every_series_has_title_units_frequency_and_values():
    for source in SOURCES:
        for key in world().keys(source):
            found = world().prints(source, key)
            assert {"title", "units", "frequency", "season"} <= set(found.meta), (source, key)
            assert len(found) > 5, (source, key)
