"""Real policy rates move after the meetings that the desk knows, and on the two days of March 2020 that nobody could know."""

import numpy as np
import polars as pl
import pytest

from models_py.kernel.seeds import of_world
from models_py.quant.daycount import calendar

pytestmark = pytest.mark.recorded

# the FOMC met on 3 and 15 March 2020 without a schedule
UNSCHEDULED = ["2020-03-04", "2020-03-16"]


def moves(world, series_id: str, least: float) -> np.ndarray:
    """First days of a rate that differs from the one before."""
    rates = world.observations.filter(pl.col("series_id") == series_id).sort("reference_date", "available_at")
    last = rates.group_by("reference_date", maintain_order=True).agg(pl.col("value").last())
    return last["reference_date"].to_numpy().astype("datetime64[D]")[1:][np.abs(np.diff(last["value"].to_numpy())) > least]


def meetings(committee: str) -> np.ndarray:
    return of_world("meetings", "files").filter(pl.col("committee") == committee)["meeting_date"].to_numpy().astype("datetime64[D]")


def test_the_selic_target_moves_between_a_meeting_and_the_business_day_after(parsed_history):
    moved, held = moves(parsed_history, "br_selic_target", 0), meetings("copom")
    last = held[np.searchsorted(held, moved) - 1]
    assert moved.size >= 60
    assert moved[moved > calendar("br").shift(last, 1)].tolist() == []


def test_federal_funds_move_by_a_step_on_the_day_after_a_scheduled_meeting(parsed_history):
    moved = moves(parsed_history, "us_fed_funds", 0.0019)                        # less is the end of a month
    assert moved.size >= 15
    assert [str(day) for day in moved if day - 1 not in meetings("fomc")] == UNSCHEDULED
