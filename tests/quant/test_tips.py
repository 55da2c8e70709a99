"""Inflation-linked Treasuries: reference CPI as the Treasury publishes it, and what is paid."""

from datetime import date

import pytest

from models_py.quant import tips
from models_py.quant.errors import BadTerm

CPI = {date(2023, 11, 1): 307.051, date(2023, 12, 1): 306.746}          # BLS, CPI-U, not seasonally adjusted


def test_the_reference_cpi_of_a_first_of_month_is_that_of_three_months_before():
    assert float(tips.reference_index("2024-02-01", CPI)) == 307.051


def test_the_reference_cpi_within_a_month_is_carried_by_its_days():
    # 307.051 - 0.305 · 14 / 29
    assert tips.reference_index(["2024-02-15", "2024-02-29"], CPI).tolist() == [306.90376, 306.75652]


def test_an_index_ratio_is_cut_and_then_rounded():
    assert float(tips.index_ratio(306.90376, 306.0)) == 1.00295           # 1.0029534
    assert float(tips.index_ratio(306.90376, 306.90376)) == 1.0


def test_what_is_paid_for_a_real_bond_grows_with_its_index():
    clean, accrued = tips.settlement_price(0.0175, 0.0175, "2024-07-15", "2034-01-15", 1.02)
    assert float(clean) == pytest.approx(102.0, abs=1e-9)
    assert float(accrued) == 0.0
    assert float(tips.real_dv01(0.0175, 0.0205, "2025-02-03", "2034-01-15", 1.02)) == pytest.approx(
        1.02 * float(tips.real_dv01(0.0175, 0.0205, "2025-02-03", "2034-01-15", 1.0)), rel=1e-12
    )


def test_a_month_without_a_print_is_named():
    with pytest.raises(BadTerm, match="2024-01"):
        tips.reference_index("2024-03-15", CPI)
