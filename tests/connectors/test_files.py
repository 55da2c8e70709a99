"""The files connector on a small folder of our own: one file of each format, every expected row written down."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from models_py.kernel.errors import ImportMapError
from pipelines.connectors import LINEAGE_COLUMNS, SHAPES, Endpoint, files
from tests.recorded.world import World, body, parsed, payload, requests

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "history"
CATALOGUE = pl.DataFrame({"series_id": ["activity", "payrolls", "gdp_level"], "revisable": ["true", "true", "false"]})


@pytest.fixture(scope="module")
def world() -> World:
    return parsed(FOLDER, CATALOGUE, tests=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def observations(world: World, series: str) -> list[tuple[str, float | None, str]]:
    """Kept rows of a series: date, value, minute of knowledge."""
    rows = world.observations.filter(pl.col("series_id") == series).sort("reference_date", "available_at")
    known = pl.col("available_at").dt.strftime("%Y-%m-%d %H:%M")
    return rows.select(pl.col("reference_date").cast(pl.String), "value", known).rows()


def dropped(world: World, series: str) -> dict[str, str]:
    rows = world.bronze["observations"].filter((pl.col("source_key") == series) & pl.col("availability").str.starts_with("dropped"))
    assert rows["published_at"].null_count() == rows.height
    return dict(rows.select(pl.col("source_date").cast(pl.String), pl.col("availability").str.strip_prefix("dropped:")).rows())


def quotes(world: World, family: str) -> dict[tuple[str, str], float]:
    rows = world.bronze["quotes"].filter(pl.col("source_key") == family)
    return {(symbol, field): value for symbol, field, value in rows.select("symbol", "field", "value").rows()}


def entries(world: World, kind: str) -> list[dict[str, object]]:
    return [json.loads(text) for text in world.documents.filter(pl.col("kind") == kind).sort("meeting_date", "document_id")["text"]]


def test_the_map_is_asked_for_first_then_what_others_need_then_better_files_first():
    keys = [request.key for request in requests(FOLDER)]
    assert keys[:2] == ["IMPORT_MAP.csv", "calendars/meetings.csv"]
    assert keys.index("fx/bars.csv") < keys.index("fx/second.csv")
    vintages = [key for key in keys if "vintages" in key]
    assert vintages == ["macro/vintages/2019-01.csv", "macro/vintages/2019-02.csv", "macro/vintages/2019-03.csv"]
    assert keys.index(vintages[-1]) < keys.index("macro/pay_latest.csv")
    assert len(keys) == len(set(keys))


def test_files_of_priority_nine_are_asked_for_only_in_tests():
    assert "exchange/report.zip" not in [request.key for request in requests(FOLDER)]
    assert "exchange/report.zip" in [request.key for request in requests(FOLDER, tests=True)]


def test_a_request_changes_when_its_rows_of_the_map_change_and_only_then(tmp_path):
    first = {request.key: request.url.rsplit("#")[-1] for request in requests(FOLDER)}
    for request in requests(FOLDER):
        (tmp_path / request.key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / request.key).write_bytes(body(request))
    text = (FOLDER / "IMPORT_MAP.csv").read_text(encoding="utf-8").replace("D 21:00 BRT", "D 20:00 BRT")
    (tmp_path / "IMPORT_MAP.csv").write_text("\n".join(line for line in text.splitlines() if "report.zip" not in line), encoding="utf-8")
    second = {request.key: request.url.rsplit("#")[-1] for request in requests(tmp_path)}
    assert [key for key in first if key != "IMPORT_MAP.csv" and first[key] != second[key]] == ["rates/bonds.csv"]


def test_tables_have_the_bronze_columns_and_types_without_lineage():
    planned = requests(FOLDER)
    bodies = {request.key: body(request) for request in planned}
    known = files.context(bodies.get, bodies, CATALOGUE)
    for request in planned:
        found = files.parse(payload(request, bodies[request.key]), known)
        for shape in SHAPES:
            table = getattr(found, shape)
            assert isinstance(table, pa.Table)
            assert table.schema.equals(pa.schema([column for column in SHAPES[shape] if column.name not in LINEAGE_COLUMNS]))
            assert table.column("source").unique().to_pylist() in ([], ["files"])


def test_parsing_again_from_vaulted_bytes_gives_the_same_tables(world):
    again = parsed(FOLDER, CATALOGUE, tests=True)
    for shape in SHAPES:
        assert again.bronze[shape].equals(world.bronze[shape])


def test_a_calendar_filled_file_keeps_business_days_and_shows_the_rest_in_bronze(world):
    assert observations(world, "fx_filled") == [
        ("2019-02-28", 1003.7385, "2019-02-28 22:00"),                    # all-day average, known in the evening
        ("2019-03-01", 1003.7781, "2019-03-01 16:30"),
        ("2019-03-06", 1003.8, "2019-03-06 16:30"),                       # Ash Wednesday
    ]
    assert dropped(world, "fx_filled") == dict.fromkeys(["2019-03-02", "2019-03-03", "2019-03-04", "2019-03-05"], "closed_day")


def test_an_expression_is_computed_row_by_row_and_null_where_a_side_is(world):
    assert observations(world, "fx_cross") == [("2019-03-28", 4.0, "2019-03-28 15:00"), ("2019-03-29", 3.996, "2019-03-29 15:00")]


def test_slipped_decimals_go_and_another_file_fills_their_day(world):
    assert observations(world, "fx_bars") == [
        ("2019-03-29", 660.0, "2019-03-29 21:30"),
        ("2019-04-01", 664.5, "2019-04-02 12:00"),                        # from the second file, by its own rule
        ("2019-04-03", 665.0, "2019-04-03 21:30"),
        ("2019-04-04", 670.0, "2019-04-04 21:30"),
    ]
    marks = world.bronze["observations"].filter(pl.col("source_key") == "fx_bars").sort("source_date", "value")
    assert marks.filter(pl.col("availability").str.starts_with("dropped"))["availability"].to_list() == [
        "dropped:superseded", "dropped:bad_tick", "dropped:bad_tick", "dropped:bad_value", "dropped:outside_window",
    ]


def test_a_policy_rate_is_known_from_the_decision_before_the_holiday(world):
    assert observations(world, "policy_rate") == [
        ("2017-10-10", 0.091, "2017-10-10 03:00"),
        ("2017-10-11", 0.091, "2017-10-11 03:00"),
        ("2017-10-13", 0.083, "2017-10-11 21:30"),
        ("2017-10-16", 0.083, "2017-10-16 02:00"),
    ]
    raw = world.bronze["observations"].filter((pl.col("source_key") == "policy_rate") & (pl.col("source_date") == date(2017, 10, 12)))
    assert raw.select("value", "availability").rows() == [(0.091, "dropped:closed_day")]


def test_months_in_latin_1_with_a_footer_end_on_their_last_day(world):
    assert observations(world, "rate_month") == [
        ("2019-06-30", 0.064, "2019-07-01 11:00"),
        ("2019-07-31", 0.064, "2019-08-01 11:00"),
        ("2019-08-31", pytest.approx(0.059), "2019-09-02 11:00"),
    ]


def test_a_revisable_series_without_vintages_waits_one_release_and_is_assumed(world):
    assert observations(world, "activity") == [("2019-01-31", 101.0, "2019-04-16 12:00"), ("2019-02-28", 102.5, "2019-05-16 12:00")]
    unrevised = parsed(FOLDER, CATALOGUE.clear())
    assert observations(unrevised, "activity") == [("2019-01-31", 101.0, "2019-03-18 12:00"), ("2019-02-28", 102.5, "2019-04-16 12:00")]


def test_quarters_end_on_their_last_day(world):
    assert observations(world, "gdp_level") == [("2019-03-31", 160.1, "2019-06-03 12:00"), ("2019-06-30", 161.0, "2019-09-02 12:00")]


def test_vintages_give_first_prints_revisions_and_withdrawals_and_the_latest_file_one_more(world):
    assert observations(world, "payrolls") == [
        ("2018-11-30", 100.0, "2019-02-01 04:59"),
        ("2018-11-30", 100.5, "2019-03-01 04:59"),
        ("2018-12-31", 101.0, "2019-02-01 04:59"),
        ("2018-12-31", None, "2019-04-01 03:59"),                         # withdrawn
        ("2018-12-31", 101.2, "2019-07-01 03:59"),                        # back in the file of June
        ("2019-01-31", 102.0, "2019-03-01 04:59"),
        ("2019-02-28", 103.0, "2019-04-01 03:59"),
        ("2019-02-28", 103.5, "2019-07-01 03:59"),
        ("2019-03-31", 104.0, "2019-06-07 12:30"),                        # published with April, and one release on
        ("2019-04-30", 105.0, "2019-06-07 12:30"),
    ]
    assert dropped(world, "payrolls") == {"2019-01-31": "superseded"}


def test_a_change_of_unit_between_vintages_is_no_revision(world):
    assert [row[:2] for row in observations(world, "claims")] == [
        ("2018-11-30", 480_000.0), ("2018-12-31", 490_000.0), ("2019-01-31", 500_000.0), ("2019-02-28", 510_000.0),
    ]


def test_a_star_stands_for_the_columns_that_all_vintages_share_and_no_row_names(world):
    starred = world.observations.filter(pl.col("series_id").str.starts_with("md_"))
    assert starred["series_id"].unique().to_list() == ["md_ext_co"]
    assert starred.sort("reference_date", "available_at")["value"].to_list() == [1.0, 2.0, 2.5, 3.0, 4.0]
    assert starred["vintage_date"].unique().sort().to_list() == [date(2019, 1, 31), date(2019, 2, 28), date(2019, 3, 31)]


def test_bonds_are_named_by_family_and_maturity_with_prices_on_their_own_scale(world):
    assert quotes(world, "br_pre") == {
        ("pre_20220101", "rate"): 0.0795, ("pre_20220101", "price"): 795.10, ("pre_20250101", "rate"): pytest.approx(0.0905),
    }
    maturities = world.bronze["quotes"].filter(pl.col("source_key") == "br_real")["maturity_date"].unique().to_list()
    assert maturities == [date(2024, 8, 15)]


def test_contracts_are_lower_case_and_only_prices_are_scaled(world):
    assert quotes(world, "br_di1") == {
        ("di1f20", "settlement"): 95000.5, ("di1f20", "previous"): 94990.0, ("di1f20", "open_interest"): 1200.0,
    }
    assert quotes(world, "br_dol") == {("dolj19", "settlement"): 3.8505, ("dolj19", "previous"): 3.84}


def test_a_fixed_width_curve_is_read_by_position(world):
    assert quotes(world, "br_curve_acme") == {
        ("curve_acme_00003", "calendar_days"): 3.0, ("curve_acme_00003", "business_days"): 3.0, ("curve_acme_00003", "rate"): 0.064,
        ("curve_acme_00021", "calendar_days"): 30.0, ("curve_acme_00021", "business_days"): 21.0, ("curve_acme_00021", "rate"): 0.0645,
    }


def test_a_surface_takes_its_date_from_the_header_and_delta_from_the_text(world):
    assert quotes(world, "vol_acme")[("vol_acme_50_0021", "vol")] == 0.12
    days = world.bronze["quotes"].filter(pl.col("source_key") == "vol_acme")["source_date"].unique().to_list()
    assert days == [date(2019, 3, 14)]


def test_a_report_in_a_zip_is_known_when_it_was_made(world):
    rows = world.bronze["quotes"].filter(pl.col("source_key") == "br_report")
    assert quotes(world, "br_report") == {("di1f20", "settlement"): 95000.5, ("di1f20", "rate"): 0.06512}
    assert rows["published_at"].unique().to_list() == [at("2019-03-14T21:40:00+00:00")]


def test_minutes_are_dated_by_their_meeting_and_known_when_published(world):
    rows = world.documents.filter(pl.col("kind") == "copom_acme").sort("meeting_date")
    assert rows.select("document_id", "meeting_date", "language", "text", "available_at").rows() == [
        ("copom_acme_309", date(2017, 10, 11), "pt", "A inflação recuou.", at("2017-10-19T08:00:00-02:00")),
        ("copom_acme_310", date(2017, 11, 22), "pt", " O comitê decidiu.", at("2017-11-30T08:00:00-02:00")),
    ]
    assert entries(world, "copom_acme_attributes") == [{"label": "lower"}, {"label": "lower"}]


def test_sentences_are_keyed_on_their_text_and_never_known(world):
    rows = world.bronze["documents"].filter(pl.col("source_key") == "sentence_acme").sort("source_date", "document_id")
    assert rows["availability"].to_list() == ["assumed", "dropped:duplicate", "assumed"]
    assert rows["source_date"].to_list() == [date(2018, 12, 31), date(2019, 12, 31), date(2019, 12, 31)]
    assert rows["published_at"].drop_nulls().unique().to_list() == [at("9999-12-31T00:00:00+00:00")]


def test_a_calendar_is_known_at_the_start_of_its_year_and_a_surprise_when_it_is_over(world):
    rows = world.documents.filter(pl.col("kind") == "br_copom").sort("meeting_date")
    assert rows["available_at"].to_list() == [at("2017-01-01T00:00:00+00:00")] * 2 + [at("2017-12-21T00:00:00+00:00")]
    assert entries(world, "br_copom")[0] == {
        "date": "2017-10-11", "meeting": 309, "begin": "2017-10-10", "end": "2017-10-11", "minutes_published": "2017-10-19",
    }


def test_decisions_take_the_date_of_their_meeting_and_a_second_one_its_own(world):
    assert entries(world, "copom_decision_acme") == [
        {"date": "2017-10-11", "meeting": 309, "rate": 0.083, "decision": "lower"},
        {"date": "2017-11-22", "meeting": 310, "rate": 0.076, "decision": "lower"},
        {"date": "2017-11-29", "meeting": 310, "rate": 0.0735, "decision": "lower"},
    ]
    undated = world.bronze["documents"].filter(pl.col("availability") == "dropped:undated")
    assert undated.select("source_key", "source_date", "text").rows() == [
        ("copom_decision_acme", date(1900, 1, 1), '{"rate": 0.08, "decision": "lower"}'),
    ]


def test_columns_one_meeting_late_take_the_next_row_and_early_dates_the_next_day(world):
    assert [(row["date"], row["rate"], row["action"]) for row in entries(world, "fed_acme")] == [
        ("2019-06-19", 0.025, "KEEP"), ("2019-07-31", 0.0225, "LOWER"), ("2019-09-18", 0.02, "LOWER"),
        ("2019-10-30", 0.02, "LOWER"), ("2019-12-11", 0.0175, "KEEP"),
    ]


def test_a_folder_without_a_map_is_refused(tmp_path):
    with pytest.raises(ImportMapError, match=r"no IMPORT_MAP\.csv"):
        files.plan((), date(2019, 1, 1), date(2020, 1, 1), Endpoint(tmp_path.as_uri()))
