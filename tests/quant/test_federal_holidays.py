"""Federal holidays against the list of the Office of Personnel Management."""

import numpy as np
import pytest

from models_py.quant.federal_holidays import is_closed

OPM_2021 = [
    "2021-01-01", "2021-01-18", "2021-02-15", "2021-05-31", "2021-06-18", "2021-07-05",
    "2021-09-06", "2021-10-11", "2021-11-11", "2021-11-25", "2021-12-24", "2021-12-31",
]


def test_the_year_2021_closes_on_the_days_the_government_listed():
    days = np.arange("2021-01-01", "2022-01-01", dtype="datetime64[D]")
    assert days[is_closed(days)].astype(str).tolist() == OPM_2021


@pytest.mark.parametrize(
    ("day", "closed"),
    [("2020-06-19", False), ("2022-06-20", True), ("1985-01-21", False), ("2018-12-24", True), ("2014-12-26", True)],
)
def test_new_holidays_start_in_their_year_and_orders_close_single_days(day, closed):
    assert is_closed(np.array([day], dtype="datetime64[D]")).tolist() == [closed]
