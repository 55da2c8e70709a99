"""Bad ticks: what jumps away and comes back goes, what stays or drifts is kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.import_map.ticks import round_trips

PRICES = st.lists(st.floats(0.9, 1.1), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("values", "bad"),
    [
        ([545.8, 5.46, 544.4], [1]),                            # a slipped decimal
        ([1910.0, 3.67, 1896.0, 1900.0], [1]),
        ([100.0, 10.0, 1000.0, 101.0], [1, 2]),                 # two in a row, one each way
        ([100.0, 200.0, 202.0, 199.0], []),                     # a level that stays
        ([100.0, 140.0, 200.0, 280.0], []),                     # a trend
        ([100.0, -1.0, 101.0], [1]),                            # a price below zero among prices above
        ([5.0, 660.0, 661.0], []),                              # a first tick has nothing before it
        ([100.0], []),
        ([], []),
    ],
)
def test_only_round_trips_are_dropped(values, bad):
    assert np.flatnonzero(round_trips(np.array(values, dtype=float), 0.5)).tolist() == bad


@settings(deadline=None)
@given(PRICES)
def test_prices_that_never_jump_are_all_kept(values):
    assert not round_trips(np.array(values), 0.5).any()


@settings(deadline=None)
@given(PRICES, st.data())
def test_a_slipped_decimal_anywhere_inside_is_found_and_nothing_else(values, data):
    clean = np.array([1.0, *values, 1.0])
    place = data.draw(st.integers(1, len(values)))
    ticks = clean.copy()
    ticks[place] *= data.draw(st.sampled_from([0.001, 0.01, 0.1, 10.0, 100.0]))
    assert np.flatnonzero(round_trips(ticks, 0.5)).tolist() == [place]
