"""A settlement corrected on the next morning, a file that comes late, a rate that comes late: each is a new vintage downstream."""

from datetime import date, timedelta

import polars as pl
import pytest

from tests.dbt import markets, priced
from tests.dbt.lake import at

DAY, NEXT, LATE = markets.CORRECTED, markets.CORRECTED_ON, markets.LATE


@pytest.fixture(scope="module")
def gold():
    return priced.build(*markets.disturbed_world(), "sandbox", markets.FETCHED)


def rows(gold, table, day, **key):
    found = gold[table].filter(pl.col("reference_date") == day, *(pl.col(name) == value for name, value in key.items()))
    return found.sort("available_at").to_dicts()


def evening(day):
    return at(markets.stamp(day, 22, 36))


def morning(day):
    return at(markets.stamp(day, 10))


def test_a_correction_of_one_contract_is_a_second_vintage_of_the_whole_curve(gold):
    curve = rows(gold, "curves", DAY, curve_id="br_di1")
    by_vintage = {vintage: [row["tenor_bd"] for row in curve if row["vintage"] == vintage] for vintage in (1, 2)}
    assert by_vintage[1] == by_vintage[2]
    before, after = ([row["zero_rate"] for row in curve if row["vintage"] == vintage] for vintage in (1, 2))
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1
    assert {row["available_at"] for row in curve} == {evening(DAY), morning(NEXT)}
    assert len({row["vintage"] for row in rows(gold, "curves", DAY, curve_id="br_real")}) == 1


def test_the_corrected_day_has_two_vintages_of_factor_return_and_carry(gold):
    for table, key in (
        ("factors", {"series_id": "br_di1_504bd"}),
        ("factors", {"series_id": "br_bei_504bd"}),
        ("factors", {"series_id": "br_di1_carry_504bd"}),
        ("returns", {"instrument_id": "di1_504bd"}),
        ("returns", {"instrument_id": "bei_504bd"}),
    ):
        assert [row["available_at"] for row in rows(gold, table, DAY, **key)] == [evening(DAY), morning(NEXT)], key


def test_the_next_day_is_told_once_and_rests_on_the_corrected_curve(gold):
    (told,) = rows(gold, "returns", NEXT, instrument_id="di1_504bd")
    first, second = rows(gold, "returns", DAY, instrument_id="di1_504bd")
    assert told["available_at"] == evening(NEXT)
    # a price higher by about 100 on the day is gained on it and given back on the next
    assert second["pnl_per_unit"] - first["pnl_per_unit"] > 50


def test_a_tenor_that_the_correction_does_not_touch_is_not_told_again(gold):
    assert len(rows(gold, "factors", DAY, series_id="br_di1_21bd")) == 1
    assert len(rows(gold, "factors", DAY, series_id="br_di1_1260bd")) == 1


def test_only_the_corrected_contract_is_marked_again(gold):
    assert [row["available_at"] for row in rows(gold, "marks", DAY, instrument_id="di1f26")] == [evening(DAY), morning(NEXT)]
    assert len(rows(gold, "marks", DAY, instrument_id="di1f27")) == 1
    assert len(rows(gold, "marks", DAY, instrument_id="dolj24")) == 1


def test_a_late_file_first_leaves_a_step_of_two_days_and_then_two_of_one(gold):
    after = date(2024, 3, 8)
    first, second = rows(gold, "marks", after, instrument_id="di1f26")
    arrived = evening(LATE + timedelta(4))
    assert (first["available_at"], second["available_at"]) == (evening(after), arrived)
    assert first["accretion"] == pytest.approx(1.1115 ** (2 / 252), rel=1e-12)
    assert second["accretion"] == pytest.approx(1.1115 ** (1 / 252), rel=1e-12)
    long_step, short_step = rows(gold, "returns", after, instrument_id="usdbrl")
    (own,) = rows(gold, "returns", LATE, instrument_id="usdbrl")
    assert long_step["excess_return"] == pytest.approx(short_step["excess_return"] + own["excess_return"], abs=1e-12)
    assert own["available_at"] == arrived


def test_the_index_tells_the_late_day_and_moves_the_newest_one(gold):
    told = rows(gold, "factors", LATE, series_id="usdbrl_excess_index")
    assert [row["available_at"] for row in told] == [evening(LATE + timedelta(4))]


def test_a_late_cdi_is_first_the_last_one_and_then_a_second_vintage_of_the_mark(gold):
    first, *later = rows(gold, "marks", date(2024, 4, 11), instrument_id="di1f26")
    assert first["accretion"] == pytest.approx(1.1115 ** (1 / 252))
    assert later == []                                # the same rate again is no news
    (told,) = rows(gold, "factors", date(2024, 4, 10), series_id="br_cdi_spliced")
    assert told["available_at"] == at(markets.stamp(date(2024, 4, 12), 9))
