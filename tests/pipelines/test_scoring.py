"""The score: what a promise is, and what each of the six questions answers on a lake of a few rows."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import duckdb
import polars as pl
import pytest

from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from pipelines.promises import Promise, market_of, promises
from pipelines.scoring import WEIGHTS, by_source, score
from pipelines.vault import Poll, PollLog

NOW = datetime(2024, 3, 1, 11, 45, tzinfo=UTC)  # Friday morning in São Paulo


@dataclass
class Report:
    source: str
    counts: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0


def daily(item="a", source="bcb_sgs", **more):
    return Promise(
        **{
            "item": item,
            "kind": "series",
            "source": source,
            "frequency": "daily",
            "market": "br",
            "max_age_bd": 3,
            "since": date(2024, 2, 19),
        }
        | more
    )


@pytest.fixture
def gold():
    """A build with weekdays as business days and no observation."""
    connection = duckdb.connect()
    connection.execute("""
        set global timezone = 'UTC';
        create schema gold; create schema silver;
        create table silver.int_bounds as select 'a' as series_id, -1.0::double as low, 1.5::double as high;
        create table gold.observations (series_id varchar, reference_date date, target_date date, available_at timestamptz,
            held_at timestamptz, vintage integer, value double, availability varchar, raw_sha256 varchar);
        create table gold.quotes (instrument_id varchar, field varchar, reference_date date, available_at timestamptz,
            vintage integer, value double);
        create table gold.instruments (instrument_id varchar, family varchar);
        create table gold.frontier (series_id varchar, available_at timestamptz, reference_date date, value double, known_at timestamptz);
        create table gold.series (series_id varchar, kind varchar, unit varchar, forward boolean, country varchar);
        create table silver.int_identities (reads varchar, failures bigint, rows_checked bigint);
        create table silver.int_observation_contests (series_id varchar);
        create table silver.int_quote_contests (instrument_id varchar);
        create table gold.calendar as
        select market, day as calendar_date, isodow(day) < 6 as is_business_day, date '9999-12-31' as known_until,
            1 + count(*) filter (isodow(day) < 6) over earlier as business_day
        from (select unnest(range(date '2000-01-01', date '2030-01-01', interval 1 day))::date as day)
        cross join (values ('br'), ('b3'), ('us_sifma')) as m(market)
        window earlier as (partition by market order by day rows between unbounded preceding and 1 preceding)
    """)
    return connection


def add(
    gold,
    series="a",
    days=("2024-02-26", "2024-02-27", "2024-02-28", "2024-02-29"),
    value=0.1,
    unit="decimal",
    forward=False,
    hour="20:00:00+00",
    vintage=1,
):
    """Readings known on the evening of their day."""
    gold.execute(
        "insert into gold.series select ?, 'series', ?, ?, 'br' where ? not in (select series_id from gold.series)",
        [series, unit, forward, series],
    )
    for day in days:
        gold.execute(
            "insert into gold.observations values (?, ?, null, ?, ?, ?, ?, 'scheduled', 'x')",
            [series, day, f"{day} {hour}", f"{day} {hour}", vintage, value],
        )
        gold.execute("insert into gold.frontier values (?, ?, ?, ?, ?)", [series, f"{day} {hour}", day, value, f"{day} {hour}"])


def one(gold, promise=None, reports=()):
    return score(gold, [promise or daily()], reports, NOW).row(0, named=True)


def test_what_is_promised_and_missing_scores_nothing(gold):
    found = one(gold)
    assert (found["status"], found["score"], [found[name] for name in WEIGHTS]) == ("MISSING", 0.0, [0.0] * 6)


def test_what_came_whole_in_time_and_in_order_scores_all(gold):
    add(gold)
    found = one(gold, daily(since=date(2024, 2, 26)))
    assert (found["status"], found["age_bd"], found["score"]) == ("OK", 1, pytest.approx(1.0))


def test_a_reading_that_was_taken_back_is_none(gold):
    add(gold)
    gold.execute(
        "insert into gold.observations values ('a', '2024-02-29', null, '2024-03-01 02:00:00+00', '2024-03-01', 2, null, 'observed', 'y')"
    )
    found = one(gold, daily(since=date(2024, 2, 26)))
    assert (found["last_date"], found["completeness"]) == (date(2024, 2, 28), 1.0)
    add(gold, days=("2024-02-29",), vintage=3, hour="23:00:00+00")
    assert one(gold, daily(since=date(2024, 2, 26)))["last_date"] == date(2024, 2, 29)


def test_completeness_is_the_share_of_business_days_that_have_a_value(gold):
    add(gold)  # four of the nine from Monday 19 to Thursday 29 February
    assert one(gold)["completeness"] == pytest.approx(4 / 9)


@pytest.mark.parametrize(
    ("frequency", "since", "days", "expected"),
    [
        ("monthly", date(2023, 10, 1), ("2023-10-31", "2023-12-31"), 2 / 3),
        ("quarterly", date(2023, 1, 1), ("2023-03-31", "2023-12-31"), 2 / 4),
        ("weekly", date(2024, 2, 2), ("2024-02-02", "2024-02-09", "2024-02-23"), 1.0),
        ("annual", date(2020, 1, 1), ("2020-12-31", "2022-12-31", "2023-12-31"), 3 / 4),
    ],
)
def test_completeness_counts_periods_of_the_frequency(gold, frequency, since, days, expected):
    add(gold, days=days)
    assert one(gold, daily(frequency=frequency, since=since, max_age_bd=500))["completeness"] == pytest.approx(expected)


def test_a_map_that_promises_fewer_readings_than_periods_is_held_to_its_number(gold):
    add(gold)
    assert one(gold, daily(until=date(2024, 2, 29), readings=4))["completeness"] == 1.0


@pytest.mark.parametrize(
    ("last", "status", "timeliness"),
    [
        ("2024-02-27", "OK", 1.0),
        ("2024-02-26", "LATE", 2 - 4 / 3),
        ("2024-02-22", "LATE", 0.0),
        ("2024-02-20", "STALE", 0.0),
    ],
)
def test_timeliness_falls_from_the_greatest_age_to_twice_of_it(gold, last, status, timeliness):
    add(gold, days=(last,))
    found = one(gold)
    assert (found["status"], found["timeliness"]) == (status, pytest.approx(timeliness))


def test_what_has_ended_says_stale_and_is_not_late(gold):
    add(gold, days=("2020-10-16", "2020-10-19"))
    found = one(gold, daily(since=date(2020, 10, 16), until=date(2020, 10, 19)))
    assert (found["status"], found["timeliness"], found["score"]) == ("STALE", 1.0, pytest.approx(1.0))


def test_an_outage_takes_half_of_the_timeliness_of_its_source(gold):
    add(gold)
    assert one(gold, reports=[Report("bcb_sgs", {"failed": 4})])["timeliness"] == pytest.approx(0.5)
    assert one(gold, reports=[Report("bcb_sgs", {"ok": 3, "refused": 1})])["timeliness"] == pytest.approx(0.875)
    assert one(gold, reports=[Report("fred", {"failed": 4})])["timeliness"] == 1.0


@pytest.mark.parametrize("value", [13.25, float("nan"), float("inf")])
def test_a_value_that_is_no_number_of_its_unit_is_not_valid(gold, value):
    add(gold)
    add(gold, days=("2024-02-23",), value=value)
    assert one(gold)["validity"] == pytest.approx(4 / 5)


def test_payloads_in_quarantine_take_from_validity(gold):
    add(gold)
    assert one(gold, reports=[Report("bcb_sgs", {"ok": 3}, quarantined=1)])["validity"] == pytest.approx(0.75)


def test_an_identity_that_is_missed_and_a_contested_instant_take_from_consistency(gold):
    add(gold, "us_ust_10y")
    add(gold, "us_ust_10y_fred")
    gold.execute("insert into silver.int_identities values ('us_ust_10y us_ust_10y_fred', 2, 4), ('us_ust_10y us_tips_10y', 0, 4)")
    gold.execute("insert into silver.int_identities values ('us_ust_10y', 0, 0)")           # inputs missing: says nothing
    promised = [daily("us_ust_10y", "us_treasury"), daily("us_ust_10y_fred", "fred")]
    assert score(gold, promised, [], NOW).sort("item")["consistency"].to_list() == [0.75, 0.5]
    gold.execute("insert into silver.int_observation_contests values ('us_ust_10y')")
    assert score(gold, promised[:1], [], NOW)["consistency"].to_list() == [pytest.approx(0.75 * 0.75)]


def test_a_row_that_shares_its_key_is_not_unique(gold):
    add(gold)
    add(gold, days=("2024-02-29",))
    assert one(gold)["uniqueness"] == pytest.approx(4 / 5)


def test_a_row_known_before_its_day_and_a_vintage_out_of_order_are_misplaced(gold):
    add(gold)
    add(gold, days=("2024-02-23",), hour="02:00:00+00")  # 23:00 of the eve in São Paulo
    assert one(gold)["point_in_time"] == pytest.approx(4 / 5)
    add(gold, days=("2024-02-22",), vintage=2)
    assert one(gold)["point_in_time"] == pytest.approx(4 / 6)


def test_a_forward_series_may_be_known_before_its_period_ends(gold):
    add(gold, days=("2024-12-31",), hour="03:00:00+00", forward=True)
    gold.execute("update gold.observations set available_at = '2024-01-01 03:00:00+00'")
    assert one(gold, daily(frequency="annual", since=date(2024, 1, 1), max_age_bd=520))["point_in_time"] == 1.0


def test_quotes_are_scored_by_family(gold):
    gold.execute("insert into gold.instruments values ('di1f25', 'di1'), ('di1f26', 'di1')")
    gold.execute("""
        insert into gold.quotes
        select unnest(['di1f25', 'di1f26']), 'settlement', day, (day + 1)::timestamp + interval 90 minute, 1, 90000
        from (select unnest([date '2024-02-27', date '2024-02-28', date '2024-02-29']) as day)
    """)
    found = one(gold, daily("di1", "b3", kind="quotes", market="b3", since=date(2024, 2, 26)))
    assert (found["status"], found["completeness"], found["age_bd"]) == ("OK", 0.75, 1)


def test_the_score_of_a_source_is_the_mean_of_its_items_and_sources_count_alike(gold):
    add(gold)
    items = score(gold, [daily(since=date(2024, 2, 26)), daily("gone"), daily("other", "fred")], [], NOW)
    assert by_source(items).select("source", "items", "score").rows() == [("bcb_sgs", 2, pytest.approx(50.0)), ("fred", 1, 0.0)]


def test_weights_sum_to_one():
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)


# --- what is promised -----------------------------------------------------------------------------------------------------------


def test_the_sandbox_promises_its_catalogue_and_five_families_from_the_start_of_the_lake(tmp_path):
    settings = Settings(lake=str(tmp_path), start=date(2018, 1, 1))
    found = {one.item: one for one in promises(settings, open_lake(settings), date(2026, 11, 20))}
    assert found["br_ipca_mom"].since == date(2018, 1, 1)
    assert found["us_ust_4m"].since == date(2022, 10, 19)  # no four-month bill before
    assert {one.item for one in found.values() if one.kind == "quotes"} == {"di1", "dap", "ddi", "frc", "dol"}
    assert "br_embi" not in found


def test_what_a_source_keeps_for_five_sessions_is_promised_from_the_first_it_could_still_give(tmp_path):
    settings = Settings(lake=str(tmp_path), world="live", start=date(2018, 1, 1))
    lake = open_lake(settings)

    def since() -> dict[str, date]:
        found = {one.item: one.since for one in promises(settings, lake, date(2026, 11, 20))}
        return {name: found[name] for name in ("br_ettj_pre_252bd", "br_vna_ntnb", "ltn", "br_imab")}

    assert since() == dict.fromkeys(("br_ettj_pre_252bd", "br_vna_ntnb", "ltn"), date(2018, 1, 1)) | {"br_imab": date(2018, 1, 1)}
    at = datetime(2026, 2, 6, 11, 45, tzinfo=UTC)
    log = PollLog(lake, "anbima", at)
    log.append(Poll("0" * 16, "anbima", "ms260205", "", "GET", None, 200, "", {}, at, "f" * 64, 9, "ok"))
    log.flush()
    kept = date(2026, 2, 2)                     # the Monday of the week in which the source first answered
    assert since() == {"br_ettj_pre_252bd": kept, "br_vna_ntnb": kept, "ltn": kept, "br_imab": date(2018, 1, 1)}


def test_a_daily_series_is_expected_on_the_days_of_where_it_is_made(tmp_path):
    settings = Settings(lake=str(tmp_path), start=date(2018, 1, 1))
    found = {one.item: one.market for one in promises(settings, open_lake(settings), date(2026, 11, 20))}
    made = {"usdbrl_ptax": "br", "usdbrl_fred": "us_sifma", "us_ust_10y": "us_sifma", "brent_spot": "us_nyse", "br_inflation_target": "br"}
    assert {item: found[item] for item in made} == made
    assert market_of({"country": "br", "release_lag": "D 16:00 CET (fixing 14:15 CET)"}) == "us_nyse"


def test_nothing_is_promised_before_its_first_period_can_be_out(tmp_path):
    settings = Settings(lake=str(tmp_path), start=date(2024, 1, 1))
    names = {one.item for one in promises(settings, open_lake(settings), date(2024, 1, 31))}
    assert "usdbrl_ptax" in names
    assert "br_ipca_mom" not in names


def test_a_files_lake_without_a_map_promises_nothing(tmp_path):
    settings = Settings(lake=str(tmp_path), world="files")
    assert promises(settings, open_lake(settings), date(2023, 12, 29)) == ()


def test_an_empty_lake_has_no_items(gold):
    assert by_source(score(gold, [], [], NOW)).height == 0
    assert isinstance(score(gold, [], [], NOW), pl.DataFrame)
