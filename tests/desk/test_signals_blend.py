"""Blending: weights by record, age and crowding; conflict."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.signals import blend, decay

weights = st.lists(st.floats(0, 1), min_size=2, max_size=6)


def test_no_record_weighs_a_tenth_and_sixty_hits_of_a_hundred_twice_as_much():
    # no record: 0.5 -> 2 (0.5 - 0.45) = 0.1; (60 + 30) / 160 = 0.5625 -> 0.225
    assert blend.skill([0, 60], [0, 100]) == pytest.approx([0.1, 0.225])


def test_a_record_clearly_below_a_coin_weighs_nothing():
    assert blend.skill(100, 300) == 0.0                       # 130 / 360 = 0.361


def test_more_hits_than_trials_is_refused():
    with pytest.raises(ValueError, match=r"5\.0"):
        blend.skill([5.0], [4.0])


def test_three_copies_of_a_bet_weigh_less_than_one_of_its_own():
    rho = np.array([[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 0], [0, 0, 0, 1]], float)
    # each copy shares with two of four equal weights: 1 / 1.5; the fourth stands alone
    assert blend.crowding([1, 1, 1, 1], rho) == pytest.approx([2 / 3, 2 / 3, 2 / 3, 1.0])


def test_opposite_bets_do_not_crowd():
    assert blend.crowding([1, 1], [[1, -1], [-1, 1]]) == pytest.approx([1, 1])


@given(weights)
def test_crowding_only_discounts(kappa):
    n = len(kappa)
    found = blend.crowding(kappa, np.full((n, n), 0.5))
    assert np.all((found > 0) & (found <= 1))


def test_the_blend_is_the_weighted_mean_of_those_with_a_view():
    assert blend.blend([0.8, np.nan, 0.2], [0.3, 0.9, 0.1]) == pytest.approx(0.65)


def test_no_weight_is_no_view():
    assert np.isnan(blend.blend([0.8, -0.2], [0.0, 0.0]))
    assert np.isnan(blend.blend([np.nan], [1.0]))


def test_signals_that_disagree_are_kept_within_a_fifth():
    # shares 0.45 and 0.55: 0.993 bits; S would be 0.45 - 0.11 = 0.34
    assert blend.blend([1.0, -0.2], [0.45, 0.55]) == pytest.approx(0.2)
    assert blend.blend([1.0, 0.2], [0.45, 0.55]) == pytest.approx(0.56)


@given(weights, st.lists(st.floats(-1, 1), min_size=6, max_size=6))
def test_a_blend_lies_between_minus_one_and_one(kappa, scores):
    found = blend.blend(scores[: len(kappa)], kappa)
    assert np.isnan(found) or abs(found) <= 1 + 1e-12


def test_many_decisions_blend_as_each_of_them():
    found = blend.blend([[1.0, -0.2], [0.8, np.nan], [np.nan, np.nan]], [[0.45, 0.55], [0.3, 0.9], [1.0, 1.0]])
    np.testing.assert_allclose(found, [0.2, 0.8, np.nan])


def test_a_signal_of_one_half_life_weighs_half_and_an_expired_one_nothing():
    assert decay.staleness([0, 40, 80, np.nan], 40) == pytest.approx([1, 0.5, 0.25, 0])
    assert decay.staleness([9, 10], 40, expires=10) == pytest.approx([2 ** (-9 / 40), 0])


def test_an_event_fades_in_a_straight_line():
    assert decay.linear([0, 3, 15, 20, np.nan], 15) == pytest.approx([1, 0.8, 0, 0, 0])


def test_a_half_life_of_zero_is_refused():
    with pytest.raises(ValueError, match="half-life"):
        decay.staleness(1, 0)
