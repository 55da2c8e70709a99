"""The poison itself: what was known stays, what came later is wrong."""

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models_py.backtest.poison import poisoned
from models_py.kernel.settings import Settings

ROWS = [
    ("x", "2023-12-01", "2023-12-02T12:00:00+00:00", 1.0),
    ("x", "2023-12-01", "2024-01-10T12:00:00+00:00", 5.0),
    ("x", "2024-01-02", "2024-01-11T12:00:00+00:00", 2.0),
]
AFTER = datetime(2024, 1, 5, tzinfo=UTC)


@pytest.fixture
def values(publish, tmp_path: Path):
    def of(poison: str) -> list[float]:
        settings = Settings(lake=str(tmp_path / "poisoned"), now=datetime(2024, 1, 31, tzinfo=UTC))
        release = poisoned(publish(ROWS), AFTER, poison, settings)
        return release.sql("select value from observations order by available_at")["value"].to_list()

    return of


def test_rows_known_later_are_gone(values):
    assert values("nothing") == [1.0]


def test_rows_known_later_are_a_billion_times_too_large(values):
    assert values("huge") == [1.0, 5e9, 2e9]


def test_rows_known_later_are_not_numbers(values):
    first, *later = values("nan")
    assert first == 1.0
    assert all(math.isnan(value) for value in later)
