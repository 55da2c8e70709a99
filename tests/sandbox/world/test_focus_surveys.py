"""Focus sets by year, month, quarter and meeting: whom they ask, what about, how far apart answers lie, and that they come true."""

import numpy as np
import pytest

from models_py.quant.daycount import calendar
from pipelines.sandbox.world import focus_paths, meetings
from pipelines.sandbox.world.focus_questions import ANSWERS
from pipelines.sandbox.world.focus_surveys import SETS
from tests.sandbox.world.worlds import world

DAY = np.datetime64("2024-06-28")


def on(name, indicator, part="0", day=DAY, seed=1):
    """Median of each period on a survey day, in order."""
    found = world(seed).survey(name, indicator, part)
    rows = found.statistics.days == day
    return dict(zip(found.target[rows].tolist(), found.statistics.median[rows].tolist(), strict=True))


@pytest.mark.parametrize(("name", "indicator", "first", "last", "count"), [
    ("Anuais", "PIB Total", "2024", "2028", 5), ("Mensais", "IPCA", "06/2024", "06/2026", 25),
    ("Mensais", "Câmbio", "06/2024", "06/2026", 25), ("Trimestrais", "PIB Total", "2/2024", "2/2026", 9),
    ("Selic", "Selic", "R5/2024", "R4/2026", 16), ("24m", "IPCA", "", "", 1),
])
def test_periods_asked_about_on_a_day(name, indicator, first, last, count):
    found = list(on(name, indicator, "S|0" if name == "24m" else "0"))
    assert (found[0], found[-1], len(found)) == (first, last, count)


def test_last_month_is_asked_about_until_it_is_printed():
    # IPCA of May 2024 is out on Tuesday 11 June
    assert [next(iter(on("Mensais", "IPCA", day=np.datetime64(f"2024-06-{day}")))) for day in ("10", "11")] == ["05/2024", "06/2024"]


def test_a_meeting_is_asked_about_to_its_own_day():
    day = meetings.copom()[meetings.copom() > DAY][0]
    assert next(iter(on("Selic", "Selic", day=day))) == "R5/2024"
    assert next(iter(on("Selic", "Selic", day=day + 1))) == "R6/2024"


@pytest.mark.parametrize(("name", "indicator"), [(name, one) for name, (indicators, _) in SETS.items() for one in indicators])
def test_every_table_has_one_row_a_period_statistics_in_order_and_monday_as_its_release(name, indicator):
    found = world(2).survey(name, indicator, SETS[name][1][0])
    told = found.statistics
    assert np.isfinite([told.median, told.mean, told.sd, told.low, told.high]).all()
    assert ((told.low <= told.median) & (told.median <= told.high)).all()
    assert ((told.low - 1e-9 <= told.mean) & (told.mean <= told.high + 1e-9)).all()
    assert (told.sd[told.respondents == 1] == 0).all()
    assert len(set(zip(told.days.tolist(), found.target.tolist(), strict=True))) == told.days.size
    assert set(np.unique(told.days)) <= set(calendar("br").days("2010-01-04", "2026-12-31"))
    monday = told.days + (7 - (told.days.astype(np.int64) + 3) % 7)
    late = (found.published_at - monday.astype("datetime64[us]")) // np.timedelta64(1, "m")
    assert set(np.unique(late)[:2]) == {10 * 60 + 25, 11 * 60 + 25}          # 08:25 in São Paulo, in summer time and out of it


def test_a_week_has_fewer_answers_than_a_month_and_far_periods_fewer_than_near_ones():
    month, week = (world(1).survey("Anuais", "IPCA", base) for base in "01")
    assert week.statistics.respondents.mean() < month.statistics.respondents.mean()
    told = month.statistics.respondents[month.statistics.days == DAY]
    assert (np.diff(told) <= 0).all()
    assert 100 < told[0] <= 140


@pytest.mark.parametrize("indicator", sorted(ANSWERS))
def test_answers_on_far_years_lie_further_apart_than_on_this_one_in_december(indicator):
    found = world(2).survey("Anuais", indicator, "0")
    december = found.statistics.days.astype("datetime64[M]").astype(int) % 12 == 11
    ahead = found.target.astype(int) - (found.statistics.days.astype("datetime64[Y]").astype(int) + 1970)
    near, far = (np.median(found.statistics.sd[december & (ahead == years)]) for years in (0, 4))
    assert near < far


def test_the_selic_is_answered_in_quarters_of_a_point():
    told = world(1).survey("Selic", "Selic", "0").statistics
    assert np.all(told.low * 4 == np.round(told.low * 4))
    assert np.all(told.median * 8 == np.round(told.median * 8))


def test_years_are_made_of_their_months():
    """In the middle of a year its centre is what is printed and the months to come."""
    p = world(1)._publisher
    at = int(p.grid.at(np.array(["2024-06-28"], "datetime64[D]"))[0])
    months, ipca, first = focus_paths.months(p, "IPCA")[at], p.truth.monthly["ipca"], p.grid.month("2024-01")
    # the first column is May, which is out: printed to May, then June to December
    whole = np.concatenate([ipca[first : first + 5], months[1:8]])
    years = focus_paths.years_of_prices(p, "IPCA")
    assert years[at, 0] == pytest.approx(100 * (np.prod(1 + whole / 100) - 1), rel=1e-12)
    assert years[at, 1] == pytest.approx(100 * (np.prod(1 + months[8:20] / 100) - 1), rel=1e-12)
    january = int(p.grid.at(np.array(["2024-01-05"], "datetime64[D]"))[0])
    months = focus_paths.months(p, "IPCA")[january]
    assert years[january, 0] == pytest.approx(100 * (np.prod(1 + months[1:13] / 100) - 1), rel=1e-12)


def test_the_five_best_answer_once_a_week_and_differ_by_range():
    short, long = (world(1).survey("Top5Anuais", "IPCA", span).statistics for span in "CL")
    assert set(np.unique(short.respondents)) == {5.0}
    days = np.unique(short.days)
    assert len(np.unique(days - (days.astype(np.int64) + 3) % 7)) == len(days)
    assert not np.array_equal(short.median, long.median)


@pytest.mark.parametrize(("name", "indicator", "part"), [
    ("Anuais", "nope", "0"), ("Anuais", "IPCA", "2"), ("Top5Selic", "IPCA", "C"), ("24m", "IPCA", "S"), ("Instituicoes", "IPCA", "0"),
])
def test_what_is_not_asked_is_a_key_error(name, indicator, part):
    with pytest.raises(KeyError):
        world(1).survey(name, indicator, part)


def test_answers_to_2018_are_the_same_in_a_world_that_goes_on_to_2026():
    cut = np.datetime64("2018-12-31T23:59:59")
    for name, (indicators, parts) in SETS.items():
        for indicator in indicators:
            short, long = (world(2, year).survey(name, indicator, parts[-1]) for year in (2018, 2026))
            early, kept = short.published_at <= cut, long.published_at <= cut
            assert np.array_equal(short.target[early], long.target[kept]), (name, indicator)
            for column in ("days", "median", "mean", "sd", "low", "high", "respondents"):
                assert np.array_equal(getattr(short.statistics, column)[early], getattr(long.statistics, column)[kept]), (name, indicator)
