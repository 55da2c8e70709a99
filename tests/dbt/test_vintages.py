"""From bronze rows to vintages: names, scales and dates by the catalogue, knowledge times by source, rule and fetch."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dbt.lake import at, observation
from tests.dbt.silver import Silver

FIRST, SECOND, THIRD = "2026-11-20T11:40:00+00:00", "2026-11-21T11:40:00+00:00", "2026-11-23T11:40:00+00:00"


@pytest.fixture(scope="module")
def silver():
    return Silver()


def read(silver, *rows, **how):
    """(reference_date, available_at, value, availability) of one series."""
    return [(row[1], row[3], row[5], row[6]) for row in silver.vintages(rows, **how)]


def cpi(vintage: str, value: float | None, fetched_at: str = FIRST, **more):
    return observation("CPIAUCSL", "2026-09-01", value, fetched_at, source="fred", vintage_date=vintage, **more)


# --- names, scales, dates -------------------------------------------------------------------------------------------------------


def test_a_percentage_becomes_the_nearest_decimal_and_the_month_its_last_day(silver):
    ((series, reference, target, *_, value, _),) = silver.vintages([observation("433", "2024-02-01", 0.83, FIRST)])
    assert (series, reference, target, value) == ("br_ipca_mom", date(2024, 2, 29), None, 0.0083)


@pytest.mark.parametrize(
    ("key", "source_date", "reference"),
    [
        ("433", "2023-12-01", date(2023, 12, 31)),
        ("7478", "2024-02-01", date(2024, 2, 15)),  # IPCA-15
        ("189", "2024-02-01", date(2024, 2, 20)),  # IGP-M
        ("22109", "2024-04-01", date(2024, 6, 30)),  # quarters are dated by their first day
        ("13521", "2024-01-01", date(2024, 12, 31)),
        ("1", "2024-02-14", date(2024, 2, 14)),
    ],
)
def test_a_reference_date_is_the_last_day_of_the_period_described(silver, key, source_date, reference):
    assert [row[0] for row in read(silver, observation(key, source_date, 1.0, FIRST))] == [reference]


def test_a_code_outside_the_catalogue_and_a_row_refused_by_the_import_are_left_out(silver):
    assert read(silver, observation("99999", "2024-01-01", 1.0, FIRST)) == []
    assert read(silver, observation("433", "2024-01-01", 1.0, FIRST, availability="dropped:bad_tick")) == []


# --- knowledge times ------------------------------------------------------------------------------------------------------------


def test_the_first_vintage_of_a_source_without_timestamps_is_known_by_its_rule(silver):
    # CDI of Friday 2024-02-09 is out at 08:00 of the next business day, Wednesday after Carnival
    assert read(silver, observation("4389", "2024-02-09", 11.15, FIRST)) == [
        (date(2024, 2, 9), at("2024-02-14T08:00:00-03:00"), 0.1115, "scheduled")
    ]


def test_a_survey_is_known_on_the_next_monday_and_not_on_its_day(silver):
    row = observation("IPCA|S|0|Mediana", "2018-01-03", 3.96, FIRST, source="bcb_focus")
    assert read(silver, row) == [(date(2018, 1, 3), at("2018-01-08T08:30:00-02:00"), 0.0396, "scheduled")]


def test_a_revision_is_known_when_it_was_fetched(silver):
    rows = [observation("433", "2024-01-01", value, fetched) for value, fetched in ((0.42, FIRST), (0.42, SECOND), (0.43, THIRD))]
    assert read(silver, *rows) == [
        (date(2024, 1, 31), at("2024-02-14T09:00:00-03:00"), 0.0042, "assumed"),  # the 12th is Carnival Monday
        (date(2024, 1, 31), at(THIRD), 0.0043, "observed"),
    ]


def test_a_row_in_our_hands_before_its_rule_was_known_when_it_was_fetched(silver):
    row = observation("433", "2024-01-01", 0.42, "2024-02-08T15:00:00+00:00")
    assert read(silver, row) == [(date(2024, 1, 31), at("2024-02-08T15:00:00+00:00"), 0.0042, "observed")]


def test_a_revisable_series_without_vintages_is_known_at_the_next_release(silver):
    # IBC-Br of October 2021 is out on 2021-12-16; what is served today may be its revision, so it counts from the release after
    row = observation("24364", "2021-10-01", 138.2, FIRST)
    assert read(silver, row) == [(date(2021, 10, 31), at("2022-01-17T09:00:00-03:00"), 138.2, "assumed")]


def test_a_revisable_series_seen_before_the_next_release_was_known_when_it_was_seen(silver):
    row = observation("24364", "2026-09-01", 141.0, FIRST)
    assert read(silver, row) == [(date(2026, 9, 30), at(FIRST), 141.0, "observed")]


def test_a_date_of_publication_is_read_at_the_hour_of_the_rule(silver):
    found = read(silver, cpi("2026-10-14", 325.1), cpi("2026-11-12", 325.4))
    assert found == [
        (date(2026, 9, 30), at("2026-10-14T08:30:00-04:00"), 325.1, "published"),
        (date(2026, 9, 30), at("2026-11-12T08:30:00-05:00"), 325.4, "published"),
    ]


def test_an_instant_of_the_source_itself_is_taken_as_it_is(silver):
    row = observation("1", "2024-01-11", 4.8800, FIRST, published_at="2024-01-11T17:03:00-03:00")
    assert read(silver, row) == [(date(2024, 1, 11), at("2024-01-11T20:03:00+00:00"), 4.88, "published")]


def test_recession_months_are_never_known_in_time_however_often_they_are_told():
    rows = [
        observation("USREC", "2020-03-01", 0.0, FIRST, source="fred", vintage_date="2020-04-08"),
        observation("USREC", "2020-03-01", 1.0, FIRST, source="fred", vintage_date="2020-06-08"),
        observation("USREC", "2020-04-01", 0.0, FIRST, source="fred"),
        observation("USREC", "2020-04-01", 1.0, SECOND, source="fred"),
    ]
    found = {row[1]: row[3:] for row in Silver().vintages(rows, world="live")}
    assert found == {month: (datetime(9999, 12, 31, tzinfo=UTC), 1, 1.0, "assumed") for month in (date(2020, 3, 31), date(2020, 4, 30))}


def test_a_release_date_of_the_calendar_beats_the_lag_in_the_live_world_alone(silver):
    row = observation("433", "2021-10-01", 1.25, FIRST)
    assert read(silver, row, world="live") == [(date(2021, 10, 31), at("2021-11-10T09:00:00-03:00"), 0.0125, "scheduled")]
    assert read(silver, row) == [(date(2021, 10, 31), at("2021-11-12T09:00:00-03:00"), 0.0125, "assumed")]


# --- what is a vintage ----------------------------------------------------------------------------------------------------------


def test_a_value_that_comes_back_makes_three_vintages(silver):
    found = silver.vintages([cpi("2026-10-14", 1.0), cpi("2026-10-20", 2.0), cpi("2026-11-12", 1.0)])
    assert [(row[4], row[5]) for row in found] == [(1, 1.0), (2, 2.0), (3, 1.0)]


def test_a_value_that_is_said_again_makes_none(silver):
    found = silver.vintages(
        [cpi("2026-10-14", 1.0), cpi("2026-10-20", 1.0), cpi("2026-10-14", 1.0, SECOND), cpi("2026-10-20", 1.0, SECOND)]
    )
    assert [(row[4], row[5]) for row in found] == [(1, 1.0)]


def test_a_blank_that_was_a_value_withdraws_it_and_one_that_never_was_is_no_row(silver):
    assert [row[2] for row in read(silver, cpi("2026-10-14", 1.0), cpi("2026-10-20", None))] == [1.0, None]
    assert read(silver, cpi("2026-10-14", None)) == []


def test_a_value_seen_as_blank_before_is_known_when_it_was_fetched_and_not_by_the_rule(silver):
    rows = [observation("433", "2024-01-01", None, FIRST), observation("433", "2024-01-01", 0.42, SECOND)]
    assert read(silver, *rows) == [(date(2024, 1, 31), at(SECOND), 0.0042, "observed")]


def test_of_two_values_with_one_timestamp_the_later_held_takes_the_time_it_was_held(silver):
    found = read(silver, cpi("2026-10-14", 1.0), cpi("2026-10-14", 2.0, SECOND))
    assert found == [
        (date(2026, 9, 30), at("2026-10-14T12:30:00+00:00"), 1.0, "published"),
        (date(2026, 9, 30), at(SECOND), 2.0, "observed"),
    ]


def test_two_values_with_one_timestamp_are_reported(silver):
    silver.build([cpi("2026-10-14", 1.0), cpi("2026-10-14", 2.0, SECOND), cpi("2026-11-12", 3.0), cpi("2026-11-12", 3.0, SECOND)])
    found = silver.connection.sql("select series_id, learned_at, lowest, highest from int_observation_contests").fetchall()
    assert found == [("us_cpi_sa", at("2026-10-14T12:30:00+00:00"), 1.0, 2.0)]


def test_a_past_print_told_anew_does_not_replace_a_newer_one(silver):
    # the payload that tells October's print anew also holds November's revision: that one still stands
    found = read(silver, cpi("2026-10-14", 1.0), cpi("2026-11-12", 3.0), cpi("2026-10-14", 2.0, SECOND), cpi("2026-11-12", 3.0, SECOND))
    assert [row[2] for row in found] == [1.0, 3.0]


def test_of_two_values_in_one_payload_the_last_one_stands(silver):
    rows = [observation("433", "2024-01-01", value, FIRST, position=position) for position, value in enumerate((0.42, 0.44))]
    assert [row[2] for row in read(silver, *rows)] == [0.0044]


def test_the_digest_of_the_payload_that_first_said_it_is_kept(silver):
    rows = [
        observation("433", "2024-01-01", 0.42, fetched, raw_sha256=digest) for fetched, digest in ((SECOND, "b" * 64), (FIRST, "a" * 64))
    ]
    silver.build(rows)
    assert silver.connection.sql("select raw_sha256, held_at from int_observation_vintages").fetchall() == [("a" * 64, at(FIRST))]


# --- dates ahead ----------------------------------------------------------------------------------------------------------------


def test_a_policy_rate_published_ahead_counts_from_the_day_it_takes_effect(silver):
    row = observation("432", "2026-12-09", 15.0, FIRST)
    assert read(silver, row) == [(date(2026, 12, 9), at("2026-12-09T00:00:00-03:00"), 0.15, "scheduled")]


def test_how_a_policy_rate_is_known_does_not_depend_on_when_the_lake_began(silver):
    """Seen ahead, seen ahead twice, or first seen a year later: the payload and the rule say when it counts, and how that is known."""
    last = observation("432", "2026-12-09", 14.75, SECOND)
    ahead, changed = observation("432", "2026-12-09", 14.75, FIRST), observation("432", "2026-12-09", 15.0, FIRST)
    after = observation("432", "2026-12-09", 14.75, "2027-12-01T12:00:00+00:00")
    told = [read(silver, *rows) for rows in ((last,), (ahead, last), (changed, last), (after,))]
    assert told == [[(date(2026, 12, 9), at("2026-12-09T00:00:00-03:00"), 0.1475, "scheduled")]] * 4


def test_of_what_was_published_ahead_and_changed_before_its_day_the_last_word_stands(silver):
    rows = [observation("432", "2026-12-09", value, fetched) for value, fetched in ((15.0, FIRST), (14.75, SECOND))]
    assert read(silver, *rows) == [(date(2026, 12, 9), at("2026-12-09T00:00:00-03:00"), 0.1475, "scheduled")]


def test_an_inflation_target_counts_from_the_first_day_of_its_year(silver):
    assert read(silver, observation("13521", "2025-01-01", 3.0, FIRST)) == [
        (date(2025, 12, 31), at("2025-01-01T00:00:00-03:00"), 0.03, "assumed")
    ]


def test_a_row_whose_period_has_not_begun_when_it_was_fetched_is_dropped_unless_the_series_is_forward(silver):
    assert read(silver, observation("433", "2026-12-01", 0.3, FIRST)) == []
    assert len(read(silver, observation("433", "2026-11-01", 0.3, FIRST))) == 1
    assert len(read(silver, observation("13521", "2028-01-01", 3.0, FIRST))) == 1


@pytest.mark.parametrize(
    ("key", "source_date", "floor"),
    [
        ("7478", "2024-02-01", "2024-01-16T00:00:00-03:00"),  # IPCA-15: from the 16th of the month before
        ("189", "2024-02-01", "2024-01-21T00:00:00-03:00"),
        ("433", "2024-02-01", "2024-02-01T00:00:00-03:00"),
    ],
)
def test_nothing_counts_as_known_before_the_first_day_of_its_period(silver, key, source_date, floor):
    early = observation(key, source_date, 0.4, FIRST, published_at="2023-06-30T12:00:00+00:00")
    assert [row[1] for row in read(silver, early)] == [at(floor)]


# --- the files world ------------------------------------------------------------------------------------------------------------


def mapped(series: str, source_date: str, value: float, published_at: str, availability: str = "scheduled", **more):
    return observation(series, source_date, value, SECOND, source="files", published_at=published_at, availability=availability, **more)


def test_a_mapped_file_comes_named_scaled_and_dated(silver):
    row = mapped("br_ipca_mom", "2021-10-31", 0.0125, "2021-11-10T12:00:00+00:00", "observed")
    assert read(silver, row, world="files") == [(date(2021, 10, 31), at("2021-11-10T12:00:00+00:00"), 0.0125, "observed")]


def test_rows_of_a_mapped_file_that_are_not_public_at_the_clock_are_left_out_and_come_with_it(silver):
    rows = [mapped("usdbrl_ptax", day, 4.9, f"{day}T16:30:00+00:00") for day in ("2023-12-28", "2023-12-29")]
    assert [row[0] for row in read(silver, *rows, world="files", now="2023-12-29T11:45:00+00:00")] == [date(2023, 12, 28)]
    assert len(read(silver, *rows, world="files", now="2024-01-02T11:45:00+00:00")) == 2


def test_a_mapped_row_keeps_its_knowledge_time_when_the_clock_stood_before_it(silver):
    row = mapped("usdbrl_ptax", "2026-11-22", 5.3, "2026-11-22T16:30:00+00:00")  # fetched on the 21st, in a file of the future
    assert read(silver, row, world="files", now="2026-11-30T12:00:00+00:00") == [
        (date(2026, 11, 22), at("2026-11-22T16:30:00+00:00"), 5.3, "scheduled")
    ]


def test_labels_that_are_never_known_stay_in_a_release_of_any_clock(silver):
    row = mapped("us_recession_nber", "2020-03-31", 1.0, "9999-12-31T00:00:00+00:00", "assumed")
    found = read(silver, row, world="files", now="2023-12-29T11:45:00+00:00")
    assert found == [(date(2020, 3, 31), datetime(9999, 12, 31, tzinfo=UTC), 1.0, "assumed")]


def test_texts_come_with_the_clock_and_calendar_entries_are_there_for_the_years_ahead(silver):
    def document(name, text, published_at):
        return {
            "source": "files", "source_key": name.rsplit("_", 1)[0], "source_date": published_at[:10], "document_id": name, "text": text,
            "fetched_at": SECOND, "published_at": published_at, "availability": "scheduled",
        }  # fmt: skip

    given = [
        document("copom_min_230", "Ata", "2020-05-12T11:00:00+00:00"),
        document("copom_min_260", "Ata", "2024-02-06T11:00:00+00:00"),
        document("br_anbima_2099-12-25", '{"date": "2099-12-25"}', "2099-01-01T03:00:00+00:00"),
    ]
    built = silver.build(documents=given, world="files", now="2023-12-29T11:45:00+00:00")
    found = built.sql("select document_id from stg_documents order by 1").fetchall()
    assert [name for (name,) in found] == ["br_anbima_2099-12-25", "copom_min_230"]


# --- against brute force --------------------------------------------------------------------------------------------------------

POLLS = [datetime(2024, 2, day, 15, tzinfo=UTC) for day in (7, 9, 12, 15, 19, 20)]  # the rule says 2024-02-14 12:00 UTC
RULE = datetime(2024, 2, 14, 12, tzinfo=UTC)
VALUES = st.sampled_from((None, 0.25, 0.5, 0.75))


def news(told):
    """(instant, value) less what repeats the one before, and less a blank at the start."""
    kept = [one for before, one in pairwise([(None, object()), *told]) if before[1] != one[1]]
    return kept[1:] if kept and kept[0][1] is None else kept


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(POLLS), VALUES))
def test_vintages_of_an_overwritten_series_are_what_each_poll_said_anew(polls):
    told = sorted(polls.items())
    rows = [observation("433", "2024-01-01", value, poll.isoformat()) for poll, value in told]
    expected = [(poll, value, "observed") for poll, value in news(told)]
    if expected and expected[0][0] == told[0][0]:
        first = min(RULE, told[0][0])
        expected[0] = (first, told[0][1], "observed" if first < RULE else "assumed")
    found = [(row[3], None if row[5] is None else round(row[5] * 100, 6), row[6]) for row in SHARED.vintages(rows)]
    assert found == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(POLLS), st.integers(0, 4), VALUES), unique_by=lambda one: one[:2]))
def test_vintages_of_a_stamped_series_are_the_stamps_as_they_were_first_told(payload_rows):
    stamps = [datetime(2024, 2, day, 13, 30, tzinfo=UTC) for day in (1, 2, 3, 4, 5)]
    rows = [
        observation("PAYEMS", "2024-01-01", value, poll.isoformat(), source="fred", vintage_date=stamps[stamp].date().isoformat())
        for poll, stamp, value in payload_rows
    ]
    told: dict[datetime, tuple[datetime, float | None]] = {}
    late: dict[datetime, tuple[datetime, float | None]] = {}
    for poll, stamp, value in sorted(payload_rows, key=lambda one: one[:2]):
        instant = stamps[stamp]
        if instant not in told:
            told[instant] = (poll, value)
        elif (late[instant] if instant in late else told[instant])[1] != value:
            late[instant] = (poll, value)
            newer = any(instant < other <= poll for other in (stamps[one[1]] for one in payload_rows))
            if not newer:
                told[poll] = (poll, value)
    expected = [(instant, value) for instant, value in news(sorted((instant, value) for instant, (_, value) in told.items()))]
    assert [(row[3], row[5]) for row in SHARED.vintages(rows)] == expected


EFFECTIVE = date(2024, 2, 14)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(POLLS), st.sampled_from((11.25, 11.0, 10.75)), min_size=1))
def test_a_rate_published_ahead_is_read_as_last_said_from_its_first_day_on(polls):
    floor = datetime(2024, 2, 14, 3, tzinfo=UTC)
    told = sorted(polls.items())
    found = SHARED.vintages([observation("432", EFFECTIVE.isoformat(), value, poll.isoformat()) for poll, value in told])
    for moment in (floor - timedelta(seconds=1), floor, *(poll for poll, _ in told), POLLS[-1] + timedelta(days=9)):
        known = [row[5] for row in found if row[3] <= moment]
        said = [value for poll, value in told if poll <= moment] or [told[0][1]]
        assert (round(known[-1] * 100, 6) if known else None) == (said[-1] if moment >= floor else None)


SHARED = Silver()
