"""What published figures must say of one another: figures that agree pass, one that does not is found, and nothing passes unseen."""

from datetime import date

import pytest

from pipelines import identities
from tests.dbt import small

pytestmark = pytest.mark.slow

FOOD, HOUSING = "br_ipca_food_beverages", "br_ipca_housing"
GROUPS = ("food_beverages", "housing", "household_goods", "clothing", "transport", "health", "personal", "education", "communication")
WEIGHTS = (0.2111, 0.1523, 0.0398, 0.0457, 0.2061, 0.1319, 0.1012, 0.0615, 0.0504)          # together 1.0000
MONTHS = [date(2030, 1, 31), date(2030, 2, 28), date(2030, 3, 31), date(2030, 4, 30), date(2030, 5, 31), date(2030, 6, 30),
          date(2030, 7, 31), date(2030, 8, 31), date(2030, 9, 30), date(2030, 10, 31), date(2030, 11, 30), date(2030, 12, 31)]
DECEMBER = MONTHS[-1]
QUARTERS = [date(year, month, day) for year in (2029, 2030) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))]
weights = {f"br_ipca_{group}_weight": {DECEMBER: weight} for group, weight in zip(GROUPS, WEIGHTS, strict=True)}
changes = {f"br_ipca_{group}_mom_ibge": {DECEMBER: 0.0050} for group in GROUPS} | {f"{FOOD}_mom_ibge": {DECEMBER: 0.0100}}
held = {f"cot_brl_{who}_{side}": {DECEMBER: 100.0}
        for who in ("dealer", "asset_manager", "leveraged", "other", "nonreportable") for side in ("long", "short", "spread")}
groups = {f"br_ipca_{group}_mom": {DECEMBER: 0.004} for group in GROUPS} | {f"{HOUSING}_mom": {DECEMBER: -0.002}}

# identity: figures that agree, and the one figure that breaks them
CASES = {
    "weights_of_the_ipca_groups_sum_to_one": (weights, (f"{HOUSING}_weight", 0.1524)),
    # 0.5 percent and 0.2111 of another half: 0.60555 percent, printed 0.61
    "weighted_groups_give_the_ipca": (weights | changes | {"br_ipca_mom_ibge": {DECEMBER: 0.0061}}, ("br_ipca_mom_ibge", 0.0072)),
    # twelve months of one percent compound to 12.6825
    "ipca_of_12_months_compounds_the_months": (
        {"br_ipca_mom": dict.fromkeys(MONTHS, 0.01), "br_ipca_12m": {DECEMBER: 0.1268}}, ("br_ipca_12m", 0.1275)),
    "ipca_of_the_year_compounds_since_january": (
        {"br_ipca_mom_ibge": dict.fromkeys(MONTHS, 0.01), "br_ipca_ytd": {DECEMBER: 0.1268}}, ("br_ipca_ytd", 0.1275)),
    "ipca_of_the_month_is_the_step_of_its_index": (
        {"br_ipca_mom": {DECEMBER: 0.01}, "br_ipca_index": {MONTHS[-2]: 7000.0, DECEMBER: 7070.0}}, ("br_ipca_mom", 0.0101)),
    "ipca_lies_among_its_groups": (groups | {"br_ipca_mom": {DECEMBER: 0.003}}, ("br_ipca_mom", 0.0042)),
    "the_ptax_bid_is_not_above_its_ask": (
        {"usdbrl_ptax_bid": {DECEMBER: 5.4272}, "usdbrl_ptax": {DECEMBER: 5.4278}}, ("usdbrl_ptax", 5.4271)),
    "annual_overnight_rates_compound_the_daily_ones": (     # 1.00055131 ** 252 = 1.14900
        {"br_cdi": {DECEMBER: 0.1490}, "br_cdi_daily": {DECEMBER: 0.00055131}}, ("br_cdi", 0.1491)),
    "fred_copies_the_par_curve": ({"us_ust_10y": {DECEMBER: 0.0425}, "us_ust_10y_fred": {DECEMBER: 0.0425}}, ("us_ust_10y_fred", 0.0426)),
    "breakevens_are_nominal_less_real_yields": (
        {"us_ust_10y": {DECEMBER: 0.0425}, "us_tips_10y": {DECEMBER: 0.0190}, "us_breakeven_10y": {DECEMBER: 0.0235}},
        ("us_tips_10y", 0.0189)),
    "the_nominal_deficit_is_primary_and_interest": (
        {"br_nominal_deficit": {DECEMBER: 80_000.0}, "br_primary_deficit": {DECEMBER: -5_000.0}, "br_interest": {DECEMBER: 85_000.0}},
        ("br_interest", 85_003.0)),
    "gdp_growth_of_four_quarters_is_that_of_their_sum": (
        {"br_gdp_nsa_ibge": {day: 100.0 if day.year == 2029 else 102.0 for day in QUARTERS}, "br_gdp_4q": {DECEMBER: 0.020}},
        ("br_gdp_4q", 0.021)),
    "net_positions_are_long_less_short": (held | {"cot_brl_dealer_net": {DECEMBER: 0.0}}, ("cot_brl_dealer_short", 101.0)),
    # five hundred outright and four hundred in spreads, on either side
    "longs_and_shorts_make_the_open_interest": (held | {"cot_brl_open_interest": {DECEMBER: 900.0}}, ("cot_brl_other_long", 99.0)),
    "the_mean_of_a_survey_is_within_a_deviation_of_its_median": (
        {"br_focus_ipca_12m": {DECEMBER: 0.04}, "br_focus_ipca_12m_mean": {DECEMBER: 0.041}, "br_focus_ipca_12m_sd": {DECEMBER: 0.002}},
        ("br_focus_ipca_12m_sd", 0.0005)),
    # flat at 5 percent: every Svensson slope and curvature is nothing
    "curves_of_anbima_are_what_their_parameters_give": (
        {f"br_ettj_pre_{name}": {DECEMBER: value} for name, value in
         (("b1", 0.05), ("b2", 0.0), ("b3", 0.0), ("b4", 0.0), ("l1", 2.0), ("l2", 0.3), ("252bd", 0.05))},
        ("br_ettj_pre_252bd", 0.0501)),
}  # fmt: skip


@pytest.fixture
def judge(tmp_path):
    """What int_identities says of readings, or of quotes with their terms, as dbt compiled it."""
    folder = small.built()[1].local("build") / "target" / "compiled"
    sql = {name: next(folder.rglob(f"{name}.sql")).read_text() for name in ("int_identity_checks", "int_identities")}
    with small.copied(tmp_path) as (_, connection):

        def judged(figures, quotes=()):
            for table in ("int_identity_readings", "int_quotes_termed", "int_settlements_termed"):
                connection.execute(f"delete from silver.{table}")
            for series, readings in figures.items():
                for day, value in readings.items():
                    connection.execute(
                        "insert into silver.int_identity_readings by name "
                        "select ? as series_id, ?::date as reference_date, 'latest' as print, ? as value, ? as period, 21 as month_days",
                        [series, day, value, 12 * day.year + day.month],
                    )
            for row in quotes:
                connection.execute(
                    "insert into silver.int_quotes_termed by name select ? as instrument_id, ? as family, "
                    "date '2030-06-03' as reference_date, ? as fields, ? as business_days, ? as calendar_days", row,
                )  # fmt: skip
            for name, query in sql.items():
                connection.execute(f"create or replace table silver.{name} as {query}")
            rows = connection.sql("select identity_id, status, rows_checked, failures, worst_date, worst_item from silver.int_identities")
            return {row[0]: row[1:] for row in rows.fetchall()}

        judged.connection = connection
        yield judged


def test_there_are_forty_identities_and_each_says_why_it_is_as_wide_as_it_is():
    written = identities.written()
    assert len({one["identity"] for one in written}) == len(written) >= 40
    assert [one["identity"] for one in written if not (one["says"] and one["because"] and one["unit"])] == []


def in_years_of_their_own(broken):
    """Every case three years after the one before, in one set of readings; of each the figure that breaks it, if wanted."""
    together = {}
    for place, (figures, (series, value)) in enumerate(CASES.values()):
        told = figures | ({series: figures[series] | {DECEMBER: value}} if broken else {})
        for name, readings in told.items():
            shifted = {day.replace(year=day.year + 3 * place): reading for day, reading in readings.items()}
            together[name] = together.get(name, {}) | shifted
    return together


@pytest.mark.parametrize("broken", [False, True])
def test_figures_that_agree_pass_and_one_that_does_not_is_found(judge, broken):
    judge(in_years_of_their_own(broken))
    found = {(name, year): missed for name, year, missed in judge.connection.sql(
        "select identity_id, year(reference_date), bool_or(is_missed) from silver.int_identity_checks group by all"
    ).fetchall()}  # fmt: skip
    assert {name: found.get((name, DECEMBER.year + 3 * place)) for place, name in enumerate(CASES)} == dict.fromkeys(CASES, broken)


def test_an_identity_whose_inputs_are_missing_was_not_checked(judge):
    figures, _ = CASES["ipca_of_12_months_compounds_the_months"]
    eleven = {"br_ipca_mom": {day: value for day, value in figures["br_ipca_mom"].items() if day != MONTHS[4]}}
    assert judge(figures | eleven)["ipca_of_12_months_compounds_the_months"][:3] == ("not checked", 0, 0)
    assert {status for status, *_ in judge({}).values()} == {"not checked"}


def test_a_bill_of_a_thousand_reais_at_ten_percent_over_a_year_costs_909_09(judge):
    name = "a_treasury_bill_is_a_thousand_reais_discounted"
    bill = ["ltn_20310601", "ltn", {"price": 909.090909, "rate": 0.10}, 252, 365]
    assert judge({}, [bill])[name][:3] == ("pass", 1, 0)
    bill[2] = {"price": 909.091, "rate": 0.10}
    assert judge({}, [bill])[name] == ("fail", 1, 1, date(2030, 6, 3), "ltn_20310601")


def test_a_market_whose_offer_yields_more_than_its_bid_is_crossed(judge):
    name = "bids_of_bonds_yield_no_less_than_asks"
    quote = ["ntnb_20350515", "ntnb", {"bid_rate": 0.0604, "ask_rate": 0.0601, "rate": 0.0602}, 1200, 1800]
    assert judge({}, [quote])[name][:3] == ("pass", 1, 0)
    quote[2] = {"bid_rate": 0.0601, "ask_rate": 0.0604, "rate": 0.0602}
    assert judge({}, [quote])[name][:3] == ("fail", 1, 1)


def test_every_identity_is_a_test_of_the_build(tmp_path):
    tested = {result.name for result in small.built()[2].results if result.kind == "test"}
    assert {one["identity"] for one in identities.written()} <= tested
