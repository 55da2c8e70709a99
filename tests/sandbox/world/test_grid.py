from datetime import date

import numpy as np
import pytest

from pipelines.sandbox.world import grid


def days(*text: str) -> np.ndarray:
    return np.array(text, "datetime64[D]")


@pytest.mark.parametrize(
    ("day", "sao_paulo"),
    [("2018-07-05", "09:30"), ("2018-10-30", "09:30"), ("2018-11-05", "11:30"), ("2018-11-03", "09:30"), ("2018-12-05", "11:30"),
     ("2019-02-20", "10:30"), ("2019-03-20", "09:30"), ("2020-01-10", "10:30")],
)
def test_half_past_eight_in_new_york_is_three_different_hours_in_sao_paulo(day, sao_paulo):
    there = grid.utc(days(day), 8.5, grid.ET)[0]
    hour, minute = map(int, sao_paulo.split(":"))
    assert there == grid.utc(days(day), hour + minute / 60, grid.BRT)[0]


def test_an_hour_past_midnight_belongs_to_the_next_day():
    assert grid.utc(days("2021-05-03"), 25.5, grid.BRT)[0] == np.datetime64("2021-05-04T04:30", "us")


def test_business_days_follow_the_holiday_list_of_the_start():
    # 20 November is a holiday from 2024, known from 26-Dec-2023
    assert grid.business_days(days("2023-11-14"), days("2023-11-22"))[0] == 5
    assert grid.business_days(days("2024-11-14"), days("2024-11-22"))[0] == 4
    assert grid.business_days(days("2025-02-03"), days("2027-01-04"))[0] == 479
    assert grid.business_days(days("2023-02-02"), days("2038-01-04"))[0] == 3745


def test_months_close_on_their_last_weekday():
    g = grid.make_grid(date(2012, 3, 1))
    closes = g.days[g.closes]
    assert g.days[-1] == np.datetime64("2012-12-31")
    assert closes[g.month("2011-12")] == np.datetime64("2011-12-30")
    assert closes[g.month("2012-03")] == np.datetime64("2012-03-30")
    assert g.days[g.start] == np.datetime64("2010-01-01")
