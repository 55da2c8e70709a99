"""Where a lake begins (MACRO_START) decides from when it holds something, not what it holds."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.dbt import markets, priced
from tests.dbt.test_withdrawals import KEYS, PATHS, TOLD

START = date(2024, 2, 5)
MONTHLY = ("433", "24364", "PAYEMS")                 # asked for whole, whatever the start: see the connector
WHOLE = date(2024, 2, 16)                            # by then the shorter lake knows a survey, a rate and a session before


@pytest.fixture(scope="module")
def lakes():
    observations, quotes = markets.disturbed_world()
    later = [row for row in observations if row["source_key"] in MONTHLY or date.fromisoformat(row["source_date"]) >= START]
    fewer = [row for row in quotes if date.fromisoformat(row["source_date"]) >= START]
    return [priced.build(*rows, "sandbox", markets.FETCHED) for rows in ((observations, quotes), (later, fewer))]


@pytest.mark.parametrize("name", KEYS)
def test_every_row_that_both_lakes_hold_is_the_same_and_none_is_missing_after_a_few_sessions(lakes, name):
    key = [*KEYS[name], "available_at", *(["tenor_bd"] if name == "curves" else [])]
    whole, later = (
        frame.filter(~pl.col("series_id").is_in(PATHS)) if name == "factors" else frame for frame in (lake[name] for lake in lakes)
    )
    columns = [*key, *(column for column in TOLD[name] if column not in key)]
    both = later.join(whole.select(key), on=key, how="semi").select(columns).sort(key)
    assert_frame_equal(both, whole.join(later.select(key), on=key, how="semi").select(columns).sort(key), check_exact=True)
    assert later.join(whole.select(key), on=key, how="anti").height == 0
    missing = whole.filter(pl.col("reference_date") >= WHOLE).join(later.select(key), on=key, how="anti")
    assert missing.height == 0
    assert both.height > 0


def test_marks_of_dap_are_among_them(lakes):
    """Their points rest on a chain of monthly changes from a published index."""
    for lake in lakes:
        found = lake["marks"].filter(pl.col("instrument_id").str.starts_with("dap"), pl.col("reference_date") >= WHOLE)
        assert found["point_value"].null_count() == 0
        assert found.height > 100


def test_the_index_of_long_reais_starts_at_100_in_each_lake_and_changes_alike(lakes):
    changes = []
    for lake in lakes:
        rows = lake["factors"].filter(pl.col("series_id") == "usdbrl_excess_index").sort("reference_date", "available_at")
        last = rows.group_by("reference_date", maintain_order=True).last().filter(pl.col("reference_date") >= WHOLE)
        changes.append(last.select("reference_date", change=pl.col("value").log().diff()).drop_nulls())
    assert_frame_equal(*changes, abs_tol=1e-12)
