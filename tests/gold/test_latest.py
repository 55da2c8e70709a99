"""The latest reading at one instant: against the panel, and against what a page of the table says."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from models_py.gold.asof import load
from models_py.gold.columns import FEW, columns
from models_py.gold.latest import latest
from models_py.gold.page import newest, page
from models_py.gold.readings import at_once, readings
from models_py.quant.daycount import calendar
from models_py.quant.frontier import frontier
from tests.gold.conftest import observations

ROWS = [
    ("x", "2023-12-01", "2023-12-10T12:00:00+00:00", 1.0, "2023-12-11T00:00:00+00:00"),
    ("x", "2023-12-01", "2024-01-10T12:00:00+00:00", 1.5, "2024-01-11T00:00:00+00:00"),
    ("x", "2024-01-01", "2024-01-12T12:00:00+00:00", 2.0, "2024-01-20T00:00:00+00:00"),
    ("x", "2024-01-01", "2024-01-25T12:00:00+00:00", None, "2024-01-26T00:00:00+00:00"),
    ("y", "2023-11-30", "2023-12-05T12:00:00+00:00", 10.0, "2023-12-06T00:00:00+00:00"),
]
WEEKDAYS = [date(2024, 1, 1) + timedelta(days=n) for n in range(31)]


def test_a_reading_falls_back_when_the_newest_is_withdrawn(publish):
    release = publish(ROWS)
    for known, expected in (
        ("2023-12-10T11:59:59Z", (None, None, None)),
        ("2023-12-10T12:00:00Z", (date(2023, 12, 1), 1.0, date(2023, 12, 10))),
        ("2024-01-12T12:00:00Z", (date(2024, 1, 1), 2.0, date(2024, 1, 12))),
        ("2024-01-25T12:00:00Z", (date(2023, 12, 1), 1.5, date(2023, 12, 10))),
    ):
        [row] = latest(release.as_of(known), ["x"]).rows()
        assert (row["reference_date"], row["value"], row["known_on"]) == expected


def test_what_the_lake_had_not_is_not_read(publish):
    release = publish(ROWS)
    held = release.as_of("2024-01-31T00:00:00Z", "2024-01-12T13:00:00Z")
    assert [(row["series_id"], row["value"]) for row in latest(held, ["y", "x", "never_there"]).rows()] == [
        ("y", 10.0), ("x", 1.5), ("never_there", None),
    ]  # fmt: skip


def test_before_holidays_are_listed_a_reading_has_no_age(publish):
    release = publish([("x", "1984-12-31", "1985-01-10T12:00:00+00:00", 1.0, "2023-12-11T00:00:00+00:00"), *ROWS])
    for known, value, known_on in (
        ("2023-12-01T00:00:00Z", 1.0, date(1985, 1, 10)), ("1985-02-01T00:00:00Z", 1.0, date(1985, 1, 10)),
        ("1260-04-12T03:15:10Z", None, None),
    ):  # fmt: skip
        [row] = latest(release.as_of(known), ["x"]).rows()
        assert (row["value"], row["known_on"], row["age_bd"]) == (value, known_on, None)


def test_a_frame_has_the_rows(publish):
    found = latest(publish(ROWS).as_of("2024-01-20T00:00:00Z"), ["x", "never_there"])
    assert found.frame().to_dicts() == found.rows()
    assert found.frame().schema["known_on"] == pl.Date


@settings(max_examples=60)
@given(st.data())
def test_one_cut_off_through_all_series_is_the_panel_of_one_row(data):
    names = [f"s{number}" for number in range(data.draw(st.sampled_from([1, FEW, FEW + 5])))]
    rows = [
        (name, str(day), f"2024-01-{at:02d}T12:00:00+00:00", value)
        for name in names
        for day, at, value in data.draw(
            st.lists(st.tuples(st.sampled_from(WEEKDAYS[:5]), st.integers(6, 28), st.sampled_from([None, 1.0, 2.0])), max_size=6,
                     unique_by=lambda row: row[:2])
        )
    ]  # fmt: skip
    table = observations(rows).sort("series_id", "available_at", "reference_date", "vintage")
    steps = columns(pl.DataFrame(frontier(table.to_arrow())))
    decision = datetime(2024, 1, data.draw(st.integers(1, 31)), data.draw(st.sampled_from([11, 12])), 40, tzinfo=UTC)
    cutoff, day = round(decision.timestamp() * 1_000_000), np.datetime64(decision.date(), "D")
    expected = readings(steps, names, np.array([cutoff]), np.array([day]), calendar("br"))
    for ours, theirs in zip(at_once(steps, names, cutoff, day, calendar("br")), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_page_is_the_cut_of_the_whole_table(publish):
    release = publish(ROWS)
    for known in ("2023-12-10T12:00:00Z", "2024-01-11T00:00:00Z", "2024-01-31T00:00:00Z"):
        for held in (None, "2024-01-20T00:00:00Z"):
            asof = release.as_of(known, held)
            whole = load(release, "observations", None, asof.held).cut(asof.known)
            assert page(asof, "observations", limit=100).equals(whole.select(page(asof, "observations", limit=0).columns))
            assert page(asof, "observations", limit=1, offset=1, columns=("value",)).equals(whole.select("value")[1:2])


def test_the_newest_date_is_one_that_still_stands(publish):
    release = publish(ROWS)
    assert newest(release.as_of("2024-01-20T00:00:00Z"), "observations", [("series_id", "in", ["x"])]) == date(2024, 1, 1)
    assert newest(release.as_of("2024-01-30T00:00:00Z"), "observations", [("series_id", "in", ["x"])]) == date(2023, 12, 1)
    assert newest(release.as_of("2024-01-30T00:00:00Z"), "observations", [("series_id", "in", ["z"])]) is None
