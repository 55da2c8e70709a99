"""What a decision sees, how old it is, and whether it is new."""

from datetime import datetime, timedelta

import pytest

from models_py.kernel.errors import UnknownSeries

ROWS = [
    ("m", "2023-11-30", "2023-12-12T12:00:00+00:00", 1.0),
    ("m", "2023-12-31", "2024-01-11T12:00:00+00:00", 2.0),       # a Thursday, 09:00 in São Paulo
    ("m", "2023-11-30", "2024-01-16T12:00:00+00:00", 1.7),       # a late revision of the month before
    ("m", "2023-12-31", "2024-01-18T12:00:00+00:00", 2.2),       # a revision of the newest
    ("m", "2023-12-31", "2024-01-23T12:00:00+00:00", None),      # withdrawn
]


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T08:45:00-03:00")


def column(release, days: list[str], name: str = "m") -> list[object]:
    return release.panel(["m"], [at(day) for day in days])[name].to_list()


def test_a_print_of_nine_is_not_seen_at_a_quarter_to_nine_of_its_day(publish):
    assert column(publish(ROWS), ["2024-01-11", "2024-01-12"]) == [1.0, 2.0]


def test_what_came_out_inside_the_pause_waits_for_the_next_decision(publish):
    rows = [("m", "2023-12-31", "2024-01-10T08:41:00-03:00", 5.0)]
    assert column(publish(rows), ["2024-01-10", "2024-01-11"]) == [None, 5.0]
    assert column(publish([("m", "2023-12-31", "2024-01-10T08:40:00-03:00", 5.0)]), ["2024-01-10"]) == [5.0]


def test_a_late_revision_of_an_old_month_changes_nothing(publish):
    assert column(publish(ROWS), ["2024-01-16", "2024-01-17"]) == [2.0, 2.0]


def test_a_withdrawal_falls_back_to_the_month_before_as_revised(publish):
    assert column(publish(ROWS), ["2024-01-23", "2024-01-24"]) == [2.2, 1.7]


def test_only_a_later_reference_date_is_a_new_reading(publish):
    days = ["2024-01-11", "2024-01-12", "2024-01-15", "2024-01-19", "2024-01-24"]
    assert column(publish(ROWS), days, "m__new") == [True, True, False, False, False]


def test_age_counts_business_days_from_the_first_print_whatever_the_revisions(publish):
    assert column(publish(ROWS), ["2024-01-12", "2024-01-19", "2024-01-22"], "m__age") == [1, 6, 7]


def test_nothing_known_is_null_with_no_age_and_not_new(publish):
    panel = publish(ROWS).panel(["m", "never_there"], [at("2023-12-11"), at("2024-01-12")])
    assert panel["m"].to_list() == [None, 2.0]
    assert panel["m__age"].to_list() == [None, 1]
    assert panel.select("never_there", "never_there__age", "never_there__new").rows() == [(None, None, False)] * 2


def test_an_id_outside_the_catalogue_is_refused(publish):
    with pytest.raises(UnknownSeries, match="typo_id"):
        publish(ROWS).panel(["typo_id"], [at("2024-01-12")])


def test_a_panel_is_the_same_alone_and_among_later_decisions(publish):
    release = publish(ROWS)
    days = [at("2024-01-02") + timedelta(days=n) for n in range(25)]
    whole = release.panel(["m"], days)
    for last in (1, 10, 20):
        assert release.panel(["m"], days[:last]).equals(whole.head(last))
