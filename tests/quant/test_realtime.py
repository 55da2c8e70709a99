"""Vintages in arrays against the literal definition: the last row of every date known at an instant."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant.pairing import pairs, together
from models_py.quant.path import cumulated, path, told
from models_py.quant.realtime import Readings, frame
from tests.quant.vintages import EPOCH, FIRST, HISTORIES, as_of, instant, table

DAY = np.timedelta64(1, "D")


def moment(hours: float) -> np.ndarray:
    return np.array([int((instant(hours) - EPOCH.replace(year=1970)).total_seconds() * 1e6)])


@given(rows=HISTORIES, hours=st.integers(0, 400), day=st.integers(-1, 12))
def test_the_latest_known_reading_is_the_last_of_the_history_as_it_then_was(rows, hours, day):
    up_to = FIRST + timedelta(days=day)
    history = {d: v for d, v in as_of(rows, instant(hours)).items() if d <= up_to}
    taken = Readings.of(rows)
    row = taken.known(moment(hours), np.array([np.datetime64(up_to, "D").astype(int)]))[0]
    if not history:
        assert row == -1
    else:
        assert taken.reference[row] == np.datetime64(max(history), "D").astype(int)
        assert taken.value[row] == history[max(history)]


@given(rows=HISTORIES)
def test_pairs_join_each_date_with_the_one_before_it_as_then_known(rows):
    snapshots = frame(rows).filter(pl.col("value").is_not_null()).sort("reference_date", "available_at").to_arrow()
    taken = Readings.of(snapshots)
    found = pairs(taken.reference, taken.available)
    told_of: dict[tuple[int, int], tuple[int, int]] = {}
    for current, previous, at in zip(*found, strict=True):
        told_of[int(taken.reference[current]), int(at)] = (int(current), int(previous))
    for event in np.unique(taken.available):
        known = taken.available <= event
        dates = np.unique(taken.reference[known])
        for before, date in pairwise(dates):
            expected = tuple(int(np.flatnonzero(known & (taken.reference == d))[-1]) for d in (date, before))
            latest = max((at for reference, at in told_of if reference == date and at <= event), default=None)
            assert latest is not None
            assert told_of[int(date), latest] == expected


@given(rows=HISTORIES)
def test_pairs_tell_nothing_twice_and_nothing_early(rows):
    taken = Readings.of(frame(rows).filter(pl.col("value").is_not_null()).to_arrow())
    current, previous, at = pairs(taken.reference, taken.available)
    assert (taken.available[current] <= at).all()
    assert (taken.available[previous] <= at).all()
    assert (taken.reference[previous] < taken.reference[current]).all()
    assert len({(int(taken.reference[c]), int(a)) for c, a in zip(current, at, strict=True)}) == len(current)


@given(left=HISTORIES, right=HISTORIES)
def test_two_tables_side_by_side_hold_what_each_held_from_when_both_are_known(left, right):
    a, b = Readings.of(left), Readings.of(right)
    reference, at, (row_a, row_b) = together((a.reference, a.available), (b.reference, b.available))
    found = {(int(r), int(t)): (int(i), int(j)) for r, t, i, j in zip(reference, at, row_a, row_b, strict=True)}
    for date in np.intersect1d(a.reference, b.reference):
        first = max(s.available[s.reference == date].min() for s in (a, b))
        for event in np.unique(np.r_[a.available[a.reference == date], b.available[b.reference == date]]):
            rows = tuple(int(np.flatnonzero((s.reference == date) & (s.available <= event))[-1]) if event >= first else -1 for s in (a, b))
            assert found.get((int(date), int(event)), (-1, -1)) == rows


@given(rows=HISTORIES)
def test_the_newest_reading_of_a_path_is_the_recursion_over_the_history_as_it_then_was(rows):
    frame_ = frame(cumulated(Readings.of(rows)))
    for event in frame(rows)["available_at"].unique().sort():
        history = as_of(rows, event)
        readings = as_of(frame_.to_arrow(), event)
        newest = max(history, default=None)
        if newest is None:
            assert readings == {}
            continue
        assert max(readings) == newest
        assert np.isclose(readings[newest], 100 * np.exp(sum(history.values())), rtol=1e-12)


@given(rows=HISTORIES)
def test_a_corrected_date_is_told_again_as_the_recursion_up_to_it(rows):
    found = frame(cumulated(Readings.of(rows)))
    for event, group in frame(rows).group_by("available_at"):
        history = as_of(rows, event[0])
        for date, value in group.select("reference_date", "value").rows():
            if value is not None:
                mine = found.filter((pl.col("available_at") == event[0]) & (pl.col("reference_date") == date))["value"]
                assert np.isclose(mine[0], 100 * np.exp(sum(v for d, v in history.items() if d <= date)), rtol=1e-12)


def test_a_correction_of_an_old_date_moves_that_date_and_the_newest_and_leaves_the_rest_as_told():
    days = [FIRST + timedelta(days=k) for k in range(4)]
    first = [{"reference_date": day, "available_at": instant(24 * (k + 6)), "value": 0.01} for k, day in enumerate(days)]
    late = {"reference_date": days[1], "available_at": instant(24 * 20), "value": 0.03}
    found = frame(cumulated(Readings.of(table([*first, late]))))
    after = found.filter(pl.col("available_at") == instant(24 * 20))
    assert after["reference_date"].to_list() == [days[1], days[3]]
    np.testing.assert_allclose(after["value"].to_list(), 100 * np.exp([0.04, 0.06]))
    assert found.height == 6


def test_a_path_is_held_once_all_before_it_is_held():
    rows = [
        {"reference_date": FIRST, "available_at": instant(200), "held_at": instant(500), "value": 0.01},
        {"reference_date": FIRST + timedelta(days=1), "available_at": instant(224), "held_at": instant(225), "value": 0.01},
    ]
    found = path(Readings.of(table(rows)), 0.0, lambda level, value: (level + value, level + value))
    assert (found.held == int(moment(500)[0])).all()
    assert frame(told(found))["value"].to_list() == [0.01, 0.02]
