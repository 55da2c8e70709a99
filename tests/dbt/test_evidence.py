"""What our own polls prove: a date that an answer lacked was not out when it was fetched, whatever rule or source say of it."""

from datetime import date

import pytest

from tests.dbt.lake import at, observation
from tests.dbt.silver import Silver

# IPCA of February 2024 is due on 12 March at 09:00 in São Paulo, 12:00 UTC
EVE, DUE = "2024-03-11T11:45:00+00:00", at("2024-03-12T12:00:00+00:00")
MORNING, NEXT, AFTER, LATER = (f"2024-03-{day}T11:45:00+00:00" for day in (12, 13, 14, 15))


@pytest.fixture(scope="module")
def silver():
    return Silver()


def asked(fetched_at: str, subject: str = "433", first: str = "2000-01-01", last: str = "2029-12-31", **more):
    """A poll of SGS that was answered."""
    row = {"source": "bcb_sgs", "request": f"{subject} {first}", "subject": subject, "first_date": first, "last_date": last}
    return row | {"fetched_at": fetched_at, "proves": True, "is_answered": True} | more


def ipca(fetched_at: str, value: float = 0.83):
    return observation("433", "2024-02-01", value, fetched_at)


def known(silver, rows, polls, **how):
    """(available_at, value, availability) of each vintage."""
    return [(row[3], row[5], row[6]) for row in silver.vintages(rows, asked=polls, **how)]


def test_a_print_that_is_late_was_known_when_it_was_seen_and_not_when_it_was_due(silver):
    polls = [asked(MORNING), asked(NEXT), asked(AFTER)]
    assert known(silver, [ipca(AFTER)], polls) == [(at(AFTER), 0.0083, "observed")]


def test_a_print_that_came_in_time_was_known_by_the_rule_though_we_saw_it_later(silver):
    polls = [asked(EVE), asked(MORNING), asked(NEXT)]
    assert known(silver, [ipca(NEXT)], polls) == [(DUE, 0.0083, "assumed")]


def test_a_poll_at_the_very_instant_of_the_rule_proves_that_it_was_late(silver):
    polls = [asked(DUE.isoformat()), asked(NEXT)]
    assert known(silver, [ipca(NEXT)], polls) == [(at(NEXT), 0.0083, "observed")]


def test_the_first_poll_of_all_dates_history_by_the_rule(silver):
    assert known(silver, [ipca(LATER)], [asked(LATER)]) == [(DUE, 0.0083, "assumed")]


def test_polls_of_another_window_or_of_another_series_prove_nothing(silver):
    polls = [asked(NEXT, last="2023-12-31"), asked(NEXT, first="2024-03-01"), asked(NEXT, "13522"), asked(LATER)]
    assert known(silver, [ipca(LATER)], polls) == [(DUE, 0.0083, "assumed")]


def test_a_window_opened_further_back_later_does_not_date_history_to_the_day_it_was_fetched(silver):
    polls = [asked(NEXT, first="2024-03-01"), asked(LATER, first="2000-01-01")]
    assert known(silver, [ipca(LATER)], polls) == [(DUE, 0.0083, "assumed")]


def test_a_poll_without_answer_proves_nothing(silver):
    polls = [asked(NEXT, is_answered=False), asked(LATER)]
    assert known(silver, [ipca(LATER)], polls) == [(DUE, 0.0083, "assumed")]


def test_a_round_with_a_page_missing_proves_nothing_until_the_page_has_come(silver):
    page = {"proves": False, "request": "page 2"}
    polls = [asked(NEXT), asked(NEXT, is_answered=False, poll_id="2a", **page), asked(LATER)]
    assert known(silver, [ipca(LATER)], polls) == [(DUE, 0.0083, "assumed")]
    polls.append(asked(NEXT, poll_id="2b", **page))                     # the same page, tried again in the same run
    assert known(silver, [ipca(LATER)], polls) == [(at(LATER), 0.0083, "observed")]


def test_the_last_poll_that_lacked_it_counts_and_not_one_before(silver):
    polls = [asked(MORNING), asked(NEXT, is_answered=False), asked(AFTER, is_answered=False), asked(LATER)]
    assert known(silver, [ipca(LATER)], polls) == [(DUE, 0.0083, "assumed")]
    assert known(silver, [ipca(LATER)], [*polls, asked(NEXT)]) == [(at(LATER), 0.0083, "observed")]


def test_what_a_source_says_of_itself_yields_to_a_poll_that_lacked_it(silver):
    said, seen = "2024-03-12T16:10:00+00:00", "2024-03-12T17:00:00+00:00"
    row = observation("1", "2024-03-12", 4.97, seen, published_at=said, availability="published")
    assert known(silver, [row], [asked(MORNING, "1"), asked(seen, "1")]) == [(at(said), 4.97, "published")]
    polls = [asked(MORNING, "1"), asked("2024-03-12T16:30:00+00:00", "1"), asked(seen, "1")]
    assert known(silver, [row], polls) == [(at(seen), 4.97, "observed")]


def test_a_vintage_that_is_told_again_keeps_the_time_it_was_first_told(silver):
    row = {"source": "fred", "vintage_date": "2024-03-12"}
    cpi = [observation("CPIAUCNS", "2024-02-01", 310.3, seen, **row) for seen in (NEXT, AFTER)]
    polls = [asked(seen, "CPIAUCNS", source="fred") for seen in (MORNING, NEXT, AFTER)]
    assert known(silver, cpi, polls) == [(at("2024-03-12T12:30:00+00:00"), 310.3, "published")]


def test_a_vintage_later_on_its_day_than_its_rule_was_known_when_it_was_seen(silver):
    seen = ["2024-03-12T12:00:00+00:00", "2024-03-12T13:00:00+00:00", NEXT]               # due at 08:30 in New York, 12:30 UTC
    cpi = observation("CPIAUCNS", "2024-02-01", 310.3, NEXT, source="fred", vintage_date="2024-03-12")
    polls = [asked(at_, "CPIAUCNS", source="fred") for at_ in seen]
    assert known(silver, [cpi], polls) == [(at(NEXT), 310.3, "observed")]


def test_a_print_that_was_corrected_before_anybody_saw_it_never_stood(silver):
    said = [("2024-03-11T12:00:00+00:00", 5.0), ("2024-03-13T12:00:00+00:00", 5.1)]
    rows = [observation("1", "2024-03-11", value, AFTER, published_at=stamp, availability="published") for stamp, value in said]
    assert known(silver, rows, [asked(MORNING, "1"), asked(AFTER, "1")]) == [(at("2024-03-13T12:00:00+00:00"), 5.1, "published")]


def test_a_revision_stays_known_when_it_was_seen(silver):
    polls = [asked(NEXT), asked(AFTER), asked(LATER)]
    rows = [ipca(AFTER), ipca(LATER, 0.84)]
    assert known(silver, rows, polls) == [(at(AFTER), 0.0083, "observed"), (at(LATER), 0.0084, "observed")]


def test_a_rate_published_ahead_of_its_day_still_counts_from_its_day_on(silver):
    row = observation("432", "2024-03-20", 10.75, AFTER)
    polls = [asked(seen, "432") for seen in (NEXT, AFTER)]
    assert known(silver, [row], polls) == [(at("2024-03-20T03:00:00+00:00"), 0.1075, "scheduled")]


def test_a_row_of_a_mapped_file_keeps_the_time_that_the_map_gives_it(silver):
    row = observation("br_ipca_mom", "2024-02-29", 0.0083, LATER, source="files", published_at=DUE.isoformat(), availability="scheduled")
    polls = [asked(seen, "bcb/ipca.csv", source="files") for seen in (NEXT, LATER)]
    assert known(silver, [row], polls, world="files") == [(DUE, 0.0083, "scheduled")]


def test_a_settlement_file_that_was_overdue_was_known_when_it_came(silver):
    row = {"source": "b3", "source_key": "BVBG.187", "source_date": "2024-03-12", "symbol": "DI1F27", "field": "settlement",
           "value": 78000.0, "published_at": "2024-03-13T01:35:00+00:00", "availability": "published", "fetched_at": AFTER}
    file = {"source": "b3", "first": "0001-01-01", "last": "9999-12-31"}

    def times(*seen: str):
        silver.build(quotes=[row], asked=[asked(one, "SPRD240312", **file) for one in (*seen, AFTER)])
        return silver.connection.sql("select available_at, availability from int_quote_vintages").fetchall()

    assert times("2024-03-12T11:45:00+00:00") == [(at("2024-03-13T01:35:00+00:00"), "published")]
    assert times("2024-03-12T11:45:00+00:00", NEXT) == [(at(AFTER), "observed")]


def test_a_statement_that_the_list_lacked_was_known_when_it_was_seen(silver):
    row = {"source": "copom", "source_key": "copom_stmt", "source_date": "2024-03-20", "document_id": "copom_stmt_261", "text": "…",
           "published_at": "2024-03-20T21:30:00+00:00", "availability": "scheduled", "fetched_at": "2024-03-21T11:45:00+00:00"}

    def times(*seen: str):
        polls = [asked(one, "comunicados", source="copom") for one in (*seen, row["fetched_at"])]
        silver.build(documents=[row], asked=polls)
        return silver.connection.sql("select available_at, availability from int_document_vintages").fetchall()

    assert times("2024-03-20T11:45:00+00:00") == [(at("2024-03-20T21:30:00+00:00"), "scheduled")]
    assert times("2024-03-20T22:00:00+00:00") == [(at(row["fetched_at"]), "observed")]


def test_of_a_period_first_dated_by_its_first_day_the_reference_date_is_its_last(silver):
    built = silver.vintages([ipca(AFTER)], asked=[asked(NEXT), asked(AFTER)])
    assert [row[1] for row in built] == [date(2024, 2, 29)]
