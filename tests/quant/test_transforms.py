"""Growth and changes of one vintage; expectations by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.kernel.errors import ConfigError
from models_py.quant.periods import month_end
from models_py.quant.transforms import LABELS, transform, transforms

MONTHS = month_end(np.arange("2022-01", "2023-03", dtype="datetime64[M]").astype("datetime64[D]"))      # 14 months


def test_growth_is_against_the_month_before_and_the_month_a_year_before():
    index = np.array([100.0] * 12 + [110.0, 99.0])
    assert transform("growth", MONTHS, index, "monthly")[-2:] == pytest.approx([0.10, -0.10])
    assert transform("growth_12m", MONTHS, index, "monthly")[-2:] == pytest.approx([0.10, -0.01])
    assert np.isnan(transform("growth_12m", MONTHS, index, "monthly")[:12]).all()


def test_a_month_that_is_missing_is_not_jumped_over():
    dates, index = np.delete(MONTHS, 5), np.arange(100.0, 113.0)
    grown = transform("growth", dates, index, "monthly")
    assert np.isnan(grown[5])                                            # July has no June
    assert grown[6] == pytest.approx(1 / 105)


def test_an_annual_rate_compounds_the_period():
    assert transform("saar", MONTHS[:2], np.array([100.0, 101.0]), "monthly")[1] == pytest.approx(0.12682503)      # 1.01^12 − 1
    quarters = month_end(np.array(["2022-03", "2022-06"], "datetime64[M]").astype("datetime64[D]"))
    assert transform("saar", quarters, np.array([100.0, 101.0]), "quarterly")[1] == pytest.approx(0.04060401)      # 1.01^4 − 1


def test_three_months_on_three_smooths_one_bad_month():
    index = np.array([100.0, 100.0, 100.0, 102.0, 99.0, 102.0])          # 303 / 300 = 1.01
    assert transform("saar_3m", MONTHS[:6], index, "monthly")[5] == pytest.approx(0.04060401)


def test_twelve_rates_of_a_month_accumulate():
    rates = np.full(14, 0.01)
    assert transform("accumulated_12m", MONTHS, rates, "monthly")[11:] == pytest.approx([0.12682503] * 3)
    assert np.isnan(transform("accumulated_12m", MONTHS, rates, "monthly")[10])


def test_a_daily_series_is_compared_with_the_last_day_of_the_week_up_to_a_year_before():
    dates = np.array(["2022-01-07", "2022-01-20", "2023-01-09", "2023-01-30"], "datetime64[D]")
    change = transform("change_12m", dates, np.array([0.10, 0.11, 0.13, 0.14]), "daily")
    assert change[2] == pytest.approx(0.03)                              # 9 January has no reading: Friday the 7th has
    assert np.isnan(change[3])                                           # 20 January is more than a week before the 30th
    assert transform("change", dates, np.array([0.10, 0.11, 0.13, 0.14]), "daily")[1:] == pytest.approx([0.01, 0.02, 0.01])


def test_what_is_not_positive_does_not_grow():
    assert np.isnan(transform("growth", MONTHS[:3], np.array([-1.0, 1.0, 0.0]), "monthly")).all()


def test_a_transform_of_months_refuses_days():
    with pytest.raises(ConfigError, match="daily"):
        transform("saar", MONTHS[:2], np.ones(2), "daily")
    with pytest.raises(ConfigError, match="monthly"):
        transform("accumulated_12m", MONTHS[:2], np.ones(2), "quarterly")


def test_a_rate_is_differenced_and_an_index_grows():
    assert "growth" not in transforms("decimal", "monthly", "IPCA, change in the month")
    assert "accumulated_12m" in transforms("decimal", "monthly", "IPCA, change in the month")
    assert "accumulated_12m" not in transforms("decimal", "monthly", "Unemployment")
    assert transforms("index", "quarterly") == ("level", "change", "change_12m", "growth", "growth_12m", "saar")


@given(st.integers(2, 13), st.sampled_from(list(LABELS)))
def test_what_comes_later_changes_nothing(rows, kind):
    values = 100.0 + np.arange(14.0) ** 2
    whole = transform(kind, MONTHS, values, "monthly")
    np.testing.assert_array_equal(transform(kind, MONTHS[:rows], values[:rows], "monthly"), whole[:rows])
