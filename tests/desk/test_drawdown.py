"""Breakers: tiers, the ratchet, and one bad day."""

from datetime import date, timedelta

import pytest

from models_py.risk.drawdown import breaker


def path(*navs: float) -> list[tuple[date, float]]:
    return [(date(2024, 1, 1) + timedelta(days=n), nav) for n, nav in enumerate(navs)]


def slide(to: float, step: float = 0.01) -> list[float]:
    navs = [100.0]
    while navs[-1] > to + 1e-9:
        navs.append(max(navs[-1] * (1 - step), to))
    return navs


@pytest.mark.parametrize(("low", "multiplier"), [(95.0, 1.0), (93.9, 0.75), (91.9, 0.5), (89.9, 0.25), (87.9, 0.0)])
def test_each_tier_cuts_risk_further(low, multiplier):
    state = breaker(path(*slide(low, 0.005)))
    assert state.multiplier == multiplier
    assert state.flatten == (low < 88.0)


def test_a_small_bounce_does_not_give_the_risk_back():
    down = slide(93.0, 0.005)
    assert breaker(path(*down, *[94.5] * 10)).multiplier == 0.75           # 5.5 % below, but not half regained


def test_half_regained_and_five_sessions_give_the_risk_back():
    down = slide(93.0, 0.005)
    assert breaker(path(*down, *[96.6] * 3)).multiplier == 0.75
    assert breaker(path(*down, *[96.6] * 7)).multiplier == 1.0


def test_the_last_tier_stays_flat_whatever_the_nav_does_until_a_committee_speaks():
    down = slide(87.0, 0.005)
    flat = path(*down, *[99.0] * 30)
    assert breaker(flat).flatten
    spoken = flat[len(down) + 2][0]
    assert breaker(flat[: len(down) + 12], [spoken]).flatten                # nine sessions after the word
    assert not breaker(flat[: len(down) + 13], [spoken]).flatten
    assert breaker(flat[: len(down) + 13], [spoken]).multiplier == 1.0


def test_a_committee_s_word_before_the_last_tier_was_reached_is_no_word_on_it():
    down = slide(87.0, 0.005)
    flat = path(*down, *[99.0] * 30)
    early = flat[len(down) - 4][0]
    assert breaker(flat, [early]).flatten


def test_a_path_taken_up_in_two_parts_is_the_path():
    whole = path(*slide(87.0, 0.005), *[90.0] * 14)
    spoken = whole[-13][0]
    for cut in (5, len(whole) - 12, len(whole) - 6):
        assert breaker(whole[cut:], [spoken], breaker(whole[:cut], [spoken])) == breaker(whole, [spoken])


def test_a_day_worse_than_one_and_a_half_per_cent_stops_new_risk():
    state = breaker(path(100.0, 98.4))
    assert state.blocks_increase
    assert state.multiplier == 1.0
    assert "1.6%" in state.reason


def test_a_day_worse_than_two_and_a_half_per_cent_halves_the_book():
    assert breaker(path(100.0, 97.4)).multiplier == 0.5


def test_a_halved_book_stays_halved_until_half_is_regained_and_five_sessions_have_passed():
    assert breaker(path(100.0, 97.0, 97.1)).multiplier == 0.5
    assert breaker(path(100.0, 97.0, *[98.4] * 10)).multiplier == 0.5
    assert breaker(path(100.0, 97.0, *[98.6] * 4)).multiplier == 0.5
    assert breaker(path(100.0, 97.0, *[98.6] * 5)).multiplier == 1.0


def test_five_sessions_worse_than_four_per_cent_halve_the_book():
    assert breaker(path(100.0, 99.1, 98.2, 97.3, 96.5, 95.7)).multiplier == 0.5


def test_a_new_high_clears_everything_but_the_last_tier():
    assert breaker(path(*slide(93.0, 0.005), 101.0)).multiplier == 1.0
