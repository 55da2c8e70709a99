"""Calendars against published counts, real session lists and their own algebra."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.kernel import seeds
from models_py.quant import holiday_rules
from models_py.quant.daycount import calendar, calendar_days, year_fraction_act360
from models_py.quant.errors import BadTerm, OutsideCalendar, UnknownMarket

DAYS = st.dates(date(2000, 1, 3), date(2098, 12, 31))


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("oracle", "start", "end", "expected"),
    [
        ("CAL01", "2025-02-03", "2027-01-04", 479),
        ("CAL02", "2024-11-14", "2024-11-22", 4),
        ("CAL03", "2023-11-14", "2023-11-22", 5),
        ("CAL04", "2024-12-20", "2025-01-02", 7),
        ("DI1F38 under the list of its day", "2023-02-02", "2038-01-04", 3745),
    ],
)
def test_business_days_are_those_published(oracle, start, end, expected):
    assert calendar("br").business_days(start, end) == expected


def test_the_law_of_december_2023_changes_counts_made_from_the_26th_on_only():
    br = calendar("br")
    before, after = br.business_days(days("2023-12-22", "2023-12-26"), "2026-01-02")
    assert before - after == 1 + 2          # the 22nd passed, and two 20-Novembers are no longer business days
    assert br.business_days("2023-12-22", "2026-01-02", as_of="2023-12-26") == before - 2


def test_a_count_is_made_with_the_list_known_when_told():
    br = calendar("br")
    assert br.business_days("2024-11-14", "2024-11-22", as_of="2023-06-01") == 5
    assert br.business_days("2024-11-14", "2024-11-22", as_of="2024-01-02") == 4


def test_counts_are_vectorised_and_signed():
    br = calendar("br")
    np.testing.assert_array_equal(br.business_days(days("2025-02-03", "2025-02-04"), days("2025-02-04", "2025-02-03")), [1, -1])
    assert br.business_days(days("2025-02-03"), days("2025-02-05", "2025-02-06", "2025-02-07")).tolist() == [2, 3, 4]


def test_ash_wednesday_christmas_eve_and_the_last_of_december_are_business_days_of_brazil():
    assert calendar("br").is_business_day(days("2025-03-05", "2024-12-24", "2024-12-31")).all()


def test_b3_has_no_session_on_christmas_eve_and_the_last_business_day_but_had_one_at_the_world_cup():
    sessions = calendar("b3")
    assert not sessions.is_business_day(days("2024-12-24", "2024-12-31", "2022-12-30", "2021-01-25", "2021-07-09")).any()
    assert sessions.is_business_day(days("2014-06-12", "2022-01-25", "2020-07-09", "2023-11-20")).all()


def test_following_keeps_a_business_day_and_moves_a_holiday_forward():
    assert calendar("br").following(days("2025-03-03", "2025-03-05")).astype(str).tolist() == ["2025-03-05", "2025-03-05"]


def test_shift_counts_business_days_either_way():
    assert calendar("br").shift("2025-02-28", 1).astype(str) == "2025-03-05"
    assert calendar("br").shift("2025-03-05", -1).astype(str) == "2025-02-28"


def test_hurricane_sandy_was_not_on_the_calendar_a_week_before():
    nyse = calendar("us_nyse")
    assert nyse.business_days("2012-10-26", "2012-10-31", as_of="2012-10-22") == 3
    assert nyse.business_days("2012-10-26", "2012-10-31", as_of="2012-10-29") == 1


def test_a_date_beyond_the_list_is_refused_with_its_value():
    with pytest.raises(OutsideCalendar, match="2100-01-04"):
        calendar("br").business_days("2025-01-02", "2100-01-04")


def test_a_missing_date_is_refused():
    with pytest.raises(BadTerm, match="NaT"):
        calendar("br").business_days(np.datetime64("NaT", "D"), "2025-01-02")


def test_an_unknown_market_is_refused():
    with pytest.raises(UnknownMarket, match="mars"):
        calendar("mars")


def test_actual_days_over_360():
    assert calendar_days("2025-02-03", "2025-04-01") == 57
    assert year_fraction_act360("2025-01-01", "2025-12-27") == 1.0


@given(a=DAYS, b=DAYS, c=DAYS)
def test_counts_add_up_on_one_list(a, b, c):
    br = calendar("br")
    assert br.business_days(a, b, a) + br.business_days(b, c, a) == br.business_days(a, c, a) or not (a <= b <= c)


@given(start=DAYS, n=st.integers(0, 200))
def test_shifting_forward_then_counting_gives_the_shift(start, n):
    br = calendar("br")
    start = br.following(start, as_of="2024-01-02")
    end = br.shift(start, n, as_of="2024-01-02") if start < np.datetime64("2097-01-01") else start
    assert br.business_days(start, end, as_of="2024-01-02") == (n if end > start else 0)


def test_the_seed_is_what_the_rules_generate():
    rows = seeds.read("holidays").rows()
    assert rows == [tuple(map(str, row)) for row in holiday_rules.holidays()]


@pytest.mark.recorded
def test_every_weekday_of_a_century_agrees_with_the_anbima_list(history):
    column = pl.read_csv(history / "calendars/anbima_holidays.csv", infer_schema=False)["holiday"]
    listed = {date.fromisoformat(day) for day in column}
    ours = {row.day for row in holiday_rules.holidays() if row.market == "br"}
    century = [day for day in listed | ours if 2000 <= day.year <= 2099 and day.weekday() < 5]
    assert len(century) > 850
    assert [day for day in century if (day in listed) != (day in ours)] == []


def _missing(history, name: str) -> set[str]:
    """Weekdays between the first and last session of a file that are no session in it."""
    sessions = pl.read_csv(history / "calendars" / f"sessions_{name}.csv.gz", infer_schema=False)["session"].str.to_date()
    weekdays = pl.date_range(sessions.min(), sessions.max(), eager=True)
    return set(weekdays.filter((weekdays.dt.weekday() <= 5) & ~weekdays.is_in(sessions.implode())).cast(str))


def _closed(market: str, first: str, last: str) -> set[str]:
    span = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    weekdays = span[np.is_busday(span)]
    return set(weekdays[~calendar(market).is_business_day(weekdays, as_of="2059-01-02")].astype(str))


# Good Fridays with an employment report: an early close with yields published, listed as a full close
JOBS_DAYS = {"2007-04-06", "2010-04-02", "2012-04-06", "2015-04-03"}


@pytest.mark.recorded
@pytest.mark.parametrize(
    ("market", "name", "known_differences"),
    [
        ("b3", "BVMF", {"2014-06-12"}),                                            # B3 traded; the index has a close
        ("us_nyse", "XNYS", set()),
        ("us_cme", "CMES", set()),
        # the file forgets the closes of Sandy and of two later Good Fridays
        ("us_sifma", "SIFMA_US", JOBS_DAYS | {"2012-10-30", "2025-04-18", "2027-03-26"}),
    ],
)
def test_sessions_agree_with_the_exchange_lists_but_for_known_errors(history, market, name, known_differences):
    assert _missing(history, name) ^ _closed(market, "2006-12-01", "2027-06-30") == known_differences


@pytest.mark.recorded
def test_the_treasury_published_yields_on_every_bond_market_day_and_on_no_other(history):
    yields = pl.read_csv(history / "us_rates/DGS10.csv.gz", infer_schema=False, new_columns=["day", "value"])
    published = set(yields.filter(pl.col("value").is_not_null() & (pl.col("day") >= "1996-01-01"))["day"])
    span = np.arange(np.datetime64("1996-01-01"), np.datetime64(max(published)) + 1)
    weekdays = set(span[np.is_busday(span)].astype(str))
    # 2018-12-05: federal offices were closed, the market was not
    assert weekdays - published ^ _closed("us_sifma", "1996-01-01", max(published)) == {"2018-12-05"}


@given(start=st.dates(date(2000, 1, 3), date(2049, 12, 31)), span=st.integers(0, 12_000))
def test_brazil_counts_as_another_library_does_with_the_list_of_today(start, span):
    quantlib = pytest.importorskip("QuantLib")
    end = min(date.fromordinal(start.toordinal() + span), date(2060, 12, 31))
    theirs = quantlib.Business252(quantlib.Brazil()).dayCount(
        quantlib.Date(start.day, start.month, start.year), quantlib.Date(end.day, end.month, end.year)
    )
    # that library takes 20 November as a holiday from 2024 on whatever the date of the count
    assert calendar("br").business_days(start, end, as_of="2024-01-02") == theirs


@pytest.mark.parametrize(
    ("market", "first", "known_differences"),
    [
        ("target", "1999-01-01", set()),
        ("us_nyse", "1998-01-01", set()),
    ],
)
def test_other_markets_are_open_when_another_library_says_so(market, first, known_differences):
    quantlib = pytest.importorskip("QuantLib")
    theirs = {"target": quantlib.TARGET, "us_nyse": lambda: quantlib.UnitedStates(quantlib.UnitedStates.NYSE)}[market]()
    span = np.arange(np.datetime64(first), np.datetime64("2040-01-01"))
    weekdays = span[np.is_busday(span)]
    ours = calendar(market).is_business_day(weekdays, as_of="2059-01-02")
    open_ = [theirs.isBusinessDay(quantlib.Date(day.day, day.month, day.year)) for day in weekdays.tolist()]
    assert set(weekdays[ours != np.array(open_)].astype(str)) == known_differences
