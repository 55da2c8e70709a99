import numpy as np

from pipelines.sandbox.world import rng

DAYS = np.arange("2010-01-01", "2012-12-31", dtype="datetime64[D]")


def test_a_longer_history_leaves_earlier_draws_as_they_were():
    short, long = DAYS[:500], DAYS
    assert np.array_equal(rng.daily(7, "shock.factor", long, 6, "t6")[:500], rng.daily(7, "shock.factor", short, 6, "t6"))


def test_draws_belong_to_their_date_whatever_days_are_asked_with_it():
    alone = rng.daily(7, "ptax.bridge", DAYS[700:701])
    assert alone[0] == rng.daily(7, "ptax.bridge", DAYS)[700]


def test_streams_and_seeds_are_strangers():
    one, other, third = (rng.daily(seed, name, DAYS) for seed, name in ((7, "a"), (7, "b"), (8, "a")))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.1
    assert abs(np.corrcoef(one, third)[0, 1]) < 0.1


def test_student_draws_have_unit_variance_and_stay_within_six():
    draws = rng.daily(1, "shock.own", np.arange("2000-01-01", "2060-01-01", dtype="datetime64[D]"), 4, "t6")
    assert abs(draws.var() - 1) < 0.05
    assert np.abs(draws).max() <= 6


def test_a_month_draws_the_same_whether_asked_alone_or_in_a_row():
    months = np.arange("2010-01", "2014-01", dtype="datetime64[M]")
    assert rng.monthly(3, "fiscal.month", months[20:21], 2)[0].tolist() == rng.monthly(3, "fiscal.month", months, 2)[20].tolist()
