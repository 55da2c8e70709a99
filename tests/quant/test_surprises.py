"""Surprises of prints and their index; expectations by hand."""

import numpy as np
import pytest

from models_py.quant.periods import month_end
from models_py.quant.surprises import expectation, index, surprises
from models_py.quant.vintaged import Vintaged

DAY = 86_400_000_000
MONTHS = month_end(np.arange("2018-01", "2022-01", dtype="datetime64[M]").astype("datetime64[D]"))       # 48
KNOWN = (MONTHS.astype(np.int64) + 10) * DAY                              # each ten days after its month


def series(values: np.ndarray) -> Vintaged:
    return Vintaged.of(KNOWN, MONTHS.astype(np.int64), values)


def told(values: np.ndarray, survey=None):
    return surprises(series(values), "level", "monthly", int(KNOWN[-1]), int(KNOWN[0]), survey)


def test_an_autoregression_expects_half_of_a_deviation_to_last():
    # around 0 with φ = ½ exactly: x = (…, 4, 2, 1) has Σ x_t x_{t−1} / Σ x²_{t−1} = ½ once its mean is taken off by symmetry
    decay = np.array([8.0, 4.0, 2.0, 1.0])
    x = np.r_[np.zeros(8), decay, np.zeros(8), -decay]
    centred = x[1:] @ x[:-1] / (x[:-1] @ x[:-1])                          # 84/2 … each block: 8·4 + 4·2 + 2·1 = 42, of 64 + 16 + 4 (+ 1)
    assert centred == pytest.approx(84 / 169)
    assert expectation(x) == pytest.approx(-84 / 169)


def test_too_little_history_expects_nothing_and_a_constant_expects_itself():
    assert np.isnan(expectation(np.arange(23.0)))
    assert expectation(np.full(30, 2.5)) == pytest.approx(2.5)


def test_a_surprise_is_measured_against_those_before_it():
    values = np.where(np.arange(48) % 2, 1.0, -1.0)                       # φ is nearly −1: the model learns the alternation
    values[-1] = 5.0
    survey = (KNOWN - DAY, MONTHS.astype(np.int64), np.r_[values[:-1] - 0.5, 4.0])
    found = told(values, survey)
    assert found.surveyed.all()
    assert found.actual[-1] - found.expected[-1] == pytest.approx(1.0)
    assert found.z[-1] == pytest.approx(2.0)                              # 1.0 over the root mean square of 0.5, 0.5, …
    assert np.isnan(found.z[:12]).all()
    assert found.z[12] == pytest.approx(1.0)


def test_a_survey_made_after_the_print_or_of_another_month_is_not_its_expectation():
    values = np.full(48, 2.0)
    late = told(values, (KNOWN, MONTHS.astype(np.int64), np.full(48, 9.0)))
    other = told(values, (KNOWN - DAY, MONTHS.astype(np.int64) + 1, np.full(48, 9.0)))
    assert not late.surveyed.any()
    assert not other.surveyed.any()
    assert late.expected[-1] == pytest.approx(2.0)


def test_a_print_does_not_know_its_own_revision():
    base = series(np.full(48, 2.0))
    revised = Vintaged.of(
        np.insert(base.at, 40, KNOWN[45]), np.insert(base.reference, 40, base.reference[39]), np.insert(base.value, 40, 7.0)
    )
    found = surprises(revised, "level", "monthly", int(KNOWN[-1]), int(KNOWN[0]), None)
    assert found.actual[39] == 2.0
    assert found.expected[44] == pytest.approx(2.0)
    assert found.expected[46] != pytest.approx(2.0)


def test_an_expectation_does_not_know_the_print_it_is_of():
    swinging = np.tile([1.0, 2.0, 4.0], 16)
    low, high = (told(np.r_[swinging[:-1], last]) for last in (0.0, 9.0))
    assert (low.actual[-1], high.actual[-1]) == (0.0, 9.0)
    assert low.expected[-1] == high.expected[-1]


def test_the_index_of_one_surprise_is_that_surprise_and_of_two_alike_it_grows_by_the_root_of_two():
    at = np.array([0, 0]) * DAY
    assert index(at[:1], np.array([1.5]), np.array([0, 90 * DAY])) == pytest.approx([1.5, 1.5])
    assert index(at, np.array([1.0, 1.0]), np.array([0])) == pytest.approx([2**0.5])


def test_the_index_forgets_by_half_in_45_days_and_knows_nothing_later():
    at, z = np.array([0, 45 * DAY]), np.array([1.0, -1.0])
    found = index(at, z, np.array([-DAY, 0, 45 * DAY]))
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(1.0)
    assert found[2] == pytest.approx((0.5 - 1.0) / (0.25 + 1.0) ** 0.5)
