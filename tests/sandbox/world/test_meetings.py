import numpy as np
import polars as pl
import pytest

from models_py.kernel.seeds import of_world
from models_py.quant.daycount import calendar
from pipelines.sandbox.world import meetings
from tests.sandbox.world.worlds import SEEDS, world

FIRST, LAST = np.datetime64("2010-01-01"), np.datetime64("2024-01-01")


def inside(dates: np.ndarray) -> np.ndarray:
    return dates[(dates >= FIRST) & (dates < LAST)]


def test_each_committee_meets_eight_times_a_year_on_wednesdays():
    for dates in (inside(meetings.copom()), inside(meetings.fomc())):
        assert len(dates) == 8 * 14
        assert set((dates.astype(int) + 3) % 7) == {2}


def test_copom_avoids_the_second_of_november():
    dates = meetings.copom()
    assert np.datetime64("2022-11-02") not in dates
    assert np.datetime64("2022-10-26") in dates


def test_the_mean_gap_of_copom_is_that_of_real_life():
    gap = np.diff(inside(meetings.copom())).astype(int).mean()
    assert 45 < gap < 46.5                              # 45.7 days in 2010-2023


def test_a_decision_binds_from_the_next_business_day():
    place = int(np.searchsorted(meetings.copom(), np.datetime64("2017-06-14")))
    # Thursday 15 June 2017 is Corpus Christi
    assert meetings.copom()[place] == np.datetime64("2017-06-14")
    assert meetings.copom_effective()[place] == np.datetime64("2017-06-16")


def scheduled(committee: str) -> np.ndarray:
    """The desk's list of a simulated committee's meetings."""
    return of_world("meetings", "sandbox").filter(pl.col("committee") == committee)["meeting_date"].to_numpy().astype("datetime64[D]")


def test_the_desk_has_every_meeting_of_the_simulated_committees_to_2043():
    for committee, days in (("copom", meetings.copom()), ("fomc", meetings.fomc())):
        assert scheduled(committee).tolist() == days[(days >= FIRST) & (days < np.datetime64("2044-01-01"))].tolist()


def changes(source: str, key: str, seed: int) -> np.ndarray:
    """First days of each new rate, as published."""
    prints = world(seed).prints(source, key)
    days, first = np.unique(prints.source_date, return_index=True)
    moved = days[1:][np.diff(prints.value[first]) != 0]
    assert moved.size > 20
    return moved


@pytest.mark.parametrize("seed", SEEDS)
def test_a_policy_rate_changes_the_day_after_a_meeting_alone_in_brazil_the_business_day(seed):
    binding = {"432": calendar("br").shift(scheduled("copom"), 1), "DFEDTARU": scheduled("fomc") + 1}
    for source, key in (("bcb_sgs", "432"), ("fred", "DFEDTARU")):
        assert [day for day in changes(source, key, seed) if day not in binding[key]] == []
