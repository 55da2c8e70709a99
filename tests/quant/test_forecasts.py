"""Forecasts against outcomes; expectations by hand."""

import numpy as np
import pytest

from models_py.quant.forecasts import accuracy, outcomes


def days(*text: str) -> np.ndarray:
    return np.array(text, "datetime64[D]")


def test_an_outcome_is_the_reading_of_the_target_or_the_last_of_its_week():
    found = outcomes(days("2024-01-31", "2024-03-31"), days("2024-01-31", "2024-03-28", "2024-04-02"), np.array([1.0, 2.0, 3.0]))
    assert found.tolist() == [1.0, 2.0]                                   # Easter: the last session of March was the 28th


def test_a_target_not_reached_or_without_a_reading_near_has_no_outcome():
    history = days("2024-01-31", "2024-02-29", "2024-12-31"), np.array([1.0, 2.0, 3.0])
    assert np.isnan(outcomes(days("2025-01-02", "2024-06-30", "2023-12-31"), *history)).all()
    assert np.isnan(outcomes(days("2024-01-31"), days(), np.empty(0))).all()


def test_bias_and_size_of_the_errors():
    made = accuracy(np.array([0.04, 0.05, 0.06, np.nan]), np.array([0.05, 0.04, np.nan, 0.01]))
    assert (made.pairs, made.bias) == (2, pytest.approx(0.0))
    assert made.rmse == pytest.approx(0.01)
    assert accuracy(np.array([1.0]), np.array([np.nan])).pairs == 0
