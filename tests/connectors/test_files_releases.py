"""Release dates read off other files: the day a running projection becomes the print."""

import numpy as np

from pipelines.import_map.releases import turned_into_print


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


def test_the_day_the_projection_becomes_the_print_is_the_release():
    # October 2021: 1.03 projected until the 9th of November, printed 1.25 on the 10th; from the 15th on it is of November
    found = turned_into_print(
        days("2021-11-08", "2021-11-09", "2021-11-10", "2021-11-11", "2021-11-16"),
        np.array([0.0103, 0.0103, 0.01249956, 0.01249956, 0.0105]),
        days("2021-10-31", "2021-11-30"),
        np.array([0.0125, 0.0095]),
    )
    assert found.reference.astype(str).tolist() == ["2021-10-31"]
    assert found.published.astype(str).tolist() == ["2021-11-10"]


def test_a_projection_that_already_equalled_the_print_shows_no_release():
    for turned in ("2021-10-25", "2021-11-01"):                                     # a survey moved to the later print by chance
        found = turned_into_print(
            days("2021-10-20", turned, "2021-11-10"), np.array([0.0100, 0.0125, 0.0125]), days("2021-10-31"), np.array([0.0125]),
        )
        assert found.reference.size == 0


def test_the_first_day_of_a_file_is_no_release():
    found = turned_into_print(days("2021-11-10"), np.array([0.0125]), days("2021-10-31"), np.array([0.0125]))
    assert found.reference.size == 0


def test_order_of_the_days_does_not_matter():
    found = turned_into_print(days("2021-11-10", "2021-11-09"), np.array([0.0125, 0.0103]), days("2021-10-31"), np.array([0.0125]))
    assert found.published.astype(str).tolist() == ["2021-11-10"]
