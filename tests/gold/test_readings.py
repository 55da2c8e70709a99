"""One merge pass over columns, compiled and in numpy, against the meaning of a panel written out."""

from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.gold import readings as module
from models_py.gold.columns import columns
from models_py.kernel.lake import Lake
from models_py.quant.daycount import calendar
from models_py.quant.errors import OutsideCalendar
from models_py.quant.frontier import SCHEMA

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
DAY = date(2024, 1, 1)


def steps(rows: dict[str, list[tuple[int, int | None, float | None]]]) -> pl.DataFrame:
    """Rows (hour of knowledge, day described, value) of each series, as a frontier has them."""
    table = [
        (name, EPOCH + timedelta(hours=hour), None if day is None else DAY + timedelta(days=day), value, EPOCH + timedelta(hours=hour))
        for name, found in sorted(rows.items()) for hour, day, value in found
    ]
    return pl.DataFrame(table, pl.Schema(pl.from_arrow(SCHEMA.empty_table()).schema), orient="row")


def asked(rows, hours: list[int], needs: list[str]):
    cutoffs = np.array([int((EPOCH + timedelta(hours=hour)).timestamp()) * 1_000_000 for hour in hours], np.int64)
    days = cutoffs.astype("datetime64[us]").astype("datetime64[D]")
    return module.readings(columns(steps(rows)), needs, cutoffs, days, calendar("br"))


@pytest.fixture(params=["compiled", "numpy"])
def way(request, monkeypatch):
    if request.param == "numpy":
        monkeypatch.setattr(module, "find_spec", lambda _: None)
    elif find_spec("numba") is None:
        pytest.skip("numba is not installed: pip install macro-desk[bench]")
    else:
        monkeypatch.setattr(module, "WORTH_COMPILING", 0)


ROWS = {"a": [(5, 0, 1.0), (30, 1, 2.0), (40, None, None), (300, 0, 1.5)], "b": [(200, 3, -7.0)]}


def test_values_ages_and_new_marks_by_hand(way):
    found = asked(ROWS, [0, 5, 29, 30, 50, 310], ["a", "b", "empty"])
    assert found.value[0].tolist()[1:4] == [1.0, 1.0, 2.0]
    assert np.isnan(found.value[0, [0, 4]]).all()
    assert found.value[0, 5] == 1.5
    assert found.new[0].tolist() == [False, True, False, True, False, False]
    # 1 January 2024 is a holiday. Known at 05:00 UTC of it, at 02:00 in São Paulo: none passed by the 1st and 2nd; the row known
    # on the 13th, a Saturday, is asked for that day
    assert found.age[0].tolist() == [-1, 0, 0, 0, -1, 0]
    assert found.value[1, 5] == -7.0
    assert found.age[1, 5] == 4                 # known on Tuesday the 9th: the 9th, 10th, 11th, 12th
    assert np.isnan(found.value[2]).all()


def test_a_first_print_before_the_holiday_list_is_refused(way):
    old = steps({"a": [(5, 0, 1.0)]}).with_columns(known_at=pl.lit(datetime(1980, 1, 2, tzinfo=UTC)))
    cutoffs = np.array([int((EPOCH + timedelta(days=1)).timestamp()) * 1_000_000])
    with pytest.raises(OutsideCalendar, match="1980-01-01"):
        module.readings(columns(old), ["a"], cutoffs, cutoffs.astype("datetime64[us]").astype("datetime64[D]"), calendar("br"))


READING = st.tuples(st.integers(0, 60), st.one_of(st.none(), st.integers(0, 9)), st.floats(-5, 5))


@given(
    st.dictionaries(st.sampled_from("abc"), st.lists(READING, max_size=12, unique_by=lambda row: row[0])),
    st.lists(st.integers(0, 70), max_size=12),
)
def test_both_ways_give_the_last_step_known(found, hours):
    rows = {
        name: [(hour, day, None if day is None else value) for hour, day, value in sorted(made, key=lambda row: row[0])]
        for name, made in found.items() if made
    }
    hours = sorted(hours)
    expected_value, expected_new = [], []
    for name in "abc":
        values, news, newest = [], [], -1
        for hour in hours:
            known = [row for row in rows.get(name, []) if row[0] <= hour]
            day, value = known[-1][1:] if known else (None, None)
            values.append(value)
            news.append(day is not None and day > newest)
            newest = newest if day is None else max(newest, day)
        expected_value.append(values)
        expected_new.append(news)
    made = columns(steps(rows))
    cutoffs = np.array([int((EPOCH + timedelta(hours=hour)).timestamp()) * 1_000_000 for hour in hours], np.int64)
    days = cutoffs.astype("datetime64[us]").astype("datetime64[D]")
    for merge in (module._merge, module._by_series):
        shape = (3, len(hours))
        out = np.empty(shape), np.empty(shape, np.int32), np.empty(shape, bool)
        business = calendar("br")
        merge(
            made.spans("abc"), made.at, made.reference, made.value, made.known, cutoffs, days.astype(int), business.lists_known(days),
            business.counts(), int(business.first.astype(int)), *out,
        )  # fmt: skip
        assert [[None if np.isnan(value) else value for value in line] for line in out[0].tolist()] == expected_value
        assert out[2].tolist() == expected_new
        assert ((out[1] < 0) == np.isnan(out[0])).all()


def test_columns_are_written_at_publish_and_made_again_where_they_are_missing(publish):
    rows = [("x", "2023-12-01", "2024-01-03T12:00:00+00:00", 1.0)]
    release = publish(rows)
    lake: Lake = release.lake
    [path] = lake.local("cache", "columns").glob("*.arrow")
    path.unlink()
    assert release.panel(["x"], [datetime(2024, 1, 4, 12, tzinfo=UTC)])["x"].to_list() == [1.0]
    assert path.exists()
