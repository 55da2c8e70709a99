"""When things are known: nothing before the period it describes ends, policy rates and targets excepted, and in local release hours."""

import numpy as np
import pytest

from pipelines.sandbox.world import SOURCES, schedule
from pipelines.sandbox.world.grid import BRT, ET, utc
from tests.sandbox.world.worlds import SEEDS, world

FORWARD = {("bcb_sgs", "432"), ("bcb_sgs", "13521"), ("bcb_sgs", "256")}
#                           day of the month that ends the period of the source's own month date
ENDS = {"7478": 15, "10764": 15, "189": 20, "7450": 20, "7453": 20, "7456": 20, "7447": 10, "7448": 0, "7449": 10}
SURVEYS = {"UMCSENT", "MICH", "4393", "4394", "4395", "7341", "7342", "7343", "1344"}


def period_end(frequency: str, key: str, dates: np.ndarray) -> np.ndarray:
    months = dates.astype("datetime64[M]")
    if key in ENDS:
        return months.astype("datetime64[D]") + (ENDS[key] - 1) + (np.timedelta64(0, "D"))
    ahead = {"M": 1, "Q": 3, "A": 12}.get(frequency)
    if ahead is None:
        return dates
    return (months + ahead).astype("datetime64[D]") - (8 if key in SURVEYS else 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_print_comes_before_the_end_of_its_period(seed):
    early = []
    for source in SOURCES:
        for key in world(seed).keys(source):
            found = world(seed).prints(source, key)
            end = period_end(found.meta["frequency"], key, found.source_date)
            zone = BRT if source in ("bcb_sgs", "bcb_focus") else ET
            if (source, key) not in FORWARD and (found.published_at < utc(end, 4.0, zone)).any():
                early.append((source, key))
    assert early == []


def test_a_first_print_stands_on_the_release_calendar_or_later():
    found = world().prints("bcb_sgs", "433").first()
    due = schedule.due("ipca", found.source_date.astype("datetime64[M]"))
    delay = (found.published_at - due).astype("timedelta64[m]").astype(int)
    assert (delay >= 10).all()
    assert (delay <= 180 + 72 * 60).all()
    assert 0.005 < (delay > 200).mean() < 0.08                      # three in a hundred are late


def test_the_seed_calendar_of_ipca_is_kept_where_it_exists():
    months = np.array(["2021-01", "2021-02"], "datetime64[M]")
    assert [str(at) for at in schedule.due("ipca", months)] == ["2021-02-09T12:00:00.000000", "2021-03-11T12:00:00.000000"]


def test_surveys_of_a_week_come_on_monday_morning():
    found = world().prints("bcb_focus", "IPCA|S|0")
    wait = (found.published_at.astype("datetime64[D]") - found.source_date).astype(int)
    assert wait.min() >= 3
    prompt = found.published_at[wait == 3]
    minute = (prompt - prompt.astype("datetime64[D]")).astype("timedelta64[m]").astype(int)
    assert np.isin(minute, (10 * 60 + 25, 11 * 60 + 25)).mean() > 0.95          # 08:25 in São Paulo, late now and then


def test_weekday_holidays_of_h15_are_rows_without_a_value():
    found = world().prints("fred", "DGS10").latest()
    place = int(np.searchsorted(found.source_date, np.datetime64("2019-07-04")))
    assert found.source_date[place] == np.datetime64("2019-07-04")
    assert np.isnan(found.value[place])
    assert np.isfinite(found.value[place + 1])


def test_the_employment_report_is_out_on_a_friday_at_half_past_eight():
    found = world().prints("fred", "PAYEMS").first()
    local = found.published_at[found.source_date == np.datetime64("2019-03-01")][0]
    assert str(local) == "2019-04-05T12:30:00.000000"


@pytest.mark.parametrize(
    ("source", "key", "first"),
    [("us_treasury", "1.5 Month", "2025-02-18"), ("us_treasury", "4 Mo", "2022-10-19"), ("us_treasury", "2 Mo", "2018-10-16"),
     ("fred", "SOFR", "2018-04-03"), ("fred", "IORB", "2021-07-29"), ("fred", "DFII30", "2010-02-22"), ("bcb_sgs", "24369", "2012-03-01"),
     ("bcb_sgs", "195", "2012-05-04")],
)
def test_series_begin_on_their_real_first_dates(source, key, first):
    assert str(world().prints(source, key).source_date.min()) == first


def test_the_index_is_served_over_ten_years_only():
    assert world().prints("fred", "SP500").window_years == 10


def test_every_vintage_of_a_date_comes_after_the_one_before_it():
    for source in SOURCES:
        for key in world().keys(source):
            found = world().prints(source, key)
            order = np.lexsort((found.vintage, found.source_date))
            within = found.source_date[order][1:] == found.source_date[order][:-1]
            steps = np.diff(found.published_at[order]).astype(int)[within]
            assert (steps > 0).all(), (source, key)


def test_the_new_base_of_the_activity_index_keeps_growth():
    found = world().prints("bcb_sgs", "24363")
    rebased = found.published_at[np.flatnonzero(found.source_date == np.datetime64("2025-01-01"))[0]]
    before, after = found.known(rebased - np.timedelta64(1, "s")).latest(), found.known(rebased).latest()
    ratio = before.value / after.value[: before.value.size]
    assert np.abs(ratio[-12:] - 1.46).max() < 0.01
