"""What the Macro page says, over a release whose rows are written down here; expectations by hand."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from app.dashboard import macro_data, macro_news, macro_tables
from app.dashboard.instants import ends_of_months, micro
from app.dashboard.macro_lists import HEADLINES, MEMBERS, SURVEYS, THEMES
from models_py.kernel import seeds
from models_py.quant.transforms import transforms

AT = datetime(2024, 1, 31, 12, tzinfo=UTC)
MONTHS = [date(2019 + month // 12, month % 12 + 1, 28) for month in range(60)]  # January 2019 to December 2023
ENDS = [(day + timedelta(days=4)).replace(day=1) - timedelta(days=1) for day in MONTHS]
ABOUT = {
    "unit": "decimal",
    "max_age_bd": 45,
    "source": "bcb_sgs",
    "grade": "market",
    "frequency": "monthly",
    "release_lag": "m+1 day 10 09:00 BRT",
}


def told(series: str, values: list[float], days: int = 10) -> list[tuple[str, str, str, float]]:
    """A figure a month, out some days after its month at noon UTC."""
    return [(series, str(end), f"{end + timedelta(days=days)}T12:00:00+00:00", value) for end, value in zip(ENDS, values, strict=True)]


# unemployment swings between 9 % and 11 %; that of December 2023 is 11 % and is corrected to 9 % on 20 January
UNEMPLOYMENT = [0.09 if month % 2 == 0 else 0.11 for month in range(60)]
ROWS = [
    *told("br_unemployment", UNEMPLOYMENT),
    ("br_unemployment", "2023-12-31", "2024-01-20T12:00:00+00:00", 0.09),
    *told("us_payrolls", [100.0 * 1.01**month for month in range(60)]),
    *told("br_ipca_mom", [0.004] * 60),
    *told("br_ipca_12m", [0.05] * 60),
    *[("br_focus_ipca_12m", str(day), f"{day}T13:00:00+00:00", 0.04) for day in MONTHS],
]


@pytest.fixture
def release(publish):
    made = publish(ROWS)
    titles = {"br_unemployment": "Unemployment rate", "us_payrolls": "Payrolls, non-farm", "br_ipca_mom": "IPCA, change in the month",
              "br_ipca_12m": "IPCA, 12 months", "br_focus_ipca_12m": "Focus"}  # fmt: skip
    for name, title in titles.items():
        made.catalogue[name] = made.catalogue[name] | ABOUT | {"title": title}
    made.catalogue["us_payrolls"]["unit"] = "thousand persons"
    made.catalogue["br_focus_ipca_12m"]["frequency"] = "daily"
    return made


def test_a_cell_holds_what_was_known_at_its_months_end_and_low_unemployment_is_a_hot_labour_market(release):
    labour = macro_data.heat_map(release, datetime(2024, 1, 15, tzinfo=UTC), 3).filter(theme="Labour", country="br")
    # ±1 with deviation n − 1: of 58 readings √(57/58); of 59, thirty of them low, (1 − 1/59) / √(59/58 · (1 − 1/59²)); of 60 √(59/60)
    assert labour["month"].to_list() == [date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1)]
    assert labour["z"].to_list() == pytest.approx([-0.991342, 0.974824, -0.991632], abs=1e-6)


def test_a_correction_turns_the_cell_from_its_own_day_on(release):
    before, after = (
        macro_data.heat_map(release, datetime(2024, 1, day, tzinfo=UTC), 3).filter(theme="Labour", country="br")["z"][-1]
        for day in (19, 21)
    )
    assert before < -0.9
    assert after > 0.9


def test_months_end_in_sao_paulo_and_the_last_column_is_the_instant_itself():
    cut = ends_of_months(AT, 2)
    assert cut.tolist() == [micro(datetime(2024, 1, 1, 3, tzinfo=UTC)) - 1, micro(AT)]


def test_the_explorer_shows_first_prints_beside_what_stands(release):
    found = macro_data.explore(release, AT, "br_unemployment", "level", 2)
    last = found.history.row(-1, named=True)
    assert (last["reference_date"], last["value"], last["first"]) == (date(2023, 12, 31), 0.09, 0.11)
    assert last["available_at"] == datetime(2024, 1, 20, 12, tzinfo=UTC)
    assert (found.revised, macro_tables.revised_text(found)) == (1, f"1 of {found.readings} readings revised")
    assert found.prints is not None
    moved = macro_data.revisions(found.prints, AT, 3).filter(pl.col("revision") != 0)
    assert moved.rows() == [(date(2023, 12, 31), date(2024, 1, 1), pytest.approx(-0.02), 0.09)]


def test_the_fan_has_a_history_as_it_stood_before(release):
    found = macro_data.explore(release, AT, "br_unemployment", "level", 2)
    fan = macro_data.fan(found.prints, AT)
    lasts = fan.group_by("months", maintain_order=True).agg(pl.col("reference_date").max())
    assert lasts.rows()[:3] == [(0, date(2023, 12, 31)), (3, date(2023, 9, 30)), (6, date(2023, 6, 30))]


def test_a_rewound_page_has_no_later_print(release):
    early = macro_news.prints(release, datetime(2023, 6, 15, tzinfo=UTC), 12)
    assert early["available_at"].max() == datetime(2023, 6, 10, 12, tzinfo=UTC)
    assert early["reference_date"].max() == date(2023, 5, 31)


def test_a_print_as_expected_is_no_surprise(release):
    found = macro_news.prints(release, AT, 12).filter(series_id="br_ipca_mom")
    assert found["surprise"].to_list() == pytest.approx([0.0] * len(found))
    assert (found["surveyed"].any(), found["availability"].unique().to_list()) == (False, ["published"])


def test_the_index_is_told_by_country_and_block(release):
    found = macro_news.surprise_index(release, AT, 12)
    assert set(found.select("country", "block").rows()) <= {("Brazil", "activity"), ("United States", "activity"), ("Brazil", "prices")}
    assert found["at"].max() == AT


def test_a_survey_of_twelve_months_asks_about_those_after_the_last_print(release):
    asked = SURVEYS[0]
    found = macro_news.survey_against_outcome(release, AT, asked, 10)
    first = found.filter(pl.col("surveyed") == date(2020, 3, 28)).row(0, named=True)
    assert first == {"surveyed": date(2020, 3, 28), "target": date(2021, 2, 28), "forecast": 0.04, "outcome": 0.05}  # February was out
    assert found.row(-1, named=True)["outcome"] is None


def test_the_radar_gives_the_next_instant_of_each_rule_and_what_the_model_expects(release):
    found = macro_news.radar(release, AT)
    row = found.filter(pl.col("what") == "Payrolls, non-farm").row(0, named=True)
    assert (row["at"], row["period"], row["last_period"]) == (datetime(2024, 2, 14, 12, tzinfo=UTC), date(2024, 1, 31), date(2023, 12, 31))
    assert row["expected"] == pytest.approx(0.01)  # Carnival moves the 10th to Wednesday the 14th
    assert found["at"].is_sorted()


def test_nothing_known_is_an_empty_map_and_no_radar_of_figures(release):
    before = datetime(2010, 1, 1, tzinfo=UTC)
    assert len(macro_data.heat_map(release, before, 12)) == 0
    assert len(macro_news.prints(release, before, 12)) == 0
    assert macro_tables.heat_finding(macro_data.heat_map(release, before, 12)) == "How hot is each theme?"


@pytest.mark.parametrize("listed", [*MEMBERS, *HEADLINES], ids=lambda listed: f"{listed.series_id} {listed.transform}")
def test_every_listed_series_is_in_the_catalogue_and_can_be_read_so(listed):
    rows = [
        *seeds.read("series").to_dicts(),
        *({**row, "source": "own"} for row in seeds.read("factors").rename({"factor_id": "series_id"}).to_dicts()),
    ]
    found = {row["series_id"]: row for row in rows}.get(listed.series_id)
    assert found is not None
    assert listed.transform in transforms(found["unit"], found["frequency"], found["title"])


def test_themes_are_listed_once_and_all_have_members():
    assert len(set(THEMES)) == len(THEMES)
    assert {member.theme for member in MEMBERS} == set(THEMES)


def test_rates_are_shown_in_percent_their_revisions_in_points_and_amounts_as_they_are():
    assert macro_tables.axis("growth_12m", "index").text(0.0196) == "1.96 %"
    assert macro_tables.axis("level", "decimal").change_text(-0.0008) == "−0.08 pp"
    assert macro_tables.axis("level", "USD billion").text(1234.5) == "1,234.50 USD billion"
    assert macro_tables.axis("change", "decimal").text(0.005) == "+0.50 pp"
    assert macro_tables.axis("level", "decimal").scaled(pl.DataFrame({"value": [0.1], "z": [0.1]})).row(0) == (10.0, 0.1)


def test_a_map_says_its_hottest_and_coolest_theme():
    at = datetime(2024, 1, 31, tzinfo=UTC)
    rows = [("br", "Inflation", date(2024, 1, 1), at, 1.26, 1, ""), ("br", "Labour", date(2024, 1, 1), at, -0.04, 1, "")]
    frame = pl.DataFrame(rows, macro_data.HEAT, orient="row")
    assert macro_tables.heat_finding(frame) == "Brazil: hottest inflation +1.3, coolest labour 0.0"
