import numpy as np
import pytest

from pipelines.sandbox.world.vintages import Errors, Rows, as_known, rows_of

RELEASES = np.array(["2020-02-10", "2020-03-10", "2020-04-10"], "datetime64[us]")
TRUTH = np.array([100.0, 101.0, 102.0])
NOW_AND_THEN = (1.0, 0.5, 0.0)


def rows(first, annual=(0, 0, 0), revisions=(), **more):
    errors = Errors(np.array(first, float), np.array(annual, float), by_release=NOW_AND_THEN, by_year=(1.0, 0.25, 0.0))
    given = {"reach": 24, "decimals": 2, "ratio": False} | more
    return rows_of(TRUTH, RELEASES, errors, np.array(revisions, "datetime64[us]"), **given)


def of_period(found: Rows, period: int) -> list[tuple[str, float]]:
    chosen = found.period == period
    return [(str(at)[:10], float(value)) for at, value in zip(found.at[chosen], found.value[chosen], strict=True)]


def test_the_error_of_a_first_print_is_taken_out_by_the_next_releases():
    found = rows((2.0, 0.0, 0.0))
    assert of_period(found, 0) == [("2020-02-10", 102.0), ("2020-03-10", 101.0), ("2020-04-10", 100.0)]


def test_a_revision_that_does_not_show_is_no_vintage():
    assert of_period(rows((0.004, 0.0, 0.0)), 0) == [("2020-02-10", 100.0)]


def test_an_annual_revision_reprints_only_what_was_out():
    found = rows((0, 0, 0), annual=(4.0, 4.0, 4.0), revisions=("2020-03-20",))
    assert of_period(found, 0) == [("2020-02-10", 104.0), ("2020-03-20", 101.0)]
    assert of_period(found, 2) == [("2020-04-10", 106.0)]


def test_errors_of_levels_are_ratios_when_asked():
    found = rows((np.log(1.1), 0.0, 0.0), ratio=True)
    assert of_period(found, 0)[0] == ("2020-02-10", 110.0)


def test_a_value_is_read_as_it_stood_at_an_instant():
    found = rows((2.0, 0.0, 0.0))
    when = np.array(["2020-03-09", "2020-03-10", "2025-01-01"], "datetime64[us]")
    assert as_known(found, np.zeros(3, np.int64), when).tolist() == pytest.approx([102.0, 101.0, 100.0])
