"""What Home says of the market, over a release whose rows are written down here."""

from datetime import UTC, date, datetime

import pytest

from app.dashboard import home_market
from app.dashboard.home_market import moves, moves_shown

AT = datetime(2024, 1, 31, 12, tzinfo=UTC)
# 25 daily readings of the dollar that go up and down by a cent, then three cents up; known at 16:15 UTC of their day
DAYS = [date(2024, 1, day) for day in range(2, 27)]
ROWS = [("usdbrl_ptax", str(day), f"{day}T16:15:00+00:00", 5.0 + 0.01 * (number % 2)) for number, day in enumerate(DAYS)]
ROWS += [("usdbrl_ptax", "2024-01-30", "2024-01-30T16:15:00+00:00", 5.03), ("us_vix", "2024-01-02", "2024-01-03T14:00:00+00:00", 13.5)]


@pytest.fixture
def release(publish):
    made = publish(ROWS)
    about = {"title": "USDBRL, PTAX; sell", "unit": "BRL per USD", "max_age_bd": 3}
    made.catalogue.update(usdbrl_ptax=made.catalogue["usdbrl_ptax"] | about, us_vix=made.catalogue["us_vix"] | about | {"title": "VIX"})
    return made


def test_a_move_is_measured_against_the_moves_before_it(release):
    row = moves(release, AT).row(0, named=True)
    assert (row["series_id"], row["value"], row["reference_date"]) == ("usdbrl_ptax", 5.03, date(2024, 1, 30))
    assert row["change"] == pytest.approx(0.03)
    assert row["z"] == pytest.approx(2.936835)               # 24 changes of ±1 cent about 0: 3 · √(23/24)
    assert (row["age_bd"], row["status"]) == (1, "OK")


def test_a_reading_is_as_old_as_business_days_since_it_was_known_and_judged_by_its_own_promise(release):
    row = moves(release, AT).row(1, named=True)             # known on 3 January; 20 business days to the 31st, promised 3
    assert (row["series_id"], row["age_bd"], row["status"]) == ("us_vix", 20, "STALE")
    assert moves_shown(moves(release, AT))["age"].to_list() == ["1 bd", "20 bd, STALE"]


def test_a_weekend_does_not_age_a_reading(release):
    friday, monday = datetime(2024, 1, 5, 20, tzinfo=UTC), datetime(2024, 1, 8, 11, tzinfo=UTC)
    aged = [moves(release, at).row(1, named=True) for at in (friday, monday)]                # the VIX of Wednesday
    assert [(row["age_bd"], row["status"]) for row in aged] == [(2, "OK"), (3, "OK")]


def test_a_page_that_is_rewound_knows_nothing_later(release):
    row = moves(release, datetime(2024, 1, 4, 16, 14, tzinfo=UTC)).row(0, named=True)
    assert (row["reference_date"], row["value"]) == (date(2024, 1, 3), 5.01)


def test_a_block_is_named_once_and_a_title_is_cut_at_its_first_clause(release):
    shown = moves_shown(moves(release, AT))
    assert shown["series"].to_list() == ["USDBRL, PTAX", "VIX"]
    assert shown[""].to_list() == ["FX", "Risk"]
    assert shown["last"].to_list() == ["5.0300 R$/US$", "13.5000 R$/US$"]


def test_a_series_that_is_not_there_has_no_history(release):
    frame, last = home_market.history(release, AT, "nope")
    assert (len(frame), last) == (0, None)
