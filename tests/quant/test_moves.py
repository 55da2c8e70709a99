"""The last move of a series, and when a reading is late."""

import pytest

from models_py.quant.moves import Move, freshness, last_move

# 22 changes of +1, −1, … : mean 0, sum of squares 22, so that the deviation is √(22/21)
ZIGZAG = [0.0, 1.0] * 11 + [0.0]


def test_a_move_is_told_in_deviations_of_the_changes_before_it():
    value, change, z = last_move([*ZIGZAG, 3.0])
    assert (value, change) == (3.0, 3.0)
    assert z == pytest.approx(2.93102526)                     # 3 · √(21/22)


def test_the_move_itself_is_no_part_of_what_is_usual():
    assert last_move([*ZIGZAG, 3000.0]).z == pytest.approx(2931.02526)


def test_only_the_window_before_counts():
    assert last_move([1e6, *ZIGZAG, 3.0], window=22).z == pytest.approx(2.93102526)


def test_a_short_or_still_series_has_no_deviation():
    assert last_move([*ZIGZAG[:21], 3.0]) == Move(3.0, 3.0, None)
    assert last_move([5.0] * 40 + [6.0]) == Move(6.0, 1.0, None)


def test_one_reading_has_no_change():
    assert last_move([7.0]) == Move(7.0, None, None)


@pytest.mark.parametrize("readings", [[], [1.0, float("nan")], [float("inf"), 1.0]])
def test_what_is_no_series_of_numbers_is_refused(readings):
    with pytest.raises(ValueError, match="finite"):
        last_move(readings)


@pytest.mark.parametrize(("age", "word"), [(0, "OK"), (3, "OK"), (4, "LATE"), (6, "LATE"), (7, "STALE")])
def test_a_reading_is_late_after_the_age_promised_and_stale_after_twice_that(age, word):
    assert freshness(age, 3) == word
