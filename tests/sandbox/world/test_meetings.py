import numpy as np

from pipelines.sandbox.world import meetings

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
