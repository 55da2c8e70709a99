from datetime import date

import numpy as np

from pipelines.sandbox.world import grid, story
from tests.sandbox.world.worlds import world


def test_each_block_of_seventeen_years_tells_one_of_each_story():
    g = grid.make_grid(date(2043, 12, 31))
    told = story.tell(11, g)
    assert {kind: len(days) for kind, days in told.first.items()} == {"crash": 2, "lesser_crash": 2, "fiscal": 4, "political": 2}
    crash = g.days[list(told.first["crash"])]
    assert np.datetime64("2019-05-01") < crash[0] < np.datetime64("2022-10-10")
    assert np.datetime64("2036-05-01") < crash[1] < np.datetime64("2039-10-10")


def test_windows_count_weekdays_from_the_event():
    g = grid.make_grid(date(2026, 12, 31))
    told = story.tell(11, g)
    inside = told.inside("crash", 20, 5)
    assert inside.sum() == 20
    assert np.flatnonzero(inside)[0] == told.first["crash"][0] + 5


def test_a_crash_is_seen_in_vix_and_the_labelled_calendar():
    truth = world().truth
    start = truth.story.first["crash"][0]
    assert truth.daily["vix"][start : start + 45].max() > 1.8 * truth.daily["vix"][start - 60 : start].mean()
    assert (truth.daily["regime"][start : start + 45] == 2).all()
    labelled = [row for row in truth.calendar if row["episode"] == "crash"]
    assert labelled[0]["start"] == str(truth.days[start])


def test_jumps_of_brazil_lean_to_bad_news():
    signs = np.concatenate([story.tell(seed, grid.make_grid(date(2026, 12, 31))).jump for seed in range(1, 21)])
    jumps = signs[signs != 0]
    assert 1.2 < jumps.size / (17 * 20) < 1.8
    assert 0.70 < (jumps > 0).mean() < 0.86
