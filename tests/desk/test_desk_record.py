"""A signal's own result and its stops."""

from datetime import date, timedelta

import pytest

from models_py.desk.policy import Stops
from models_py.desk.record import Record

UNIT = 0.10 * (10 / 252) ** 0.5            # σ* √(10/252) = 1.992 % of risk capital
DAY = date(2024, 1, 1)


def after(moves: list[float], score: float = 1.0, record: Record | None = None) -> Record:
    record = record or Record(0.10, Stops())
    if record.side == 0:
        record.advance(0.0, score, DAY)    # entry
    for n, move in enumerate(moves):
        record.advance(move, score, DAY + timedelta(days=n))
    return record


def test_two_units_lost_from_entry_halve_the_trade():
    assert after([-1.9 * UNIT]).stop_a == 1.0
    assert after([-1.0 * UNIT, -1.0 * UNIT]).stop_a == 0.5


def test_three_units_lost_close_the_trade_for_ten_sessions():
    record = after([-3.0 * UNIT])
    assert record.stop_a == 0.0
    sizes = []
    for _ in range(10):
        record.advance(0.0, 1.0, DAY)
        sizes.append(record.stop_a)
    assert sizes == [0.0] * 9 + [1.0]


def test_a_new_side_is_a_new_trade():
    record = after([-2.0 * UNIT])
    record.advance(0.0, -0.5, DAY)
    assert record.stop_a == 1.0
    assert record.trade == 0.0


def test_a_flip_during_the_rest_still_rests():
    record = after([-3.0 * UNIT])
    record.advance(0.0, -1.0, DAY)
    assert record.stop_a == 0.0


def test_twelve_percent_below_its_high_a_strategy_runs_at_half():
    assert after([-0.119]).stop_b == 1.0
    assert after([-0.121]).stop_b == 0.5


def test_half_risk_ends_with_a_sixty_day_high_that_has_recovered_half():
    record = after([-0.14])
    record.advance(0.06, 1.0, DAY)         # 43 % of the loss, and below the eve's high
    assert record.stop_b == 0.5
    for _ in range(60):
        record.advance(0.0, 1.0, DAY)
    record.advance(0.011, 1.0, DAY)        # 51 % recovered, highest of 60 days
    assert record.stop_b == 1.0


def test_twenty_percent_suspends_and_the_next_suspension_needs_another_twenty():
    record = after([-0.21])
    assert record.suspended == DAY
    record.advance(-0.10, 1.0, DAY + timedelta(days=5))
    assert record.suspended == DAY
    record.advance(-0.07, 1.0, DAY + timedelta(days=9))       # 0.79 -> 0.62: 21.5 %
    assert record.suspended == DAY + timedelta(days=9)


def test_weeks_with_a_position_are_judged_and_idle_ones_are_not():
    record = after([0.001] * 5 + [-0.001] * 5)
    assert (record.hits, record.trials) == (1, 2)
    idle = after([0.0] * 10, score=0.0)
    assert idle.trials == 0


@pytest.mark.parametrize("score", [float("nan"), 0.0])
def test_no_view_closes_the_trade(score):
    record = after([-2.5 * UNIT])
    record.advance(0.0, score, DAY)
    assert record.side == 0
    assert record.stop_a == 1.0
