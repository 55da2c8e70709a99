"""A vendor's drop, from the CSV a user writes to vintages: the example of the documentation, end to end."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from models_py.kernel.errors import ImportMapError
from tests.recorded.world import World, parsed

DROPS = Path(__file__).resolve().parents[1] / "fixtures" / "history" / "drops"
HEADER = (
    "target_id,kind,priority,file,format,date_column,date_format,value_column,row_filter,unit_in_file,scale_to_ours,unit,frequency,"
    "reference_rule,availability_rule,availability_grade,first_date,last_date,rows,trap\n"
)
ROW = (
    'acme_*,observation,1,drops/acme.csv,"csv sep=, decimal=. utf-8",reference_date,%Y-%m-%d,'
    "series=series_id;target=target_date;value=value,,points,1,points,monthly,as_is,column:published_at,published,,,,\n"
)
COLUMNS = "series_id,reference_date,target_date,published_at,value\n"
NOTHING = pl.DataFrame(schema={"series_id": pl.String, "revisable": pl.String})


def drop(folder: Path, text: str | None = None, row: str = ROW) -> World:
    (folder / "drops").mkdir()
    (folder / "IMPORT_MAP.csv").write_text(HEADER + row, encoding="utf-8")
    if text is None:
        shutil.copy(DROPS / "acme.csv", folder / "drops" / "acme.csv")
    else:
        (folder / "drops" / "acme.csv").write_text(text, encoding="utf-8")
    return parsed(folder, NOTHING)


def test_a_drop_keeps_every_publication_of_a_period_and_its_withdrawal(tmp_path):
    world = drop(tmp_path)
    rows = world.observations.filter(pl.col("series_id") == "acme_pmi").sort("reference_date", "available_at")
    assert rows.select("reference_date", "value", "available_at", "availability").rows() == [
        (date(2024, 1, 31), 49.1, datetime(2024, 2, 1, 13, tzinfo=UTC), "published"),
        (date(2024, 1, 31), 49.3, datetime(2024, 3, 1, 13, tzinfo=UTC), "published"),
        (date(2024, 2, 29), 50.2, datetime(2024, 3, 1, 13, tzinfo=UTC), "published"),
        (date(2024, 2, 29), None, datetime(2024, 4, 1, 16, tzinfo=UTC), "published"),
    ]


def test_a_forecast_carries_the_end_of_the_period_it_is_of(tmp_path):
    rows = drop(tmp_path).observations.filter(pl.col("series_id") == "acme_gdp_survey").sort("target")
    assert rows.select("reference_date", "target", "value").rows() == [
        (date(2024, 3, 15), "2024-12-31", 1.8), (date(2024, 3, 15), "2025-12-31", 2.0),
    ]


def test_an_instant_without_an_offset_is_refused_with_its_line(tmp_path):
    text = COLUMNS + "A,2024-01-31,,2024-02-01T13:00:00Z,1\nA,2024-02-29,,2024-03-01T13:00:00,2\n"
    said = "drops/acme.csv line 3, column published_at: '2024-03-01T13:00:00' is not an ISO instant with an offset"
    with pytest.raises(ImportMapError, match=said):
        drop(tmp_path, text)


def test_two_values_with_one_instant_are_refused_with_their_line(tmp_path):
    text = COLUMNS + "A,2024-01-31,,2024-02-01T13:00:00Z,1\nA,2024-01-31,,2024-02-01T13:00:00Z,2\n"
    with pytest.raises(ImportMapError, match=r"drops/acme.csv line 3, column value: acme_a has two values for 2024-01-31"):
        drop(tmp_path, text)


def test_a_line_without_a_series_is_refused(tmp_path):
    with pytest.raises(ImportMapError, match=r"drops/acme\.csv line 3, column series_id: no series"):
        drop(tmp_path, COLUMNS + "A,2024-01-31,,2024-02-01T13:00:00Z,1\n,2024-01-31,,2024-02-01T13:00:00Z,2\n")


def test_a_line_that_stands_twice_counts_once(tmp_path):
    text = COLUMNS + "A,2024-01-31,,2024-02-01T13:00:00Z,1\nA,2024-01-31,,2024-02-01T13:00:00Z,1\n"
    world = drop(tmp_path, text)
    assert world.observations["value"].to_list() == [1.0]
    assert world.bronze["observations"]["availability"].to_list() == ["published", "dropped:duplicate"]


def test_a_drop_of_ones_own_ids_needs_no_prefix(tmp_path):
    world = drop(tmp_path, row=ROW.replace("acme_*", "*"))
    assert world.observations["series_id"].unique().sort().to_list() == ["gdp_survey", "pmi"]


def test_a_drop_gives_way_to_a_better_file_for_its_dates(tmp_path):
    better = (
        'acme_pmi,observation,1,pmi.csv,"csv sep=, decimal=. utf-8",day,%Y-%m-%d,v,,points,1,points,monthly,as_is,'
        "D 13:00 UTC,scheduled,,,,\n"
    )
    (tmp_path / "pmi.csv").write_text("day,v\n2024-01-31,49.0\n", encoding="utf-8")
    world = drop(tmp_path, row=better + ROW.replace(",observation,1,", ",observation,2,"))
    kept = world.observations.filter(pl.col("series_id") == "acme_pmi").sort("reference_date", "available_at")
    assert kept.select("reference_date", "value").rows() == [
        (date(2024, 1, 31), 49.0), (date(2024, 2, 29), 50.2), (date(2024, 2, 29), None),
    ]
