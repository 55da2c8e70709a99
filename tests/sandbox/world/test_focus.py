import numpy as np

from tests.sandbox.world.worlds import world


def test_the_median_follows_the_sticky_consensus_within_weeks():
    w = world()
    found = w.prints("bcb_focus", "IPCA|S|0")
    consensus = w.truth.daily["expected"][w.truth.grid.at(found.source_date)] * 100
    assert np.abs(found.value - consensus).max() < 0.9
    assert np.corrcoef(found.value, consensus)[0, 1] > 0.97


def test_the_narrow_sample_has_fewer_respondents_than_the_wide_one():
    wide, narrow = (world().prints("bcb_focus", f"IPCA|S|{base}") for base in (0, 1))
    common = np.intersect1d(wide.source_date, narrow.source_date)
    common = common[common >= np.datetime64("2014-01-01")]
    left, right = (found.extra["respondents"][np.searchsorted(found.source_date, common)] for found in (wide, narrow))
    assert (right <= left).all()
    assert right.mean() < 0.8 * left.mean()
    assert 60 < left.mean() <= 140


def test_smoothed_and_unsmoothed_differ_by_the_window_and_agree_on_average():
    smooth, raw = (world().prints("bcb_focus", f"IPCA|{kind}|0") for kind in ("S", "N"))
    gap = raw.value - smooth.value
    assert 0.01 < gap.std() < 0.6
    assert abs(gap.mean()) < 0.1


def test_series_of_the_detail_begin_when_the_survey_asked_them():
    assert str(world().prints("bcb_focus", "IPCA Serviços|S|0").source_date.min()) == "2021-07-01"
