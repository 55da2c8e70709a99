"""Olinda's query options, apart from any set."""

import numpy as np
import pytest

from pipelines.sandbox.render._odata import Malformed, matches, options, order, selected

COLUMNS = {
    "Name": np.array(["a", "b", "it's"]), "Day": np.array(["2020-01-01", "2020-01-02", "2020-01-03"]), "x": np.array([1.0, np.nan, 3.0]),
}


@pytest.mark.parametrize(("text", "kept"), [
    ("", [True, True, True]),
    ("Name eq 'a'", [True, False, False]),
    ("Name eq 'it''s'", [False, False, True]),
    ("Day ge '2020-01-02' and Day lt '2020-01-03'", [False, True, False]),
    ("Name eq 'a' or Name eq 'b' and x eq null", [True, True, False]),
    ("(Name eq 'a' or Name eq 'b') and x ne null", [True, False, False]),
    ("not (x gt 2.5)", [True, True, False]),
    ("x le 1", [True, False, False]),
])
def test_a_filter_keeps_the_rows_it_says(text, kept):
    assert matches(text, COLUMNS, 3).tolist() == kept


@pytest.mark.parametrize("text", ["Name", "Name eq", "Name is 'a'", "Name eq a", "x eq '1'", "Other eq 1", "(x eq 1", "x eq 1)", "x eq 1 x",
                                  "Name eq 'a", "and", "Name eq 'a' and"])
def test_what_is_no_filter_is_malformed(text):
    with pytest.raises(Malformed):
        matches(text, COLUMNS, 3)


def test_orderby_sorts_by_several_columns_and_leaves_ties_to_the_caller():
    ranks = {"k": np.array([1, 0, 1, 0]), "m": np.array([0, 0, 1, 1])}
    assert order("k,m desc", ranks, np.arange(4)).tolist() == [3, 1, 2, 0]
    assert order("k desc", ranks, np.array([3, 2, 1, 0])).tolist() == [2, 0, 3, 1]
    assert order("", ranks, np.array([1, 3, 0, 2])).tolist() == [2, 0, 3, 1]
    for text in ("z", "k up", "k asc m"):
        with pytest.raises(Malformed):
            order(text, ranks, np.arange(4))


def test_select_keeps_the_entity_s_order():
    assert selected("b, a", ["a", "b", "c"]) == ["a", "b"]
    assert selected("", ["a", "b"]) == ["a", "b"]
    with pytest.raises(Malformed):
        selected("a,z", ["a", "b"])


def test_options_are_decoded_and_unknown_ones_refused():
    found = options("$filter=Name%20eq%20'%C3%A7'&$top=5&$skip=10&formato=x")
    assert (found.filter, found.top, found.skip, found.orderby) == ("Name eq 'ç'", 5, 10, "")
    for query in ("$top=-1", "$count=true", "$filter=%FF"):
        with pytest.raises(Malformed):
            options(query)
