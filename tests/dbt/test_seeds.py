"""Seeds: what the catalogue promises can be read, dated and reached."""

import re
from collections import Counter
from datetime import date

import numpy as np
import polars as pl
import pytest

from models_py.kernel.ids import series_id
from models_py.kernel.seeds import of_world, read
from models_py.kernel.settings import Settings
from models_py.quant.release_rule import available_at, next_release
from pipelines.connectors import SHAPES, CatalogueRow, Endpoint, connectors
from pipelines.ingest import catalogue
from pipelines.quoted import quoted_by
from tests.dbt import compiled

SERIES = read("series")
WORLDS = {"sandbox", "files", "live"}


def test_every_series_has_one_row_and_a_well_formed_id():
    assert [name for name, count in Counter(SERIES["series_id"]).items() if count > 1] == []
    assert [str(series_id(name)) for name in SERIES["series_id"]] == SERIES["series_id"].to_list()


def test_every_world_is_a_world_and_every_source_a_connector():
    assert {world for cell in SERIES["worlds"] for world in cell.split()} == WORLDS
    assert set(SERIES["source"]) <= set(connectors())


def test_a_source_code_names_one_series_unless_its_targets_tell_them_apart():
    wanted = SERIES.filter(pl.col("source") != "files").select(pl.concat_str("source", "source_key", pl.col("target").fill_null("")))
    assert wanted.is_duplicated().sum() == 0


def test_the_sandbox_promises_nearly_all_that_the_sources_are_asked_for_live():
    counted, live = (Counter(SERIES.filter(pl.col("worlds").str.contains(world))["source"]) for world in ("sandbox", "live"))
    assert {source for source in live if counted[source] < live[source] - 1} <= {"b3_files"}
    assert sum(counted.values()) >= 460


@pytest.mark.parametrize("rule", sorted(set(SERIES.filter(pl.col("source") != "files")["release_lag"])))
def test_every_release_rule_gives_an_instant_within_a_year_of_the_period_or_two_years_ahead_of_a_target(rule):
    month_ends = np.array(["2023-12-31", "2024-02-29"], dtype="datetime64[D]")
    known = available_at(rule, month_ends)
    assert (known > month_ends - 915).all()
    assert ((known < month_ends + 366) | (known > np.datetime64("9999-01-01"))).all()


def test_every_revisable_series_of_a_source_without_vintages_has_a_next_release():
    for row in SERIES.filter((pl.col("revisable") == "true") & (pl.col("source") == "bcb_sgs")).iter_rows(named=True):
        known = next_release(row["release_lag"], np.array(["2023-12-31"], dtype="datetime64[D]"), row["frequency"])
        assert known[0] > available_at(row["release_lag"], np.array(["2023-12-31"], dtype="datetime64[D]"))[0]


def test_every_report_that_quotes_a_family_is_of_a_connector_that_plans_it():
    site, window = Endpoint("http://127.0.0.1"), (date(2017, 12, 20), date(2017, 12, 28))
    for world in WORLDS:
        for one in quoted_by(world):
            row = CatalogueRow(one.family, one.source, one.report, "daily", revisable=False)
            assert connectors()[one.source].plan([row], *window, site), one


def test_the_reports_of_the_exchange_beside_its_price_report_are_not_asked_for_in_the_sandbox():
    quiet = {"b3_files", "b3_bulletin", "b3_intraday"}
    rows = [row for row in catalogue(Settings(world="sandbox")) if row.source in quiet]
    assert rows == []


def test_a_forward_series_says_why():
    forward = SERIES.filter(pl.col("forward") == "true")
    assert [row["series_id"] for row in forward.iter_rows(named=True) if not (row["note"] or "").startswith("forward:")] == []


def test_periods_and_frequencies_are_those_that_staging_knows():
    assert set(SERIES["period_end"]) <= {"day", "month", "quarter", "year", "10", "15", "20"}
    assert set(SERIES["frequency"]) == {"daily", "weekly", "monthly", "quarterly", "annual"}
    assert set(SERIES.filter(pl.col("source") != "files")["release_grade"]) == {"scheduled", "assumed"}
    assert set(SERIES["grade"]) <= {"market", "derived", "proxy"}


def test_rates_are_decimals():
    percentages = SERIES.filter(pl.col("unit").str.starts_with("decimal") & (pl.col("source") != "files"))
    assert set(percentages["scale"]) == {"0.01"}


BOUNDS = [(re.compile(row["pattern"]), float(row["low"]), float(row["high"])) for row in read("bounds").iter_rows(named=True)]


def bounds_of(name):
    return [(low, high) for pattern, low, high in BOUNDS if pattern.fullmatch(name)]


def test_every_series_in_decimals_is_bound_by_what_it_measures_and_by_nothing_else():
    decimals = SERIES.filter(pl.col("unit").str.starts_with("decimal"))["series_id"].to_list()
    assert {name: len(bounds_of(name)) for name in decimals if len(bounds_of(name)) != 1} == {}
    assert [name for name in SERIES["series_id"] if name not in decimals and bounds_of(name)] == []


@pytest.mark.parametrize(
    ("name", "lowest", "usual", "highest"),
    [                                                                    # published figures
        ("br_ipca_mom", -0.0068, 0.0042, 0.0302),                       # IBGE: July 2022, January 2024, November 2002
        ("br_ipca_food_home", -0.0184, 0.0081, 0.0668),
        ("br_ipca_12m", 0.0188, 0.0462, 0.1724),                        # May 2020, 2023, May 2003
        ("br_igpm_mom", -0.0193, 0.0074, 0.0519),                       # June 2023, December 2023, November 2002
        ("br_selic_target", 0.02, 0.1175, 0.265),                       # August 2020, December 2023, February 2003
        ("br_cdi_daily", 0.00007469, 0.00043739, 0.00093),
        ("br_cdi_month", 0.0013, 0.0089, 0.0208),                       # February 2021, December 2023, July 2003
        ("us_ust_10y", 0.0052, 0.0388, 0.0679),                         # 2020-08-04, 2023-12-29, 2000-01-20
        ("us_fed_funds_month", 0.0005, 0.0533, 0.0654),
        ("us_tips_10y", -0.0119, 0.0172, 0.0315),
        ("us_unemployment", 0.034, 0.037, 0.148),
        ("br_embi", 0.0138, 0.0200, 0.2443),                            # 2013, 2023, 27 September 2002
        ("us_hy_oas", 0.0241, 0.0339, 0.2182),
        ("br_gross_debt_gdp", 0.513, 0.744, 0.876),
    ],
)  # fmt: skip
def test_bounds_hold_what_was_published_since_2000_and_not_the_usual_figure_in_percent(name, lowest, usual, highest):
    ((low, high),) = bounds_of(name)
    assert low <= lowest < usual < highest <= high
    assert not low <= 100 * usual <= high
    assert not low <= 100 * highest <= high


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("usdbrl_ptax", "br"), ("usdbrl_fred", "br"), ("usdbrl_ecb", "br"), ("us_ewz", "br"), ("cot_brl_dealer_net", "br"),
        ("usdmxn", "world"), ("usdjpy", "world"), ("eurusd", "world"), ("brent_spot", "world"), ("brent_month", "world"),
        ("wti_spot", "world"), ("cot_ust_10y_dealer_net", "us"), ("us_dxy", "us"), ("de_gov_10y", "world"),
    ],
)  # fmt: skip
def test_a_series_is_of_the_country_it_describes_not_of_the_first_letters_of_its_name(name, country):
    assert SERIES.filter(pl.col("series_id") == name)["country"].to_list() == [country]


def test_a_pair_with_the_dollar_is_of_the_other_currency():
    pairs = SERIES.filter(pl.col("series_id").str.contains(r"^usd[a-z]{3}(_|$)"))
    assert pairs.height > 12
    for row in pairs.iter_rows(named=True):
        assert row["country"] == ("br" if row["series_id"].startswith("usdbrl") else "world"), row["series_id"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("1", "usdbrl_ptax"),
        ("4389", "br_cdi"),
        ("1178", "br_selic_over"),
        ("13521", "br_inflation_target"),
        ("11752", "br_reer"),
        ("432", "br_selic_target"),
        ("433", "br_ipca_mom"),
    ],
)
def test_the_central_bank_codes_have_the_names_of_the_desk(code, name):
    assert SERIES.filter((pl.col("source") == "bcb_sgs") & (pl.col("source_key") == code))["series_id"].to_list() == [name]


def test_the_par_yield_is_the_treasurys_and_its_copy_has_a_name_of_its_own():
    found = dict(SERIES.filter(pl.col("series_id").is_in(["us_ust_10y", "us_ust_10y_fred"])).select("series_id", "source").iter_rows())
    assert found == {"us_ust_10y": "us_treasury", "us_ust_10y_fred": "fred"}


@pytest.mark.recorded
def test_every_target_of_the_import_map_has_a_row_in_its_unit(history):
    wanted = pl.read_csv(history / "IMPORT_MAP.csv", infer_schema=False).filter(pl.col("kind").is_in(["observation", "vintage"]))
    ours = dict(SERIES.filter(pl.col("worlds").str.contains("files")).select("series_id", "unit").iter_rows())
    targets = wanted.filter(pl.col("target_id") != "us_fredmd_*").select("target_id", "unit").unique()
    assert [row for row in targets.iter_rows() if ours.get(row[0]) != row[1]] == []


def test_meetings_are_eight_a_year_in_order_and_copom_counts_on():
    assert of_world("meetings", "files").equals(of_world("meetings", "live"))
    meetings = of_world("meetings", "live").with_columns(pl.col("meeting_date").str.to_date())
    for committee, least in (("copom", 8), ("fomc", 7)):
        days = meetings.filter(pl.col("committee") == committee)["meeting_date"]
        assert days.is_sorted()
        assert min(Counter(day.year for day in days).values()) == least  # the FOMC of March 2020 was moved ahead
    numbers = meetings.filter(pl.col("committee") == "copom")["number"].cast(pl.Int64)
    assert numbers.diff().drop_nulls().unique().to_list() == [1]
    assert meetings.filter(pl.col("number") == "209")["meeting_date"].to_list() == [date(2017, 9, 6)]


def test_the_stress_of_covid_is_the_spot_move_and_the_curve_of_the_episode():
    shocks = {
        row["factor"]: (row["shock"], row["unit"])
        for row in read("scenarios").filter(pl.col("scenario") == "COVID20").iter_rows(named=True)
    }
    assert shocks["usdbrl"] == ("0.17", "relative")
    assert shocks["br_di1_1260bd"] == ("222", "bp")
    assert shocks["us_vix"] == ("67", "points")
    assert {count for _, count in Counter(read("scenarios")["scenario"]).items()} == {13}


@pytest.mark.recorded
def test_release_dates_of_the_ipca_are_the_days_on_which_the_projection_became_the_print(history):
    inflation = (
        pl.read_parquet(history / "br_rates" / "vna_ntnb_2004_2023.parquet")
        .select(pl.col("reference_date").cast(pl.Date), "inflation")
        .sort("reference_date")
    )
    moved = set(inflation.filter(pl.col("inflation").diff() != 0)["reference_date"])
    released = read("releases").with_columns(pl.col("release_date").str.to_date()).filter(pl.col("release_date") <= date(2023, 12, 28))
    assert [day for day in released["release_date"] if day not in moved] == []


def test_declared_bronze_columns_are_those_of_the_connectors():
    kinds = {"string": "varchar", "date32[day]": "date", "double": "double", "timestamp[us, tz=UTC]": "timestamptz", "int32": "integer"}
    declared = compiled.declared("bronze")
    for table, schema in SHAPES.items():
        assert declared[table] == {field.name: kinds[str(field.type)] for field in schema}


def test_every_seed_is_declared_and_has_a_file():
    files = {path.stem for path in (compiled.PROJECT / "seeds").glob("*.csv")}
    declared = compiled.declared("seeds")
    assert set(declared) == files
    for name, columns in declared.items():
        assert read(name).columns == list(columns), name
