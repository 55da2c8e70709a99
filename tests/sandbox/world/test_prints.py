from datetime import UTC, datetime

import numpy as np
import pytest

from pipelines.sandbox.world.prints import assemble

DATES = np.array(["2020-01-01", "2020-02-01", "2020-01-01", "2020-01-01"], "datetime64[D]")
AT = np.array(["2020-02-10T12:00", "2020-03-10T12:00", "2020-03-10T12:00", "2020-02-10T12:00"], "datetime64[us]")
PRINTS = assemble("bcb_sgs", "433", DATES, AT, np.array([0.214, 0.251, 0.216, -0.001]), decimals=2)


def test_rows_are_in_order_of_publication_and_vintages_are_numbered_within_a_date():
    assert PRINTS.value.tolist() == [0.21, 0.0, 0.22, 0.25]
    assert PRINTS.vintage.tolist() == [1, 2, 3, 1]
    assert not np.signbit(PRINTS.value[1])               # no minus zero


def test_what_was_known_is_what_was_published_by_then():
    known = PRINTS.known(datetime(2020, 3, 1, tzinfo=UTC))
    assert known.value.tolist() == [0.21, 0.0]
    assert PRINTS.latest(np.datetime64("2020-03-01T00:00", "us")).value.tolist() == [0.0]


def test_the_latest_print_wins_and_the_first_is_kept():
    assert PRINTS.latest().value.tolist() == [0.22, 0.25]
    assert PRINTS.first().value.tolist() == [0.21, 0.25]


def test_an_instant_without_offset_is_refused():
    with pytest.raises(ValueError, match="without offset"):
        PRINTS.known(datetime(2020, 3, 1))               # noqa: DTZ001
