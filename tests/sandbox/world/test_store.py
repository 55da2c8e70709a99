from datetime import date

import numpy as np
import pytest

from pipelines.sandbox.world import SOURCES, World, print_store


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("worlds")


def test_a_reopened_world_prints_the_same_bits(folder):
    made, reopened = World(5, date(2011, 1, 1)), World(5, date(2011, 1, 1), folder)
    assert reopened.digest() == made.digest()
    again = World(5, date(2011, 1, 1), folder)
    assert again.digest() == made.digest()
    for source, key in (("bcb_sgs", "226"), ("bcb_focus", "IPCA|S|1"), ("fred", "SP500")):
        left, right = made.prints(source, key), again.prints(source, key)
        assert left.meta == right.meta
        assert left.window_years == right.window_years
        assert left.decimals == right.decimals
        assert set(left.extra) == set(right.extra)
        assert right.source_date.dtype == np.dtype("datetime64[D]")
    assert {source: made.keys(source) for source in SOURCES} == {source: again.keys(source) for source in SOURCES}


def test_a_copy_is_named_by_seed_horizon_and_code(folder):
    World(5, date(2011, 1, 1), folder).keys("fred")
    assert [path.name for path in folder.glob("*.parquet")] == [f"prints-5-2011-12-31-{print_store.code_hash()}.parquet"]


def test_a_code_the_source_does_not_publish_is_an_error(folder):
    for world in (World(5, date(2011, 1, 1)), World(5, date(2011, 1, 1), folder)):
        with pytest.raises(KeyError):
            world.prints("bcb_sgs", "999999")
        assert world.keys("reuters") == ()
