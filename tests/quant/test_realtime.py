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


@given(rows=HISTORIES, hours=st.integers(0, 400), later=st.integers(0, 400), day=st.integers(-1, 12))
def test_what_was_taken_up_at_an_instant_is_read_as_later_corrected_and_never_exchanged_for_what_came_after(rows, hours, later, day):
    up_to = FIRST + timedelta(days=day)
    seen = frame(rows).filter(pl.col("available_at") <= instant(hours))["reference_date"].unique()
    history = {d: v for d, v in as_of(rows, instant(hours + later)).items() if d <= up_to and d in set(seen)}
    taken = Readings.of(rows)
    row = taken.known(moment(hours + later), np.array([np.datetime64(up_to, "D").astype(int)]), moment(hours))[0]
    assert (None if row == -1 else taken.value[row]) == (history[max(history)] if history else None)


@given(rows=HISTORIES, hours=st.integers(0, 400), day=st.integers(-1, 12), frozen=st.booleans())
def test_an_answer_stands_until_the_next_change(rows, hours, day, frozen):
    taken, up_to = Readings.of(rows), np.array([np.datetime64(FIRST + timedelta(days=day), "D").astype(int)])
    told_by = moment(hours) if frozen else None
    row = taken.known(moment(hours), up_to, told_by)
    change = taken.next_change(row, moment(hours), up_to, told_by)[0]
    assert change > moment(hours)[0]
    for event in np.unique(taken.available[taken.available > moment(hours)[0]]):
        if event < change:
            assert taken.known(np.array([event]), up_to, told_by)[0] == row[0]


@given(rows=HISTORIES)
def test_pairs_join_each_date_with_the_one_before_it_as_then_known(rows):
    taken = Readings.of(rows)
    found = pairs(taken.reference, taken.available, taken.stands)
    told_of: dict[tuple[int, int], tuple[int, int, bool]] = {}
    for current, previous, at, whole in zip(*found, strict=True):
        told_of[int(taken.reference[current]), int(at)] = (int(current), int(previous), bool(whole))
    for event in np.unique(taken.available):
        known = taken.available <= event
        rows_of = [int(np.flatnonzero(known & (taken.reference == d))[-1]) for d in np.unique(taken.reference[known])]
        standing = [row for row in rows_of if taken.stands[row]]
        for before, row in pairwise(standing):
            latest = max((at for reference, at in told_of if reference == taken.reference[row] and at <= event), default=None)
            assert latest is not None
            assert told_of[int(taken.reference[row]), latest] == (row, before, True)
        for row in set(rows_of) - set(standing[1:]):
            latest = max((at for reference, at in told_of if reference == taken.reference[row] and at <= event), default=None)
            assert latest is None or not told_of[int(taken.reference[row]), latest][2]


@given(rows=HISTORIES)
def test_pairs_tell_nothing_twice_and_nothing_early(rows):
    taken = Readings.of(rows)
    current, previous, at, _ = pairs(taken.reference, taken.available, taken.stands)
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
