"""Releases move prices by the surprise, without adding volatility."""

from datetime import date

import numpy as np
import pytest

from pipelines.sandbox.world import grid, rng, surprises

GRID = grid.make_grid(date(2026, 12, 31))


def mixed(seed: int) -> tuple[dict, dict, dict]:
    e = {name: rng.daily(seed, f"test.{name}", GRID.days) for name in ("di252", "bei1260", "ust2")}
    z = {name: rng.monthly(seed, f"test.{name}", GRID.months) for name in surprises.REACTIONS}
    return e, z, surprises.react(GRID, e, z)


def test_a_surprise_of_one_sd_moves_the_one_year_rate_by_its_reaction():
    slopes = []
    for seed in range(1, 13):
        _, z, after = mixed(seed)
        day = np.searchsorted(GRID.days, surprises.ipca_release(GRID.months))
        kept = (day < GRID.days.size) & (GRID.months >= np.datetime64("2010-01"))
        bp = after["di252"][day[kept]] * 146 / np.sqrt(261)
        slopes.append(np.polyfit(z["ipca"][kept], bp, 1)[0])
    assert np.mean(slopes) == pytest.approx(0.85 * 3.0, abs=0.5)           # 3 bp, of which 85 % at once


def test_a_release_day_is_no_more_volatile_than_another():
    spread = []
    for seed in range(1, 9):
        e, _, after = mixed(seed)
        spread.append(after["ust2"].std() / e["ust2"].std())
    assert np.mean(spread) == pytest.approx(1.0, abs=0.01)


def test_shocks_without_a_release_are_untouched():
    e, _, after = mixed(1)
    before = GRID.start - 30
    assert np.array_equal(e["di252"][:before], after["di252"][:before])


def test_the_print_is_known_to_the_market_up_to_the_surprise():
    months = np.arange("2010-01", "2026-01", dtype="datetime64[M]")
    release = surprises.ipca_release(months)
    day = (release - release.astype("datetime64[M]").astype("datetime64[D]")).astype(int) + 1
    assert day.min() >= 7
    assert day.max() <= 15
    assert (release.astype("datetime64[M]") == months + 1).all()
