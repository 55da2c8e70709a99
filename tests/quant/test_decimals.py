"""Cutting decimals: what binary floats must not do to a price rule."""

from decimal import ROUND_DOWN, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_py.quant.decimals import cut_units, trunc, units, year_fraction


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(0.29 * 100, 0, 29.0), (1.005 * 100, 1, 100.5), (99.999999999999986, 8, 100.0), (99.99999999, 6, 99.999999), (-1.2345, 3, -1.234)],
)
def test_a_cut_sees_the_decimal_that_was_meant(value, decimals, expected):
    assert trunc(value, decimals) == expected


def test_a_missing_value_stays_missing():
    assert np.isnan(trunc(np.nan, 6))
    assert np.isnan(year_fraction([np.nan])).all()


@given(whole=st.integers(-(10**9), 10**9), decimals=st.integers(0, 6))
def test_a_number_with_k_decimals_is_not_changed_by_a_cut_at_k(whole, decimals):
    assert trunc(whole / 10**decimals, decimals) == whole / 10**decimals


@given(value=st.decimals("-100000", "100000", places=9))
def test_a_cut_is_the_decimal_cut(value):
    assert trunc(float(value), 4) == float(value.quantize(Decimal("0.0001"), ROUND_DOWN))


@given(days=st.integers(0, 20_000))
def test_year_fractions_are_cut_at_fourteen_decimals(days):
    exact = (Decimal(days) / 252).quantize(Decimal(10) ** -14, ROUND_DOWN)
    assert year_fraction(days) == float(exact)


def test_products_of_figures_are_made_in_whole_numbers():
    assert cut_units(units(4315.498383, 6) * units(100.6409, 4), 6) == 4343156412
    assert cut_units(np.array([-1_999_999, 1_999_999]), 6).tolist() == [-1, 1]


def test_a_figure_too_large_to_count_is_refused():
    with pytest.raises(ValueError, match="1e-10"):
        units(1e12, 10)
