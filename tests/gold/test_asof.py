"""Cuts through vintages, in Python and in SQL, against the definition."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models_py.gold.asof import Vintages
from models_py.kernel.errors import NaiveCutoff

from .conftest import CURVE, NOW, observations

DAY = date(2023, 12, 1)
ROWS = [
    ("x", "2023-12-01", "2023-12-10T12:00:00+00:00", 1.0),
    ("x", "2023-12-01", "2024-01-10T12:00:00+00:00", 1.5),
    ("x", "2024-01-01", "2024-01-12T12:00:00+00:00", 2.0),
    ("x", "2024-01-01", "2024-01-20T12:00:00+00:00", None),
]


def known(release, at: str) -> list[tuple[date, float]]:
    return release.as_of(at).history("x").select("reference_date", "value").rows()


def test_a_revision_counts_from_its_own_instant(publish):
    release = publish(ROWS)
    assert known(release, "2024-01-10T11:59:59+00:00") == [(date(2023, 12, 1), 1.0)]
    assert known(release, "2024-01-10T12:00:00+00:00") == [(date(2023, 12, 1), 1.5)]


def test_a_withdrawn_observation_is_gone_from_its_withdrawal_on(publish):
    release = publish(ROWS)
    assert known(release, "2024-01-19T00:00:00+00:00") == [(date(2023, 12, 1), 1.5), (date(2024, 1, 1), 2.0)]
    assert known(release, "2024-01-20T12:00:00+00:00") == [(date(2023, 12, 1), 1.5)]


@pytest.mark.parametrize("cutoff", ["2024-01-10T12:00:00", "2024-01-10", "2024-01-10 12:00:00"])
def test_a_cut_off_without_offset_is_refused_in_python_and_in_sql(publish, cutoff):
    release = publish(ROWS)
    with pytest.raises(NaiveCutoff):
        release.as_of(cutoff)
    with pytest.raises(duckdb.Error, match="without time and offset"):
        release.sql("from series_asof(['x'], ?)", (cutoff,))


def test_sql_and_python_give_one_history(publish):
    release = publish(ROWS)
    for at in ("2023-12-10T12:00:00Z", "2024-01-11T00:00:00-03:00", "2024-01-25T00:00:00+00:00"):
        rows = release.sql("select reference_date, value from series_asof(['x'], ?)", (at,)).rows()
        assert rows == known(release, at)


def test_the_panel_macro_gives_the_latest_reading_and_null_before_the_first(publish):
    rows = publish(ROWS).sql(
        "select reference_date, value from panel_asof(['x'], ['2023-12-01T00:00:00Z', '2024-01-15T00:00:00Z', '2024-01-25T00:00:00Z'])"
    )
    assert rows.rows() == [(None, None), (date(2024, 1, 1), 2.0), (date(2023, 12, 1), 1.5)]


LATE = [
    ("x", "2023-12-01", "2023-12-10T12:00:00+00:00", 1.0, "2023-12-11T12:00:00+00:00"),
    ("x", "2023-12-01", "2024-01-10T12:00:00+00:00", 1.5, "2024-01-20T12:00:00+00:00"),       # fetched ten days after it came out
    ("x", "2024-01-01", "2024-01-12T12:00:00+00:00", 2.0, "2024-01-13T12:00:00+00:00"),
]
FIFTEENTH = "2024-01-15T12:00:00+00:00"
DECEMBER, JANUARY = date(2023, 12, 1), date(2024, 1, 1)


@pytest.mark.parametrize(
    ("held", "history"),
    [
        (None, [(DECEMBER, 1.5), (JANUARY, 2.0)]),
        ("2024-01-31T00:00:00+00:00", [(DECEMBER, 1.5), (JANUARY, 2.0)]),
        (FIFTEENTH, [(DECEMBER, 1.0), (JANUARY, 2.0)]),
        ("2024-01-12T12:00:00+00:00", [(DECEMBER, 1.0)]),
        ("2023-12-01T00:00:00+00:00", []),
    ],
)
def test_what_the_lake_had_is_a_clock_of_its_own(publish, held, history):
    release = publish(LATE)
    cut = release.as_of(FIFTEENTH, held).history("x").select("reference_date", "value").rows()
    assert cut == history
    rows = release.sql("select reference_date, value from series_asof(['x'], ?, held := ?)", (FIFTEENTH, held)).rows()
    assert rows == history
    newest = history[-1] if history else (None, None)
    assert release.sql("select reference_date, value from panel_asof(['x'], [?], held := ?)", (FIFTEENTH, held)).rows() == [newest]
    at = datetime.fromisoformat("2024-01-15T12:05:00+00:00")
    assert release.panel(["x"], [at], held)["x"].to_list() == [newest[1]]


def test_the_first_print_a_lake_had_dates_a_reading(publish):
    rows = publish(LATE).sql("select known_at from panel_asof(['x'], [?], held := ?)", (FIFTEENTH, "2024-01-12T12:00:00+00:00"))
    assert rows.rows() == [(datetime(2023, 12, 10, 12, tzinfo=UTC),)]


@pytest.mark.parametrize("cutoff", ["2024-01-10T12:00:00", "2024-01-10"])
def test_a_naive_held_cut_off_is_refused_as_well(publish, cutoff):
    release = publish(LATE)
    with pytest.raises(NaiveCutoff):
        release.as_of(FIFTEENTH, cutoff)
    for macro in ("series_asof(['x'], ?, held := ?)", "panel_asof(['x'], [?], held := ?)"):
        with pytest.raises(duckdb.Error, match="without time and offset"):
            release.sql(f"from {macro}", (FIFTEENTH, cutoff))


def curve(rows: list[tuple[str, int, str, int, float]]) -> pl.DataFrame:
    """Rows (day, tenor, instant, vintage, rate) of one curve."""
    return pl.DataFrame(
        [("c", date.fromisoformat(d), t, datetime.fromisoformat(at), NOW, v, r, 1.0, "m", "market") for d, t, at, v, r in rows],
        CURVE, orient="row",
    )


def test_a_curve_is_cut_whole_so_that_a_node_dropped_by_a_correction_is_gone(publish):
    first, corrected = "2024-01-02T23:00:00+00:00", "2024-01-03T23:00:00+00:00"
    rows = [("2024-01-02", 21, first, 1, 0.11), ("2024-01-02", 252, first, 1, 0.10), ("2024-01-02", 252, corrected, 2, 0.105)]
    release = publish(ROWS, curve(rows))
    assert release.as_of("2024-01-03T00:00:00+00:00").curve("c")["tenor_bd"].to_list() == [21, 252]
    assert release.as_of("2024-01-04T00:00:00+00:00").curve("c").select("tenor_bd", "zero_rate").rows() == [(252, 0.105)]


def brute(rows: list[tuple[int, int, float | None]], cutoff: int) -> dict[int, float]:
    last: dict[int, tuple[tuple[int, int], float | None]] = {}
    for position, (day, hour, value) in enumerate(rows):
        if hour <= cutoff and (day not in last or (hour, position) > last[day][0]):
            last[day] = ((hour, position), value)
    return {day: value for day, (_, value) in last.items() if value is not None}


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.one_of(st.none(), st.floats(-5, 5))), max_size=30),
    st.integers(-1, 10),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_cut_is_the_last_vintage_known_of_each_date(rows, cutoff):
    epoch = datetime(2024, 1, 1, tzinfo=UTC)
    frame = pl.DataFrame(
        [(DAY + timedelta(days=d), epoch + timedelta(hours=h), position, v) for position, (d, h, v) in enumerate(rows)],
        {"reference_date": pl.Date, "available_at": pl.Datetime("us", "UTC"), "vintage": pl.Int32, "value": pl.Float64},
        orient="row",
    )
    cut = Vintages(frame, ("reference_date",), "value").cut(epoch + timedelta(hours=cutoff))
    assert {(day - DAY).days: value for day, value in cut.select("reference_date", "value").rows()} == brute(rows, cutoff)


def test_vintages_are_numbered_as_written(tmp_path: Path):
    assert observations(ROWS)["vintage"].to_list() == [1, 2, 1, 2]


def test_a_snapshot_of_everything_is_the_histories_of_each(publish):
    release = publish([*ROWS, ("y", "2023-12-05", "2023-12-06T12:00:00+00:00", 7.0)])
    found = release.as_of("2024-01-15T00:00:00+00:00").snapshot()
    assert found.select("series_id", "reference_date", "value").cast({"series_id": pl.String}).rows() == [
        ("x", date(2023, 12, 1), 1.5), ("x", date(2024, 1, 1), 2.0), ("y", date(2023, 12, 5), 7.0),
    ]
    with pytest.raises(ValueError, match="public clock"):
        release.as_of("2024-01-15T00:00:00+00:00", "2024-01-15T00:00:00+00:00").snapshot()


def test_of_two_vintages_of_one_instant_the_later_stands(publish):
    rows = [*ROWS[:1], ("x", "2023-12-01", "2023-12-10T12:00:00+00:00", 4.0)]
    assert known(publish(rows), "2023-12-11T00:00:00+00:00") == [(date(2023, 12, 1), 4.0)]
