"""Worlds shared by the tests of a process."""

from datetime import date
from functools import cache

from pipelines.sandbox.world import World

SEEDS = (1, 2, 3, 4, 5)


@cache
def world(seed: int = 1, year: int = 2026) -> World:
    return World(seed, date(year, 6, 30))
