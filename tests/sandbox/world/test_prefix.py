"""The past does not move: a longer horizon, another process, and seeds that share nothing."""

import subprocess
import sys
from dataclasses import fields

import numpy as np
import pytest

from pipelines.sandbox.world import ON_REQUEST
from pipelines.sandbox.world import SOURCES as STORED
from pipelines.sandbox.world.prints import Prints
from tests.sandbox.world.worlds import world

SOURCES = tuple(dict.fromkeys((*STORED, *ON_REQUEST)))
CUT = np.datetime64("2018-12-31T23:59:59", "us")


def same(left: Prints, right: Prints) -> bool:
    columns = ("source_date", "published_at", "value", "vintage")
    equal = all(np.array_equal(getattr(left, name), getattr(right, name), equal_nan=name == "value") for name in columns)
    return equal and all(
        np.array_equal(left.extra[name], right.extra[name], equal_nan=left.extra[name].dtype.kind == "f") for name in left.extra
    )


@pytest.mark.parametrize("part", ["daily", "monthly", "quarterly", "weekly", "tuesday"])
def test_states_to_2018_are_the_same_bits_in_a_world_that_goes_on_to_2026(part):
    short, long = getattr(world(2, 2018).truth, part), getattr(world(2).truth, part)
    moved = [name for name, column in short.items() if not np.array_equal(column, long[name][: column.size], equal_nan=True)]
    assert set(short) == set(long)
    assert moved == []


@pytest.mark.parametrize("source", SOURCES)
def test_prints_to_2018_are_the_same_in_a_world_that_goes_on_to_2026(source):
    short, long = world(2, 2018), world(2)
    early = [key for key in long.keys(source) if (long.prints(source, key).published_at <= CUT).any()]
    moved = [key for key in early if not same(short.prints(source, key), long.prints(source, key).known(CUT))]
    assert len(early) > 10
    assert moved == []


def test_settlements_of_2018_are_the_same_in_a_world_that_goes_on_to_2026():
    short, long = world(2, 2018).b3, world(2).b3
    for day in short.sessions[-3:]:
        assert short.settlements(day).equals(long.settlements(day), null_equal=True)


def test_nothing_is_printed_after_the_end_of_a_world():
    short = world(2, 2018)
    late = [key for source in SOURCES for key in short.keys(source) if (short.prints(source, key).published_at > CUT).any()]
    assert late == []


def test_two_processes_agree_on_every_print():
    code = "from datetime import date; from pipelines.sandbox.world import World; print(World(3, date(2011, 1, 1)).digest())"
    hashes = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in range(2)}
    assert len(hashes) == 1
    assert len(hashes.pop().strip()) == 64


def test_two_seeds_differ_in_every_series():
    # what law or calendar fixes is the same in every world
    fixed = {("bcb_sgs", "13521"), ("fred", "USREC")}
    one, other = world(1), world(2)
    equal = [
        (source, key) for source in SOURCES for key in one.keys(source)
        if same(one.prints(source, key), other.prints(source, key)) and (source, key) not in fixed
    ]
    assert equal == []


def test_prints_hold_columns_of_one_length():
    for source in SOURCES:
        for key in world().keys(source):
            found = world().prints(source, key)
            lengths = {len(getattr(found, field.name)) for field in fields(found) if field.name in ("source_date", "published_at", "value")}
            assert lengths | {len(column) for column in found.extra.values()} == {len(found)}
